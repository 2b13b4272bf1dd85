import { expect, it } from 'vitest';
import { MINUTE } from '../../../../src/domain/time.ts';
import { until } from '../../../support/until.ts';
import { asset, FULL_ASSET, insertTicket, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const subscriptions = { filters: ['plant/#', '工厂/+'], shareGroup: 'fettle' };
const A = { id: 'a', clientId: 'fettle-a', instance: 'a1', version: '1.0.0', subscriptions };
const B = { id: 'b', clientId: 'fettle-b', instance: 'b1', version: '1.0.0', subscriptions: { filters: [] } };

export function describeNodes(harness: GetHarness): void {
  const nodes = () => harness().database.nodes;
  const assets = () => harness().database.assets;
  const age = (clientId: string, by: number) =>
    harness().query(
      `UPDATE fettle.nodes SET seen_at = seen_at - ${by}, adopter_seen_at = adopter_seen_at - ${by} WHERE client_id = '${clientId}'`,
    );

  it('lists who has joined, by id, with the time of the database', async () => {
    expect(await nodes().list()).toEqual({ now: expect.any(Number), nodes: [] });
    expect(await nodes().join(B)).toBeUndefined();
    expect(await nodes().join(A)).toBeUndefined();
    const { now, nodes: seen } = await nodes().list();
    const fresh = { listening: false, retiring: false };
    expect(seen).toMatchObject([
      { ...A, ...fresh },
      { ...B, ...fresh },
    ]);
    expect(seen[0]).not.toHaveProperty('adopter');
    expect(seen[1]!.seenAt).toBe(seen[1]!.startedAt);
    expect(seen[1]!.heardUntil).toBe(seen[1]!.startedAt);
    expect(now).toBeGreaterThanOrEqual(seen[0]!.seenAt);
    expect(Math.abs(now - Date.now())).toBeLessThan(MINUTE);
  });

  it('notes up to when a node heard its broker, and keeps it for the process that comes next', async () => {
    await nodes().join(A);
    const heard = await nodes().beat(A.clientId, A.instance, true);
    expect(heard).toMatchObject({ listening: true, heardUntil: heard!.seenAt });
    const deaf = await nodes().beat(A.clientId, A.instance, false);
    expect(deaf).toMatchObject({ listening: false, heardUntil: heard!.heardUntil });
    expect(deaf!.seenAt).toBeGreaterThanOrEqual(heard!.seenAt);
    const earlier = await nodes().join({ ...A, instance: 'a2' });
    expect(earlier).toMatchObject({ instance: 'a1', heardUntil: heard!.heardUntil });
    expect((await nodes().list()).nodes).toMatchObject([{ instance: 'a2', heardUntil: heard!.heardUntil }]);
  });

  it('tells an instance that was replaced or removed by answering nothing', async () => {
    await nodes().join(A);
    await nodes().join({ ...A, instance: 'a2' });
    expect(await nodes().beat(A.clientId, 'a1', true)).toBeUndefined();
    expect(await nodes().remove(A.clientId, { instance: 'a1' })).toBe(false);
    expect(await nodes().remove(A.clientId, { instance: 'a2' })).toBe(true);
    expect(await nodes().beat(A.clientId, 'a2', true)).toBeUndefined();
    expect((await nodes().list()).nodes).toEqual([]);
  });

  it('marks a node as retiring, until it joins again', async () => {
    await nodes().join(A);
    await nodes().join(B);
    expect(await nodes().retire('nobody')).toBe('unknown');
    expect(await nodes().retire('a')).toBe('told');
    expect(await nodes().beat(A.clientId, A.instance, true)).toMatchObject({ retiring: true });
    await nodes().join({ ...A, instance: 'a2' });
    expect((await nodes().list()).nodes).toMatchObject([{ retiring: false }, { retiring: false }]);
  });

  it('retires all but the last node, of requests at the same moment as well', async () => {
    await nodes().join(A);
    expect(await nodes().retire('a')).toBe('last');
    await nodes().join(B);
    await age(B.clientId, MINUTE);
    expect(await nodes().retire('a')).toBe('last');
    await nodes().join(B);
    const other = await harness().open();
    const outcomes = await Promise.all([nodes().retire('a'), other.nodes.retire('b')]);
    await other.close();
    expect(outcomes.sort()).toEqual(['last', 'told']);
  });

  it('gives a node that is gone to one of several adopters, and to another when its claim lapses', async () => {
    await nodes().join(A);
    await age(A.clientId, MINUTE);
    expect(await nodes().adopt(A.clientId, 'b1', 2 * MINUTE, MINUTE)).toBeUndefined();
    const claims = await Promise.all(
      ['b1', 'c1', 'd1', 'e1'].map((by) => nodes().adopt(A.clientId, by, 0.5 * MINUTE, MINUTE)),
    );
    const [won, ...others] = claims.filter((claim) => claim !== undefined);
    expect(others).toEqual([]);
    const adopter = won!.adopter!;
    expect(won).toMatchObject(A);
    expect(await nodes().holdAdoption(A.clientId, 'stranger')).toBe(false);
    await age(A.clientId, 0.9 * MINUTE);
    expect(await nodes().holdAdoption(A.clientId, adopter)).toBe(true);
    await age(A.clientId, 0.9 * MINUTE);
    expect(await nodes().adopt(A.clientId, 'f1', MINUTE, MINUTE)).toBeUndefined();
    await age(A.clientId, 0.2 * MINUTE);
    expect(await nodes().adopt(A.clientId, 'f1', MINUTE, MINUTE)).toMatchObject({ adopter: 'f1' });
    expect(await nodes().holdAdoption(A.clientId, adopter)).toBe(false);
    expect(await nodes().remove(A.clientId, { instance: A.instance })).toBe(false);
    expect(await nodes().remove(A.clientId, { adopter })).toBe(false);
    expect(await nodes().remove(A.clientId, { adopter: 'f1' })).toBe(true);
  });

  it.each([
    ['gives a sign of life', () => nodes().beat(A.clientId, A.instance, true)],
    ['starts again', () => nodes().join({ ...A, instance: 'a2' })],
  ])('calls an adoption off when the node %s', async (_what, comeBack) => {
    await nodes().join(A);
    await age(A.clientId, MINUTE);
    await nodes().adopt(A.clientId, 'b1', 1, MINUTE);
    await comeBack();
    expect(await nodes().holdAdoption(A.clientId, 'b1')).toBe(false);
    expect(await nodes().remove(A.clientId, { adopter: 'b1' })).toBe(false);
    expect((await nodes().list()).nodes).toHaveLength(1);
  });

  it('leaves a node whose broker says it is alive alone for as long as one that was seen', async () => {
    await nodes().join(A);
    await age(A.clientId, MINUTE);
    await nodes().adopt(A.clientId, 'b1', 1, MINUTE);
    await nodes().endAdoption(A.clientId, 'b1', true);
    expect(await nodes().adopt(A.clientId, 'c1', 0.5 * MINUTE, MINUTE)).toBeUndefined();
    await age(A.clientId, MINUTE);
    await nodes().adopt(A.clientId, 'c1', 1, MINUTE);
    await nodes().endAdoption(A.clientId, 'c1', false);
    expect(await nodes().adopt(A.clientId, 'd1', 0.5 * MINUTE, MINUTE)).toBeDefined();
  });

  it('keeps the deaf times of each node', async () => {
    const { events } = harness().database;
    await events.saveDeaf({ from: T0, to: T0 + 1 }, A.clientId);
    await events.saveDeaf({ from: T0, to: T0 + 2 }, B.clientId);
    await events.saveDeaf({ from: T0, to: T0 + 3 });
    expect(await events.deaf(T0)).toHaveLength(3);
  });

  it('tells what changed in the registry since a revision', async () => {
    expect(await assets().changesSince(0)).toEqual({ revision: 0, assets: [] });
    await assets().save([FULL_ASSET, asset('a')]);
    const first = await assets().changesSince(0);
    expect(first.assets).toEqual(expect.arrayContaining([FULL_ASSET, asset('a')]));
    expect(first).not.toHaveProperty('bindings');
    expect(await assets().changesSince(first.revision)).toEqual({ revision: first.revision, assets: [] });
    await assets().save([asset('a', { name: 'renamed' })]);
    const second = await assets().changesSince(first.revision);
    expect(second.assets).toStrictEqual([asset('a', { name: 'renamed' })]);
    const binding = { deviceId: 'd', assetId: 'a', from: T0 };
    await assets().bind(binding);
    const third = await assets().changesSince(second.revision);
    expect(third).toStrictEqual({ revision: third.revision, assets: [], bindings: [binding] });
    await assets().bind({ ...binding, assetId: 'b', from: T0 - 1 });
    expect(await assets().changesSince(third.revision)).toMatchObject({ bindings: [{ assetId: 'b', from: T0 - 1 }] });
    expect(await assets().changesSince(0)).toMatchObject({ assets: expect.any(Array), bindings: [{}] });
  });

  it('misses no change, however changes and readers overlap', async () => {
    const other = await harness().open(2);
    const seen = new Set<string>();
    let revision = 0;
    const read = async () => {
      const changes = await other.assets.changesSince(revision);
      revision = changes.revision;
      for (const { id } of changes.assets) seen.add(id);
    };
    let writing = true;
    const reading = (async () => {
      while (writing) await read();
    })();
    const ids = Array.from({ length: 60 }, (_, n) => `n${n}`);
    await Promise.all(
      ids.map((id, n) =>
        harness().database.transaction(async (tx) => {
          await tx.assets.save([asset(id)]);
          if (n % 3 === 0) await tx.settings.set(`s${n}`, n);
        }),
      ),
    );
    writing = false;
    await reading;
    await read();
    await other.close();
    expect([...seen].sort()).toEqual(ids.sort());
  });

  it('inserts an asset that announces itself only if it is absent, and says what is there', async () => {
    await assets().save([asset('a', { name: 'by a person' })]);
    const known = await assets().saveAbsent([asset('a', { registeredBy: 'auto' }), asset('b')]);
    expect(known).toStrictEqual([asset('a', { name: 'by a person' })]);
    expect(await assets().all()).toStrictEqual([asset('a', { name: 'by a person' }), asset('b')]);
    expect(await assets().saveAbsent([])).toEqual([]);
  });

  it('makes one asset of one that announces itself at several nodes at once', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => assets().saveAbsent([asset('x', { siteId: `s${n}` }), asset(`y${n}`)])),
    );
    const stored = await assets().get('x');
    expect(answers.filter((known) => known.length === 0)).toHaveLength(1);
    for (const known of answers) expect(known.map(({ siteId }) => siteId)).toEqual(known.map(() => stored!.siteId));
  });

  it('locks the registry for those who change it after reading', async () => {
    await assets().save([asset('a', { batch: '0' })]);
    const add = () =>
      harness().database.transaction(async (tx) => {
        const [current] = await tx.assets.lock(['a', 'nobody']);
        await tx.assets.save([{ ...current!, batch: `${Number(current!.batch) + 1}` }]);
      });
    await Promise.all([add(), add(), add()]);
    expect(await assets().get('a')).toMatchObject({ batch: '3' });
  });

  it('gives a delivery to one of several who claim it, until it failed or the lease is over', async () => {
    const { outbox } = harness().database;
    const ticketId = await insertTicket(harness().database);
    await outbox.add({ id: 'o1', ticketId, event: 'ticket.opened', key: 'k1', createdAt: T0 });
    const claims = await Promise.all([1, 2, 3].map(() => outbox.claim('o1', MINUTE)));
    expect(claims.filter((claim) => claim !== undefined)).toMatchObject([await outbox.get('o1')]);
    expect(await outbox.attemptFailed(claims.find((claim) => claim)!, 'busy', false)).toBe(true);
    const lapsed = await outbox.claim('o1', 1);
    expect(lapsed).toMatchObject({ id: 'o1', attempts: 1 });
    const current = await until('the lease to end', () => outbox.claim('o1', MINUTE));
    expect(await outbox.attemptFailed(lapsed!, 'slow', true)).toBe(false);
    await outbox.release(lapsed!);
    expect(await outbox.claim('o1', MINUTE)).toBeUndefined();
    await outbox.release(current);
    expect(await outbox.claim('o1', MINUTE)).toMatchObject({ status: 'pending', attempts: 1 });
    await outbox.delivered('o1', T0);
    expect(await outbox.claim('o1', MINUTE)).toBeUndefined();
    expect(await outbox.claim('nothing', MINUTE)).toBeUndefined();
  });

  it('gives a delivery away whose claim lasts longer than any: the clock of the server was put back since', async () => {
    const { outbox } = harness().database;
    const ticketId = await insertTicket(harness().database);
    await outbox.add({ id: 'o1', ticketId, event: 'ticket.opened', key: 'o1', createdAt: T0 });
    const claim = await outbox.claim('o1', 3 * MINUTE);
    expect(await outbox.claim('o1', MINUTE)).toMatchObject({ id: 'o1' });
    expect(await outbox.attemptFailed(claim!, 'slow', true)).toBe(false);
  });
}
