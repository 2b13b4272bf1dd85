import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { ALWAYS, compileWorkCalendar, type WorkCalendarDefinition } from '../../../src/domain/workCalendar.ts';

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const WEEK = [...WORKDAYS, 'sat', 'sun'] as const;
const OFFICE: WorkCalendarDefinition = {
  zone: 'Europe/Berlin',
  hours: [{ days: WORKDAYS, from: '08:00', to: '17:00' }],
  holidays: [],
  workdays: [],
};

const calendar = (change: Partial<WorkCalendarDefinition> = {}) => compileWorkCalendar({ ...OFFICE, ...change });
const at = (text: string) => Date.parse(text);
const text = (time: number) => new Date(time).toISOString().slice(0, 16);

describe('a work calendar', () => {
  it.each([
    ['within a day', '2026-03-02T09:00Z', 2, '2026-03-02T11:00'],
    ['to the very end of a shift, not the next morning', '2026-03-02T09:00Z', 7, '2026-03-02T16:00'],
    ['over a night', '2026-03-02T15:00Z', 2, '2026-03-03T08:00'],
    ['from before work', '2026-03-02T02:00Z', 1, '2026-03-02T08:00'],
    ['from a Friday evening', '2026-03-06T19:00Z', 9, '2026-03-09T16:00'],
    // Clocks are put forward on 29 March and back on 25 October: nine hours of work end at 15:00 and 16:00 UTC.
    ['over the weekend in which clocks are put forward', '2026-03-27T15:00Z', 10, '2026-03-30T15:00'],
    ['over the weekend in which clocks are put back', '2026-10-23T14:00Z', 10, '2026-10-26T16:00'],
  ])('counts working time %s', (_what, from, hours, expected) => {
    expect(text(calendar().after(at(from), hours * HOUR))).toBe(expected);
    expect(calendar().between(at(from), at(`${expected}Z`))).toBe(hours * HOUR);
  });

  it.each([
    ['has an hour less when clocks are put forward', '2026-03-28', 7],
    ['has an hour more when they are put back', '2026-10-24', 9],
    ['is otherwise as long as it says', '2026-05-09', 8],
  ])('a shift over midnight %s', (_what, day, hours) => {
    const night = calendar({ hours: [{ days: ['sat'], from: '22:00', to: '06:00' }] });
    const from = at(`${day}T12:00Z`);
    expect(night.between(from, from + DAY) / HOUR).toBe(hours);
    expect(night.between(from, night.after(from, hours * HOUR))).toBe(hours * HOUR);
  });

  it('has shifts that begin with what clocks skip or show twice', () => {
    const early = calendar({ hours: [{ days: WEEK, from: '02:30', to: '05:00' }] });
    expect(early.between(at('2026-03-28T20:00Z'), at('2026-03-29T20:00Z'))).toBe(2 * HOUR);
    expect(early.between(at('2026-10-24T20:00Z'), at('2026-10-25T20:00Z'))).toBe(3.5 * HOUR);
    const skipped = calendar({ hours: [{ days: WEEK, from: '02:00', to: '03:00' }] });
    expect(skipped.between(at('2026-03-28T20:00Z'), at('2026-03-29T20:00Z'))).toBe(0);
  });

  it('leaves out holidays, and works on days that make up for one', () => {
    const china = calendar({
      zone: 'Asia/Shanghai',
      hours: [{ days: WORKDAYS, from: '09:00', to: '18:00' }],
      holidays: ['2026-10-01', '2026-10-02', '12-25'],
      workdays: [{ date: '2026-10-10', like: 'wed' }],
    });
    expect(text(china.after(at('2026-09-30T10:00Z'), 0))).toBe('2026-09-30T10:00');
    expect(text(china.after(at('2026-09-30T10:00Z'), HOUR))).toBe('2026-10-05T02:00');
    expect(china.between(at('2026-10-09T16:00Z'), at('2026-10-11T16:00Z'))).toBe(9 * HOUR);
    expect(china.isOpen(at('2030-12-25T03:00Z'))).toBe(false);
    expect(china.isOpen(at('2030-12-24T03:00Z'))).toBe(true);
    expect(text(china.opening(at('2026-10-01T03:00Z')))).toBe('2026-10-05T01:00');
  });

  it('gives a holiday the end of the night shift before it, and takes its own to its end', () => {
    const night = calendar({
      zone: 'UTC',
      hours: [{ days: WEEK, from: '22:00', to: '06:00' }],
      holidays: ['2026-05-01'],
    });
    expect(night.isOpen(at('2026-05-01T05:59Z'))).toBe(true);
    expect(night.isOpen(at('2026-05-01T23:00Z'))).toBe(false);
    expect(night.isOpen(at('2026-05-02T05:00Z'))).toBe(false);
    expect(night.isOpen(at('2026-05-02T22:00Z'))).toBe(true);
  });

  it('counts shifts that overlap once, and ends one where the next begins', () => {
    const twice = calendar({
      zone: 'UTC',
      hours: [
        { days: WEEK, from: '10:00', to: '14:00' },
        { days: WEEK, from: '08:00', to: '12:00' },
        { days: WEEK, from: '14:00', to: '14:30' },
      ],
    });
    expect(twice.between(at('2026-05-04T00:00Z'), at('2026-05-05T00:00Z'))).toBe(6.5 * HOUR);
  });

  it('that never works promises nothing', () => {
    const never = calendar({ hours: [] });
    expect(never.after(at('2026-05-04T00:00Z'), 1)).toBe(Number.POSITIVE_INFINITY);
    expect(never.opening(at('2026-05-04T00:00Z'))).toBe(Number.POSITIVE_INFINITY);
    expect(never.between(at('2026-05-04T00:00Z'), at('2027-05-04T00:00Z'))).toBe(0);
  });

  it('of every hour of the week is the clock itself, over changes of it as well', () => {
    const all = calendar({ hours: [{ days: WEEK, from: '00:00', to: '24:00' }] });
    fc.assert(
      fc.property(instants, spans, (from, work) => {
        expect(all.after(from, work)).toBe(ALWAYS.after(from, work));
        expect(all.between(from, from + work)).toBe(work);
      }),
      { numRuns: 50 },
    );
  });
});

