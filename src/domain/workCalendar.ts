import { dateOf, instantOf, sinceMidnight, type Weekday, weekdayOf } from './localTime.ts';
import { DAY, type Duration, startOfDay, type Timestamp } from './time.ts';

/** A shift of some days of the week. */
export interface WorkHours {
  readonly days: readonly Weekday[];
  /** From `00:00` to `24:00`. */
  readonly from: string;
  /** When it ends; not after `from` means on the next day. */
  readonly to: string;
}

/** When people work, by the clocks of an IANA time zone; a shift belongs to the day on which it begins. */
export interface WorkCalendarDefinition {
  readonly zone: string;
  /** Shifts may touch and overlap. */
  readonly hours: readonly WorkHours[];
  /** Dates without a shift, `2026-10-01`; or `12-25` for each year. */
  readonly holidays: readonly string[];
  /** Dates that are worked like another day of the week although they fall on a weekend or holiday. */
  readonly workdays: readonly { readonly date: string; readonly like: Weekday }[];
}

export interface WorkCalendar {
  isOpen(at: Timestamp): boolean;
  /** The earliest instant by which so much time has been worked after `from`; Infinity where nobody works for ten years. */
  after(from: Timestamp, work: Duration): Timestamp;
  /** Time worked from `from` to `to`; 0 when they are the other way round. */
  between(from: Timestamp, to: Timestamp): Duration;
  /** When work goes on, at `from` or later; Infinity as in `after`. */
  opening(from: Timestamp): Timestamp;
}

interface Shift {
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/** A shift of the day before yesterday may last until today, and a place be a day ahead of UTC. */
const DAYS_BACK = 3;
const LONGEST_BREAK = 3660 * DAY;
/** Days kept at hand; a full cache starts anew. */
const CACHE_LIMIT = 5000;

/** Every hour of every day. */
export const ALWAYS: WorkCalendar = {
  isOpen: () => true,
  after: (from, work) => from + work,
  between: (from, to) => Math.max(0, to - from),
  opening: (from) => from,
};

/**
 * Works by the instants at which shifts begin and end, so that a night in which clocks are put forward or back has as
 * many hours as it lasts.
 */
export function compileWorkCalendar(definition: WorkCalendarDefinition): WorkCalendar {
  const shiftsOn = shiftsByDate(definition);

  /** Stretches of work that end after `from`, in order, none overlapping another. */
  function* stretches(from: Timestamp): Generator<Shift> {
    let done = from;
    for (let date = startOfDay(from) - DAYS_BACK * DAY; date < done + LONGEST_BREAK; date += DAY) {
      for (const shift of shiftsOn(date)) {
        if (shift.to <= done) continue;
        yield { from: Math.max(shift.from, done), to: shift.to };
        done = shift.to;
      }
    }
  }

  return {
    isOpen(at) {
      const { value } = stretches(at).next();
      return value !== undefined && value.from <= at;
    },
    after(from, work) {
      let left = work;
      if (left <= 0) return from;
      for (const stretch of stretches(from)) {
        if (stretch.to - stretch.from >= left) return stretch.from + left;
        left -= stretch.to - stretch.from;
      }
      return Number.POSITIVE_INFINITY;
    },
    between(from, to) {
      let worked = 0;
      for (const stretch of stretches(from)) {
        if (stretch.from >= to) break;
        worked += Math.min(stretch.to, to) - stretch.from;
      }
      return worked;
    },
    opening(from) {
      return stretches(from).next().value?.from ?? Number.POSITIVE_INFINITY;
    },
  };
}

/** The shifts that begin on a date, by their beginning. Working them out takes some hundred microseconds, so they are kept. */
function shiftsByDate({ zone, hours, holidays, workdays }: WorkCalendarDefinition) {
  const known = new Map<Timestamp, readonly Shift[]>();
  const off = new Set(holidays);
  const likes = new Map(workdays.map(({ date, like }) => [dateOf(date), like]));

  function dayOf(date: Timestamp): Weekday | undefined {
    const like = likes.get(date);
    if (like !== undefined) return like;
    const text = new Date(date).toISOString().slice(0, 'yyyy-mm-dd'.length);
    return off.has(text) || off.has(text.slice('yyyy-'.length)) ? undefined : weekdayOf(date);
  }

  function workOut(date: Timestamp): Shift[] {
    const day = dayOf(date);
    if (day === undefined) return [];
    return hours
      .filter(({ days }) => days.includes(day))
      .map(({ from, to }) => shiftOf(date, from, to, zone))
      .sort((a, b) => a.from - b.from);
  }

  return (date: Timestamp): readonly Shift[] => {
    let shifts = known.get(date);
    if (!shifts) {
      shifts = workOut(date);
      if (known.size >= CACHE_LIMIT) known.clear();
      known.set(date, shifts);
    }
    return shifts;
  };
}

function shiftOf(date: Timestamp, from: string, to: string, zone: string): Shift {
  const begin = sinceMidnight(from);
  const end = sinceMidnight(to);
  return { from: instantOf(date + begin, zone), to: instantOf(date + end + (end > begin ? 0 : DAY), zone) };
}
