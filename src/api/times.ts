import { IsDateTime } from 'typebox/format';
import { fromMicros, type Timestamp, toMicros } from '../domain/time.ts';

/** What {@link parseTime} takes, for error messages. */
export const TIME_FORM = 'an ISO 8601 time with a zone and at most microseconds, like 2024-05-01T08:00:00.000Z';

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/;

/** Reads a time of a request; undefined when it is none. Exact to the microsecond. */
export function parseTime(text: string): Timestamp | undefined {
  const match = FORM.exec(text);
  if (!match || !IsDateTime(text)) return undefined;
  const seconds = Date.parse(`${match[1]}${match[3]}`);
  const micros = Number((match[2] ?? '').padEnd(6, '0'));
  // In whole milliseconds wherever possible: microseconds of far years are beyond what a number holds exactly.
  return micros % 1000 === 0 ? seconds + micros / 1000 : fromMicros(seconds * 1000 + micros);
}

/** Reads a time that its schema has checked already. */
export function timeOf(text: string): Timestamp {
  const time = parseTime(text);
  if (time === undefined) throw new TypeError(`${text} is not ${TIME_FORM}`);
  return time;
}

/** {@link timeOf} where the field may be absent. */
export function timeIfAny(text: string | undefined): Timestamp | undefined {
  return text === undefined ? undefined : timeOf(text);
}

/** UTC with milliseconds, and with microseconds where there are any. */
export function formatTime(time: Timestamp): string {
  if (Number.isInteger(time)) return new Date(time).toISOString();
  const micros = toMicros(time);
  const millis = Math.floor(micros / 1000);
  const rest = micros - millis * 1000;
  const text = new Date(millis).toISOString();
  return rest === 0 ? text : text.replace('Z', `${String(rest).padStart(3, '0')}Z`);
}

/** {@link formatTime} where the field may be absent. */
export function formatIfAny(time: Timestamp | undefined): string | undefined {
  return time === undefined ? undefined : formatTime(time);
}

/** {@link formatTime} where null says that there is none within the horizon. */
export function formatOrNull(time: Timestamp | null): string | null {
  return time === null ? null : formatTime(time);
}
