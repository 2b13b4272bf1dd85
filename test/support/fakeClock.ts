import type { Duration, Timestamp } from '../../src/domain/time.ts';
import type { Clock } from '../../src/ports/clock.ts';

interface Due {
  readonly at: Duration;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/** A clock that stands still until `advance`. */
export class FakeClock implements Clock {
  /** What the wall clock shows beyond the time that has passed. */
  #ahead: Timestamp;
  #elapsed: Duration = 0;
  #order = 0;
  readonly #due = new Set<Due>();

  constructor(now: Timestamp = Date.UTC(2024, 0, 1)) {
    this.#ahead = now;
  }

  now(): Timestamp {
    return this.#ahead + this.#elapsed;
  }

  elapsed(): Duration {
    return this.#elapsed;
  }

  /** Puts the wall clock forward, or back; no time passes. */
  step(by: Duration): void {
    this.#ahead += by;
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
      if (!stopped) due = this.#at(this.#elapsed + period, run);
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
      const due = this.#at(this.#elapsed + duration, () => {
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
    const end = this.#elapsed + duration;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#due.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      await next.run();
      await settled();
    }
    this.#elapsed = end;
    await settled();
  }

  #at(at: Duration, run: Due['run']): Due {
    const due = { at, order: this.#order++, run };
    this.#due.add(due);
    return due;
  }

  #next(end: Duration): Due | undefined {
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
