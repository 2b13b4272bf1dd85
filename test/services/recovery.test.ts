import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import type { TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { readiness } from '../../src/readiness.ts';
import { GatedStore } from '../support/gatedStore.ts';
import { postgresPrograms } from '../support/postgres.ts';
import type { TestNode } from '../support/shardNode.ts';
import { IDS, METRICS, MINUTES, ShardRig, said, T0, takeMinutes } from '../support/shardRig.ts';
import { until } from '../support/until.ts';

const programs = postgresPrograms();

/** States are saved up to here, */
const SAVED = 40;
/** and samples stored up to here, when the first process dies. */
const DIED = 100;
/** What the first process did not get: it lies behind what it stored later. */
const HELD = [62, 63, 71] as const;
const BY = { name: 'test', role: 'admin' } as const;

describe.skipIf(!programs)('recovery in the background', () => {
  const rig = ShardRig.use(programs!);
  const inline = { assess: { mode: 'inline', checkpointEvery: '1h', tickEvery: '1h' } };
  let reference: Awaited<ReturnType<typeof rig.inlineReference>>;

  it('the reference: one process, in order', async () => {
    reference = await rig.inlineReference();
  });

  function take(node: TestNode, minutes: readonly number[], ids: readonly string[] = IDS): void {
    for (const at of minutes) for (const id of ids) node.take(id, said(id, at));
  }

  const span = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

  /** A process that dies with its states saved long before what it stored. */
  async function dead(without: readonly number[] = []): Promise<{ inner: TimeSeriesStore; gate: GatedStore }> {
    await rig.harness.empty();
    const inner = await rig.openStore();
    const gate = new GatedStore(inner);
    const first = await rig.start('first', gate.store, inline);
    takeMinutes(first, 0, SAVED);
    await first.pipeline.settled();
    await first.pipeline.checkpoint.run();
    take(
      first,
      span(SAVED, DIED).filter((at) => !without.includes(at)),
    );
    await first.pipeline.settled();
    await first.crash();
    gate.away = true;
    return { inner, gate };
  }

  /** Everything is stored once, assessed, and as in the reference; the ledgers add up. */
  async function expectReference(node: TestNode, inner: TimeSeriesStore, expected = reference): Promise<void> {
    await node.pipeline.settled();
    await node.pipeline.checkpoint.run();
    expect(node.pipeline.parts.ledger.imbalance()).toEqual([]);
    expect(node.pipeline.parts.ledger.samples).toMatchObject({ waiting: 0, inFlight: 0 });
    expect(await rig.outcome()).toEqual(expected);
    for (const assetId of IDS) {
      const stored = await inner.range({ assetId, metricIds: METRICS, from: T0, to: T0 + 24 * HOUR }, 10_000);
      expect(stored).toHaveLength(MINUTES * METRICS.length);
    }
  }

  const savedTimes = async () => new Set((await rig.harness.database.states.all()).map(({ time }) => time));

  it('takes messages while the store is away; they wait, nothing is saved or let pass, and then all comes right', async () => {
    const { inner, gate } = await dead();
    const node = await rig.start('second', gate.store, inline);
    const { pipeline } = node;
    expect(pipeline.started).toBe(true);
    expect(pipeline.recovery).toMatchObject({ done: false, samples: 0, behind: IDS.length });
    await until('it to say why it waits', () => /it is away, says the test/.test(pipeline.recovery.waitsFor ?? ''));

    takeMinutes(node, DIED, 120);
    await pipeline.ingest.drain();
    const { ledger } = pipeline.parts;
    expect(node.settled).toBe(20 * IDS.length);
    expect(ledger.samples).toMatchObject({ stored: 20 * 5 * IDS.length, waiting: 20 * 5 * IDS.length, assessed: 0 });
    expect(ledger.imbalance()).toEqual([]);
    pipeline.assessment.tick();
    await pipeline.checkpoint.run();
    expect(await savedTimes()).toEqual(new Set([T0 + (SAVED - 1) * MINUTE]));

    gate.away = false;
    await pipeline.settled();
    expect(pipeline.recovery).toMatchObject({ done: true, behind: 0, waitsFor: undefined });
    expect(ledger.samples).toMatchObject({ waiting: 0, assessed: 20 * 5 * IDS.length });
    await pipeline.checkpoint.run();
    expect(await savedTimes()).toEqual(new Set([T0 + 119 * MINUTE]));
    takeMinutes(node, 120, MINUTES);
    await expectReference(node, inner);
    expect(pipeline.refolds.done).toBe(0);
  }, 60_000);

  describe('samples behind what the store has, and known ones again', () => {
    const again = (node: TestNode) => take(node, span(80, DIED));

    it('that come before it is read', async () => {
      const { inner, gate } = await dead(HELD);
      const node = await rig.start('second', gate.store, inline);
      take(node, HELD);
      again(node);
      takeMinutes(node, DIED, MINUTES);
      await node.pipeline.ingest.drain();
      gate.away = false;
      await expectReference(node, inner);
    }, 60_000);

    it.each(['before the first sample', 'amid the samples'])('that come while it is read, %s', async (when) => {
      const { inner, gate } = await dead(HELD);
      const node = await rig.start('second', gate.store, inline);
      let done = false;
      const come = async () => {
        if (done) return;
        done = true;
        take(node, HELD);
        again(node);
        await node.pipeline.ingest.drain();
      };
      if (when === 'amid the samples') gate.afterChunk = come;
      else gate.beforeRead = come;
      gate.away = false;
      await node.pipeline.assessment.drain();
      expect(done).toBe(true);
      takeMinutes(node, DIED, MINUTES);
      await expectReference(node, inner);
    }, 60_000);

    it('whose write lasts longer than the read', async () => {
      const { inner, gate } = await dead(HELD);
      const node = await rig.start('second', gate.store, inline);
      let write: () => void = () => undefined;
      gate.beforeWrite = () => new Promise((resolve) => (write = resolve));
      take(node, HELD);
      node.pipeline.ingest.flush();
      await until('the write to begin', () => node.pipeline.parts.ledger.messages.inFlight > 0);
      gate.away = false;
      await until(
        'the read to end',
        () => node.pipeline.recovery.samples >= (DIED - SAVED - HELD.length) * 5 * IDS.length,
      );
      await node.pipeline.checkpoint.run();
      gate.beforeWrite = async () => undefined;
      await until('the write to be let go', () => {
        write();
        return node.pipeline.recovery.done;
      });
      takeMinutes(node, DIED, MINUTES);
      await expectReference(node, inner);
    }, 60_000);

    it('that were in hand when it was read', async () => {
      const { inner, gate } = await dead(HELD);
      const node = await rig.start('second', gate.store, inline);
      let write: () => void = () => undefined;
      gate.beforeWrite = () => new Promise((resolve) => (write = resolve));
      take(node, [DIED], ['rig-0']);
      node.pipeline.ingest.flush();
      // Placed while nothing is known, written when everything is.
      take(node, HELD);
      again(node);
      gate.away = false;
      await until(
        'the read to end',
        () => node.pipeline.recovery.samples >= (DIED - SAVED - HELD.length) * 5 * IDS.length,
      );
      gate.beforeWrite = async () => undefined;
      await until('the write to be let go', () => {
        write();
        return node.pipeline.parts.ledger.messages.inFlight === 0;
      });
      takeMinutes(node, DIED, MINUTES);
      await expectReference(node, inner);
    }, 60_000);

    it('of another value at the newest time: state and store tell the same', async () => {
      const { inner, gate } = await dead();
      const node = await rig.start('second', gate.store, inline);
      const newest = { ...said('rig-3', DIED - 1), ink: 33 };
      gate.afterChunk = async () => {
        gate.afterChunk = async () => undefined;
        node.take('rig-3', newest);
        await node.pipeline.ingest.drain();
      };
      gate.away = false;
      await node.pipeline.settled();
      const at = { assetId: 'rig-3', metricIds: ['ink'], from: newest.ts, to: newest.ts + 1 };
      const [stored] = await inner.range(at, 10);
      const { state, metricIndex } = node.pipeline.fleet.get('rig-3')!;
      expect(state.values[metricIndex.get('ink')!]).toBe(stored!.value);
    }, 60_000);
  });

  it('goes on where it failed, and after a crash in the middle begins again where the states were saved', async () => {
    const { inner, gate } = await dead(HELD);
    const second = await rig.start('second', gate.store, inline);
    takeMinutes(second, DIED, 110);
    await second.pipeline.ingest.drain();
    let chunks = 0;
    gate.afterChunk = async () => {
      chunks++;
      if (chunks === 5) gate.away = true;
      if (chunks === 5) take(second, HELD, ['rig-0', 'rig-7']);
    };
    gate.away = false;
    await until('a part to be read', () => chunks === 5);
    await second.pipeline.ingest.drain();
    await second.pipeline.raiser.drain();
    const { fleet } = second.pipeline;
    const read = [...fleet.all()].filter(({ state, refolding }) => state.time > T0 + SAVED * MINUTE && !refolding);
    expect(read.length).toBeGreaterThan(0);
    await second.pipeline.checkpoint.run();
    expect(await savedTimes()).toEqual(new Set([T0 + (SAVED - 1) * MINUTE]));
    gate.away = false;
    await until('more to be read', () => chunks > 9);
    gate.away = true;
    await second.crash();

    const third = await rig.start('third', gate.store, inline);
    take(third, HELD);
    takeMinutes(third, 105, 115);
    await third.pipeline.ingest.drain();
    gate.away = false;
    await third.pipeline.settled();
    takeMinutes(third, 115, MINUTES);
    await expectReference(third, inner);
  }, 60_000);

  it('tells of its progress in /readyz and, when it is long, in the log', async () => {
    const { gate } = await dead();
    gate.away = false;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    gate.readsAway = 1;
    gate.multiply = 80;
    let chunks = 0;
    gate.afterChunk = async () => {
      if (++chunks === 20) await held;
    };
    const node = await rig.start('second', gate.store, inline);
    const { pipeline } = node;
    await until('a part to be read', () => chunks === 20);
    const { parts } = await readiness(pipeline.parts, pipeline);
    const told = parts.find(({ part }) => part === 'recovery')?.detail;
    expect(parts.find(({ part }) => part === 'recovery')).toMatchObject({ ok: false, needed: true });
    expect(told).toMatch(/^under way: [1-9]\d+ samples of 12 assets read, ([1-9]|10|11) assets still behind$/);
    goOn();
    await pipeline.settled();
    const lines = node.lines.filter(({ msg }) => msg === 'recovering: folding stored samples');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines[0]).toMatchObject({ samples: expect.any(Number), samplesPerSecond: expect.any(Number), assets: 12 });
    expect(lines.every(({ samples, behind }) => Number(samples) >= 200_000 && Number(behind) <= 12)).toBe(true);
    const done = (await readiness(pipeline.parts, pipeline)).parts.find(({ part }) => part === 'recovery');
    expect(done).toMatchObject({ ok: true, detail: expect.stringMatching(/^read \d+ samples of 12 assets in /) });
  }, 60_000);

  it('an asset that never comes to rest is folded anew in the end', async () => {
    const { inner, gate } = await dead();
    const node = await rig.start('second', gate.store, inline);
    let at = DIED;
    gate.beforeRead = async () => {
      if (at === MINUTES) return;
      takeMinutes(node, at, ++at);
      await node.pipeline.ingest.drain();
    };
    gate.away = false;
    await node.pipeline.settled();
    expect(node.pipeline.recovery.done).toBe(true);
    gate.beforeRead = async () => undefined;
    takeMinutes(node, at, MINUTES);
    await expectReference(node, inner);
    expect(node.pipeline.refolds.done).toBeGreaterThanOrEqual(IDS.length);
  }, 60_000);

  describe('an event recorded', () => {
    const replaced = (node: TestNode) =>
      node.pipeline.service.assets.addEvent(
        'rig-2',
        { type: 'component-replaced', componentId: 'belt', at: T0 + 70 * MINUTE + 1, reading: 900 },
        BY,
      );
    let withEvent: typeof reference;

    it('the reference: in its turn', async () => {
      await rig.harness.empty();
      const node = await rig.start('reference', new GatedStore(await rig.openStore()).store, inline);
      takeMinutes(node, 0, 71);
      await node.pipeline.settled();
      await replaced(node);
      takeMinutes(node, 71, MINUTES);
      await node.pipeline.settled();
      await node.pipeline.checkpoint.run();
      withEvent = await rig.outcome();
      expect(withEvent).not.toEqual(reference);
    }, 60_000);

    it.each(['while the store is away', 'amid the read', 'between two rounds'])('%s', async (when) => {
      const { inner, gate } = await dead();
      const node = await rig.start('second', gate.store, inline);
      let recorded = 0;
      const record = async () => {
        if (recorded++ === 0) await replaced(node);
      };
      if (when === 'while the store is away') await record();
      if (when === 'amid the read') gate.afterChunk = record;
      if (when === 'between two rounds') {
        gate.beforeRead = async () => {
          if (gate.reads === 0) takeMinutes(node, DIED, 110);
          else await record();
          await node.pipeline.ingest.drain();
        };
        gate.reads = 0;
      }
      gate.away = false;
      await node.pipeline.settled();
      expect(recorded).toBeGreaterThan(0);
      gate.beforeRead = async () => undefined;
      takeMinutes(node, when === 'between two rounds' ? 110 : DIED, MINUTES);
      await expectReference(node, inner, withEvent);
    }, 60_000);
  });
});
