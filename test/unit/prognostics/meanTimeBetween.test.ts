import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanTimeBetween } from '../../../src/prognostics/meanTimeBetween.ts';

describe('the mean time between failures', () => {
  it('has the chi-square interval: 2 failures in 1000 h are 500 h, between 2000 ÷ 12.592 = 158.8 h and 2000 ÷ 0.7107 = 2814 h', () => {
    const { mean, low, high } = meanTimeBetween(1000, 2, 0.9);
    expect(mean).toBe(500);
    // Tables: χ²(0.95; 6) = 12.592, χ²(0.05; 4) = 0.711.
    expect(low).toBeCloseTo(2000 / 12.592, 1);
    expect(high).toBeCloseTo(2000 / 0.7107, 0);
  });

  it.each([
    // Factors of θ for 80 % and 90 %, by failures: tables of MIL-HDBK-781.
    [1, 0.8, 0.257, 9.491],
    [5, 0.8, 0.539, 2.055],
    [10, 0.9, 0.59, 1.843],
    [1, 0.9, 0.211, 19.496],
  ])('after %i failures lies, with %f, between %f and %f of it', (failures, confidence, lower, upper) => {
    const { low, high } = meanTimeBetween(failures, failures, confidence);
    expect(low).toBeCloseTo(lower, 2);
    expect(high! / upper).toBeCloseTo(1, 2);
  });

  it('is at least T ÷ ln 10 without a failure: 2302.6 h without one show 1000 h with 90 %', () => {
    expect(meanTimeBetween(1000 * Math.log(10), 0, 0.9)).toEqual({ atLeast: expect.closeTo(1000, 6) });
  });

  it('is nothing without time', () => {
    expect(meanTimeBetween(0, 3, 0.9)).toEqual({});
  });

  it('lies within its interval, which grows with the confidence and shrinks with more failures at the same rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), fc.integer({ min: 1, max: 200 }), (time, failures) => {
        const some = meanTimeBetween(time, failures, 0.8);
        const sure = meanTimeBetween(time, failures, 0.95);
        const more = meanTimeBetween(2 * time, 2 * failures, 0.8);
        expect(sure.low).toBeLessThan(some.low!);
        expect(some.low).toBeLessThan(some.mean!);
        expect(some.mean).toBeLessThan(some.high!);
        expect(some.high).toBeLessThan(sure.high!);
        expect(more.low).toBeGreaterThan(some.low!);
        expect(more.high).toBeLessThan(some.high!);
      }),
      { numRuns: 50 },
    );
  });
});
