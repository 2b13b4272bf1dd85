import { describe, expect, it } from 'vitest';
import { DAY } from '../../../src/domain/time.ts';
import { FORECAST_HORIZON, forecastOf } from '../../../src/prognostics/lifeDistribution.ts';
import { forecastUsage as distributionOf } from '../../../src/prognostics/usageForecast.ts';
import { type UsageRate, usageRate } from '../../../src/prognostics/usageRate.ts';
import { quantileAge, remainingLife, weibullOf } from '../../../src/prognostics/weibull.ts';
import { random } from '../../support/random.ts';

const NOW = Date.UTC(2024, 0, 1);

const forecastUsage = (budget: number, rate: UsageRate, from: number) =>
  forecastOf(distributionOf(budget, rate, from), from);

/** Days until a budget is spent, evenly within the last day. */
function firstPassage(budget: number, day: () => number): number {
  let left = budget;
  for (let days = 0; ; days++) {
    const used = day();
    if (used >= left) return days + left / used;
    left -= used;
  }
}

type Draw = (uniform: () => number) => number;
const DRAWS: Record<string, Draw> = {
  'even days': (uniform) => 80 + 40 * uniform(),
  'very different days': (uniform) => 200 * uniform(),
  'days with and without use': (uniform) => (uniform() < 0.3 ? 0 : 100 + 50 * uniform()),
  bursts: (uniform) => -60 * Math.log(1 - uniform()),
};

