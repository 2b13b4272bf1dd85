import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../src/domain/time.ts';
import {
  certainLife,
  FORECAST_HORIZON,
  firstOf,
  forecastOf,
  type LifeDistribution,
  mixtureOf,
  seenLater,
} from '../../../src/prognostics/lifeDistribution.ts';

/** Life of pure chance: half of what is left has ended after each half-life. */
const chance = (halfLife: number): LifeDistribution => ({
  within: (left) => 1 - 0.5 ** (left / halfLife),
  quantile: (probability) => -Math.log2(1 - probability) * halfLife,
});
const NEVER: LifeDistribution = { within: () => 0, quantile: () => Number.POSITIVE_INFINITY };

describe('the first of several ends', () => {
  it('comes as the hazards add up: worked by hand', () => {
    // Hazards ln 2/6 d and ln 2/3 d add up to ln 2/2 d.
    const first = firstOf([chance(6 * DAY), chance(3 * DAY)]);
    expect(first.quantile(0.5) / DAY).toBeCloseTo(2, 6);
    expect(first.within(4 * DAY)).toBeCloseTo(0.75, 9);
  });

  it('is never later than any of them, and theirs where the others never end', () => {
    expect(firstOf([chance(DAY), NEVER]).quantile(0.9)).toBeCloseTo(chance(DAY).quantile(0.9), 0);
    expect(firstOf([NEVER, NEVER]).quantile(0.9)).toBe(Number.POSITIVE_INFINITY);
    expect(firstOf([chance(DAY), certainLife(0.5 * DAY)]).quantile(0.5)).toBe(0.5 * DAY);
    const half = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(half, half, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, p) => {
        const [one, other] = [chance(a * DAY), chance(b * DAY)];
        const both = firstOf([one, other]);
        const at = both.quantile(p);
        expect(at).toBeLessThanOrEqual(Math.min(one.quantile(p), other.quantile(p)));
        expect(both.within(at)).toBeCloseTo(p, 6);
      }),
    );
  });
});

describe('a life seen later', () => {
  it('has come nearer, and what is due by then is due now', () => {
    const later = seenLater(certainLife(5 * DAY), 2 * DAY);
    expect(later.quantile(0.5)).toBe(3 * DAY);
    expect(later.within(2.9 * DAY)).toBe(0);
    expect(later.within(3 * DAY)).toBe(1);
    expect(forecastOf(seenLater(certainLife(5 * DAY), 9 * DAY), 100)).toEqual({ p10: 100, p50: 100, p90: 100 });
  });
});

it('beyond the horizon there is no date', () => {
  const { p10, p50 } = forecastOf(chance(FORECAST_HORIZON * 1.01), 0);
  expect(p10).toBeGreaterThan(0);
  expect(p50).toBeNull();
});

describe('a life of one of several kinds', () => {
  it('has ended as often as they have by their weights', () => {
    const life = mixtureOf([certainLife(2 * DAY), certainLife(10 * DAY)], [0.3, 0.7]);
    expect([1, 3, 11].map((day) => life.within(day * DAY))).toEqual([0, 0.3, 1]);
    expect(life.quantile(0.29) / DAY).toBeCloseTo(2, 4);
    expect(life.quantile(0.31) / DAY).toBeCloseTo(10, 4);
  });

  it('may never end where one kind does not', () => {
    const life = mixtureOf([chance(DAY), NEVER], [0.6, 0.4]);
    expect(life.within(life.quantile(0.5))).toBeCloseTo(0.5, 6);
    expect(life.quantile(0.7)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is that of the only kind that is possible', () => {
    const only = certainLife(DAY);
    expect(mixtureOf([NEVER, only], [0, 1])).toBe(only);
  });
});
