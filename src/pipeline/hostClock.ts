import { DAY, type Duration, formatDuration, HOUR, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';

/** Less is put right by a time service all the time. */
const STEP: Duration = 10 * SECOND;
/** Whoever puts a clock further forward by mistake has put it back within a day. */
const FAR: Duration = HOUR;
const DOUBT: Duration = DAY;

/**
 * Watches the machine's own clock. Where it is put forward or back that is told and counted; for a day after it was put
 * far forward nothing is to be removed for its age.
 */
export class HostClock {
  readonly #clock: Clock;
  readonly #log: Log;
  #lead: Duration;
  #doubtUntil: Duration = Number.NEGATIVE_INFINITY;
  #forward = 0;
  #back = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#lead = this.#currentLead();
  }

  /** How often it was put forward; a machine that slept looks the same. */
  get forward(): number {
    return this.#forward;
  }

  get back(): number {
    return this.#back;
  }

  /** Whether what looks old by this clock may be removed. */
  get trusted(): boolean {
    this.look();
    return this.#clock.elapsed() >= this.#doubtUntil;
  }

  /** To be called every few seconds. */
  look(): void {
    const before = this.#lead;
    this.#lead = this.#currentLead();
    const step = this.#lead - before;
    if (step > STEP) this.#putForward(step);
    else if (step < -STEP) this.#putBack(-step);
  }

  #currentLead(): Duration {
    return this.#clock.now() - this.#clock.elapsed();
  }

  #putForward(by: Duration): void {
    this.#forward++;
    if (by > FAR) this.#doubtUntil = this.#clock.elapsed() + DOUBT;
    this.#log.warn({ by: formatDuration(by) }, "the machine's clock was put forward, or the machine slept");
  }

  #putBack(by: Duration): void {
    this.#back++;
    this.#log.warn(
      { by: formatDuration(by) },
      "the machine's clock was put back: silence of assets counts anew from now, and until it has caught up samples of right clocks may look too far ahead",
    );
  }
}
