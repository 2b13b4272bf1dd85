import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPoint, emptyRecord } from '../../../src/prognostics/thinning.ts';

function recordOf(points: readonly (readonly [number, number])[], limit: number) {
  const record = emptyRecord();
  for (const [x, y] of points) addPoint(record, x, y, limit);
  return record;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('a thinned record', () => {
  it('keeps every point while it is short', () => {
    expect(
      recordOf(
        [
          [1, 5],
          [2, 6],
          [4, 7],
        ],
        3,
      ),
    ).toEqual({ x: [1, 2, 4], y: [5, 6, 7], weight: [1, 1, 1] });
  });

  it('is fine where it is recent and coarse further back', () => {
    const { x, y } = recordOf(
      Array.from({ length: 10_000 }, (_, at) => [at, 2 * at] as const),
      32,
    );
    const gaps = x.slice(1).map((at, before) => at - x[before]!);
    expect(x).toHaveLength(32);
    expect(gaps.at(-1)).toBeLessThanOrEqual(2);
    expect(gaps[0]).toBeGreaterThan(500);
    expect(Math.max(...x.map((at, index) => Math.abs(y[index]! - 2 * at)))).toBeLessThan(1e-6);
  });

  it('adds to the last point while its clock stands still', () => {
    expect(
      recordOf(
        [
          [1, 5],
          [2, 6],
          [2, 8],
          [2, 10],
        ],
        8,
      ),
    ).toEqual({ x: [1, 2], y: [5, 8], weight: [1, 3] });
  });

  it('is bounded, rises, and loses no weight, no mean and not the newest point', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -100, max: 100 })), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(points, fc.integer({ min: 4, max: 24 }), (steps, limit) => {
        let clock = 0;
        const all = steps.map(([step, y]) => {
          clock += step;
          return [clock, y] as const;
        });
        const { x, y, weight } = recordOf(all, limit);
        expect(x.length).toBeLessThanOrEqual(limit);
        expect(x.every((at, index) => index === 0 || at > x[index - 1]!)).toBe(true);
        expect(sum(weight)).toBe(all.length);
        expect(sum(y.map((value, at) => value * weight[at]!))).toBeCloseTo(sum(all.map(([, value]) => value)), 6);
        expect([x.at(-1), y.at(-1)]).toEqual([...all.at(-1)!]);
      }),
    );
  });
});
