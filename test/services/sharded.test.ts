import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDuckDbStore } from '../../src/adapters/timeseries/duckdb/index.ts';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import type { Database } from '../../src/ports/database.ts';
import type { TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { Harness } from '../conformance/database/harness.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { rigAsset } from '../support/rig.ts';
import { sharedStore, startNode, type TestNode } from '../support/shardNode.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 6 * HOUR;
const MINUTES = 150;
const IDS = Array.from({ length: 12 }, (_, n) => `rig-${n}`);
const ASSETS = IDS.map((id) => rigAsset(id, T0 - 20 * 24 * HOUR));

/** What an asset says in the minute `at`: it crosses limits now and then, and wears. */
function said(id: string, at: number) {
  const shift = IDS.indexOf(id) * 3;
  const hot = (at + shift) % 60 >= 40;
  return {
    ts: T0 + at * MINUTE,
    temperature: hot ? 84 + (at % 3) : 60,
    hours: 899 + at / 60,
    ink: 90 - Math.floor(at / 10),
    pressure: (at + shift) % 50 < 4 ? 11 : 8,
    running: 'running',
  };
}

const METRICS = ['temperature', 'hours', 'ink', 'pressure', 'running'];

const programs = postgresPrograms();

describe.skipIf(!programs)('several nodes on one PostgreSQL and one store', () => {
  let server: TestPostgres;
  let harness: Harness;
  beforeAll(async () => {
    server = await startPostgres(programs!);
    harness = await Harness.start(server.connection);
    return async () => {
      await harness.stop();
      await server.stop();
    };
  });

  const openStore = async (): Promise<TimeSeriesStore> => {
    const store = await openDuckDbStore({
      directory: tempFolder(),
      retention: 400 * 24 * HOUR,
      log: createLog('silent'),
    });
    onTestFinished(() => store.close());
    return sharedStore(store);
  };
  const start = async (name: string, store: TimeSeriesStore, assess = {}): Promise<TestNode> => {
    const node = await startNode({ name, connection: server.connection, store, assets: ASSETS, assess });
    onTestFinished(() => node.stop());
    return node;
  };

  /** What all of it came to, without what tells how it came in. */
  async function outcome(database: Database) {
    const findings = await Promise.all(IDS.map((id) => database.findings.recordedAfter(id, -Infinity)));
    const { items } = await database.tickets.list({}, 'openedAt', { limit: 500 });
    const states = (await database.states.all()).map(({ assetId, state }) => {
      // When it came in, and the random ids of events.
      const { receivedAt: _, event: __, ...rest } = JSON.parse(state);
      return { assetId, ...rest };
    });
    const usage = await Promise.all(IDS.map((id) => database.states.usage(id, 0, Infinity)));
    return {
      findings: findings
        .flat()
        .map(({ key, evidence, window }) => ({ key, evidence, window }))
        .sort(byKey),
      tickets: items.map(({ episodeKey, status }) => `${episodeKey} ${status}`).sort(),
      states,
      usage,
    };
  }
  const stored = async (store: TimeSeriesStore, metricIds: readonly string[] = METRICS) => {
    const query = { metricIds, from: T0, to: T0 + MINUTES * MINUTE };
    const counts = await Promise.all(IDS.map((assetId) => store.buckets({ ...query, assetId }, HOUR)));
    return counts.flat().reduce((sum, { count }) => sum + count, 0);
  };
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);

  async function inlineReference() {
    await harness.empty();
    const node = await start('reference', await openStore(), { mode: 'inline' });
    for (let at = 0; at < MINUTES; at++) for (const id of IDS) node.take(id, said(id, at));
    await node.pipeline.settled();
    await node.pipeline.checkpoint.run();
    const reference = await outcome(harness.database);
    await node.stop();
    await harness.empty();
    expect(reference.tickets.length).toBeGreaterThan(IDS.length);
    return reference;
  }

  it('come to what one that assesses in hand comes to', async () => {
    const reference = await inlineReference();
    const store = await openStore();
    const nodes = [await start('a', store), await start('b', store), await start('c', store)];
    for (let at = 0; at < MINUTES; at++) {
      for (const id of IDS) nodes[(at + IDS.indexOf(id)) % 3]!.take(id, said(id, at));
      if (at % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(nodes.map((node) => node.pipeline.ingest.drain()));
    await nodes[0]!.pipeline.settled();
    expect(await stored(store)).toBe(MINUTES * IDS.length * METRICS.length);
    expect(await outcome(harness.database)).toEqual(reference);
    for (const { pipeline } of nodes) expect(pipeline.parts.ledger.imbalance()).toEqual([]);
    const noted = nodes.reduce((sum, { pipeline }) => sum + pipeline.parts.ledger.samples.noted, 0);
    expect(noted).toBe(MINUTES * IDS.length * 5);
  });

  it('need no refolds when the samples of an asset go to all of them in turn', async () => {
    await harness.empty();
    const store = await openStore();
    const nodes = [await start('a', store), await start('b', store)];
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
    const reference = await inlineReference();
    const store = await openStore();
    const [a, b] = [await start('a', store), await start('b', store)];
    const nodes = [a, b];
    for (let at = 0; at < MINUTES; at++) {
      if (at === 40) await a.cut();
      if (at === 70) nodes.push(await start('c', store));
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
    expect(await outcome(harness.database)).toEqual(reference);
  });

  it('note only what is in the store: what is noted is assessed, whenever the note is read', async () => {
    await harness.empty();
    const inner = await openStore();
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
    const node = await start('a', store);
    await node.pipeline.assessment.drain();
    node.take(IDS[0]!, said(IDS[0]!, 0));
    node.pipeline.ingest.flush();
    await until('the write to begin', () => writing);
    expect(await harness.database.states.notes()).toEqual([]);
    release();
    await node.pipeline.settled();
    const [state] = await harness.database.states.of([IDS[0]!]);
    expect(state!.time).toBe(T0);
  });

  it('assess what was stored and never noted, since it comes again', async () => {
    await harness.empty();
    const store = await openStore();
    const id = IDS[0]!;
    const first = await start('a', store);
    for (const at of [0, 2]) first.take(id, said(id, at));
    await first.pipeline.settled();
    // What a crash between write and note leaves: the sample is in the store, and nobody was told.
    first.take(id, said(id, 1));
    await first.pipeline.ingest.drain();
    await harness.query('TRUNCATE fettle.refold_notes');
    await first.crash();
    const second = await start('a', store);
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
    await harness.empty();
    const inner = await openStore();
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
    const started = await start('a', store);
    await started.pipeline.settled();
    started.take(IDS[0]!, said(IDS[0]!, 0));
    await started.pipeline.ingest.drain();
    node = started;
    await started.pipeline.settled();
    expect(meanwhile).toBe(true);
    const [state] = await harness.database.states.of([IDS[0]!]);
    expect(state!.time).toBe(T0 + MINUTE);
  });
});

function refoldsOf(nodes: readonly TestNode[]): number {
  return nodes.reduce((sum, { pipeline }) => sum + pipeline.shards.refolds, 0);
}
