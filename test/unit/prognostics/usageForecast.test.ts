import { describe, expect, it } from 'vitest';
import { DAY } from '../../../src/domain/time.ts';
import { FORECAST_HORIZON, forecastUsage, sooner, usageRate } from '../../../src/prognostics/usageForecast.ts';
import { random } from '../../support/random.ts';

const NOW = Date.UTC(2024, 0, 1);

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

describe('the sooner of two forecasts', () => {
  it('is taken quantile by quantile; beyond the horizon is later than anything', () => {
    const a = { p10: 1, p50: 5, p90: null };
    const b = { p10: 2, p50: 3, p90: null };
    expect(sooner(a, b)).toEqual({ p10: 1, p50: 3, p90: null });
    expect(sooner({ p10: null, p50: null, p90: 9 }, b)).toEqual({ p10: 2, p50: 3, p90: 9 });
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
