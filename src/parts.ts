import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PoolConfig } from 'pg';
import { systemClock } from './adapters/clock.ts';
import { startEmbeddedPostgres } from './adapters/database/embedded/index.ts';
import { openDatabase, serverConnection } from './adapters/database/postgres/index.ts';
import { createNoDesk } from './adapters/desk/none.ts';
import { createRestDesk } from './adapters/desk/rest/index.ts';
import { createWebhookDesk } from './adapters/desk/webhook.ts';
import { createExpressions } from './adapters/expressions/index.ts';
import { openJournal } from './adapters/journal/index.ts';
import { fileMemo } from './adapters/journal/memo.ts';
import { openQueue, type QueueBackend } from './adapters/queue/index.ts';
import { openDuckDbStore } from './adapters/timeseries/duckdb/index.ts';
import { type InfluxStoreOptions, openInfluxDbStoreWhenThere } from './adapters/timeseries/influxdb/index.ts';
import { openBroker, sessionOpener } from './brokers.ts';
import type { AssetList } from './config/assetBuilder.ts';
import type { Configuration } from './config/check.ts';
import type { Config } from './config/schema.ts';
import { diskSpace } from './diskSpace.ts';
import type { Log } from './log.ts';
import { createMetrics, Ledger } from './metrics.ts';
import { loadModelsInForce, type ModelsInForce } from './modelsInForce.ts';
import { openNotifiers, routesOf } from './notifiers.ts';
import { DatabaseMark } from './pipeline/databaseMark.ts';
import type { PipelineParts } from './pipeline/index.ts';
import { Notifications } from './pipeline/notifications.ts';
import { Outcomes } from './pipeline/outcomes.ts';
import { Promises } from './pipeline/promises.ts';
import { RollupMarks } from './pipeline/rollupMarks.ts';
import { Room } from './pipeline/room.ts';
import { compileCalendars, compilePolicies } from './pipeline/slaPolicies.ts';
import type { Database } from './ports/database.ts';
import type { JobQueue } from './ports/jobQueue.ts';
import type { ServiceDesk } from './ports/serviceDesk.ts';
import type { TimeSeriesStore } from './ports/timeSeriesStore.ts';
import type { DeskPreset } from './presets/schema.ts';
import { openSparkplugHost } from './sparkplugHost.ts';
import type { Teardown } from './teardown.ts';

const MEBIBYTE = 1024 * 1024;
/** Notes of refolds and of days to aggregate are some 60 bytes, of new assets some 200; this holds them for any fleet. */
export const NOTE_JOURNAL_BYTES = 16 * MEBIBYTE;
const EMBEDDED_CONNECTIONS = 4;

export interface OpenDatabase {
  readonly database: Database;
  readonly connection: PoolConfig;
}

/** The database that the configuration names, or the embedded one. What is opened is entered into `teardown`. */
export async function openConfiguredDatabase(config: Config, teardown: Teardown, log: Log): Promise<OpenDatabase> {
  const connection = await databaseConnection(config, teardown, log);
  const maxConnections = config.database.url === undefined ? EMBEDDED_CONNECTIONS : config.database.maxConnections;
  const database = await openDatabase({ connection, maxConnections, migrate: migrates(config), log });
  teardown.add('database', () => database.close());
  return { database, connection };
}

/** How to reach the configured database; the embedded one is started. */
export async function databaseConnection(config: Config, teardown: Teardown, log: Log): Promise<PoolConfig> {
  const { database, dataDir } = config;
  if (database.url !== undefined) return serverConnection(serverOptions(config, database.url));
  const embedded = await startEmbeddedPostgres({ directory: join(dataDir, 'database'), log });
  teardown.add('embedded database', () => embedded.close());
  return embedded.connection;
}

function serverOptions({ database, cluster }: Config, url: string) {
  const { username, password, sslMode, connectTimeout, statementTimeout } = database;
  const applicationName = `fettle ${cluster.node}`;
  const files = readCertificates(database);
  return { url, username, password, sslMode, connectTimeout, statementTimeout, applicationName, ...files };
}

