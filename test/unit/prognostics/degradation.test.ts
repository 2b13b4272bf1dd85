import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitDegradation } from '../../../src/prognostics/degradation.ts';
import { normalDraws } from '../../support/normalDraws.ts';

function pointsOf(of: (at: number) => number, count = 40, noise = 0.3, seed = 4) {
  const normal = normalDraws(seed);
  const x = Array.from({ length: count }, (_, at) => at);
  return { x, y: x.map((at) => of(at) + noise * normal()), weight: x.map(() => 1) };
}

const straight = pointsOf((at) => 10 + 0.5 * at);
const logs = pointsOf((at) => Math.log(2) + at / 12, 40, 0.1);
const curved = { ...logs, y: logs.y.map(Math.exp) };

describe('an indicator on its way to its limit', () => {
  it('is linear or exponential, whichever makes its points likelier', () => {
    expect(fitDegradation(straight, { model: 'auto', limit: 50, base: 0 })!.model).toBe('linear');
    expect(fitDegradation(curved, { model: 'auto', limit: 200, base: 0 })!.model).toBe('exponential');
    expect(fitDegradation(curved, { model: 'auto', limit: 200 })!.model).toBe('linear');
  });

  it('reaches its limit where the line does', () => {
    const found = fitDegradation(straight, { model: 'linear', limit: 50 })!;
    expect(found.level).toBeCloseTo(29.5, 0);
    expect(found.drift).toBeCloseTo(0.5, 1);
    expect(Math.abs(found.life.quantile(0.5) - 41)).toBeLessThan(3);
  });

  it('reaches it where the exponential does', () => {
    const found = fitDegradation(curved, { model: 'exponential', limit: 200, base: 0 })!;
    expect(Math.abs(found.life.quantile(0.5) - (12 * Math.log(100) - 39))).toBeLessThan(3);
    expect(found.drift).toBeCloseTo((2 / 12) * Math.exp(39 / 12), 0);
  });

  it('covers the end of a linear wear as often as it says', () => {
    const ends = Array.from({ length: 200 }, (_, seed) => {
      const points = pointsOf((at) => 10 + 0.5 * at, 40, 2, seed);
      const { life } = fitDegradation(points, { model: 'linear', limit: 50 })!;
      return life.quantile(0.1) <= 41 && 41 <= life.quantile(0.9);
    });
    const share = ends.filter(Boolean).length / ends.length;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.99);
  });

  it('may never reach it where it stands or falls', () => {
    const falling = fitDegradation(
      pointsOf((at) => 30 - 0.5 * at),
      { model: 'auto', limit: 50, base: -100 },
    )!;
    expect(falling.drift).toBeLessThan(0);
    expect(falling.life.quantile(0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is monotone wear under model gamma', () => {
    const found = fitDegradation(
      pointsOf((at) => 0.5 * at, 40, 0),
      { model: 'gamma', limit: 30 },
    )!;
    expect(found).toMatchObject({ model: 'gamma', level: 19.5 });
    expect(Math.abs(found.life.quantile(0.5) - 21)).toBeLessThan(1);
  });

  it('says nothing of too few points', () => {
    const few = pointsOf((at) => at, 2);
    for (const model of ['auto', 'linear', 'exponential', 'gamma'] as const) {
      expect(fitDegradation(few, { model, limit: 9, base: -1 })).toBeUndefined();
    }
  });

  it('is the same wherever the scale of the indicator begins, and earlier with more drift', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(number(-1000, 1000), number(0.2, 2), fc.integer(), (shift, drift, seed) => {
        const life = (extra: number, faster: number) =>
          fitDegradation(
            pointsOf((at) => extra + faster * at, 30, 1, seed),
            { model: 'linear', limit: extra + 200 },
          )!.life.quantile(0.5);
        expect(life(shift, drift) / life(0, drift)).toBeCloseTo(1, 2);
        expect(life(0, drift * 1.5)).toBeLessThan(life(0, drift));
      }),
      { numRuns: 40 },
    );
  });
});
