import { type Duration, MINUTE, type Timestamp } from '../domain/time.ts';

/** Callers that are remembered at a time; beyond it all are forgotten, which only lets through more. */
const CALLERS = 10_000;

interface Window {
  readonly since: Timestamp;
  count: number;
}

/** Counts calls by caller, within windows of a minute. */
export class RateLimit {
  readonly #most: number;
  readonly #window: Duration;
  readonly #calls = new Map<string, Window>();

  constructor(most: number, window: Duration = MINUTE) {
    this.#most = most;
    this.#window = window;
  }

  /** Whether this call is one too many. */
  exceeded(caller: string, now: Timestamp): boolean {
    const known = this.#current(caller, now);
    if (known) return ++known.count > this.#most;
    if (this.#calls.size >= CALLERS) this.#calls.clear();
    this.#calls.set(caller, { since: now, count: 1 });
    return false;
  }

  #current(caller: string, now: Timestamp): Window | undefined {
    const known = this.#calls.get(caller);
    return known && now - known.since < this.#window && now >= known.since ? known : undefined;
  }
}
