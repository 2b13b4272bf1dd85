import { setTimeout as delay } from 'node:timers/promises';
import type { Duration } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * The machine's clock. Its timers never keep the process alive. `sleep` rejects with an AbortError when its signal is
 * aborted; work of `every` that rejects becomes an unhandled rejection, since only the caller knows what it means.
 */
export const systemClock: Clock = {
  now: () => Date.now(),

  elapsed: () => performance.now(),

  every(period: Duration, work: () => void | Promise<void>): () => void {
    let stopped = false;
    let timer: NodeJS.Timeout;
    const schedule = (): void => {
      if (!stopped) timer = setTimeout(() => void run(), period).unref();
    };
    const run = async (): Promise<void> => {
      try {
        await work();
      } finally {
        schedule();
      }
    };
    schedule();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  },

  sleep: (duration: Duration, signal?: AbortSignal): Promise<void> =>
    delay(duration, undefined, { ref: false, ...(signal && { signal }) }),
};
