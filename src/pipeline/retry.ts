import { type Duration, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';

const FIRST_DELAY: Duration = 100;
const LONGEST_DELAY: Duration = 10 * SECOND;

export interface RetryOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the retrying: with the error of the attempt under way, or an AbortError between two. */
  readonly signal: AbortSignal;
  /** Told of each failure, for the status of a part. */
  readonly onFailure: (error: unknown) => void;
}

/** Repeats `work` until it succeeds, with doubling delays and jitter; rejects only when the signal ends it. */
export async function retryUntilDone<T>(what: string, work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, log, signal, onFailure } = options;
  for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
    try {
      return await work();
    } catch (error) {
      onFailure(error);
      if (signal.aborted) throw error;
      log.warn({ err: error, retryInMs: Math.round(delay) }, `${what} failed; trying again`);
      await clock.sleep(delay * (0.75 + Math.random() / 2), signal);
    }
  }
}
