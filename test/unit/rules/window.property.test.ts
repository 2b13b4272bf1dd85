import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WINDOW_TAKES, type WindowTake } from '../../../src/domain/model.ts';
import { HOUR, MINUTE } from '../../../src/domain/time.ts';
import { BUCKETS, compileWindow } from '../../../src/rules/window.ts';

interface Point {
  readonly time: number;
  readonly value: number;
}

const T0 = Date.UTC(2024, 0, 1);
const LAST = 5 * HOUR;

/** Points in order of time, with bursts, gaps and equal values. */
const points: fc.Arbitrary<Point[]> = fc
  .array(
    fc.record({
      // Closer together than this, a slope per hour has fewer correct digits than the test asks for.
      step: fc.oneof(fc.integer({ min: 10, max: 3 * MINUTE }), fc.integer({ min: MINUTE, max: 4 * HOUR })),
      // JSON knows no negative zero.
      value: fc
        .oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.integer({ min: 0, max: 3 }))
        .map((value) => value + 0),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((steps) => {
    let time = T0;
    return steps.map(({ step, value }) => {
      time += step;
      return { time, value };
    });
  });

/** The points of the window that ends with the last: what lies in its stretch of time and in those before. */
function within(all: readonly Point[], last: number): Point[] {
  const width = last / BUCKETS;
  const newest = Math.floor(all.at(-1)!.time / width);
  return all.filter(({ time }) => Math.floor(time / width) > newest - BUCKETS);
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** By the definition, from all points at once. */
function reference(take: WindowTake, inside: readonly Point[]): number | undefined {
  const values = inside.map(({ value }) => value);
  if (take === 'mean') return average(values);
  if (take === 'rms') return Math.sqrt(average(values.map((value) => value ** 2)));
  if (take === 'max') return Math.max(...values);
  if (take === 'min') return Math.min(...values);
  if (take === 'count') return values.length;
  if (take === 'slope') return leastSquares(inside);
  const rank = Math.ceil((Number(take.slice(1)) / 100) * values.length - 1e-9);
  return values.sort((a, b) => a - b)[rank - 1];
}

function leastSquares(inside: readonly Point[]): number | undefined {
  const hours = inside.map(({ time }) => (time - T0) / HOUR);
  const [middle, level] = [average(hours), average(inside.map(({ value }) => value))];
  const spread = hours.reduce((sum, hour) => sum + (hour - middle) ** 2, 0);
  if (spread === 0) return undefined;
  return inside.reduce((sum, { value }, at) => sum + (hours[at]! - middle) * (value - level), 0) / spread;
}

function run(take: WindowTake, all: readonly Point[], last = LAST, minSamples = 1) {
  const window = compileWindow(last, take, minSamples);
  let state = window.init();
  let taken: number | undefined;
  for (const { time, value } of all) {
    taken = window.take(state, time, value);
    // As a restart does, now and then.
    if (time % 7 === 0) state = JSON.parse(JSON.stringify(state)) as typeof state;
  }
  return { taken, state };
}

describe('a window', () => {
  it.each(WINDOW_TAKES.filter((take) => !take.startsWith('p')))('takes the %s of what lies within', (take) => {
    fc.assert(
      fc.property(points, (all) => {
        const { taken } = run(take, all);
        const wanted = reference(take, within(all, LAST));
        if (wanted === undefined || taken === undefined) expect(taken).toBe(wanted);
        else expect(Math.abs(taken - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(wanted)));
      }),
    );
  });

  it.each(WINDOW_TAKES.filter((take) => take.startsWith('p')))('takes the %s exactly while values are few', (take) => {
    const sparse = points.map((all) => all.map((point, at) => ({ ...point, time: T0 + at * 2 * MINUTE + (at % 7) })));
    fc.assert(
      fc.property(sparse, (all) => {
        expect(run(take, all).taken).toBe(reference(take, within(all, LAST)));
      }),
    );
  });

  it.each([
    ['evenly', (random: number) => random],
    ['with a long tail', (random: number) => -Math.log(1 - random)],
  ])('takes percentiles within a tenth of their rank where values are many, spread %s', (_, shape) => {
    let seed = 7;
    const all = Array.from({ length: 5000 }, (__, at) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return { time: T0 + at * 5000, value: shape(seed / 2 ** 31) };
    });
    const sorted = within(all, LAST)
      .map(({ value }) => value)
      .sort((a, b) => a - b);
    for (const take of ['p10', 'p50', 'p90', 'p99'] as const) {
      const { taken } = run(take, all);
      const share = sorted.filter((value) => value <= taken!).length / sorted.length;
      expect(Math.abs(share - Number(take.slice(1)) / 100)).toBeLessThan(0.1);
    }
  });

  it('is bounded, whatever comes, and plain JSON', () => {
    for (const take of WINDOW_TAKES) {
      const all = Array.from({ length: 5000 }, (_, at) => ({ time: T0 + at * 10_000, value: Math.sin(at) * at }));
      const { state } = run(take, all);
      const numbers = JSON.stringify(state).match(/-?\d[\d.e+-]*/g)!;
      expect(numbers.length).toBeLessThan(450);
    }
  });

  it('says nothing with fewer values than it needs', () => {
    const all = [0, 1, 2].map((at) => ({ time: T0 + at * HOUR, value: at }));
    expect(run('mean', all, LAST, 4).taken).toBeUndefined();
    expect(run('mean', all, LAST, 3).taken).toBe(1);
    // The first lies outside a window of two hours.
    expect(run('mean', all, 2 * HOUR, 3).taken).toBeUndefined();
  });

  it('finds the slope of large numbers', () => {
    const all = Array.from({ length: 60 }, (_, at) => ({ time: T0 + at * 5 * MINUTE, value: 1e9 + at / 12 }));
    expect(run('slope', all).taken).toBeCloseTo(1, 6);
  });
});
