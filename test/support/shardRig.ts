import { beforeAll, expect, onTestFinished } from 'vitest';
import { openDuckDbStore } from '../../src/adapters/timeseries/duckdb/index.ts';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import type { TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { Harness } from '../conformance/database/harness.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { rigAsset } from './rig.ts';
import { type NodeOptions, sharedStore, startNode, type TestNode } from './shardNode.ts';
import { tempFolder } from './temp.ts';

export const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 6 * HOUR;
export const MINUTES = 150;
export const IDS = Array.from({ length: 12 }, (_, n) => `rig-${n}`);
export const METRICS = ['temperature', 'hours', 'ink', 'pressure', 'running'];
const ASSETS = IDS.map((id) => rigAsset(id, T0 - 20 * 24 * HOUR));

/** What an asset says in the minute `at`: it crosses limits now and then, and wears. */
export function said(id: string, at: number) {
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

/** Lets a node take what all assets say in the minutes [from, to). */
export function takeMinutes(node: TestNode, from: number, to: number): void {
  for (let at = from; at < to; at++) for (const id of IDS) node.take(id, said(id, at));
}

export type StartOptions = Pick<NodeOptions, 'assets' | 'assess' | 'models'>;

/** One PostgreSQL for a suite, and nodes on it. */
export class ShardRig {
  #server: TestPostgres | undefined;
  #harness: Harness | undefined;

  /** Of the suite that calls it. */
  static use(programs: string): ShardRig {
    const rig = new ShardRig();
    beforeAll(async () => {
      const server = await startPostgres(programs);
      rig.#server = server;
      rig.#harness = await Harness.start(server.connection);
      return async () => {
        await rig.#harness?.stop();
        await server.stop();
      };
    });
    return rig;
  }

  get harness(): Harness {
    return this.#harness!;
  }

  /** Of the database. */
  get url(): string {
    const { host, user, database } = this.#server!.connection;
    return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;
  }

  /** Ended with the test. */
  async openStore(): Promise<TimeSeriesStore> {
    const store = await openDuckDbStore({
      directory: tempFolder(),
      retention: 400 * 24 * HOUR,
      log: createLog('silent'),
    });
    onTestFinished(() => store.close());
    return sharedStore(store);
  }

  /** Ended with the test. */
  async start(name: string, store: TimeSeriesStore, options: StartOptions = {}): Promise<TestNode> {
    const { connection } = this.#server!;
    const node = await startNode({ name, connection, store, assets: ASSETS, ...options });
    onTestFinished(() => node.stop());
    return node;
  }

  /** What all of it came to, without what tells how it came in. */
  async outcome() {
    const { database } = this.harness;
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

  /** What all minutes come to when one process assesses them in hand. Leaves the database empty. */
  async inlineReference() {
    await this.harness.empty();
    const node = await this.start('reference', await this.openStore(), { assess: { mode: 'inline' } });
    takeMinutes(node, 0, MINUTES);
    await node.pipeline.settled();
    await node.pipeline.checkpoint.run();
    const reference = await this.outcome();
    await node.stop();
    await this.harness.empty();
    expect(reference.tickets.length).toBeGreaterThan(IDS.length);
    return reference;
  }
}

export function refoldsOf(nodes: readonly TestNode[]): number {
  return nodes.reduce((sum, { pipeline }) => sum + pipeline.shards.refolds, 0);
}

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1;
}
