import type { Timestamp } from '../domain/time.ts';
import { HOUR } from '../domain/time.ts';

/**
 * A usage counter as devices send it, with resets, roll-overs, swaps and glitches. A reading that can't follow from
 * the last accepted one is held back until `confirm` readings in a row agree with each other; a single odd reading
 * leaves no trace.
 */
export interface CounterState {
  /** The last accepted reading and its time; null before the first. */
  reading: number | null;
  time: Timestamp;
  /** Units counted ahead of what the rate allows; up to one hour's worth is tolerated, for coarse counters. */
  ahead: number;
  /** The first of the held-back readings and its time, the last of them, and how many there are. */
  suspectFirst: number;
  suspectSince: Timestamp;
  suspectLast: number;
  suspectTime: Timestamp;
  suspects: number;
}

export interface CounterOptions {
  /** Physically possible units an hour; undefined: no limit. */
  readonly maxRatePerHour?: number;
  /** Value after which the counter starts at 0 again; undefined: it does not. */
  readonly rollover?: number;
  /** A rise by more than this in one step must be confirmed, even if it is possible. */
  readonly leap: number;
  /** Readings that must agree before a break is believed. */
  readonly confirm: number;
  /** Falls up to this are jitter of the reading and are ignored. */
  readonly jitter: number;
}

/** What a reading adds. `used` counts, `adjusted` was taken out as implausible, `dropped` tells of a confirmed fall. */
export interface CounterStep {
  used: number;
  adjusted: number;
  /** The counter was set back or exchanged; `reading` is what it stood at first after that. */
  dropped: boolean;
}

export function initCounter(): CounterState {
  return {
    reading: null,
    time: 0,
    ahead: 0,
    suspectFirst: 0,
    suspectSince: 0,
    suspectLast: 0,
    suspectTime: 0,
    suspects: 0,
  };
}

const NOTHING: CounterStep = Object.freeze({ used: 0, adjusted: 0, dropped: false });

export function stepCounter(
  counter: CounterState,
  options: CounterOptions,
  time: Timestamp,
  reading: number,
): CounterStep {
  if (counter.reading === null) {
    accept(counter, options, time, reading, 0);
    return NOTHING;
  }
  const delta = reading - counter.reading;
  if (delta < 0 && -delta <= options.jitter) {
    counter.suspects = 0;
    return NOTHING;
  }
  if (isPlausible(counter, options, time, reading) && !confirmsLeap(counter, reading)) {
    accept(counter, options, time, reading, delta);
    return { used: delta, adjusted: 0, dropped: false };
  }
  return suspect(counter, options, time, reading);
}

/**
 * Sets a counter to a reading that a person took. Returns the units it rose by, 0 where it can't have: what was typed
 * wrong must count nowhere, and the next readings of the device prove it.
 */
export function setCounter(counter: CounterState, options: CounterOptions, time: Timestamp, reading: number): number {
  const rise = isPlausible(counter, options, time, reading) ? reading - counter.reading! : 0;
  if (rise > 0) accept(counter, options, time, reading, rise);
  else counter.reading = reading;
  return rise;
}

function isPlausible(counter: CounterState, options: CounterOptions, time: Timestamp, reading: number): boolean {
  const delta = reading - counter.reading!;
  return delta >= 0 && delta <= options.leap && delta <= allowance(options, time - counter.time, counter.ahead);
}

/** Time makes any leap possible in the end; what was not when it was first read must be judged as of then. */
function confirmsLeap({ suspects, suspectFirst, reading: before }: CounterState, reading: number): boolean {
  return suspects > 0 && suspectFirst > before! && reading >= suspectFirst;
}

/**
 * Units that may have been used in `elapsed`: the rate, and one hour's worth of tolerance less what was counted ahead
 * already, so that many small steps get no more of it than a large one.
 */
function allowance({ maxRatePerHour }: CounterOptions, elapsed: number, ahead: number): number {
  if (maxRatePerHour === undefined) return Number.POSITIVE_INFINITY;
  return maxRatePerHour * (elapsed / HOUR + 1) - ahead;
}

function suspect(counter: CounterState, options: CounterOptions, time: Timestamp, reading: number): CounterStep {
  const goesOn =
    counter.suspects > 0 &&
    reading >= counter.suspectLast - options.jitter &&
    reading - counter.suspectLast <= allowance(options, time - counter.suspectTime, 0);
  if (!goesOn) {
    counter.suspectFirst = reading;
    counter.suspectSince = time;
    counter.suspects = 0;
  }
  counter.suspectLast = reading;
  counter.suspectTime = time;
  counter.suspects++;
  if (counter.suspects < options.confirm) return NOTHING;
  const step = judge(counter, options);
  accept(counter, options, time, reading, step.used);
  return step;
}

/** A confirmed break: roll-over, leap or fall (reset or exchange). What can't have been counted is taken out. */
function judge(counter: CounterState, options: CounterOptions): CounterStep {
  const { suspectFirst: first, suspectSince, suspectLast: last, suspectTime } = counter;
  const before = counter.reading!;
  const rise = riseTo(first, before, options);
  const possible = rise !== undefined && rise <= allowance(options, suspectSince - counter.time, counter.ahead);
  const counted = possible ? rise : 0;
  const ahead = aheadAfter(counter, options, suspectSince, counted);
  const since = Math.min(last - first, allowance(options, suspectTime - suspectSince, ahead));
  const refused = first > before && !possible ? first - before : 0;
  return {
    used: counted + since,
    adjusted: refused + (last - first - since),
    dropped: first < before && !possible,
  };
}

/** Units from the last accepted reading to the first held-back one; undefined where it can only be a fall. */
function riseTo(first: number, before: number, { rollover }: CounterOptions): number | undefined {
  if (first > before) return first - before;
  const over = rollover !== undefined && before > 0.9 * rollover && first < 0.1 * rollover;
  return over ? rollover - before + first : undefined;
}

function accept(counter: CounterState, options: CounterOptions, time: Timestamp, reading: number, used: number): void {
  counter.ahead = aheadAfter(counter, options, time, used);
  counter.reading = reading;
  counter.time = time;
  counter.suspects = 0;
}

function aheadAfter(counter: CounterState, options: CounterOptions, time: Timestamp, used: number): number {
  const rate = options.maxRatePerHour;
  if (rate === undefined || counter.reading === null) return 0;
  const ahead = counter.ahead + used - (rate * (time - counter.time)) / HOUR;
  return Math.min(rate, Math.max(0, ahead));
}