/** Nobody else has the embedded database, nor a role in it that may not create. */
export function migrates({ database }: Config): boolean {
  return database.url === undefined || database.migrate;
}

/** For commands beside no Fettle: tables on a server belong to the Fettle that runs on them. */
export function asItIs(config: Config): Config {
  return { ...config, database: { ...config.database, migrate: false } };
}

export interface Parts extends PipelineParts {
  /** One job at a time, tried once. */
  readonly backtestQueue: JobQueue;
  readonly suggestionQueue: JobQueue;
  readonly modelsInForce: ModelsInForce;
}

/** Opens everything that the pipeline works with, and what backtests do. */
export async function openParts(
  { preset, ...configuration }: Omit<Configuration, keyof AssetList>,
  teardown: Teardown,
  log: Log,
): Promise<Parts> {
  const { config } = configuration;
  await mkdir(config.dataDir, { recursive: true });
  const { database: opened, connection } = await openConfiguredDatabase(config, teardown, log);
  const modelsInForce = await loadModelsInForce(opened.modelVersions, configuration, log);
  const memo = fileMemo(join(config.dataDir, 'database-mark'));
  const mark = new DatabaseMark({ database: opened, memo, clock: systemClock, log });
  const calendars = compileCalendars(config.calendars);
  const followUpAfter = config.followUps.enabled ? config.followUps.after : undefined;
  const promises = new Promises({
    policyOf: compilePolicies(config.sla, calendars),
    clock: systemClock,
    followUpAfter,
  });
  const notificationQueue = await openQueue({ name: 'notifications', backend: queueBackend(config, connection), log });
  teardown.add('notification queue', () => notificationQueue.close());
  const ledger = new Ledger();
  const metrics = createMetrics(ledger);
  const notifications = new Notifications({
    queue: notificationQueue,
    routes: routesOf(config, calendars),
    notifiers: openNotifiers(config),
    escalationTeam: config.sla.escalation.team,
    timeout: Math.max(0, ...config.notifications.channels.map(({ timeout }) => timeout)),
    clock: systemClock,
    metrics,
    log,
  });
  const outcomes = new Outcomes({ models: modelsInForce.models, clock: systemClock });
  const database = outcomes.guard(notifications.guard(promises.guard(mark.guard(opened))));
  const queue = await openQueue({ backend: queueBackend(config, connection), log });
  teardown.add('job queue', () => queue.close());
  const timerQueue = await openQueue({ name: 'timers', backend: queueBackend(config, connection), log });
  teardown.add('timer queue', () => timerQueue.close());
  const backtestQueue = await openTrialQueue('backtests', queueBackend(config, connection), log);
  const suggestionQueue = await openTrialQueue('suggestions', queueBackend(config, connection), log);
  // Both at once: a server that has fallen silent holds up either.
  teardown.add(
    'job queues',
    async () =>
      void (await Promise.all(
        [notificationQueue, backtestQueue, suggestionQueue, timerQueue, queue].map((one) => one.close()),
      )),
  );
  const journal = (name: string, maxBytes: number) =>
    openJournal({ directory: join(config.dataDir, 'journal', name), maxBytes, log });
  const rollupJournal = await journal('rollups', NOTE_JOURNAL_BYTES);
  const rollupMarks = new RollupMarks({ rollups: database.rollups, journal: rollupJournal, clock: systemClock, log });
  const store = await openStore(config, log);
  teardown.add('time-series store', () => store.close());
  const deadLetterJournal = await journal('dead-letters', config.deadLetters.journalMb * MEBIBYTE);
  const noteJournal = await journal('notes', NOTE_JOURNAL_BYTES);
  const registryJournal = await journal('registry', NOTE_JOURNAL_BYTES);
  const spillJournal = await journal('spill', config.spill.maxMb * MEBIBYTE);
  const spillAside = await journal('spill-aside', config.spill.maxMb * MEBIBYTE);
  const desk = openDesk(config, preset, log);
  teardown.add('service desk', () => desk.close());
  const expressions = createExpressions();
  teardown.add('expressions', () => expressions.close());
  const broker = openBroker(config, log);
  teardown.add('broker', () => broker.close());
  return {
    broker,
    openSession: sessionOpener(config, log),
    expressions,
    sessions: openSparkplugHost(config, broker, log),
    store,
    database,
    mark,
    queue,
    timerQueue,
    promises,
    notifications,
    outcomes,
    backtestQueue,
    suggestionQueue,
    modelsInForce,
    desk,
    deadLetterJournal,
    noteJournal,
    registryJournal,
    room: roomOf(config),
    rollupJournal,
    spillJournal,
    spillAside,
    rollupMarks,
    clock: systemClock,
    ledger,
    metrics,
    log,
  };
}

