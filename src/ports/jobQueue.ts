import type { Duration } from '../domain/time.ts';

/** A delivery to make: `id` is the outbox row. */
export interface DeliveryJob {
  readonly id: string;
  readonly attempt: number;
  readonly lastAttempt: boolean;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

/** Runs deliveries at least once, with retries. Its memory is no guarantee: the outbox in the database is. */
export interface JobQueue {
  /** Starts working. A handler that rejects is retried with backoff and jitter until the attempts are used up. */
  work(handler: (job: DeliveryJob) => Promise<void>): Promise<void>;
  /** Adds a delivery, to be made after `delay` at the earliest, unless one with this id waits or runs already. */
  add(id: string, delay?: Duration): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  counts(): Promise<QueueCounts>;
  ping(): Promise<void>;
  /** What an operator should know about how safely jobs are kept, as found at the opening; empty when all is well. */
  readonly concerns: readonly string[];
  /** Lets running handlers end, at most for some seconds. */
  close(): Promise<void>;
}
