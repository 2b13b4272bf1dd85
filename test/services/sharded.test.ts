import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import type { TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { sharedStore, type TestNode } from '../support/shardNode.ts';
import { IDS, METRICS, MINUTES, refoldsOf, ShardRig, said, T0 } from '../support/shardRig.ts';
import { until } from '../support/until.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('several nodes on one PostgreSQL and one store', () => {
  const rig = ShardRig.use(programs!);
  const stored = async (store: TimeSeriesStore, metricIds: readonly string[] = METRICS) => {
    const query = { metricIds, from: T0, to: T0 + MINUTES * MINUTE };
    const counts = await Promise.all(IDS.map((assetId) => store.buckets({ ...query, assetId }, HOUR)));
    return counts.flat().reduce((sum, { count }) => sum + count, 0);
  };

  it('come to what one that assesses in hand comes to', async () => {
    const reference = await rig.inlineReference();
    const store = await rig.openStore();
    const nodes = [await rig.start('a', store), await rig.start('b', store), await rig.start('c', store)];
    for (let at = 0; at < MINUTES; at++) {
      for (const id of IDS) nodes[(at + IDS.indexOf(id)) % 3]!.take(id, said(id, at));
      if (at % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(nodes.map((node) => node.pipeline.ingest.drain()));
    await nodes[0]!.pipeline.settled();
    expect(await stored(store)).toBe(MINUTES * IDS.length * METRICS.length);
    expect(await rig.outcome()).toEqual(reference);
    for (const { pipeline } of nodes) expect(pipeline.parts.ledger.imbalance()).toEqual([]);
    const noted = nodes.reduce((sum, { pipeline }) => sum + pipeline.parts.ledger.samples.noted, 0);
    expect(noted).toBe(MINUTES * IDS.length * 5);
  });

  it('need no refolds when the samples of an asset go to all of them in turn', async () => {
    await rig.harness.empty();
    const store = await rig.openStore();
    const nodes = [await rig.start('a', store), await rig.start('b', store)];
    // The events of their registration are taken in by a refold.
    await nodes[0]!.pipeline.settled();
    const before = refoldsOf(nodes);
    for (let at = 0; at < 60; at++) {
      for (const id of IDS) nodes[at % 2]!.take(id, said(id, at));
      await until('the message to be stored', () => nodes[at % 2]!.settled >= IDS.length * Math.ceil((at + 1) / 2) - 6);
    }
    await Promise.all(nodes.map((node) => node.pipeline.ingest.drain()));
    await nodes[0]!.pipeline.settled();
    // Each ticket that its rule closed by itself is an event, too; here none is.
    expect(refoldsOf(nodes) - before).toBe(0);
  });

  it('lose nothing and open nothing twice when one is cut off, one crashes and one comes while data flow', async () => {
    const reference = await rig.inlineReference();
    const store = await rig.openStore();
    const [a, b] = [await rig.start('a', store), await rig.start('b', store)];
    const nodes = [a, b];
    for (let at = 0; at < MINUTES; at++) {
      if (at === 40) await a.cut();
      if (at === 70) nodes.push(await rig.start('c', store));
      if (at === 100) {
        await b.pipeline.ingest.drain();
        await b.crash();
        nodes.splice(nodes.indexOf(b), 1);
      }
      for (const id of IDS) nodes[at % nodes.length]!.take(id, said(id, at));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(nodes.map((node) => node.pipeline.ingest.drain()));
    await nodes[0]!.pipeline.settled();
    expect(await stored(store)).toBe(MINUTES * IDS.length * METRICS.length);
    expect(await rig.outcome()).toEqual(reference);
  });

  it('note only what is in the store: what is noted is assessed, whenever the note is read', async () => {
    await rig.harness.empty();
    const inner = await rig.openStore();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let writing = false;
    const store = sharedStore(inner, {
      replace: async (samples) => {
        writing = true;
        await held;
        await inner.replace(samples);
      },
    });
    const node = await rig.start('a', store);
    await node.pipeline.assessment.drain();
    node.take(IDS[0]!, said(IDS[0]!, 0));
    node.pipeline.ingest.flush();
    await until('the write to begin', () => writing);
    expect(await rig.harness.database.states.notes()).toEqual([]);
    release();
    await node.pipeline.settled();
    const [state] = await rig.harness.database.states.of([IDS[0]!]);
    expect(state!.time).toBe(T0);
  });

  it('assess what was stored and never noted, since it comes again', async () => {
    await rig.harness.empty();
    const store = await rig.openStore();
    const id = IDS[0]!;
    const first = await rig.start('a', store);
    for (const at of [0, 2]) first.take(id, said(id, at));
    await first.pipeline.settled();
    // What a crash between write and note leaves: the sample is in the store, and nobody was told.
    first.take(id, said(id, 1));
    await first.pipeline.ingest.drain();
    await rig.harness.query('TRUNCATE fettle.refold_notes');
    await first.crash();
    const second = await rig.start('a', store);
    second.take(id, said(id, 2));
    await second.pipeline.settled();
    const before = refoldsOf([second]);
    second.take(id, said(id, 1));
    await second.pipeline.settled();
    expect(refoldsOf([second])).toBe(before + 1);
    const query = { assetId: id, metricIds: ['temperature'], from: T0, to: T0 + HOUR };
    const counted = await store.buckets(query, HOUR);
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });

  it('take in what comes while a note is being answered', async () => {
    await rig.harness.empty();
    const inner = await rig.openStore();
    let node: TestNode | undefined;
    let meanwhile = false;
    const store = sharedStore(inner, {
      readFrom: async function* (watermarks) {
        yield* inner.readFrom(watermarks);
        if (!node || meanwhile) return;
        meanwhile = true;
        node.take(IDS[0]!, said(IDS[0]!, 1));
        await node.pipeline.ingest.drain();
      },
    });
    const started = await rig.start('a', store);
    await started.pipeline.settled();
    started.take(IDS[0]!, said(IDS[0]!, 0));
    await started.pipeline.ingest.drain();
    node = started;
    await started.pipeline.settled();
    expect(meanwhile).toBe(true);
    const [state] = await rig.harness.database.states.of([IDS[0]!]);
    expect(state!.time).toBe(T0 + MINUTE);
  });
});
