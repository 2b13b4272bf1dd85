import type { PoolConfig } from 'pg';
import { type Duration, SECOND } from '../../domain/time.ts';
import type { Log } from '../../log.ts';
import type { JobQueue } from '../../ports/jobQueue.ts';
import { BullJobQueue } from './bullJobQueue.ts';
import { lookAtTables, openPostgresEngine } from './postgres.ts';
import { QuietLog } from './quietLog.ts';
import { openRedisEngine, type RedisBackendOptions } from './redis.ts';

export type QueueBackend =
  | {
      readonly kind: 'postgres';
      readonly connection: PoolConfig;
      /** Whether the schema `bullmq` is made or brought up to date; true when absent. */
      readonly migrate?: boolean;
    }
  | ({ readonly kind: 'redis' } & RedisBackendOptions);

export interface QueueOptions {
  /** Queues of different names have nothing to do with each other; `deliveries` when absent. */
  readonly name?: string;
  readonly backend: QueueBackend;
  /** How often a delivery is tried before it has failed; 12 when absent, some two hours and a half with the usual backoff. */
  readonly attempts?: number;
  /** Wait after the first failed attempt, doubled with each further one up to an hour; 5 s when absent. */
  readonly backoffMs?: Duration;
  /** Deliveries under way at once; 4 when absent. */
  readonly concurrency?: number;
  /** A delivery whose process has not been heard of for this long is given to another, after twice to three times this time; 30 s when absent. */
  readonly lockMs?: Duration;
  /** How long `close` lets running handlers end; 5 s when absent. */
  readonly closeMs?: Duration;
  /** Leaves the backend as it is: for who only asks. A database has to have the tables. False when absent. */
  readonly onlyLook?: boolean;
  readonly log: Log;
}

/**
 * Whether the tables of a queue on PostgreSQL are there and up to date; only reads.
 *
 * @throws SetupError when they are not, and opening the queue may not make them.
 */
export function lookAtQueueTables(connection: PoolConfig, migrate: boolean, log: Log): Promise<boolean> {
  return lookAtTables(connection, migrate, new QuietLog(log));
}

/**
 * Opens a queue. Rejects when the backend does not answer. Pausing is kept in the backend: it holds for
 * every process that works on it, and after a restart.
 */
export async function openQueue(options: QueueOptions): Promise<JobQueue> {
  const { backend, log } = options;
  const quiet = new QuietLog(log);
  const engine =
    backend.kind === 'postgres'
      ? await openPostgresEngine(backend.connection, !options.onlyLook && (backend.migrate ?? true), quiet)
      : openRedisEngine(backend, quiet);
  const queue = new BullJobQueue(
    engine,
    {
      name: options.name ?? 'deliveries',
      attempts: options.attempts ?? 12,
      backoffMs: options.backoffMs ?? 5 * SECOND,
      concurrency: options.concurrency ?? 4,
      lockMs: options.lockMs ?? 30 * SECOND,
      closeMs: options.closeMs ?? 5 * SECOND,
      onlyLook: options.onlyLook ?? false,
      log,
    },
    quiet,
  );
  try {
    await queue.open();
  } catch (error) {
    await queue.close();
    throw error;
  }
  return queue;
}
