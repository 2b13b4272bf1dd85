import { fromMicros, type Timestamp } from '../domain/time.ts';
import { wallToUtc } from '../domain/zone.ts';
import type { Refusal } from './codec.ts';
import { quote } from './text.ts';

const FORM = 'ISO 8601 with date, time and zone, like 2024-05-01T13:45:10.250Z or 2024-05-01 15:45:10+02:00';

const MICROS_PER_MINUTE = 60_000_000;

/**
 * ISO 8601 / RFC 3339: date and time of day, seconds and their fraction optional (rounded to the microsecond), T or a
 * space between; Z, ±hh:mm, ±hhmm, ±hh or no zone, which needs the declared `zone`
 * and is told apart by `receivedAt` where clocks show it twice. A leap second is the next second.
 */
export function parseIso(text: string, zone: string | undefined, receivedAt?: Timestamp): Timestamp | Refusal {
  const wall = wallOf(text);
  const hasSeconds = text.charCodeAt(16) === COLON;
  const second = hasSeconds ? twoDigits(text, 17) : 0;
  if (wall === INVALID || second === INVALID || second > 60) return invalid(text);
  const fractionAt = hasSeconds ? 19 : 16;
  const zoneAt = endOfFraction(text, fractionAt);
  const fraction = zoneAt === fractionAt ? 0 : fractionMicros(text, fractionAt + 1, zoneAt);
  if (fraction === INVALID) return invalid(text);
  const micros = (wall + second) * 1_000_000 + fraction;
  if (zoneAt === text.length) return inZone(text, micros, zone, receivedAt);
  const offset = offsetMinutes(text, zoneAt);
  return Number.isNaN(offset) ? invalid(text) : fromMicros(micros - offset * MICROS_PER_MINUTE);
}

const INVALID = -1;
const COLON = 0x3a;
const DASH = 0x2d;
const SPACE = 0x20;
const LETTER_T = 0x54;
const LOWER_T = 0x74;

/** Date, hour and minute as if in UTC, in seconds; INVALID when they are not `YYYY-MM-DDThh:mm` of 1970 or later. */
function wallOf(text: string): number {
  const separator = text.charCodeAt(10);
  if (separator !== LETTER_T && separator !== SPACE && separator !== LOWER_T) return INVALID;
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH || text.charCodeAt(13) !== COLON) return INVALID;
  const century = twoDigits(text, 0);
  const yearOfCentury = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const year = century * 100 + yearOfCentury;
  if (yearOfCentury === INVALID || year < 1970 || month < 1 || month > 12) return INVALID;
  if (day < 1 || day > daysIn(year, month)) return INVALID;
  if (hour === INVALID || hour > 23 || minute === INVALID || minute > 59) return INVALID;
  return daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01, by Howard Hinnant's days_from_civil; Date.UTC takes several times as long. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const yearFromMarch = month > 2 ? year : year - 1;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearFromMarch / 4) - Math.floor(yearFromMarch / 100) + Math.floor(yearFromMarch / 400);
  return yearFromMarch * 365 + leapDays + dayOfYear - 719_468;
}

/** Where the fraction that may start at `at` ends. */
function endOfFraction(text: string, at: number): number {
  if (text[at] !== '.' && text[at] !== ',') return at;
  let end = at + 1;
  while (digit(text, end) !== INVALID) end++;
  return end;
}

/** Digits beyond the ninth do not count. */
function fractionMicros(text: string, from: number, end: number): number {
  if (from === end) return INVALID;
  let value = 0;
  let scale = 1_000_000;
  for (let at = from; at < Math.min(end, from + 9); at++) {
    value = value * 10 + digit(text, at);
    scale /= 10;
  }
  return Math.round(value * scale);
}

/** NaN when there is no zone of a known form. */
function offsetMinutes(text: string, at: number): number {
  const sign = text[at];
  const length = text.length - at;
  if (sign === 'Z' || sign === 'z') return length === 1 ? 0 : Number.NaN;
  if (sign !== '+' && sign !== '-') return Number.NaN;
  if (length !== 3 && length !== 5 && !(length === 6 && text[at + 3] === ':')) return Number.NaN;
  const hours = twoDigits(text, at + 1);
  const minutes = length === 3 ? 0 : twoDigits(text, text.length - 2);
  if (hours === INVALID || hours > 18 || minutes === INVALID || minutes > 59) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function inZone(text: string, micros: number, zone: string | undefined, receivedAt?: Timestamp): Timestamp | Refusal {
  if (zone === undefined) {
    return {
      reason: 'time-without-zone',
      detail: `time ${quote(text)} has no zone; send one, or declare time.zone for the source`,
    };
  }
  const wall = Math.floor(micros / 1000);
  const utc = wallToUtc(wall, zone, receivedAt);
  if (utc === undefined) {
    return { reason: 'invalid-time', detail: `time ${quote(text)} does not exist in ${zone}: clocks skip it` };
  }
  return fromMicros(utc * 1000 + (micros - wall * 1000));
}

function twoDigits(text: string, at: number): number {
  const tens = digit(text, at);
  const ones = digit(text, at + 1);
  return tens === INVALID || ones === INVALID ? INVALID : tens * 10 + ones;
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : INVALID;
}

function invalid(text: string): Refusal {
  return { reason: 'invalid-time', detail: `time ${quote(text)} is not ${FORM}` };
}
