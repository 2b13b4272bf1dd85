import { describe, expect, it } from 'vitest';
import { theilSen } from '../../../src/prognostics/theilSen.ts';
import { normalDraws } from '../../support/normalDraws.ts';

/** The example of Sen (1968). */
const X = [1, 2, 3, 4, 10, 12, 18];
const Y = [9, 15, 19, 20, 45, 55, 78];

describe('the trend of Theil and Sen', () => {
  it('is the published one', () => {
    expect(theilSen(X, Y)!.slope).toBeCloseTo(4, 9);
  });

  it('goes through the medians', () => {
    expect(theilSen([0, 1, 2, 3], [5, 7, 9, 11])).toMatchObject({ slope: 2, low: 2, high: 2, intercept: 5 });
  });

  it('bears a quarter of odd points', () => {
    const x = Array.from({ length: 40 }, (_, at) => at);
    const y = x.map((at) => (at % 4 === 3 ? -1000 * at : 3 * at + 1));
    expect(theilSen(x, y)!.slope).toBeCloseTo(3, 9);
  });

  it('holds the true slope as often as its confidence says', () => {
    const normal = normalDraws(2);
    let held = 0;
    for (let draw = 0; draw < 400; draw++) {
      const x = Array.from({ length: 24 }, (_, at) => at);
      const { low, high } = theilSen(
        x,
        x.map((at) => 0.1 * at + normal()),
        0.9,
      )!;
      if (low <= 0.1 && high >= 0.1) held++;
    }
    expect(held / 400).toBeGreaterThan(0.85);
    expect(held / 400).toBeLessThan(0.95);
  });

  it('is unknown without two different places', () => {
    expect(theilSen([1, 1, 1], [1, 2, 3])).toBeUndefined();
    expect(theilSen([], [])).toBeUndefined();
  });
});