describe('the forecast of usage', () => {
  const CASES = Object.entries(DRAWS).flatMap(([name, draw]) =>
    [2000, 10_000].flatMap((budget) => [10, 28].map((days) => ({ name, draw, budget, days }))),
  );

  it.each(CASES)('covers 80 % of simulated ends: $name, $budget units, $days days known', ({ draw, budget, days }) => {
    const uniform = random(20_240_101);
    const RUNS = 2000;
    const seen = { early: 0, beforeMedian: 0, late: 0 };
    for (let run = 0; run < RUNS; run++) {
      const history = Array.from({ length: days }, () => draw(uniform));
      const { p10, p50, p90 } = forecastUsage(budget, usageRate(history)!, NOW);
      const end = NOW + firstPassage(budget, () => draw(uniform)) * DAY;
      if (end < p10!) seen.early++;
      if (end < p50!) seen.beforeMedian++;
      if (p90 !== null && end > p90) seen.late++;
    }
    const covered = (RUNS - seen.early - seen.late) / RUNS;
    expect(covered).toBeGreaterThan(0.74);
    expect(covered).toBeLessThan(0.86);
    expect(seen.beforeMedian / RUNS).toBeGreaterThan(0.42);
    expect(seen.beforeMedian / RUNS).toBeLessThan(0.58);
  });

  it('has its quantiles in order, and later for a larger budget', () => {
    const uniform = random(7);
    for (let run = 0; run < 500; run++) {
      const rate = usageRate(Array.from({ length: 1 + Math.floor(uniform() * 28) }, () => 100 * uniform()))!;
      const budget = 1 + 5000 * uniform();
      const { p10, p50, p90 } = forecastUsage(budget, rate, NOW);
      expect(p10 ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(p50 ?? Number.POSITIVE_INFINITY);
      expect(p50 ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(p90 ?? Number.POSITIVE_INFINITY);
      expect(forecastUsage(budget * 1.5, rate, NOW).p10 ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(p10 ?? 0);
    }
  });

  it('is now when the budget is spent', () => {
    const now = { p10: NOW, p50: NOW, p90: NOW };
    expect(forecastUsage(0, usageRate([5])!, NOW)).toEqual(now);
    expect(forecastUsage(-3, usageRate([0])!, NOW)).toEqual(now);
  });

  it('has no date without use', () => {
    expect(forecastUsage(10, usageRate([0, 0, 0, 0])!, NOW)).toEqual({ p10: null, p50: null, p90: null });
  });

  it('is certain where every day was the same, and half unsure of the mean after one day', () => {
    expect(forecastUsage(100, usageRate([5, 5, 5, 5])!, NOW)).toEqual({
      p10: NOW + 20 * DAY,
      p50: NOW + 20 * DAY,
      p90: NOW + 20 * DAY,
    });
    const { p10, p50, p90 } = forecastUsage(1000, usageRate([5])!, NOW);
    expect((p50! - NOW) / DAY).toBe(200);
    expect((p10! - NOW) / DAY).toBeCloseTo(200 / (1 + 1.28 * 0.5), 0);
    expect((p90! - NOW) / DAY).toBeCloseTo(200 / (1 - 1.28 * 0.5), -1);
  });

  it('ends at its horizon', () => {
    const days = FORECAST_HORIZON / DAY;
    const rate = usageRate([1, 1, 1])!;
    expect(forecastUsage(days, rate, NOW).p50).toBe(NOW + FORECAST_HORIZON);
    expect(forecastUsage(days + 1, rate, NOW).p50).toBeNull();
    expect(forecastUsage(1e9, rate, NOW)).toEqual({ p10: null, p50: null, p90: null });
    const unsure = forecastUsage(days, usageRate([0, 2, 0, 2])!, NOW);
    expect(unsure.p10).toBeLessThan(NOW + FORECAST_HORIZON);
    expect(unsure.p90).toBeNull();
  });
});

describe('the rate of usage', () => {
  it.each([
    [[], undefined],
    [[4], { mean: 4, deviation: 2, days: 1 }],
    [[4, 8], { mean: 6, deviation: 3, days: 2 }],
    [[1, 2, 3], { mean: 2, deviation: 1, days: 3 }],
  ])('of %j is %j', (daily, rate) => {
    expect(usageRate(daily)).toEqual(rate);
  });
});

describe('the rate of less than a week', () => {
  it('is filled up to a week with the rate since installation', () => {
    expect(usageRate([0, 0], 14)).toEqual({ mean: 10, deviation: 5, days: 7 });
  });

  it('is the rate since installation before the first whole day', () => {
    expect(usageRate([], 12)).toEqual({ mean: 12, deviation: 6, days: 7 });
  });

  it('is what was seen where the installation is unknown', () => {
    expect(usageRate([4, 8])).toMatchObject({ mean: 6, days: 2 });
  });

  it('makes way for a whole week seen', () => {
    expect(usageRate([8, 8, 8, 8, 8, 0, 0], 100)?.mean).toBeCloseTo(40 / 7);
  });
});

describe('a robust rate', () => {
  const days = (count: number, used: (at: number) => number) => Array.from({ length: count }, (_, at) => used(at));

  it('is not moved by a day or two of nonsense among many, nor blind to rare use', () => {
    const usual = days(28, (at) => 100 + 10 * Math.sin(at));
    const odd = usual.map((used, at) => (at === 5 || at === 17 ? 50_000 : used));
    expect(usageRate(odd)!.mean / usageRate(usual)!.mean).toBeLessThan(1.2);
    expect(usageRate(days(28, (at) => (at % 14 === 0 ? 70 : 0)))!.mean).toBeCloseTo(5, 9);
  });

  it('knows the days of the week once they differ, and forgets no weekend', () => {
    // The epoch began on a Thursday: places 2 and 3 are Saturday and Sunday.
    const uniform = random(3);
    const today = Date.UTC(2024, 0, 29);
    const working = (at: number) => (today / DAY - 28 + at + 4) % 7 < 5;
    expect(new Date(today).getUTCDay()).toBe(1);
    const history = days(28, (at) => (working(at - 1) ? 90 + 20 * uniform() : 0));
    const rate = usageRate(history, undefined, today)!;
    const isFree = (place: number) => new Date(place * DAY + 7 * DAY).getUTCDay() % 6 === 0;
    rate.week!.forEach((used, place) => {
      if (isFree(place)) expect(used).toBe(0);
      else expect(Math.abs(used - 100)).toBeLessThan(10);
    });
    expect(rate.deviation).toBeLessThan(8);
    expect(usageRate(history)!.deviation).toBeGreaterThan(40);

    // Seen from Monday: 450 units are gone on Friday, 550 on the Monday after.
    const ends = (budget: number) => forecastUsage(budget, rate, today).p50!;
    expect(new Date(ends(450)).getUTCDay()).toBe(5);
    expect((ends(450) - today) / DAY).toBeCloseTo(4.5, 0);
    expect((ends(550) - today) / DAY).toBeCloseTo(7.5, 0);
    const fromFriday = forecastUsage(150, rate, today + 4 * DAY).p50!;
    expect((fromFriday - today) / DAY).toBeCloseTo(7.5, 0);
  });

  it('tells no days of the week apart where they are alike', () => {
    const uniform = random(11);
    let told = 0;
    for (let run = 0; run < 300; run++) {
      if (
        usageRate(
          days(28, () => 100 * uniform()),
          undefined,
          NOW,
        )!.week
      )
        told++;
    }
    expect(told).toBeLessThan(12);
    expect(
      usageRate(
        days(28, () => 70),
        undefined,
        NOW,
      ),
    ).toEqual({ mean: 70, deviation: 0, days: 28 });
  });

  it('leaves out a standstill that is over, but neither one that lasts nor pauses as usual', () => {
    const stood = days(28, (at) => (at >= 8 && at < 22 ? 0 : 100));
    expect(usageRate(stood)).toEqual({ mean: 100, deviation: 0, days: 14 });
    expect(usageRate(days(28, (at) => (at >= 14 ? 0 : 100)))!.mean).toBe(50);
    expect(usageRate(days(28, (at) => (at % 9 === 0 ? 90 : 0)))!.mean).toBeCloseTo((4 * 90) / 28, 9);
    expect(usageRate(days(28, (at) => (at === 20 ? 90 : 0)))!.mean).toBeCloseTo(90 / 28, 9);
  });

  it('spreads wider where busy times last', () => {
    const blocks = days(28, (at) => (Math.floor(at / 7) % 2 === 0 ? 150 : 50) + (at % 2));
    const mixed = days(28, (at) => (at % 2 === 0 ? 150 : 50) + (at % 2));
    expect(usageRate(blocks)!.deviation).toBeGreaterThan(2 * usageRate(mixed)!.deviation);
  });
});

describe('the end of parts that differ', () => {
  const rate = (deviation: number): UsageRate => ({ mean: 10, deviation, days: 28 });
  const life = weibullOf(1000, 0.1);

  it('is that of the parts where use is even', () => {
    const end = distributionOf(remainingLife(life, 400), rate(0), NOW);
    const left = remainingLife(life, 400);
    for (const p of [0.1, 0.5, 0.9]) expect(end.quantile(p) / DAY).toBeCloseTo(left.quantile(p) / 10, 6);
    expect(end.within(50 * DAY)).toBeCloseTo(left.within(500), 9);
  });

  it('covers 80 % of simulated ends of parts in uneven use', () => {
    const uniform = random(5);
    let covered = 0;
    const RUNS = 1500;
    for (let run = 0; run < RUNS; run++) {
      const day = () => 20 * uniform();
      const known = usageRate(Array.from({ length: 28 }, day))!;
      const { p10, p90 } = forecastOf(distributionOf(remainingLife(life, 0), known, NOW), NOW);
      const end = NOW + firstPassage(quantileAge(life, uniform()), day) * DAY;
      if (end >= p10! && end <= p90!) covered++;
    }
    expect(covered / RUNS).toBeGreaterThan(0.77);
    expect(covered / RUNS).toBeLessThan(0.84);
  });
});
