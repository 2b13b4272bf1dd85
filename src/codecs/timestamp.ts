import type { TimeUnit } from '../domain/source.ts';
import { fromMicros, type Timestamp } from '../domain/time.ts';
import type { Refusal } from './codec.ts';
import { Instant } from './instant.ts';
import { parseIso } from './isoTime.ts';
import { quote } from './text.ts';

export interface TimeOptions {
  readonly unit: TimeUnit;
  /** IANA zone of ISO 8601 stamps without one. */
  readonly zone?: string;
}

/** Stamps outside of these years are refused: the clock was never set, or the unit is another. */
export const EARLIEST: Timestamp = Date.UTC(1990, 0, 1);
export const LATEST: Timestamp = Date.UTC(2100, 0, 1);

type EpochUnit = Exclude<TimeUnit, 'auto' | 'iso'>;

const EPOCH_UNITS: readonly EpochUnit[] = ['s', 'ms', 'us', 'ns'];

/** Longest text that can be a timestamp. */
const MAX_TEXT = 40;

/**
 * Reads a timestamp. `auto` takes ISO 8601 texts, and numbers (or texts of one) as the epoch unit in which they fall
 * into 1990 to 2100, which is never more than one:
 *
 * | unit | from   | below  |
 * |------|--------|--------|
 * | s    | 6.3e8  | 4.1e9  |
 * | ms   | 6.3e11 | 4.1e12 |
 * | µs   | 6.3e14 | 4.1e15 |
 * | ns   | 6.3e17 | 4.1e18 |
 *
 * A declared epoch unit takes numbers and texts of one, `iso` only ISO 8601. Fractions count down to the microsecond.
 * A time of day that comes twice when clocks are put back is told by its receipt.
 * An {@link Instant} is taken as it is, whatever is declared.
 * Refused: `missing-time`, `invalid-time`, `time-without-zone`.
 */
export function parseTimestamp(value: unknown, options: TimeOptions, receivedAt?: Timestamp): Timestamp | Refusal {
  if (typeof value === 'number') return fromNumber(value, options.unit);
  if (typeof value === 'string') return fromText(value, options, receivedAt);
  if (value instanceof Instant) return fromInstant(value);
  if (value === undefined || value === null) return { reason: 'missing-time', detail: 'the reading has no timestamp' };
  return invalid(value, `is no timestamp; expected ${expected(options.unit)}`);
}

function fromInstant({ time }: Instant): Timestamp | Refusal {
  if (isPlausible(time)) return time;
  return { reason: 'invalid-time', detail: `time ${time / 1000} in seconds is not between 1990 and 2100` };
}

function fromText(text: string, options: TimeOptions, receivedAt?: Timestamp): Timestamp | Refusal {
  if (text.length > MAX_TEXT) return invalid(text, `is no timestamp; expected ${expected(options.unit)}`);
  // A date is told by its dash; asking Number first costs more than reading the date.
  const number = text[4] === '-' || text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isNaN(number)) return fromNumber(number, options.unit);
  if (options.unit !== 'auto' && options.unit !== 'iso') return invalid(text, `is not ${expected(options.unit)}`);
  const time = parseIso(text, options.zone, receivedAt);
  if (typeof time !== 'number' || isPlausible(time)) return time;
  return invalid(text, 'is not between 1990 and 2100');
}

function fromNumber(value: number, unit: TimeUnit): Timestamp | Refusal {
  if (unit === 'iso') return invalid(value, `is not ${expected(unit)}`);
  if (unit === 'auto') {
    const found = unitOf(value);
    return found ? toTime(value, found) : invalid(value, 'is no epoch time from 1990 to 2100 in s, ms, µs or ns');
  }
  const time = toTime(value, unit);
  return isPlausible(time) ? time : implausible(value, unit);
}

function unitOf(value: number): EpochUnit | undefined {
  // Milliseconds first: most devices send them.
  if (isPlausible(value)) return 'ms';
  for (const unit of EPOCH_UNITS) if (isPlausible(toTime(value, unit))) return unit;
  return undefined;
}

function toTime(value: number, unit: EpochUnit): Timestamp {
  if (unit === 's') return scaled(value, 1_000_000);
  if (unit === 'ms') return Number.isInteger(value) ? value : scaled(value, 1_000);
  return unit === 'us' ? fromMicros(Math.round(value)) : fromNanos(value);
}

/** The fraction apart, since a product of the whole would round it to the wrong microsecond. */
function scaled(value: number, microsPerUnit: number): Timestamp {
  const whole = Math.floor(value);
  return fromMicros(whole * microsPerUnit + Math.round((value - whole) * microsPerUnit));
}

/** By whole seconds, which a double holds exactly as nanoseconds up to the year 2100. */
function fromNanos(value: number): Timestamp {
  const seconds = Math.floor(value / 1e9);
  return fromMicros(seconds * 1_000_000 + Math.round((value - seconds * 1e9) / 1000));
}

function isPlausible(time: Timestamp): boolean {
  return time >= EARLIEST && time < LATEST;
}

function implausible(value: number, unit: EpochUnit): Refusal {
  const other = unitOf(value);
  const hint = other ? `; it would be plausible in ${other}` : '';
  return invalid(value, `in ${unit} is not between 1990 and 2100${hint}`);
}

function expected(unit: TimeUnit): string {
  if (unit === 'iso') return 'ISO 8601';
  return unit === 'auto' ? 'epoch s, ms, µs, ns or ISO 8601' : `a number of epoch ${unit}`;
}

function invalid(value: unknown, what: string): Refusal {
  return { reason: 'invalid-time', detail: `time ${quote(value)} ${what}` };
}
