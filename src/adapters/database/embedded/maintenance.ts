import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Duration } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';

/** Tables due by autovacuum's default rules for dead, inserted, changed and old rows, their large values included. */
const DUE_TABLES = `
  SELECT format('%I.%I', main.schemaname, main.relname) AS name
  FROM pg_stat_all_tables main
  JOIN pg_class class ON class.oid = main.relid
  LEFT JOIN pg_stat_all_tables large ON large.relid = class.reltoastrelid
  WHERE main.schemaname <> 'pg_toast' AND (
    main.n_dead_tup > 50 + 0.2 * main.n_live_tup
    OR large.n_dead_tup > 50 + 0.2 * large.n_live_tup
    OR main.n_ins_since_vacuum > 1000 + 0.2 * main.n_live_tup
    OR main.n_mod_since_analyze > 50 + 0.1 * main.n_live_tup
    OR age(class.relfrozenxid) > 150000000
  )`;

/** Bytes of the log that a start after a crash would have to read again. */
const LOG_SINCE_CHECKPOINT = `
  SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::double precision AS bytes FROM pg_control_checkpoint()`;
const CHECKPOINT_AFTER_BYTES = 32 * 1024 * 1024;

/**
 * Does at intervals what PostgreSQL has processes for and PGlite has not. Without vacuum, values kept out of line (of
 * 2 kB and more) that are written again and again fill the disk; without checkpoints the log does, and a start after a
 * crash takes ever longer.
 */
export function startMaintenance(connection: pg.ClientConfig, interval: Duration, log: Log): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = run(connection, interval, stopping.signal, log);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function run(connection: pg.ClientConfig, interval: Duration, signal: AbortSignal, log: Log): Promise<void> {
  while (await waited(interval, signal)) {
    try {
      await maintain(connection, signal);
    } catch (error) {
      log.warn({ err: error }, 'embedded database: maintenance failed; it is tried again');
    }
  }
}

/** False when it was told to stop instead. */
function waited(interval: Duration, signal: AbortSignal): Promise<boolean> {
  return sleep(interval, true, { signal, ref: false }).catch(() => false);
}

async function maintain(connection: pg.ClientConfig, signal: AbortSignal): Promise<void> {
  const client = new pg.Client(connection);
  // A lost connection shows in the query as well.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(DUE_TABLES);
    for (const { name } of rows) {
      if (signal.aborted) return;
      await client.query(`VACUUM (ANALYZE) ${name}`);
    }
    const log = await client.query<{ bytes: number }>(LOG_SINCE_CHECKPOINT);
    if (log.rows[0]!.bytes > CHECKPOINT_AFTER_BYTES) await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
