import { join } from 'node:path';
import pg from 'pg';
import { systemClock } from '../../src/adapters/clock.ts';
import { openDatabase } from '../../src/adapters/database/postgres/index.ts';
import { createNoDesk } from '../../src/adapters/desk/none.ts';
import { openJournal } from '../../src/adapters/journal/index.ts';
import { fileMemo } from '../../src/adapters/journal/memo.ts';
import { type Configuration, checkConfiguration, formatCheck } from '../../src/config/check.ts';
import { diskSpace } from '../../src/diskSpace.ts';
import type { Series } from '../../src/domain/sample.ts';
import { MINUTE } from '../../src/domain/time.ts';
import { createMetrics, Ledger } from '../../src/metrics.ts';
import { DatabaseMark } from '../../src/pipeline/databaseMark.ts';
import { Pipeline } from '../../src/pipeline/index.ts';
import { Promises } from '../../src/pipeline/promises.ts';
import { RollupMarks } from '../../src/pipeline/rollupMarks.ts';
import { Room } from '../../src/pipeline/room.ts';
import type { Broker, BrokerHandlers, InboundMessage } from '../../src/ports/broker.ts';
import type { TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { CALM_BROKER, IDLE_QUEUE, idleNotifications, idleOutcomes } from './idle.ts';
import { writeInstallation } from './installation.ts';
import { type LogLine, recordLog } from './recordLog.ts';
import { USUAL_POLICY } from './sla.ts';
import { tempFolder } from './temp.ts';

export interface NodeOptions {
  readonly name: string;
  readonly connection: pg.PoolConfig;
  /** Of all nodes: an in-process stand-in for a server that all of them reach. */
  readonly store: TimeSeriesStore;
  readonly assets?: readonly object[];
  readonly models?: readonly { readonly id: string }[];
  readonly assess?: Readonly<Record<string, unknown>>;
}

/** A pipeline that takes messages from the test and shares database and store with others in this process. */
export interface TestNode {
  readonly pipeline: Pipeline;
  readonly lines: readonly LogLine[];
  /** Takes a message of the rig; as a broker would hand it over. */
  take(asset: string, payload: unknown): void;
  /** Messages settled. */
  readonly settled: number;
  /** Cuts its database connections, at the server. */
  cut(): Promise<void>;
  /** Ends without a word: nothing it does from now on reaches the database. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export async function startNode({ name, connection, store, ...installation }: NodeOptions): Promise<TestNode> {
  const { log, lines } = recordLog();
  const folder = tempFolder();
  const configuration = configurationIn(folder, installation);
  const { config, models } = configuration;
  const applicationName = `fettle ${name}`;
  const server = { ...connection, application_name: applicationName };
  const database = await openDatabase({ connection: server, maxConnections: 6, log });
  const journal = (of: string) => openJournal({ directory: join(folder, of), maxBytes: 1 << 20, log });
  const rollupJournal = await journal('rollups');
  const broker = new HandBroker();
  const ledger = new Ledger();
  const mark = new DatabaseMark({ database, memo: fileMemo(join(folder, 'mark')), clock: systemClock, log });
  const rollupMarks = new RollupMarks({ rollups: database.rollups, journal: rollupJournal, clock: systemClock, log });
  const pipeline = new Pipeline(
    {
      broker,
      store,
      database: mark.guard(database),
      mark,
      queue: IDLE_QUEUE,
      timerQueue: IDLE_QUEUE,
      promises: new Promises({ policyOf: () => USUAL_POLICY, clock: systemClock }),
      notifications: idleNotifications(),
      outcomes: idleOutcomes(),
      desk: createNoDesk(),
      deadLetterJournal: await journal('dead-letters'),
      noteJournal: await journal('notes'),
      room: new Room({ folder, minFreeBytes: 0, space: diskSpace, clock: systemClock }),
      registryJournal: await journal('registry'),
      rollupJournal,
      spillJournal: await journal('spill'),
      spillAside: await journal('spill-aside'),
      rollupMarks,
      clock: systemClock,
      ledger,
      metrics: createMetrics(ledger),
      log,
    },
    {
      models,
      assets: configuration.assets,
      bindings: configuration.bindings,
      sources: config.sources,
      presence: config.presence,
      node: {
        id: name,
        clientId: `fettle-${name}`,
        version: '0',
        subscriptions: { filters: ['#'], shareGroup: 'fettle' },
        adoptAfter: MINUTE,
      },
      ...config.ingest,
      spillAfter: config.spill.after,
      ...config.assess,
      deadLetterPayloadBytes: 100,
      intake: { maxMessages: 1000, maxBytes: 1e6, patience: 30_000 },
      maxDeadLetters: 100,
      deliveryTimeout: MINUTE,
      deskPollEvery: MINUTE,
      storms: { window: 0, assets: 5, share: 0.5 },
      reminders: { enabled: false, contractBefore: 0, warrantyBefore: 0 },
      campaigns: { window: 1, assets: 3, p: 0.001 },
      raisePriority: false,
      ratings: { linkValid: 0, lowRating: 0, secret: undefined, publicUrl: '' },
      linkTo: () => '',
      present: () => ({ document: {}, body: { en: '', zh: '' } }),
    },
  );
  await pipeline.start();
  let ended = false;
  const end = async (work: () => Promise<void>) => {
    if (ended) return;
    ended = true;
    await work();
  };
  const cut = () => cutConnections(connection, applicationName);
  return {
    pipeline,
    lines,
    take: (asset, payload) => broker.hand(`rigs/plant/${asset}`, payload),
    get settled() {
      return broker.settled;
    },
    cut,
    crash: () =>
      end(async () => {
        await database.close().catch(() => undefined);
        await pipeline.stop(0).catch(() => undefined);
      }),
    stop: () =>
      end(async () => {
        await pipeline.stop(10_000);
        await database.close();
      }),
  };
}

async function cutConnections(connection: pg.PoolConfig, applicationName: string): Promise<void> {
  const admin = new pg.Client(connection as pg.ClientConfig);
  await admin.connect();
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
    applicationName,
  ]);
  await admin.end();
}

function configurationIn(
  folder: string,
  { assess, ...installation }: Pick<NodeOptions, 'assets' | 'models' | 'assess'>,
): Configuration {
  writeInstallation(folder, {
    ...installation,
    config: { assess: { mode: 'sharded', grace: '300ms', tickEvery: '500ms', checkpointEvery: '500ms', ...assess } },
  });
  const checked = checkConfiguration({ env: {}, cwd: folder });
  if ('problems' in checked) throw new Error(formatCheck(checked, folder));
  return checked.configuration;
}

/**
 * The store for several fleets: each numbers its series by itself, which a store of one process takes for its own.
 */
export function sharedStore(store: TimeSeriesStore, more: Partial<TimeSeriesStore> = {}): TimeSeriesStore {
  const known = new Map<string, Series>();
  const canonical = <T extends { readonly series: Series }>(sample: T): T => {
    const { assetId, metricId } = sample.series;
    const key = `${assetId}|${metricId}`;
    const series = known.get(key) ?? { ...sample.series, ordinal: known.size };
    known.set(key, series);
    return { ...sample, series };
  };
  return {
    retention: store.retention,
    aggregateRetention: store.aggregateRetention,
    append: (samples) => store.append(samples.map(canonical)),
    replace: (samples) => store.replace(samples.map(canonical)),
    valuesAt: (points, kind) => store.valuesAt(points.map(canonical), kind),
    range: (query, limit) => store.range(query, limit),
    buckets: (query, width) => store.buckets(query, width),
    readFrom: (watermarks, which) => store.readFrom(watermarks, which),
    aggregate: (assetIds, from, to, width) => store.aggregate(assetIds, from, to, width),
    saveAggregates: (width, buckets) => store.saveAggregates(width, buckets),
    aggregates: (query, width) => store.aggregates(query, width),
    applyRetention: (now) => store.applyRetention(now),
    ping: () => store.ping(),
    close: () => store.close(),
    ...more,
  };
}

/** A broker whose messages the test hands over. */
class HandBroker implements Broker {
  settled = 0;
  #handlers: BrokerHandlers | undefined;

  async start(handlers: BrokerHandlers): Promise<void> {
    this.#handlers = handlers;
    handlers.listening(true);
  }

  hand(topic: string, payload: unknown): void {
    const message = { topic, payload: Buffer.from(JSON.stringify(payload)), qos: 1, retain: false } as const;
    this.#handlers?.message({ ...message, receivedAt: systemClock.now() });
  }

  settle(messages: readonly InboundMessage[]): void {
    this.settled += messages.length;
  }

  status() {
    return CALM_BROKER;
  }

  async pause(): Promise<void> {
    this.#handlers = undefined;
  }

  async close(): Promise<void> {
    this.#handlers = undefined;
  }
}
