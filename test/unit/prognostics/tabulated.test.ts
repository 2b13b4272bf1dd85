import fc from 'fast-check';
import jstat from 'jstat';
import { describe, expect, it } from 'vitest';
import type { LifeDistribution } from '../../../src/prognostics/lifeDistribution.ts';
import { overTime, pool, tabulate } from '../../../src/prognostics/tabulated.ts';
import { remainingLife, weibullOf } from '../../../src/prognostics/weibull.ts';

const { normal } = jstat.jStat;

/** Far enough from 0 for what lies below it not to matter. */
function normalLife(mean: number, deviation: number): LifeDistribution {
  return {
    within: (left) => normal.cdf(left, mean, deviation),
    quantile: (p) => Math.max(0, normal.inv(p, mean, deviation)),
  };
}

const never: LifeDistribution = { within: () => 0, quantile: () => Number.POSITIVE_INFINITY };
const past: LifeDistribution = { within: () => 1, quantile: () => 0 };
const PROBABILITIES = [0.1, 0.5, 0.9];

describe('a table of a life', () => {
  it('is close to the life', () => {
    const life = remainingLife(weibullOf(100, 0.3), 20);
    const table = tabulate(life);
    for (const p of PROBABILITIES) expect(table.quantile(p) / life.quantile(p)).toBeCloseTo(1, 2);
    for (const left of [10, 50, 90, 150]) expect(Math.abs(table.within(left) - life.within(left))).toBeLessThan(0.01);
  });

  it('leaves what never comes, and what has passed', () => {
    expect(tabulate(never).quantile(0.01)).toBe(Number.POSITIVE_INFINITY);
    expect(tabulate(past).within(0)).toBe(1);
    const perhaps: LifeDistribution = {
      within: (left) => 0.4 * normal.cdf(left, 50, 5),
      quantile: (p) => (p < 0.4 ? normal.inv(p / 0.4, 50, 5) : Number.POSITIVE_INFINITY),
    };
    const table = tabulate(perhaps);
    expect(table.quantile(0.2)).toBeCloseTo(50, 0);
    expect(table.quantile(0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(table.within(Number.POSITIVE_INFINITY)).toBeCloseTo(0.4, 2);
  });

  it('has quantiles that invert it', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(number(1, 1e6), number(0.1, 0.8), number(0, 1.2), number(0.05, 0.95), (median, spread, share, p) => {
        const table = tabulate(remainingLife(weibullOf(median, spread), share * median));
        expect(table.within(table.quantile(p))).toBeCloseTo(p, 9);
      }),
      { numRuns: 100 },
    );
  });
});

describe('two sources of one end', () => {
  it('are weighed by how sure they are', () => {
    const both = pool(normalLife(100, 10), normalLife(130, 20));
    // The product of two normal densities: precisions add.
    const deviation = 1 / Math.sqrt(1 / 100 + 1 / 400);
    for (const p of PROBABILITIES) expect(both.quantile(p)).toBeCloseTo(normal.inv(p, 106, deviation), 0);
  });

  it('are the second where the first knows nothing', () => {
    const life = normalLife(130, 20);
    for (const p of PROBABILITIES) expect(pool(never, life).quantile(p)).toBeCloseTo(life.quantile(p), 0);
  });

  it('are nearly the second where the first is nearly sure that it never comes', () => {
    const hardly: LifeDistribution = {
      within: (left) => 0.02 * normal.cdf(left, 20, 5),
      quantile: (p) => (p < 0.02 ? normal.inv(p / 0.02, 20, 5) : Number.POSITIVE_INFINITY),
    };
    expect(pool(hardly, normalLife(130, 20)).quantile(0.5)).toBeCloseTo(130, 0);
  });

  it('have passed where the first has', () => {
    expect(pool(past, normalLife(130, 20)).within(0)).toBe(1);
  });

  it('are the first where they exclude each other', () => {
    const first = normalLife(10, 0.1);
    const second: LifeDistribution = { within: (left) => (left < 1000 ? 0 : 1), quantile: () => 1000 };
    expect(pool(first, second).quantile(0.5)).toBeCloseTo(10, 0);
  });
});

describe('use as time', () => {
  it('is use over its rate', () => {
    const time = overTime(normalLife(100, 10), 4, 0);
    for (const p of PROBABILITIES) expect(time.quantile(p)).toBeCloseTo(normal.inv(p, 25, 2.5), 1);
  });

  it('spreads with the rate', () => {
    const sure = overTime(normalLife(100, 1), 4, 0.01);
    const unsure = overTime(normalLife(100, 1), 4, 0.4);
    expect(unsure.quantile(0.5)).toBeCloseTo(25, 0);
    expect(unsure.quantile(0.9)).toBeCloseTo(25 * Math.exp(0.4 * 1.2816), -0.5);
    expect(sure.quantile(0.9)).toBeLessThan(26);
  });

  it('never ends while nothing is used', () => {
    const idle = overTime(normalLife(100, 10), 0, 0.1);
    expect(idle.quantile(0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(idle.within(1e12)).toBeCloseTo(0, 6);
    expect(overTime(past, 0, 0.1).quantile(0.5)).toBe(0);
    expect(overTime(never, 3, 0.1).quantile(0.5)).toBe(Number.POSITIVE_INFINITY);
  });
});
