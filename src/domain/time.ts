/**
 * A point in time: milliseconds since 1970-01-01T00:00:00Z. May carry a fraction down to one microsecond; always made
 * by {@link fromMicros} or from whole milliseconds, so that equal instants are equal numbers.
 */
export type Timestamp = number;

/** A span of time in milliseconds. */
export type Duration = number;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Microseconds since the epoch (a whole number) to a {@link Timestamp}. */
export function fromMicros(micros: number): Timestamp {
  return micros / 1000;
}

/** A {@link Timestamp} to whole microseconds since the epoch; the inverse of {@link fromMicros}. */
export function toMicros(time: Timestamp): number {
  return Math.round(time * 1000);
}

/** The start of the UTC day that holds `time`. */
export function startOfDay(time: Timestamp): Timestamp {
  return Math.floor(time / DAY) * DAY;
}

const UNITS: Readonly<Record<string, Duration>> = {
  ms: 1,
  s: SECOND,
  m: MINUTE,
  min: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
};

/** What {@link parseDuration} takes, for error messages. */
export const DURATION_FORM = 'a number with one of ms, s, m, h, d, w, like 90s, 15m or 30d';

/** Reads `90s`, `15m`, `1.5h`, `30d`; undefined when it is none. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]) * (UNITS[match[2]!] ?? Number.NaN);
}

const UNIT_NAMES = { en: ['d', 'h', 'm', 's'], zh: ['天', '小时', '分钟', '秒'] } as const;

/** Writes a duration in its two largest units, for people: `3 d 4 h`, `12 m`. */
export function formatDuration(duration: Duration, language: 'en' | 'zh' = 'en'): string {
  const names = UNIT_NAMES[language];
  const sizes = [DAY, HOUR, MINUTE, SECOND];
  let rest = Math.abs(duration);
  const parts: string[] = [];
  for (const [at, size] of sizes.entries()) {
    const count = Math.floor(rest / size);
    if (count > 0 || (parts.length === 0 && size === SECOND)) parts.push(`${count} ${names[at]}`);
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return (duration < 0 ? '-' : '') + parts.join(' ');
}
