import { once } from 'node:events';
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { type Duration, SECOND } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type { Database, Repositories } from '../../../ports/database.ts';
import { assetRepository } from './assets.ts';
import { catalogueRepository } from './catalogue.ts';
import { deadLetterRepository } from './deadLetters.ts';
import { eventRepository } from './events.ts';
import { findingRepository } from './findings.ts';
import { keyRepository } from './keys.ts';
import { migrate } from './migrate.ts';
import { nodeRepository } from './nodes.ts';
import { outboxRepository } from './outbox.ts';
import type { Db, Tables } from './schema.ts';
import { settingRepository } from './settings.ts';
import { stateRepository } from './states.ts';
import { ticketRepository } from './tickets.ts';
import { tellUnavailable } from './unavailable.ts';

export { NewerDatabaseError } from './migrate.ts';

export interface DatabaseOptions {
  readonly connection: pg.PoolConfig;
  /** At least 1. */
  readonly maxConnections: number;
  readonly log: Log;
}

/**
 * The database on PostgreSQL 13 or newer, or on the embedded one: everything lives in its schema `fettle`, which is
 * brought up to date first.
 *
 * Whatever is asked rejects with UnavailableError while the server can't be reached.
 *
 * @throws NewerDatabaseError when a newer Fettle has used the database.
 */
export async function openDatabase({ connection, maxConnections, log }: DatabaseOptions): Promise<Database> {
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
  try {
    await migrate(db, log);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...repositories(db),
    transaction: (work) => db.transaction().execute((tx) => work(repositories(tx))),
    ping: (limit = 5 * SECOND) => ping(db, limit),
    close,
  };
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
    settings: settingRepository(db),
    nodes: nodeRepository(db),
    catalogue: catalogueRepository(db),
  };
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
