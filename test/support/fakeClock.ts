import type { Duration, Timestamp } from '../../src/domain/time.ts';
import type { Clock } from '../../src/ports/clock.ts';

interface Due {
  readonly at: Timestamp;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/** A clock that stands still until `advance`. */
export class FakeClock implements Clock {
  #now: Timestamp;
  #order = 0;
  readonly #due = new Set<Due>();

  constructor(now: Timestamp = Date.UTC(2024, 0, 1)) {
    this.#now = now;
  }

  now(): Timestamp {
    return this.#now;
  }

  /** Timers that wait: sleeps and running `every`. */
  get pending(): number {
    return this.#due.size;
  }

  every(period: Duration, work: () => void | Promise<void>): () => void {
    if (!(period > 0)) throw new RangeError(`a period must be positive, not ${period}`);
    let stopped = false;
    let due: Due;
    const schedule = (): void => {
      if (!stopped) due = this.#at(this.#now + period, run);
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
      this.#due.delete(due);
    };
  }

  sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#due.delete(due);
        reject(new DOMException('The operation was aborted', 'AbortError'));
      };
      const due = this.#at(this.#now + duration, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /**
   * Moves time on by `duration` and runs what falls due, in order of time, each at its own time. Waits for work that
   * is a promise and lets what was woken run on before the next is due. Rejects as the work does.
   */
  async advance(duration: Duration): Promise<void> {
    const end = this.#now + duration;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#due.delete(next);
      this.#now = Math.max(this.#now, next.at);
      await next.run();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  #at(at: Timestamp, run: Due['run']): Due {
    const due = { at, order: this.#order++, run };
    this.#due.add(due);
    return due;
  }

  #next(end: Timestamp): Due | undefined {
    let next: Due | undefined;
    for (const due of this.#due) {
      if (due.at <= end && (!next || due.at < next.at || (due.at === next.at && due.order < next.order))) next = due;
    }
    return next;
  }
}

/** After the promises that are resolved by now have called their continuations. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
