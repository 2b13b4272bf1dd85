import type { Duration, Timestamp } from '../../../src/domain/time.ts';
import type { Clock } from '../../../src/ports/clock.ts';

interface Due {
  readonly at: Timestamp;
  readonly order: number;
  readonly run: () => void;
}

/** Simulated time: what waits for it is woken one after the other, each when all that was woken before has run on. */
export class SimulatedTime {
  #now: Timestamp;
  #order = 0;
  readonly #due: Due[] = [];

  constructor(now: Timestamp) {
    this.#now = now;
  }

  get now(): Timestamp {
    return this.#now;
  }

  /** Returns the undoing. */
  at(time: Timestamp, run: () => void): () => void {
    const due = { at: Math.max(time, this.#now), order: this.#order++, run };
    let place = this.#due.length;
    while (place > 0 && this.#due[place - 1]!.at > due.at) place--;
    this.#due.splice(place, 0, due);
    return () => {
      const found = this.#due.indexOf(due);
      if (found >= 0) this.#due.splice(found, 1);
    };
  }

  /** Lets time pass until `done` says so; rejects when that takes longer than `limit`. */
  async until(what: string, done: () => boolean, limit: Duration): Promise<void> {
    const end = this.#now + limit;
    for (;;) {
      await turn();
      if (done()) return;
      const next = this.#due.shift();
      if (!next || next.at > end) throw new Error(`${what}: not within ${limit} ms`);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
  }
}

/** The clock of a process, whose timers end with it. */
export function clockOf(time: SimulatedTime, life: { readonly isOver: boolean }): Clock {
  const alive = (run: () => void) => () => {
    if (!life.isOver) run();
  };
  return {
    now: () => time.now,
    elapsed: () => time.now,

    every(period, work) {
      let undo: () => void = () => undefined;
      let stopped = false;
      const schedule = () => {
        if (!stopped) undo = time.at(time.now + period, alive(run));
      };
      const run = () => {
        void (async () => work())().finally(schedule);
      };
      schedule();
      return () => {
        stopped = true;
        undo();
      };
    },

    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        const abort = () => {
          undo();
          reject(new DOMException('The operation was aborted', 'AbortError'));
        };
        const undo = time.at(
          time.now + duration,
          alive(() => {
            signal?.removeEventListener('abort', abort);
            resolve();
          }),
        );
        if (signal?.aborted) abort();
        else signal?.addEventListener('abort', abort, { once: true });
      }),
  };
}

/** After all promises that are resolved by now have called what waits for them, and so on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
