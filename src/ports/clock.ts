import type { Duration, Timestamp } from '../domain/time.ts';

/** The wall clock. Event time never comes from here. */
export interface Clock {
  now(): Timestamp;
  /**
   * Time that has passed since a moment in the past, by a clock that nobody puts forward or back: for how long something
   * takes. May stand still while the machine sleeps.
   */
  elapsed(): Duration;
  /** Calls `work` every `period`; the next period starts when `work` has ended. Returns the stop. Never keeps the process alive. */
  every(period: Duration, work: () => void | Promise<void>): () => void;
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}
