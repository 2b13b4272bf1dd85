import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initQuantile, observeQuantile, quantileOf } from '../../../src/prognostics/quantileEstimate.ts';
import { normalDraws } from '../../support/normalDraws.ts';

function estimate(values: readonly number[], p: number): number {
  const state = initQuantile();
  for (const value of values) observeQuantile(state, p, value);
  return quantileOf(state, p);
}

describe('a running quantile', () => {
  it.each([
    [0.25, -0.6745],
    [0.5, 0],
    [0.75, 0.6745],
    [0.9, 1.2816],
  ])('%d of normal draws comes close to %d', (p, expected) => {
    const normal = normalDraws(7);
    const values = Array.from({ length: 4000 }, normal);
    expect(Math.abs(estimate(values, p) - expected)).toBeLessThan(0.1);
  });

  it('of the example in the paper comes to what it gives', () => {
    const values = [
      0.02, 0.15, 0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92, 34.6, 10.28, 1.47, 0.4, 0.05, 11.39, 0.27, 0.42,
      0.09, 11.37,
    ];
    expect(estimate(values, 0.5)).toBeCloseTo(4.44, 2);
  });

  it('is not moved by a tenth of wild values', () => {
    const normal = normalDraws(3);
    const values = Array.from({ length: 3000 }, (_, at) => (at % 10 === 0 ? 1e6 : normal()));
    expect(Math.abs(estimate(values, 0.5))).toBeLessThan(0.3);
  });

  it('lies within what was observed, for whatever values', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 200 }), fc.constantFrom(0.25, 0.5, 0.75), (values, p) => {
        const found = estimate(values, p);
        expect(found).toBeGreaterThanOrEqual(Math.min(...values));
        expect(found).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });
});
