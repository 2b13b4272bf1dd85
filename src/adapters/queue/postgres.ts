import {
  assertSchemaCompatibility,
  createPostgresBackend,
  DEFAULT_SCHEMA,
  LATEST_SCHEMA_VERSION,
  type PgPoolClient,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import { Pool, type PoolConfig } from 'pg';
import { SetupError } from '../../errors.ts';
import type { QueueEngine } from './engine.ts';
import { QueuePool } from './postgresPool.ts';
import type { QuietLog } from './quietLog.ts';

/** One of them listens for new jobs, the others run queries. */
const CONNECTIONS = 4;

/**
 * BullMQ on PostgreSQL, in the schema `bullmq`, which is made or brought up to date here, or only checked without
 * `migrate`. At run time BullMQ sends single statements only, takes no lock beyond a transaction and prepares no named
 * statement, so it can share one session of an embedded database, whose `search_path` must contain the schema. There
 * the one transaction of the migration is the only time it holds up others.
 *
 * @throws SetupError when the schema is not up to date and may not be brought so.
 */
export async function openPostgresEngine(
  connection: PoolConfig,
  migrate: boolean,
  quiet: QuietLog,
): Promise<QueueEngine> {
  const pool = queuePool(connection);
  const queue = new QueuePool(pool, quiet);
  try {
    await prepare(queue, migrate);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    createBackend: (name, options, extra) => createPostgresBackend(name, { ...options, connection: queue }, extra),
    address: `PostgreSQL at ${connection.host ?? 'localhost'}`,
    outage: undefined,
    concerns: async () => [],
    giveUp: () => undefined,
    close: () => pool.end(),
  };
}

/**
 * Whether the job queue's tables are there and up to date; only reads.
 *
 * @throws SetupError when they are not and opening may not make them.
 */
export async function lookAtTables(connection: PoolConfig, migrate: boolean, quiet: QuietLog): Promise<boolean> {
  const pool = queuePool(connection);
  try {
    const client = await new QueuePool(pool, quiet).connect();
    try {
      const ready = (await schemaVersion(client)) >= LATEST_SCHEMA_VERSION;
      if (!ready && !migrate) throw tablesMissing();
      return ready;
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
  }
}

function tablesMissing(): SetupError {
  return new SetupError(
    `the job queue's tables (schema ${DEFAULT_SCHEMA}) are not there or not up to date: run fettle migrate with the role that owns the tables, or set database.migrate to true`,
  );
}

function queuePool(connection: PoolConfig): Pool {
  return new Pool({
    max: CONNECTIONS,
    ...connection,
    keepAlive: true,
    options: [connection.options, `-c search_path=${DEFAULT_SCHEMA}`].filter(Boolean).join(' '),
  });
}

/** A role that may not create anything can use what is there. */
async function prepare(pool: QueuePool, migrate: boolean): Promise<void> {
  const client = await pool.connect();
  try {
    if ((await schemaVersion(client)) >= LATEST_SCHEMA_VERSION) return;
    if (!migrate) throw tablesMissing();
    await runMigrations(client);
  } finally {
    client.release();
  }
}

/** 0 when there is none. */
async function schemaVersion(client: PgPoolClient): Promise<number> {
  try {
    return await assertSchemaCompatibility(client);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}
