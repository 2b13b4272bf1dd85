import { createPostgresBackend, DEFAULT_SCHEMA, runMigrations } from 'bullmq';
import { Pool, type PoolConfig } from 'pg';
import type { QueueEngine } from './engine.ts';
import { QueuePool } from './postgresPool.ts';
import type { QuietLog } from './quietLog.ts';

/** One of them listens for new jobs, the others run queries. */
const CONNECTIONS = 4;

/**
 * BullMQ on PostgreSQL, in the schema `bullmq`, which is made or brought up to date here. At run time BullMQ sends single
 * statements only, takes no lock beyond a transaction and prepares no named statement, so it can share one session of
 * an embedded database, whose `search_path` must contain the schema. There the one transaction of the migration is
 * the only time it holds up others.
 */
export async function openPostgresEngine(connection: PoolConfig, quiet: QuietLog): Promise<QueueEngine> {
  const pool = new Pool({
    max: CONNECTIONS,
    ...connection,
    keepAlive: true,
    options: [connection.options, `-c search_path=${DEFAULT_SCHEMA}`].filter(Boolean).join(' '),
  });
  const queuePool = new QueuePool(pool, quiet);
  try {
    await migrate(queuePool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    createBackend: (name, options, extra) => createPostgresBackend(name, { ...options, connection: queuePool }, extra),
    address: `PostgreSQL at ${connection.host ?? 'localhost'}`,
    giveUp: () => undefined,
    close: () => pool.end(),
  };
}

async function migrate(pool: QueuePool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}
