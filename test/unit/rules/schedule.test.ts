import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { checkSchedule, compileSchedule, type ScheduleParams } from '../../../src/rules/schedule.ts';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const SHIFT: ScheduleParams = {
  zone: 'Europe/Berlin',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '18:00',
};

/** Since when it is open, as text; closed otherwise. */
function since(params: Partial<ScheduleParams>, at: string): string {
  const open = compileSchedule({ ...SHIFT, ...params }).openSince(Date.parse(at));
  return open === undefined ? 'closed' : new Date(open).toISOString().slice(0, 16);
}

describe('a schedule', () => {
  it.each([
    ['2024-01-08T06:59:59Z', 'closed'],
    ['2024-01-08T07:00Z', '2024-01-08T07:00'],
    ['2024-01-08T16:59:59Z', '2024-01-08T07:00'],
    ['2024-01-08T17:00Z', 'closed'],
    ['2024-01-13T10:00Z', 'closed'],
    // The last Friday of winter time, the first Monday of summer time.
    ['2024-03-29T07:00Z', '2024-03-29T07:00'],
    ['2024-04-01T06:00Z', '2024-04-01T06:00'],
    ['2024-04-01T16:00Z', 'closed'],
  ])('goes by the clocks of its zone: %s is %s', (at, expected) => {
    expect(since({}, at)).toBe(expected);
  });

  it.each([
    ['2024-01-12T21:30Z', '2024-01-12T21:00'],
    // Friday's night shift ends on Saturday.
    ['2024-01-13T04:59Z', '2024-01-12T21:00'],
    ['2024-01-13T05:00Z', 'closed'],
    ['2024-01-13T22:00Z', 'closed'],
    // The night in which clocks are put forward has an hour less.
    ['2024-03-30T04:59Z', '2024-03-29T21:00'],
  ])('may end on the next day: %s is %s', (at, expected) => {
    expect(since({ from: '22:00', to: '06:00' }, at)).toBe(expected);
  });

  it('begins with the next time there is where clocks skip its own, and with the first where it comes twice', () => {
    const all = { days: [...WEEK], from: '02:30', to: '05:00' };
    expect(since(all, '2024-03-31T00:59Z')).toBe('closed');
    expect(since(all, '2024-03-31T01:00Z')).toBe('2024-03-31T01:00');
    expect(since(all, '2024-10-27T00:30Z')).toBe('2024-10-27T00:30');
    expect(since(all, '2024-10-27T03:59Z')).toBe('2024-10-27T00:30');
  });

  it('joins days that touch', () => {
    const workdays = { from: '00:00', to: '24:00', zone: 'UTC' };
    expect(since(workdays, '2024-01-12T12:00Z')).toBe('2024-01-08T00:00');
    expect(since({ ...workdays, days: [...WEEK] }, '2024-01-12T12:00Z') < '2024-01-05T12:00').toBe(true);
    expect(since({ days: [...WEEK], from: '06:00', to: '06:00' }, '2024-01-12T12:00Z') < '2024-01-06').toBe(true);
  });

  it('is open exactly while the clocks of the zone show its hours, in any order of asking', () => {
    const zones = ['Asia/Shanghai', 'America/St_Johns', 'Pacific/Auckland', 'UTC', 'Pacific/Apia'];
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.subarray([...WEEK], { minLength: 1 }),
        hour,
        hour,
        // No changes of the clocks at these times of the year.
        fc.array(fc.integer({ min: 0, max: 40 * 96 }), { minLength: 5, maxLength: 30 }),
        (zone, days, from, to, quarters) => {
          const pad = (value: number) => `${String(value).padStart(2, '0')}:00`;
          const schedule = compileSchedule({ zone, days, from: pad(from), to: pad(to) });
          for (const quarter of quarters) {
            const time = Date.UTC(2024, 5, 1) + quarter * 15 * MINUTE;
            expect(schedule.openSince(time) !== undefined).toBe(shows(zone, days, from, to, time));
          }
        },
      ),
    );
  });

  it('opens within a stretch of time exactly when it is open', () => {
    const minute = fc.integer({ min: 0, max: 60 * 24 * 60 });
    fc.assert(
      fc.property(
        fc.constantFrom('Asia/Shanghai', 'America/St_Johns', 'Europe/Berlin', 'UTC'),
        fc.subarray([...WEEK], { minLength: 1 }),
        fc.constantFrom(['00:00', '24:00'], ['22:00', '06:00'], ['08:30', '17:00']),
        minute,
        minute,
        fc.array(minute, { minLength: 5, maxLength: 20 }),
        (zone, days, [from, to], one, other, asked) => {
          const schedule = compileSchedule({ zone, days, from: from!, to: to! });
          // The clocks of Berlin and St John's change within.
          const at = (minutes: number) => Date.UTC(2024, 1, 20) + minutes * MINUTE;
          const [begin, end] = [at(Math.min(one, other)), at(Math.max(one, other))];
          const open = schedule.within(begin, end);
          for (const time of asked.map(at)) {
            const inside = open.filter((span) => time >= span.from && time < span.to);
            const expected = time >= begin && time < end && schedule.openSince(time) !== undefined;
            expect(inside).toHaveLength(expected ? 1 : 0);
          }
        },
      ),
    );
  });

  it('is refused in a zone that there is not', () => {
    expect(checkSchedule({ ...SHIFT, zone: 'Mars/Olympus' }, 'schedule')).toEqual([
      { path: 'schedule.zone', message: "'Mars/Olympus' is no IANA time zone, such as Europe/Berlin or UTC" },
    ]);
    expect(checkSchedule(SHIFT, 'schedule')).toEqual([]);
    expect(checkSchedule(undefined, 'schedule')).toEqual([]);
  });
});

/** What a person sees who looks at the calendar and the clock: the reference. */
function shows(zone: string, days: readonly string[], from: number, to: number, time: number): boolean {
  const at = (instant: number) => {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      hour: 'numeric',
    }).formatToParts(instant);
    const part = (type: string) => parts.find((candidate) => candidate.type === type)!.value;
    return { day: part('weekday').toLowerCase(), hour: Number(part('hour')) };
  };
  const { day, hour } = at(time);
  const yesterday = at(time - DAY).day;
  if (from < to) return days.includes(day) && hour >= from && hour < to;
  return (days.includes(day) && hour >= from) || (days.includes(yesterday) && hour < to);
}

it('says the same all through an opening', () => {
  const schedule = compileSchedule(SHIFT);
  const start = Date.UTC(2024, 0, 8, 7);
  const first = schedule.openSince(start);
  for (let at = start; at < start + 10 * HOUR; at += MINUTE) expect(schedule.openSince(at)).toBe(first);
});
