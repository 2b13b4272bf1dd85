import type { Duration } from '../domain/time.ts';
import type { Bucket } from '../ports/timeSeriesStore.ts';

/** One bucket of two: `later` has the last value. */
function merge(earlier: Bucket, later: Bucket): Bucket {
  const count = earlier.count + later.count;
  return {
    ...earlier,
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
    mean: earlier.mean + (later.mean - earlier.mean) * (later.count / count),
    last: later.last,
    count,
  };
}

/**
 * Merges narrower buckets to buckets of `width`, aligned to the epoch. Those of a metric come in the order of time; the
 * result is by time and then metric in the order of `metricIds`.
 */
export function mergeBuckets(buckets: Iterable<Bucket>, width: Duration, metricIds: readonly string[]): Bucket[] {
  const byMetric = new Map(metricIds.map((metricId): [string, Bucket[]] => [metricId, []]));
  for (const bucket of buckets) {
    const merged = byMetric.get(bucket.metricId)!;
    const time = Math.floor(bucket.time / width) * width;
    const last = merged.at(-1);
    if (last?.time === time) merged[merged.length - 1] = merge(last, bucket);
    else merged.push({ ...bucket, time });
  }
  // The sort is stable, and metrics come in the order asked.
  return [...byMetric.values()].flat().sort((a, b) => a.time - b.time);
}
