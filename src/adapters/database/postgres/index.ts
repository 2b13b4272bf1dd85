import { once } from 'node:events';
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { type Duration, SECOND } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type { Database, Repositories } from '../../../ports/database.ts';
import { analyticsRepository } from './analytics/index.ts';
import { assetRepository } from './assets.ts';
import { campaignRepository } from './campaigns.ts';
import { catalogueRepository } from './catalogue.ts';
import { changeRepository } from './changes.ts';
import { withoutStatementLimit } from './connection.ts';
import { connectivityRepository } from './connectivity.ts';
import { dailyWorkRepository } from './dailyWork.ts';
import { deadLetterRepository } from './deadLetters.ts';
import { deskLinkRepository } from './deskLinks.ts';
import { eventRepository } from './events.ts';
import { failureRepository } from './failures.ts';
import { findingRepository } from './findings.ts';
import { fleetRepository } from './fleet.ts';
import { keyRepository } from './keys.ts';
import { type Look, look } from './look.ts';
import { checkServer, migrate, migrationsMissing, missingMigrations } from './migrate.ts';
import { modelVersionRepository } from './modelVersions.ts';
import { nodeRepository } from './nodes.ts';
import { notificationRepository } from './notifications.ts';
import { outboxRepository } from './outbox.ts';
import { ratingRepository } from './ratings.ts';
import { rollupRepository } from './rollups.ts';
import type { Db, Tables } from './schema.ts';
import { scoreRepository } from './scores.ts';
import { sessionRepository } from './sessions.ts';
import { settingRepository } from './settings.ts';
import { shardRepository } from './shards.ts';
import { stateRepository } from './states.ts';
import { stormRepository } from './storms.ts';
import { ticketRepository } from './tickets.ts';
import { timerRepository } from './timers.ts';
import { tellUnavailable } from './unavailable.ts';

export { serverConnection } from './connection.ts';
export { NewerDatabaseError } from './migrate.ts';

export interface DatabaseOptions {
  readonly connection: pg.PoolConfig;
  /** At least 1. */
  readonly maxConnections: number;
  /** Whether missing migrations are applied; true when absent. When false they make opening fail. */
  readonly migrate?: boolean;
  readonly log: Log;
}

/**
 * The database on PostgreSQL 13 or newer, or on the embedded one: everything lives in its schema `fettle`, which is
 * brought up to date first.
 *
 * Whatever is asked rejects with UnavailableError while the server can't be reached.
 *
 * @throws NewerDatabaseError when a newer Fettle has used the database.
 * @throws SetupError when the server is too old, or migrations are missing and may not be applied.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { db, close } = connect(options);
  try {
    await prepare(db, options);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...repositories(db),
    transaction: (work) => transaction(db, work),
    ping: (limit = 5 * SECOND) => ping(db, limit),
    close,
  };
}

function connect({ connection, maxConnections, log }: Omit<DatabaseOptions, 'migrate'>) {
  const pool = new pg.Pool({ application_name: 'fettle', ...connection, max: maxConnections });
  // The pool listens to idle connections alone; an error of one in use, between two statements, would end the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'lost a database connection'));
  });
  pool.on('error', () => undefined);
  const whenDisconnected = followConnections(pool);
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: tellUnavailable(pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  }).withSchema('fettle');
  const close = async () => {
    await db.destroy();
    await whenDisconnected();
  };
  return { db, close };
}

async function prepare(db: Db, options: DatabaseOptions): Promise<void> {
  const server = await checkServer(db);
  const missing = await missingMigrations(db);
  if (missing.length > 0) {
    if (options.migrate === false) throw migrationsMissing(missing);
    await migrateDatabase(options);
  }
  options.log.info({ postgresql: server }, 'database opened');
}

/**
 * Applies the migrations that are missing, however long they take; returns their names.
 *
 * @throws SetupError as `openDatabase`.
 */
export async function migrateDatabase(options: Pick<DatabaseOptions, 'connection' | 'log'>): Promise<string[]> {
  const connection = withoutStatementLimit(options.connection);
  const { db, close } = connect({ connection, maxConnections: 1, log: options.log });
  try {
    await checkServer(db);
    return await migrate(db, options.log);
  } finally {
    await close();
  }
}

/**
 * What `openDatabase` would find, without changing anything.
 *
 * @throws SetupError when opening would fail.
 */
export async function lookAtDatabase(options: Omit<DatabaseOptions, 'maxConnections'>): Promise<Look> {
  const { db, close } = connect({ ...options, maxConnections: 1 });
  try {
    return await look(db, options.migrate ?? true);
  } finally {
    await close();
  }
}

/**
 * Returns what resolves when all connections of the pool are closed. `pool.end()` alone resolves before, and a server
 * that stops at that moment raises an error on a connection that nobody looks after any more.
 */
function followConnections(pool: pg.Pool): () => Promise<void> {
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    open.add(client);
    client.once('end', () => open.delete(client));
  });
  return async () => {
    await Promise.all([...open].map((client) => once(client, 'end')));
  };
}

function repositories(db: Db): Repositories {
  return {
    assets: assetRepository(db),
    events: eventRepository(db),
    states: stateRepository(db),
    findings: findingRepository(db),
    tickets: ticketRepository(db),
    outbox: outboxRepository(db),
    deadLetters: deadLetterRepository(db),
    keys: keyRepository(db),
    sessions: sessionRepository(db),
    settings: settingRepository(db),
    rollups: rollupRepository(db),
    dailyWork: dailyWorkRepository(db),
    deskLinks: deskLinkRepository(db),
    nodes: nodeRepository(db),
    catalogue: catalogueRepository(db),
    shards: shardRepository(db),
    storms: stormRepository(db),
    campaigns: campaignRepository(db),
    timers: timerRepository(db),
    notifications: notificationRepository(db),
    failures: failureRepository(db),
    scores: scoreRepository(db),
    ratings: ratingRepository(db),
    analytics: analyticsRepository(db),
    modelVersions: modelVersionRepository(db),
    fleet: fleetRepository(db),
    changes: changeRepository(db),
    connectivity: connectivityRepository(db),
  };
}

/** Where the connection is lost, the roll-back fails too; what made the work fail must not be lost with it. */
async function transaction<T>(db: Db, work: (tx: Repositories) => Promise<T>): Promise<T> {
  let failure: { readonly error: unknown } | undefined;
  const told = async (tx: Db) => {
    try {
      return await work(repositories(tx));
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  return db
    .transaction()
    .execute(told)
    .catch((error: unknown) => {
      throw failure ? failure.error : error;
    });
}

async function ping(db: Db, limit: Duration): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the database did not answer within ${limit} ms`)), limit);
  });
  try {
    await Promise.race([sql`SELECT 1`.execute(db), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