const YEAR_2026 = at('2026-01-01T00:00Z');
const instants = fc.integer({ min: 0, max: 365 * 24 * 60 }).map((minutes) => YEAR_2026 + minutes * MINUTE);
const spans = fc.integer({ min: 0, max: 200 * 60 }).map((minutes) => minutes * MINUTE);
const timesOfDay = fc.integer({ min: 0, max: 47 }).map((half) => {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(half / 2))}:${two((half % 2) * 30)}`;
});
const calendars = fc
  .record({
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Shanghai', 'Australia/Lord_Howe'),
    hours: fc.array(fc.record({ days: fc.subarray([...WEEK], { minLength: 1 }), from: timesOfDay, to: timesOfDay }), {
      minLength: 1,
      maxLength: 3,
    }),
    holidays: fc.array(
      instants.map((time) => new Date(time).toISOString().slice(0, 10)),
      { maxLength: 20 },
    ),
    workdays: fc.constant([]),
  })
  .map(compileWorkCalendar);

describe('working time', () => {
  it('adds up: from a to b and from b to c is from a to c', () => {
    fc.assert(
      fc.property(calendars, fc.tuple(instants, instants, instants), (work, times) => {
        const [a, b, c] = times.toSorted((x, y) => x - y) as [number, number, number];
        expect(work.between(a, b) + work.between(b, c)).toBe(work.between(a, c));
        expect(work.between(a, c)).toBeLessThanOrEqual(c - a);
      }),
    );
  });

  it('grows with what is asked for, and so does the instant with the one it is counted from', () => {
    fc.assert(
      fc.property(calendars, instants, instants, spans, spans, (work, from, later, some, more) => {
        expect(work.after(from, some)).toBeLessThanOrEqual(work.after(from, some + more));
        const [first, second] = [Math.min(from, later), Math.max(from, later)];
        expect(work.after(first, some)).toBeLessThanOrEqual(work.after(second, some));
      }),
    );
  });

  it('and the instant at which it is done undo each other, at the earliest such instant', () => {
    fc.assert(
      fc.property(calendars, instants, spans, (work, from, span) => {
        const end = work.after(from, span);
        fc.pre(Number.isFinite(end));
        expect(work.between(from, end)).toBe(span);
        if (span > 0) expect(work.between(from, end - 1)).toBe(span - 1);
        expect(work.after(work.after(from, span), MINUTE)).toBe(work.after(from, span + MINUTE));
      }),
    );
  });

  it('goes on at the next opening', () => {
    fc.assert(
      fc.property(calendars, instants, (work, from) => {
        const opening = work.opening(from);
        fc.pre(Number.isFinite(opening));
        expect(work.between(from, opening)).toBe(0);
        expect(work.isOpen(opening)).toBe(true);
        expect(work.isOpen(from)).toBe(opening === from);
      }),
    );
  });
});
