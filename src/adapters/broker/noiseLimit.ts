import { type Duration, MINUTE } from '../../domain/time.ts';

const MAX_KEYS = 1000;

/** Keeps a log readable while something goes wrong again and again: the same thing is said once per interval. */
export class NoiseLimit {
  readonly #interval: Duration;
  readonly #lastSaid = new Map<string, Duration>();

  constructor(interval: Duration = 10 * MINUTE) {
    this.#interval = interval;
  }

  /** Whether this is worth saying, `now` by any clock. Forgets everything beyond 1000 different things. */
  worthSaying(what: string, now: Duration): boolean {
    const last = this.#lastSaid.get(what);
    if (last !== undefined && now - last < this.#interval) return false;
    if (this.#lastSaid.size >= MAX_KEYS) this.#lastSaid.clear();
    this.#lastSaid.set(what, now);
    return true;
  }
}
