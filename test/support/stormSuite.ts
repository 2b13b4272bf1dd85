import { beforeEach, describe, expect, it } from 'vitest';
import type { Asset } from '../../src/domain/asset.ts';
import { HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import type { Database, Repositories } from '../../src/ports/database.ts';
import type { Harness } from '../conformance/database/harness.ts';
import { FakeClock } from './fakeClock.ts';
import { meters, StormNode } from './stormRig.ts';

const ANN = { name: 'ann', role: 'agent' } as const;

/** What becomes of findings of many assets at once, on whichever database. */
export function describeStorms(harness: () => Harness): void {
  let clock: FakeClock;
  let database: Database;

  beforeEach(async () => {
    await harness().empty();
    clock = new FakeClock(Date.UTC(2026, 5, 1, 8));
    database = harness().database;
  });

  const node = (assets: readonly Asset[], severalBrokers = false) =>
    new StormNode(database, clock, assets, severalBrokers);
  const tickets = async () => (await database.tickets.list({}, 'openedAt', { limit: 500 })).items;
  const parents = async () => (await tickets()).filter(({ storm }) => storm);
  const ids = (assets: readonly Asset[], from: number, to?: number) => assets.slice(from, to).map(({ id }) => id);
  const sweepAfter = async (duration: number, ...nodes: StormNode[]) => {
    await clock.advance(duration);
    for (const one of nodes) await one.keeper.sweep();
  };
  /** The database whose transactions see it as `change` makes it. */
  const throughTransactions = (change: (tx: Repositories) => Repositories): Database => ({
    ...database,
    transaction: (work) => database.transaction((tx) => work(change(tx))),
  });
  /** A site of ten, of which eight are out, and another one that is well. */
  async function storm() {
    const north = meters('north', 10);
    const rig = node([...north, ...meters('south', 20)]);
    for (const id of ids(north, 0, 8)) await rig.raise(id);
    await sweepAfter(2 * MINUTE, rig);
    const [parent] = await parents();
    return { rig, parent: parent!, at: parent!.episodeStart };
  }

  describe('findings of many assets at once', () => {
    it('are one ticket of their site, without a ticket or delivery of their own', async () => {
      const north = meters('north', 60);
      const rig = node([...north, ...meters('south', 100)]);
      for (const id of ids(north, 0, 30)) await rig.raise(id);
      await sweepAfter(20 * SECOND, rig);
      for (const id of ids(north, 30, 55)) await rig.raise(id, 'mains-lost');
      expect(await tickets()).toEqual([]);
      await sweepAfter(100 * SECOND, rig);
      const all = await tickets();
      expect(all).toHaveLength(1);
      expect(all[0]).toMatchObject({
        status: 'open',
        kind: 'reactive',
        siteId: 'north',
        failureModeId: 'storm',
        storm: { scope: { kind: 'site', id: 'north' }, assets: 55, out: 55, of: 60, told: 55 },
        title: { en: 'Site north: 55 assets out at once', zh: '站点 north：55 台设备同时中断' },
      });
      expect(all[0]!.summary.en).toContain('55 of 60 assets: Not heard (30), No power (25)');
      expect(all[0]!.summary.en).toContain('and 45 more');
      expect(rig.delivered).toHaveLength(1);
      expect(await database.storms.held()).toEqual([]);
      expect(await database.settings.withPrefix('rule-tripped')).toEqual(new Map());
      const { items } = await database.findings.list({ ticketId: all[0]!.id }, { limit: 100 });
      expect(items).toHaveLength(55);
    });

    it('are tickets of their own where they are few', async () => {
      const north = meters('north', 100);
      const rig = node(north);
      for (const id of ids(north, 0, 4)) await rig.raise(id);
      await sweepAfter(2 * MINUTE - 1, rig);
      expect(await tickets()).toEqual([]);
      await sweepAfter(1, rig);
      expect((await tickets()).map(({ assetId }) => assetId)).toEqual(ids(north, 0, 4));
      expect(rig.delivered).toHaveLength(4);
      await sweepAfter(HOUR, rig);
      expect(await tickets()).toHaveLength(4);
    });

    it('are tickets of their own where they are many, and more are well', async () => {
      const north = meters('north', 20);
      const rig = node(north);
      for (const id of ids(north, 0, 9)) await rig.raise(id);
      await sweepAfter(2 * MINUTE, rig);
      expect((await tickets()).map(({ storm }) => storm)).toEqual(Array(9).fill(undefined));
    });

    it('are opened at once where they are critical, wear, or no matter of power', async () => {
      const north = meters('north', 10);
      const rig = node(north);
      for (const id of ids(north, 0, 8)) await rig.raise(id);
      await rig.raise('north-8', 'mains-lost', clock.now(), { severity: 'critical' });
      await rig.raise('north-1', 'filter-life');
      await rig.raise('north-2', 'too-hot');
      const at = (await tickets()).map(({ assetId, failureModeId }) => `${assetId} ${failureModeId}`);
      expect(at.sort()).toEqual(['north-1 worn', 'north-2 hot', 'north-8 no-power']);
      await sweepAfter(2 * MINUTE, rig);
      await rig.raise('north-3', 'filter-life');
      expect(await tickets()).toHaveLength(5);
      expect((await parents())[0]!.storm).toMatchObject({ assets: 8 });
    });

    it('that critical made worse while it was held has one ticket', async () => {
      const north = meters('north', 10);
      const rig = node(north);
      await rig.raise('north-1', 'mains-lost');
      await rig.raise('north-1', 'mains-lost', clock.now(), { change: 'escalated', severity: 'critical' });
      await sweepAfter(2 * MINUTE, rig);
      expect(await tickets()).toMatchObject([{ assetId: 'north-1', severity: 'critical' }]);
      expect((await database.findings.activeOf((await tickets())[0]!.id)).length).toBe(2);
    });

    it('are the fleet where it is more than one site, and the gateway where it is that alone', async () => {
      const [north, south] = [meters('north', 6), meters('south', 6)];
      const rig = node([...north, ...south]);
      for (const id of [...ids(north, 0, 6), ...ids(south, 0, 5)]) await rig.raise(id);
      await sweepAfter(2 * MINUTE, rig);
      expect(await parents()).toMatchObject([{ storm: { scope: { kind: 'fleet', id: '' }, assets: 11, of: 12 } }]);

      await harness().empty();
      const behind = meters('west', 12, {}).map((asset, at) => ({ ...asset, gateway: at < 6 ? 'g1' : 'g2' }));
      const other = node([...behind, ...meters('east', 40)]);
      for (const id of ids(behind, 0, 6)) await other.raise(id);
      await sweepAfter(2 * MINUTE, other);
      expect(await parents()).toMatchObject([{ storm: { scope: { kind: 'gateway', id: 'g1' }, assets: 6, of: 6 } }]);
      for (const id of ids(behind, 6, 12)) await other.raise(id);
      await sweepAfter(2 * MINUTE, other);
      expect(await tickets()).toHaveLength(1);
      expect(await parents()).toMatchObject([{ storm: { scope: { kind: 'site', id: 'west' }, assets: 12, out: 12 } }]);
    });

    it('are the broker that brings them, where there are several and it is that alone', async () => {
      const sites = (prefix: string) => Array.from({ length: 3 }, (_, at) => meters(`${prefix}${at}`, 3)).flat();
      const [east, west] = [sites('e'), sites('w')];
      const heard = (assets: readonly Asset[], broker: string) => assets.map(({ id }) => [id, broker] as const);
      await database.storms.heardThrough(new Map([...heard(east, 'east'), ...heard(west, 'west')]));
      const rig = node([...east, ...west], true);
      for (const { id } of east) await rig.raise(id);
      await sweepAfter(2 * MINUTE, rig);
      expect(await parents()).toMatchObject([{ storm: { scope: { kind: 'broker', id: 'east' }, assets: 9, of: 9 } }]);
      expect((await parents())[0]!.summary.en).toContain('Look at this broker');
      for (const id of ids(west, 0, 8)) await rig.raise(id);
      await sweepAfter(2 * MINUTE, rig);
      expect(await tickets()).toHaveLength(1);
      expect(await parents()).toMatchObject([{ storm: { scope: { kind: 'fleet', id: '' }, assets: 17, out: 17 } }]);
    });

    it('are the fleet where there is one broker, whatever was once kept of several', async () => {
      const all = Array.from({ length: 3 }, (_, at) => meters(`e${at}`, 3)).flat();
      await database.storms.heardThrough(new Map(all.map(({ id }) => [id, 'gone'])));
      const rig = node(all);
      for (const { id } of all) await rig.raise(id);
      await sweepAfter(2 * MINUTE, rig);
      expect(await parents()).toMatchObject([{ storm: { scope: { kind: 'fleet', id: '' } } }]);
    });

    it('are what they were after a crash, and whichever node looks', async () => {
      const assets = [...meters('north', 10), ...meters('south', 20)];
      const crashed = node(assets);
      for (const id of ids(assets, 0, 8)) await crashed.raise(id);
      await crashed.raise('south-1');
      await clock.advance(HOUR);
      const nodes = [node(assets), node(assets), node(assets)];
      await Promise.all(nodes.map(({ keeper }) => keeper.sweep()));
      await Promise.all(nodes.map(({ keeper }) => keeper.sweep()));
      const all = await tickets();
      expect(all.map(({ assetId, storm }) => [assetId, storm?.assets])).toEqual([
        [expect.stringContaining('north'), 8],
        ['south-1', undefined],
      ]);
      expect(nodes.flatMap(({ delivered }) => delivered)).toHaveLength(2);
      expect((await database.tickets.entries(all[1]!.id)).map(({ kind }) => kind)).toEqual(['opened']);
      // A refold states the same again.
      for (const id of ids(assets, 0, 8)) await nodes[0]!.raise(id, 'silent', clock.now() - HOUR);
      await sweepAfter(HOUR, ...nodes);
      expect(await tickets()).toHaveLength(2);
    });

    it('are not forgotten when releasing them fails', async () => {
      const north = meters('north', 10);
      const rig = node(north);
      await rig.raise('north-1');
      await clock.advance(2 * MINUTE);
      const broken = { ...database, transaction: () => Promise.reject(new Error('the connection was lost')) };
      await new StormNode(broken, clock, north).keeper.sweep();
      expect(await tickets()).toEqual([]);
      await rig.keeper.sweep();
      expect(await tickets()).toHaveLength(1);
    });
  });

  describe('findings that are held', () => {
    it('do not wait for one that can not be let go', async () => {
      const north = meters('north', 10);
      const rig = node(north);
      for (const id of ids(north, 0, 3)) await rig.raise(id);
      await clock.advance(2 * MINUTE);
      let releases = 0;
      const broken = throughTransactions((tx) => {
        const release: typeof tx.storms.release = (id) =>
          ++releases === 1 ? Promise.reject(new Error('no room')) : tx.storms.release(id);
        return { ...tx, storms: { ...tx.storms, release } };
      });
      await new StormNode(broken, clock, north).keeper.sweep();
      expect(await tickets()).toHaveLength(2);
      await rig.keeper.sweep();
      expect(await tickets()).toHaveLength(3);
    });

    it('are tickets of their own where a storm can not be judged for long', async () => {
      const north = meters('north', 10);
      const rig = node(north);
      for (const id of ids(north, 0, 8)) await rig.raise(id);
      const broken = throughTransactions((tx) => {
        return { ...tx, storms: { ...tx.storms, begin: () => Promise.reject(new Error('a mistake')) } };
      });
      const failing = new StormNode(broken, clock, north);
      await clock.advance(2 * MINUTE);
      for (let sweep = 0; sweep < 30; sweep++) await failing.keeper.sweep();
      expect(await tickets()).toEqual([]);
      await failing.keeper.sweep();
      expect((await tickets()).map(({ storm }) => storm)).toEqual(Array(8).fill(undefined));
    });
  });

  describe('a storm', () => {
    it('takes in who goes out later, and tells the desk when they are many', async () => {
      const { rig, parent } = await storm();
      await rig.raise('north-8');
      await sweepAfter(2 * SECOND, rig);
      expect((await parents())[0]).toMatchObject({ storm: { assets: 9, out: 9, told: 8 } });
      expect(rig.delivered).toHaveLength(1);
      await rig.raise('north-9');
      await sweepAfter(2 * SECOND, rig);
      expect(await tickets()).toMatchObject([{ id: parent.id, storm: { assets: 10, out: 10, told: 10 } }]);
      expect(rig.delivered).toHaveLength(2);
      await rig.raise('south-1');
      await sweepAfter(2 * MINUTE, rig);
      expect((await tickets()).map(({ assetId }) => assetId)).toEqual([parent.assetId, 'south-1']);
    });

    it('is over when all are back, by itself where nobody has taken note', async () => {
      const { rig, parent, at } = await storm();
      for (let n = 0; n < 7; n++) await rig.clear(`north-${n}`, 'silent', at);
      await sweepAfter(2 * SECOND, rig);
      expect((await parents())[0]).toMatchObject({ status: 'open', storm: { assets: 8, out: 1 } });
      await rig.clear('north-7', 'silent', at);
      await sweepAfter(2 * SECOND, rig);
      const [over] = await parents();
      expect(over).toMatchObject({
        status: 'resolved',
        closing: { outcome: 'cleared-unconfirmed' },
        storm: { assets: 8, out: 0 },
      });
      expect((await database.tickets.entries(parent.id)).at(-1)).toMatchObject({
        kind: 'cleared',
        to: 'resolved',
        text: 'all 8 assets are back',
      });
      // One that falls silent the next day is no part of it; many are it again.
      await clock.advance(24 * HOUR);
      await rig.raise('north-0');
      await sweepAfter(2 * MINUTE, rig);
      expect(await tickets()).toHaveLength(2);
      for (let n = 1; n < 9; n++) await rig.raise(`north-${n}`);
      await sweepAfter(2 * MINUTE, rig);
      expect((await parents()).map(({ id, status, storm }) => [id, status, storm!.out])).toEqual([
        [parent.id, 'open', 8],
      ]);
      expect(await tickets()).toHaveLength(2);
    });

    it('that somebody has taken note of stays, with a word that all are back', async () => {
      const { rig, parent, at } = await storm();
      await rig.work.transition(parent.id, 'acknowledged', undefined, ANN);
      for (let n = 0; n < 8; n++) await rig.clear(`north-${n}`, 'silent', at);
      await sweepAfter(2 * SECOND, rig);
      expect((await parents())[0]).toMatchObject({ status: 'acknowledged', storm: { out: 0 } });
      expect((await database.tickets.entries(parent.id)).at(-1)).toMatchObject({ kind: 'cleared' });
    });

    it('that is closed leaves those that are still out to tickets of their own, which name it', async () => {
      const { rig, parent, at } = await storm();
      for (let n = 0; n < 5; n++) await rig.clear(`north-${n}`, 'silent', at);
      await rig.work.close(parent.id, { outcome: 'other-cause', note: 'fuse' }, undefined, ANN);
      await sweepAfter(2 * SECOND, rig);
      await rig.clear('north-5', 'silent', at);
      expect(await tickets()).toHaveLength(1);
      await sweepAfter(2 * MINUTE, rig);
      const own = (await tickets()).filter(({ storm }) => !storm);
      expect(own.map(({ assetId }) => assetId).sort()).toEqual(['north-6', 'north-7']);
      expect(own.map(({ parentId }) => parentId)).toEqual([parent.id, parent.id]);
      await sweepAfter(HOUR, rig);
      expect(await tickets()).toHaveLength(3);
      const left = (await database.storms.members(parent.id)).filter(({ leftAt, backAt }) => leftAt && !backAt);
      expect(left).toHaveLength(3);
    });

    it('that is closed and reopened keeps those that are out', async () => {
      const { rig, parent } = await storm();
      await rig.work.close(parent.id, { outcome: 'other-cause' }, undefined, ANN);
      await sweepAfter(2 * SECOND, rig);
      await rig.work.transition(parent.id, 'open', undefined, ANN, 'too early');
      await sweepAfter(HOUR, rig);
      expect(await tickets()).toMatchObject([{ id: parent.id, status: 'open', storm: { assets: 8, out: 8 } }]);
    });

    it('that is closed while most are out is one again, which follows it', async () => {
      const { rig, parent } = await storm();
      await rig.work.close(parent.id, { outcome: 'other-cause' }, undefined, ANN);
      await sweepAfter(2 * SECOND, rig);
      await sweepAfter(2 * MINUTE, rig);
      const all = await tickets();
      expect(all.map(({ status, recurrenceOf, storm }) => [status, recurrenceOf, storm!.out])).toEqual([
        ['closed', undefined, 8],
        ['open', parent.id, 8],
      ]);
    });

    it('counts tickets that were opened a moment ago, which stay and name it', async () => {
      const north = meters('north', 10);
      const rig = node(north);
      await rig.raise('north-0');
      await clock.advance(MINUTE);
      for (const id of ids(north, 1, 4)) await rig.raise(id);
      await sweepAfter(MINUTE, rig);
      await rig.raise('north-4');
      await sweepAfter(MINUTE, rig);
      const [own, parent, ...more] = await tickets();
      expect(more).toEqual([]);
      expect(own).toMatchObject({ assetId: 'north-0', parentId: parent!.id });
      expect(parent).toMatchObject({ storm: { assets: 4 } });
    });

    it('of a rule that only proposes is proposed', async () => {
      const lab = meters('lab', 6);
      const rig = node(lab);
      for (const id of ids(lab, 0, 6)) await rig.raise(id, 'mains-lost');
      await sweepAfter(2 * MINUTE, rig);
      expect(await tickets()).toMatchObject([{ status: 'proposed', storm: { told: 0 } }]);
      expect(rig.delivered).toEqual([]);
    });
  });

  describe('what comes back while it is held', () => {
    it('opens nothing, unless later data show that it had not', async () => {
      const rig = node(meters('north', 10));
      const at = clock.now();
      await rig.raise('north-1', 'mains-lost');
      await clock.advance(30 * SECOND);
      await rig.clear('north-1', 'mains-lost', at);
      await sweepAfter(2 * MINUTE, rig);
      expect([await tickets(), await database.storms.held()]).toEqual([[], []]);
      await rig.retract('north-1', 'cleared');
      await sweepAfter(2 * SECOND, rig);
      expect(await tickets()).toMatchObject([{ assetId: 'north-1', failureModeId: 'no-power' }]);
    });

    it('has a ticket of its own where later data show, after the storm, that it had not', async () => {
      const { rig, parent, at } = await storm();
      for (let asset = 0; asset < 8; asset++) await rig.clear(`north-${asset}`, 'silent', at);
      await sweepAfter(MINUTE, rig);
      expect(await database.tickets.get(parent.id)).toMatchObject({ status: 'resolved' });
      await rig.work.close(parent.id, { outcome: 'other-cause' }, undefined, ANN);
      await sweepAfter(MINUTE, rig);
      await rig.retract('north-3', 'cleared');
      await sweepAfter(2 * MINUTE, rig);
      expect((await tickets()).filter(({ id }) => id !== parent.id)).toMatchObject([{ assetId: 'north-3' }]);
    });

    it('counts towards the storm of the others', async () => {
      const north = meters('north', 10);
      const rig = node(north);
      const at = clock.now();
      for (const id of ids(north, 0, 5)) await rig.raise(id);
      await clock.advance(30 * SECOND);
      await rig.clear('north-1', 'silent', at);
      await sweepAfter(90 * SECOND, rig);
      expect(await tickets()).toMatchObject([{ storm: { assets: 5, out: 4 } }]);
    });

    it('is forgotten where a refold takes it back', async () => {
      const rig = node(meters('north', 10));
      await rig.raise('north-1', 'mains-lost');
      await rig.retract('north-1', 'raised');
      await sweepAfter(2 * MINUTE, rig);
      expect(await tickets()).toEqual([]);
    });
  });

  describe('what is muted', () => {
    it('by maintenance counts neither among those that are out nor among the others', async () => {
      const north = meters('north', 12);
      const rig = node(north);
      const event = { recordedAt: clock.now(), by: 'ann', type: 'maintenance' as const, at: clock.now() };
      const ended = { ...event, until: clock.now() + 1 };
      await database.events.add([
        ...ids(north, 6).map((assetId, n) => ({ ...event, id: `e${n}`, assetId })),
        { ...ended, id: 'e9', assetId: 'north-0' },
      ]);
      for (const id of ids(north, 0, 5)) await rig.raise(id);
      await sweepAfter(2 * MINUTE, rig);
      expect(await tickets()).toMatchObject([{ storm: { assets: 5, of: 6 } }]);
    });

    it('by a planned shutdown waits for its end, and has the usual time to come back', async () => {
      const north = meters('north', 10);
      const rig = node([...north, ...meters('south', 10)]);
      const from = clock.now();
      const shutdown = { id: 's1', siteId: 'north', from, to: from + 8 * HOUR, by: 'ann', recordedAt: from };
      await database.storms.addShutdown(shutdown);
      for (const id of ids(north, 0, 10)) await rig.raise(id);
      await rig.raise('north-1', 'too-hot');
      await rig.raise('north-2', 'filter-life');
      await sweepAfter(HOUR, rig);
      expect(await tickets()).toMatchObject([{ assetId: 'north-2' }]);
      await sweepAfter(7 * HOUR + MINUTE, rig);
      for (const id of ids(north, 0, 8)) await rig.clear(id, 'silent', from);
      await sweepAfter(MINUTE, rig);
      const opened = (await tickets()).map(({ assetId, failureModeId }) => `${assetId} ${failureModeId}`).sort();
      // Eight came back in time: with the two they would have been a storm.
      expect(opened).toEqual(['north-0 storm', 'north-1 hot', 'north-2 worn']);
      expect((await parents())[0]!.storm).toMatchObject({ assets: 10, out: 2 });
    });
  });
}
