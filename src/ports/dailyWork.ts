import type { Duration, Timestamp } from '../domain/time.ts';

/** Works that are done once a day for the whole fleet, by one node at a time. */
export interface DailyWorkRepository {
  /**
   * Takes the claim on the work of this UTC day (its start) for `lease`, by the database's clock; false while somebody else
   * has the claim, or when the work of that day is done.
   */
  claim(work: string, day: Timestamp, holder: string, lease: Duration): Promise<boolean>;
  /** Prolongs the claim; false when it was taken since. In a transaction nobody else takes it until that ends. */
  renew(work: string, holder: string, lease: Duration): Promise<boolean>;
  /** Notes the day's work as done and gives the claim up, if it is still the holder's. */
  done(work: string, day: Timestamp, holder: string): Promise<void>;
  /** Gives the claim up with the work left to do, if it is still the holder's. */
  release(work: string, holder: string): Promise<void>;
}
