import { DAY, type Duration, MINUTE, SECOND, type Timestamp } from './time.ts';

/** A clock may be ahead of ours by so much. */
const EARLY: Duration = 5 * SECOND;

/** Entries kept per zone and cache; a full cache starts anew. */
const CACHE_LIMIT = 10_000;

/** Offsets of one IANA zone from UTC. Asking Intl takes microseconds, so answers are kept by day and by minute. */
class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, Duration>();
  readonly #minutes = new Map<number, Duration>();

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** See {@link wallToUtc}. */
  toUtc(wall: Timestamp, receivedAt: Timestamp): Timestamp | undefined {
    const day = Math.floor(wall / DAY);
    const steady = this.#steadyOffset(day);
    if (!Number.isNaN(steady)) return wall - steady;
    const [earlier, later] = [this.#offset((day - 1) * DAY), this.#offset((day + 2) * DAY)]
      .filter((offset) => this.#offset(wall - offset) === offset)
      .map((offset) => wall - offset);
    if (earlier === undefined || later === undefined) return earlier;
    const late = receivedAt - later;
    return late >= -EARLY && late < later - earlier ? later : earlier;
  }

  /** See {@link utcToWall}. */
  toWall(at: Timestamp): Timestamp {
    return at + this.#offset(at);
  }

  /** The offset of a day without a change near it, else NaN. */
  #steadyOffset(day: number): Duration {
    let steady = this.#days.get(day);
    if (steady === undefined) {
      const before = this.#offset((day - 1) * DAY);
      steady = before === this.#offset((day + 2) * DAY) ? before : Number.NaN;
      keep(this.#days, day, steady);
    }
    return steady;
  }

  #offset(at: Timestamp): Duration {
    const minute = Math.floor(at / MINUTE);
    let offset = this.#minutes.get(minute);
    if (offset === undefined) {
      offset = this.#wallAt(minute * MINUTE) - minute * MINUTE;
      keep(this.#minutes, minute, offset);
    }
    return offset;
  }

  #wallAt(at: Timestamp): Timestamp {
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(at)) part[type] = Number(value);
    return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  }
}

function keep(cache: Map<number, Duration>, key: number, value: Duration): void {
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, value);
}

const zones = new Map<string, Zone>();

/** Whether this is the name of an IANA time zone that the runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The instant at which the clocks of an IANA zone show `wall` (the clock's reading taken as if it were UTC). Undefined for
 * one that is skipped when clocks are put forward. One that comes twice when they are put back is told by its receipt:
 * right whenever it was under way for less than the time that comes twice, also when it is received a second time; the
 * earlier one otherwise, or without `receivedAt`. Throws RangeError for an unknown zone.
 */
export function wallToUtc(wall: Timestamp, zone: string, receivedAt: Timestamp = Number.NEGATIVE_INFINITY) {
  return zoneOf(zone).toUtc(wall, receivedAt);
}

/** What the clocks of an IANA zone show at an instant, taken as if it were UTC. Throws RangeError for an unknown zone. */
export function utcToWall(at: Timestamp, zone: string): Timestamp {
  return zoneOf(zone).toWall(at);
}

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    zone = new Zone(name);
    zones.set(name, zone);
  }
  return zone;
}
