import { type Duration, SECOND } from '../../../domain/time.ts';

const FIRST: Duration = 0.5 * SECOND;
const LONGEST: Duration = 30 * SECOND;
/** Longer than two clients with one id can keep each other waiting. */
const STEADY: Duration = 2 * LONGEST;

/**
 * Waits between attempts to connect: doubling from half a second to half a minute, each shortened at random by up to a
 * half so that many clients of a restarted broker do not come at once. Starts anew only after a connection that lasted,
 * because one that is accepted and thrown out again (two clients with one id) is no success.
 */
export class Backoff {
  readonly #random: () => number;
  #attempts = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** The wait after a connection that was up for `lasted` (0 when it was never made). */
  next(lasted: Duration): Duration {
    if (lasted >= STEADY) this.#attempts = 0;
    const full = Math.min(LONGEST, FIRST * 2 ** this.#attempts);
    this.#attempts++;
    return full * (1 - this.#random() / 2);
  }
}
