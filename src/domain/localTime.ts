import { DAY, HOUR, MINUTE, type Timestamp } from './time.ts';
import { wallToUtc } from './zone.ts';

/*
 * Times by the clocks of a place. A date is its midnight taken as if it were UTC, and a wall time the clock's reading
 * taken likewise.
 */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export function weekdayOf(date: Timestamp): Weekday {
  return WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7]!;
}

/** Time from midnight to a time of day, from `00:00` to `24:00`. */
export function sinceMidnight(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  return hours! * HOUR + minutes! * MINUTE;
}

/** The first instant at which the clocks show this or, where they skip it, the next that they show. */
export function instantOf(wall: Timestamp, zone: string): Timestamp {
  for (let at = wall; at <= wall + DAY; at += MINUTE) {
    const instant = wallToUtc(at, zone);
    if (instant !== undefined) return instant;
  }
  return wall;
}

/** `2026-10-01` as a date; undefined when there is no such day. */
export function dateOf(text: string): Timestamp | undefined {
  const date = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(date) && new Date(date).toISOString().startsWith(text) ? date : undefined;
}
