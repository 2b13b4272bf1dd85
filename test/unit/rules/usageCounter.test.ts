import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../src/domain/time.ts';
import { type CounterOptions, initCounter, stepCounter } from '../../../src/rules/usageCounter.ts';

const HOURS: CounterOptions = { maxRatePerHour: 1.05, leap: 500, confirm: 3, jitter: 0 };
const PAGES: CounterOptions = { leap: 1000, confirm: 3, jitter: 0 };
const SHARE: CounterOptions = { leap: 25, confirm: 3, jitter: 3 };

/** Counts one reading after the other, `every` apart, and sums up. */
function count(options: CounterOptions, readings: readonly number[], every = HOUR) {
  const counter = initCounter();
  const sum = { used: 0, adjusted: 0, drops: 0 };
  readings.forEach((reading, at) => {
    const step = stepCounter(counter, options, at * every, reading);
    sum.used += step.used;
    sum.adjusted += step.adjusted;
    if (step.dropped) sum.drops++;
  });
  return { ...sum, reading: counter.reading };
}

describe('a counter', () => {
  const cases: Record<string, [CounterOptions, number[], Partial<ReturnType<typeof count>>]> = {
    'takes its first reading for no use': [HOURS, [32_000], { used: 0, adjusted: 0, drops: 0, reading: 32_000 }],
    'adds up what it rises by': [HOURS, [100, 101, 101, 102], { used: 2, adjusted: 0, reading: 102 }],
    'ignores a single fall': [HOURS, [100, 101, 0, 102, 103], { used: 3, adjusted: 0, drops: 0 }],
    'ignores two odd readings': [HOURS, [100, 0, 7, 101], { used: 1, adjusted: 0, drops: 0 }],
    'ignores a single leap': [HOURS, [100, 65_535, 101, 102], { used: 2, adjusted: 0, drops: 0 }],
    'ignores odd readings that do not agree': [HOURS, [100, 0, 9000, 3, 101], { used: 1, adjusted: 0, drops: 0 }],
    'does not take falling readings for agreement': [HOURS, [100, 40, 30, 20, 101], { used: 1, drops: 0 }],
    'ignores odd readings that come one at a time': [
      SHARE,
      [50, 10, 49, 10, 49, 10, 49, 10],
      { used: 0, drops: 0, reading: 50 },
    ],
    'believes a reset after three readings and counts on from it': [
      HOURS,
      [100, 101, 0, 1, 2, 3],
      { used: 1 + 3, adjusted: 0, drops: 1, reading: 3 },
    ],
    'believes an exchange for one further on, and does not count the leap': [
      HOURS,
      [100, 101, 5000, 5001, 5002, 5003],
      { used: 1 + 3, adjusted: 4899, drops: 0, reading: 5003 },
    ],
    'counts through a roll-over': [
      { ...PAGES, rollover: 1000 },
      [980, 995, 5, 10, 20],
      { used: 40, adjusted: 0, drops: 0, reading: 20 },
    ],
    'takes a fall from far below the roll-over for a reset': [
      { ...PAGES, rollover: 1000 },
      [500, 0, 1, 2],
      { used: 2, drops: 1 },
    ],
    'takes a fall for a reset where the roll-over was too far to reach': [
      { ...HOURS, rollover: 1000 },
      [920, 921, 0, 1, 2],
      { used: 1 + 2, drops: 1 },
    ],
    'ignores jitter and counts only beyond it': [
      SHARE,
      [10, 12, 10, 11, 9, 12, 13],
      { used: 3, drops: 0, reading: 13 },
    ],
    'counts a pause made good at once': [HOURS, [100, 100, 100], { used: 0, adjusted: 0 }],
    'has no limit without a rate': [PAGES, [0, 1000, 2000], { used: 2000, adjusted: 0 }],
    'believes a leap only once it is confirmed': [PAGES, [0, 1001, 1002], { used: 0, reading: 0 }],
    'counts a confirmed leap that is possible': [PAGES, [0, 1001, 1002, 1003], { used: 1003, adjusted: 0 }],
  };

  it.each(Object.entries(cases))('%s', (_, [options, readings, expected]) => {
    expect(count(options, readings)).toMatchObject(expected);
  });

  it('counts what a long gap allows, and no more', () => {
    expect(count(HOURS, [100, 700, 701, 702], 720 * HOUR)).toMatchObject({ used: 602 });
    expect(count(HOURS, [100, 340], 240 * HOUR)).toMatchObject({ used: 240 });
    expect(count(HOURS, [100, 440, 440, 440], 240 * HOUR)).toMatchObject({ used: 0, adjusted: 340 });
  });

  it('is not misled by whole hours, however often they are read', () => {
    const running = Array.from({ length: 1000 }, (_, minute) => Math.floor(minute / 60));
    expect(count(HOURS, running, MINUTE)).toMatchObject({ used: 16, adjusted: 0, drops: 0 });
    const clockRunsFast = Array.from({ length: 100_000 }, (_, minute) => Math.floor((minute * 1.04) / 60));
    expect(count(HOURS, clockRunsFast, MINUTE)).toMatchObject({ used: clockRunsFast.at(-1), adjusted: 0 });
  });

  it('does not count a steady rate that is physically impossible, in however small steps it comes', () => {
    const minutesForHours = Array.from({ length: 24 * 60 + 1 }, (_, minute) => minute);
    const { used, adjusted, reading } = count(HOURS, minutesForHours, MINUTE);
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThanOrEqual(1.05 * 25);
    expect(used + adjusted).toBeCloseTo(reading!, 6);
    expect(reading).toBeGreaterThan(24 * 60 - 3);
  });

  it('leaves nothing out of a rise: what it uses and what it adjusts are all of it', () => {
    const readings = [10, 11, 500, 501, 502, 502.5, 900, 901, 902, 903];
    const { used, adjusted } = count(HOURS, readings);
    expect(used + adjusted).toBeCloseTo(893, 9);
  });

  it('believes a break at once where one reading confirms it', () => {
    expect(count({ ...HOURS, confirm: 1 }, [100, 0, 1])).toMatchObject({ used: 1, drops: 1 });
  });
});
