import { fromMicros, type Timestamp, toMicros } from '../domain/time.ts';

/** A point in time whose form the payload's format fixes: the unit and the zone that a source declares do not bear on it. */
export class Instant {
  /** NaN where the payload's number was none. */
  readonly time: Timestamp;

  constructor(time: Timestamp) {
    this.time = time;
  }
}

/** From seconds since 1970, rounded to the microsecond; the fraction apart, since a product of the whole would lose it. */
export function instantOfSeconds(seconds: number): Instant {
  const whole = Math.floor(seconds);
  return new Instant(fromMicros(whole * 1_000_000 + Math.round((seconds - whole) * 1_000_000)));
}

/** So many seconds after another time, or before it. */
export function instantAfter(time: Timestamp, seconds: number): Instant {
  return new Instant(fromMicros(toMicros(time) + Math.round(seconds * 1_000_000)));
}