/** Nothing is kept free where neither samples nor the database are on this disk: the journals say themselves when they can't go on. */
export function roomOf({ dataDir, disk, store, database }: Config): Room {
  const keeps = store.url === undefined || database.url === undefined;
  const minFreeBytes = keeps ? disk.minFreeMb * MEBIBYTE : 0;
  return new Room({ folder: dataDir, minFreeBytes, space: diskSpace, clock: systemClock });
}

/** A trial on history that is cut off is not taken up again: it is not waited for, and tried once. */
function openTrialQueue(name: string, backend: QueueBackend, log: Log): Promise<JobQueue> {
  return openQueue({ name, backend, attempts: 1, concurrency: 1, closeMs: 0, log });
}

/** Jobs are kept in Redis where there is one, else in the database. */
export function queueBackend(config: Config, connection: PoolConfig): QueueBackend {
  const { redis } = config;
  if (redis.url === undefined) return { kind: 'postgres', connection, migrate: migrates(config) };
  const { url, username, password, prefix } = redis;
  return { kind: 'redis', url, username, password, prefix, options: { ...redis.options, ...redisTls(redis) } };
}

/** ioredis takes the presence of `tls` for a wish to use it. */
function redisTls({ url, caFile, certFile, keyFile, options }: Config['redis']) {
  if (!url?.startsWith('rediss:')) return {};
  const given = typeof options.tls === 'object' ? options.tls : {};
  return { tls: { ...given, ...readCertificates({ caFile, certFile, keyFile }) } };
}

interface CertificateFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** The certificates to trust and the client's own, as PEM. */
function readCertificates({ caFile, certFile, keyFile }: CertificateFiles) {
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file, 'utf8'));
  return { ca: read(caFile), cert: read(certFile), key: read(keyFile) };
}

export function openStore(config: Config, log: Log): Promise<TimeSeriesStore> {
  const influxDb = influxDbOptions(config, log);
  if (influxDb) return openInfluxDbStoreWhenThere(influxDb);
  const { dataDir, store } = config;
  const { retention, memoryLimitMb } = store;
  const aggregateRetention = aggregateRetentionOf(store);
  return openDuckDbStore({ directory: join(dataDir, 'timeseries'), retention, aggregateRetention, memoryLimitMb, log });
}

/** How to use the configured InfluxDB; undefined when samples are kept in files. */
export function influxDbOptions({ store }: Config, log: Log): InfluxStoreOptions | undefined {
  const { url } = store;
  return url === undefined ? undefined : { ...store, url, aggregateRetention: aggregateRetentionOf(store), log };
}

/** Aggregates are kept as configured, though never shorter than what they are made of. */
function aggregateRetentionOf({ retention, retention5m, retention1h }: Config['store']) {
  const fine = Math.max(retention, retention5m);
  return { 300000: fine, 3600000: Math.max(fine, retention1h) };
}

function openDesk({ desk }: Config, preset: DeskPreset | undefined, log: Log): ServiceDesk {
  if (desk.kind === 'none') return createNoDesk();
  const { url, timeout: timeoutMs, allowPrivateAddresses } = desk;
  const common = { url, timeoutMs, allowPrivateAddresses, log, clock: systemClock };
  if (desk.kind === 'webhook') return createWebhookDesk({ ...common, lookupUrl: desk.lookupUrl, secret: desk.secret });
  if (!preset) throw new TypeError(`the preset ${desk.preset} was not read`);
  const { token, username, password, settings, language, texts = {} } = desk;
  return createRestDesk({ ...common, preset, token, username, password, settings, language, texts });
}
