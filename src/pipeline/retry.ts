import type { Duration } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the retrying with the last error. */
  readonly signal: AbortSignal;
  readonly firstDelay?: Duration;
  readonly maxDelay?: Duration;
  /** Told of each failure, for the status of a part. */
  readonly onFailure?: (error: unknown) => void;
}

/** Repeats `work` until it succeeds, with doubling delays and jitter; rejects only when the signal ends it. */
export async function retryUntilDone<T>(what: string, work: () => Promise<T>, options: RetryOptions): Promise<T> {
  let delay = options.firstDelay ?? 100;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      options.onFailure?.(error);
      if (options.signal.aborted) throw error;
      options.log.warn({ err: error, retryInMs: Math.round(delay) }, `${what} failed; trying again`);
      await options.clock.sleep(delay * (0.75 + Math.random() / 2), options.signal);
      delay = Math.min(delay * 2, options.maxDelay ?? 10_000);
    }
  }
}
