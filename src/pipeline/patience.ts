import type { Duration } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

/** What the work comes to, or `slow` when that takes longer: it goes on then, and nobody is told what it comes to. */
export async function orSlow<T>(
  work: Promise<T>,
  patience: Duration,
  clock: Pick<Clock, 'sleep'>,
): Promise<T | 'slow'> {
  const timer = new AbortController();
  const slow = clock.sleep(patience, timer.signal).then(
    () => 'slow' as const,
    () => 'slow' as const,
  );
  try {
    return await Promise.race([work, slow]);
  } finally {
    timer.abort();
    // After an answer `slow` nobody waits any more: what it comes to is in the ledgers.
    work.catch(() => undefined);
  }
}
