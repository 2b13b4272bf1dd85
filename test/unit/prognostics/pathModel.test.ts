import { describe, expect, it } from 'vitest';
import { type DegradationPath, lifeOnPath, valueAt } from '../../../src/prognostics/pathModel.ts';
import { remainingLife, weibullOf } from '../../../src/prognostics/weibull.ts';
import { normalDraws } from '../../support/normalDraws.ts';

const PATH: DegradationPath = { shares: [0, 0.5, 1], values: [10, 50, 600], deviation: 0.1 };
const PRIOR = weibullOf(100, 0.2);

/** A unit with this life, watched every unit of its clock until `age`. */
function unit(life: number, age: number, seed = 1, noise = 5) {
  const normal = normalDraws(seed);
  const x = Array.from({ length: age + 1 }, (_, at) => at);
  return {
    x,
    y: x.map((at) => valueAt(PATH, at / life) + noise * normal()),
    weight: x.map(() => 1),
  };
}

const medianOf = (life: number, age: number, seed?: number) =>
  lifeOnPath(unit(life, age, seed), 25, PATH, PRIOR, age).quantile(0.5);

describe('a path', () => {
  it('is straight between its points and beyond the last', () => {
    expect([0, 0.25, 0.5, 0.75, 1, 1.1].map((share) => Math.round(valueAt(PATH, share)))).toEqual([
      10, 30, 50, 325, 600, 710,
    ]);
  });
});

describe('life on a path', () => {
  it('is the usual life before anything was seen', () => {
    const life = lifeOnPath({ x: [], y: [], weight: [] }, 25, PATH, PRIOR, 20);
    const usual = remainingLife(PRIOR, 20);
    for (const p of [0.25, 0.5, 0.75]) expect(Math.abs(life.quantile(p) - usual.quantile(p))).toBeLessThan(2);
  });

  it.each([75, 100, 125])('finds the life of a unit that is to have %d', (life) => {
    const age = Math.round(0.8 * life);
    expect(Math.abs(medianOf(life, age) - (life - age))).toBeLessThan(5);
  });

  it('believes a unit unlike any known', () => {
    expect(Math.abs(medianOf(190, 150) - 40)).toBeLessThan(15);
  });

  it('is later for a unit that has come less far', () => {
    const lives = [70, 80, 90, 100, 110, 130].map((life) => medianOf(life, 60));
    expect(lives).toEqual([...lives].sort((a, b) => a - b));
  });

  it('covers the truth as often as it says', () => {
    const covered = Array.from({ length: 200 }, (_, seed) => {
      const normal = normalDraws(1000 + seed);
      const life = 100 * (1 + 0.2 * normal());
      const age = Math.round(0.5 * life);
      const found = lifeOnPath(unit(life, age, seed), 25, PATH, PRIOR, age);
      return found.quantile(0.1) <= life - age && life - age <= found.quantile(0.9);
    }).filter(Boolean).length;
    expect(covered / 200).toBeGreaterThan(0.75);
  });

  it('rises from 0 to 1, inverted by its quantiles', () => {
    const life = lifeOnPath(unit(100, 60), 25, PATH, PRIOR, 60);
    for (const p of [0.1, 0.5, 0.9]) expect(life.within(life.quantile(p))).toBeCloseTo(p, 6);
    expect([life.within(0), life.within(1e6)]).toEqual([0, 1]);
  });

  it('ends soon where the unit has outlived every known one', () => {
    const life = lifeOnPath({ x: [], y: [], weight: [] }, 25, PATH, PRIOR, 400);
    expect(life.quantile(0.5)).toBeGreaterThan(0);
    expect(life.quantile(0.5)).toBeLessThan(60);
  });
});
