import type { Duration } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';

/** Runs `work` once after `delay`. Returns the cancel. */
export function after(clock: Clock, delay: Duration, work: () => void): () => void {
  const cancel = clock.every(delay, () => {
    cancel();
    work();
  });
  return cancel;
}
