import type { WindowTake } from '../domain/model.ts';
import { type Duration, HOUR } from '../domain/time.ts';
import type { Bucket } from './window.ts';
import { addToSketch, percentileOver } from './windowSketch.ts';

/** How a window sums up its stretches. */
export interface Aggregate {
  /** The sums of a stretch without values. */
  empty(): number[];
  /** `offset`: time since the stretch began. */
  add(sums: number[], value: number, offset: Duration): void;
  /** Of stretches with at least one value among them; undefined where the values do not say. */
  of(buckets: readonly Bucket[]): number | undefined;
}

/** Over up to so many stretches, each of this width. */
export function aggregateOf(take: WindowTake, width: Duration, stretches: number): Aggregate {
  switch (take) {
    case 'mean':
      return mean(
        (value) => value,
        (average) => average,
      );
    case 'rms':
      return mean((value) => value * value, Math.sqrt);
    case 'max':
      return extreme(Math.max);
    case 'min':
      return extreme(Math.min);
    case 'count':
      return { empty: () => [], add: () => undefined, of: countOf };
    case 'slope':
      return slope(width);
    default:
      return percentile(stretches, Number(take.slice(1)) / 100);
  }
}

function countOf(buckets: readonly Bucket[]): number {
  let count = 0;
  for (const bucket of buckets) count += bucket.count;
  return count;
}

function mean(of: (value: number) => number, result: (average: number) => number): Aggregate {
  return {
    empty: () => [0],
    add(sums, value) {
      sums[0]! += of(value);
    },
    of(buckets) {
      let sum = 0;
      for (const bucket of buckets) sum += bucket.sums[0]!;
      return result(sum / countOf(buckets));
    },
  };
}

function extreme(better: (a: number, b: number) => number): Aggregate {
  return {
    empty: () => [],
    add(sums, value) {
      sums[0] = sums.length === 0 ? value : better(sums[0]!, value);
    },
    of(buckets) {
      let best = buckets[0]!.sums[0]!;
      for (const bucket of buckets) best = better(best, bucket.sums[0]!);
      return best;
    },
  };
}

function percentile(stretches: number, share: number): Aggregate {
  return { empty: () => [], add: addToSketch, of: percentileOver(stretches, share) };
}

/**
 * Least squares, per hour. The sums of a stretch are of time since its begin (in widths) and of values against its first
 * value, so that large values far apart in time lose no digits.
 */
function slope(width: Duration): Aggregate {
  return {
    empty: () => [],
    add(sums, value, offset) {
      const t = offset / width;
      if (sums.length === 0) sums.push(value, 0, 0, 0, 0);
      const x = value - sums[0]!;
      sums[1]! += t;
      sums[2]! += t * t;
      sums[3]! += x;
      sums[4]! += t * x;
    },
    of(buckets) {
      const { at, sums: first } = buckets[0]!;
      let [n, st, stt, sx, stx] = [0, 0, 0, 0, 0];
      for (const { at: place, count, sums } of buckets) {
        const [origin, t, tt, x, tx] = sums as [number, number, number, number, number];
        const shift = place - at;
        const lift = origin - first[0]!;
        n += count;
        st += t + count * shift;
        stt += tt + 2 * shift * t + count * shift * shift;
        sx += x + count * lift;
        stx += tx + lift * t + shift * (x + count * lift);
      }
      const spread = n * stt - st * st;
      // Values of one instant have no slope; what rounding leaves of their spread is none.
      return spread <= n * stt * 1e-12 ? undefined : (((n * stx - st * sx) / spread) * HOUR) / width;
    },
  };
}
