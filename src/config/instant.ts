import { IsDate } from 'typebox/format';
import type { Timestamp } from '../domain/time.ts';

export const INSTANT_FORM =
  'a date (its start in UTC) or a time with a zone, like 2024-05-01 or 2024-05-01T08:30:00+08:00';

const HOUR_MINUTE = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const FORM = new RegExp(
  `^(\\d{4}-\\d{2}-\\d{2})(?:T${HOUR_MINUTE}(?::[0-5]\\d(?:\\.\\d{1,3})?)?(?:Z|[+-]${HOUR_MINUTE}))?$`,
);

/** Reads an ISO 8601 date, or a time with a zone; undefined when it is none, or names a day that does not exist. */
export function parseInstant(text: string): Timestamp | undefined {
  const date = FORM.exec(text)?.[1];
  return date !== undefined && IsDate(date) ? Date.parse(text) : undefined;
}
