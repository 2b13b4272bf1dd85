import { describe, expect, it } from 'vitest';
import { type Landmark, lifeByLandmarks } from '../../../src/prognostics/landmarks.ts';
import { emptyScatter, type Scatter } from '../../../src/prognostics/scatter.ts';
import { normalDraws } from '../../support/normalDraws.ts';

const LANDMARKS: Landmark[] = [
  { at: 20, level: 10, noise: 2, life: 100, perLevel: -1, perNoise: -4, spread: 20 },
  { at: 60, level: 50, noise: 4, life: 110, perLevel: -0.5, perNoise: -8, spread: 10 },
];
const scattered = (deviation: number): Scatter => ({
  ...emptyScatter(),
  squares: deviation ** 2 * 1e6,
  count: 1e6,
});
const lifeAt = (age: number, level: number, scatter: Scatter) => lifeByLandmarks(LANDMARKS, { age, level, scatter });
/** Far from the present, where that no life has ended yet says nothing. */
const median = (age: number, level: number, scatter: Scatter) => lifeAt(age, level, scatter).quantile(0.5);

describe('life by landmarks', () => {
  it('is the usual one for a unit that shows what is usual', () => {
    expect(median(20, 10, emptyScatter())).toBeCloseTo(80, 2);
    expect(median(60, 50, emptyScatter())).toBeCloseTo(50, 2);
  });

  it('is shorter by what the level and a doubling of the noise tell at that age: by hand', () => {
    expect(median(20, 30, scattered(2))).toBeCloseTo(80 - 20, 1);
    expect(median(20, 10, scattered(8))).toBeCloseTo(80 - 2 * 4, 1);
    expect(median(60, 30, scattered(4))).toBeCloseTo(50 + 10, 1);
  });

  it('goes over from one landmark to the next, and stays at the first and the last', () => {
    // Half-way: usual level 30, noise 3, life 105, −0.75 per unit of level.
    expect(median(40, 34, emptyScatter())).toBeCloseTo(105 - 3 - 40, 1);
    expect(median(0, 14, emptyScatter())).toBeCloseTo(96, 2);
    const late = lifeAt(80, 50, emptyScatter());
    expect(late.within(30)).toBeGreaterThan(0.49);
  });

  it('does not end before now, also for a unit that has outlived all that was thought possible', () => {
    for (const age of [105, 130, 400, 3000]) {
      const life = lifeAt(age, 50, emptyScatter());
      expect(life.within(0)).toBe(0);
      expect(life.quantile(0.1)).toBeGreaterThan(0);
      expect(life.quantile(0.9)).toBeGreaterThan(life.quantile(0.5));
      expect(life.quantile(0.5)).toBeLessThan(20);
    }
  });

  it('rises from 0 to 1, inverted by its quantiles', () => {
    const life = lifeAt(50, 44, scattered(3));
    for (const p of [0.05, 0.1, 0.5, 0.9, 0.99]) expect(life.within(life.quantile(p))).toBeCloseTo(p, 5);
    expect([life.within(-1), life.within(0), life.within(Number.POSITIVE_INFINITY)]).toEqual([0, 0, 1]);
  });

  it('covers the truth as often as it says', () => {
    const normal = normalDraws(11);
    const covered = Array.from({ length: 2000 }, () => {
      const level = 10 + 8 * normal();
      let end = 0;
      while (end <= 20) end = 100 - (level - 10) + 20 * normal();
      const life = lifeAt(20, level, emptyScatter());
      return life.quantile(0.1) <= end - 20 && end - 20 <= life.quantile(0.9);
    }).filter(Boolean).length;
    expect(Math.abs(covered / 2000 - 0.8)).toBeLessThan(0.03);
  });
});
