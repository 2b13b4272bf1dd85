import Type, { type Static } from 'typebox';
import { instantOf, sinceMidnight, WEEKDAYS, weekdayOf } from '../domain/localTime.ts';
import { DAY, startOfDay, type Timestamp } from '../domain/time.ts';
import { isTimeZone } from '../domain/zone.ts';
import type { RuleProblem } from './rule.ts';

const TimeOfDay = (description: string, fallback: string) =>
  Type.String({
    description,
    form: "a time of day in quotes, from '00:00' to '24:00'",
    pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
    default: fallback,
  });

/** Hours of the week, by the clocks of a time zone. */
export const ScheduleParams = Type.Object(
  {
    zone: Type.String({ description: 'IANA time zone of the times, like Europe/Berlin.' }),
    days: Type.Array(Type.Enum([...WEEKDAYS]), {
      minItems: 1,
      maxItems: 7,
      default: [...WEEKDAYS],
      description: 'Days on which it begins: mon, tue, wed, thu, fri, sat, sun.',
    }),
    from: TimeOfDay('When it begins.', '00:00'),
    to: TimeOfDay('When it ends; not after `from` means on the next day.', '24:00'),
  },
  {
    additionalProperties: false,
    description: 'Only within these hours of the week, by event time; summer time is minded.',
  },
);
export type ScheduleParams = Static<typeof ScheduleParams>;

export interface Schedule {
  /** Since when it has been open without a break, as far as a week back; undefined while it is closed. */
  openSince(time: Timestamp): Timestamp | undefined;
  /** The first moment from this one on at which it is open. */
  next(time: Timestamp): Timestamp;
  /** The stretches between the two in which it is open, in order; they may touch. */
  within(from: Timestamp, to: Timestamp): Span[];
}

/** Open from `from` (inclusive) to `to` (exclusive). */
export interface Span {
  from: Timestamp;
  to: Timestamp;
}

/** Days back in which a span may have begun that holds a time of today: a chain of seven and one across a zone. */
const CHAIN_DAYS = 8;

/** Days kept at hand; a full cache starts anew. */
const CACHE_LIMIT = 1000;

export function checkSchedule(params: ScheduleParams | undefined, path: string): RuleProblem[] {
  if (!params || isTimeZone(params.zone)) return [];
  return [{ path: `${path}.zone`, message: `'${params.zone}' is no IANA time zone, such as Europe/Berlin or UTC` }];
}

/** Working out a day takes some hundred microseconds, so that the spans of a day are kept. */
export function compileSchedule(params: ScheduleParams): Schedule {
  const days = new Map<number, readonly Span[]>();
  let last: Span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };

  function spansOf(day: Timestamp): readonly Span[] {
    let spans = days.get(day);
    if (!spans) {
      spans = spansAround(params, day);
      if (days.size >= CACHE_LIMIT) days.clear();
      days.set(day, spans);
    }
    return spans;
  }

  return {
    openSince(time) {
      if (time >= last.from && time < last.to) return last.from;
      const span = spansOf(startOfDay(time)).find(({ from, to }) => time >= from && time < to);
      if (span) last = span;
      return span?.from;
    },
    next(time) {
      for (let day = startOfDay(time); ; day += DAY) {
        const span = spansOf(day).find(({ to }) => to > time);
        if (span) return Math.max(span.from, time);
      }
    },
    within(from, to) {
      const found: Span[] = [];
      for (let day = startOfDay(from); day < to; day += DAY) {
        const [begin, end] = [Math.max(day, from), Math.min(day + DAY, to)];
        for (const span of spansOf(day)) {
          if (span.from < end && span.to > begin)
            found.push({ from: Math.max(span.from, begin), to: Math.min(span.to, end) });
        }
      }
      return found;
    },
  };
}

/** The spans, joined where they touch, of the days around this UTC day. */
function spansAround({ zone, days, from, to }: ScheduleParams, day: Timestamp): Span[] {
  const begin = sinceMidnight(from);
  const length = sinceMidnight(to) - begin;
  const end = begin + (length > 0 ? length : length + DAY);
  const spans: Span[] = [];
  for (let at = day - CHAIN_DAYS * DAY; at <= day + DAY; at += DAY) {
    if (!days.includes(weekdayOf(at))) continue;
    const span = { from: instantOf(at + begin, zone), to: instantOf(at + end, zone) };
    const before = spans.at(-1);
    if (before && before.to >= span.from) before.to = span.to;
    else spans.push(span);
  }
  return spans;
}
