import { fromMicros, toMicros } from '../../../domain/time.ts';
import type { AssetBucket, Bucket } from '../../../ports/timeSeriesStore.ts';
import type { BucketColumns, SeriesNames } from './protocol.ts';

export function toBuckets<N extends Pick<Bucket, 'metricId'>>(
  columns: BucketColumns,
  nameOf: (position: number) => N,
): (Bucket & N)[] {
  return Array.from(columns.series, (position, row) => ({
    ...nameOf(position),
    time: fromMicros(columns.time[row]!),
    min: columns.min[row]!,
    max: columns.max[row]!,
    mean: columns.mean[row]!,
    last: columns.last[row]!,
    count: columns.count[row]!,
  }));
}

/** `series` has the id of each bucket's series. */
export function toBucketColumns(buckets: readonly AssetBucket[], series: Int32Array): BucketColumns {
  const column = (read: (bucket: AssetBucket) => number) => Float64Array.from(buckets, read);
  return {
    series,
    time: column(({ time }) => toMicros(time)),
    min: column(({ min }) => min),
    max: column(({ max }) => max),
    mean: column(({ mean }) => mean),
    last: column(({ last }) => last),
    count: column(({ count }) => count),
  };
}

/** The series of the buckets, each once, and for each bucket the position of its own among them. */
export function distinctSeries(buckets: readonly AssetBucket[]): { names: SeriesNames; positions: Int32Array } {
  const assetIds: string[] = [];
  const metricIds: string[] = [];
  const known = new Map<string, Map<string, number>>();
  const positions = Int32Array.from(buckets, ({ assetId, metricId }) => {
    const metrics = known.get(assetId) ?? new Map<string, number>();
    known.set(assetId, metrics);
    const position = metrics.get(metricId) ?? assetIds.length;
    if (position === assetIds.length) {
      metrics.set(metricId, position);
      assetIds.push(assetId);
      metricIds.push(metricId);
    }
    return position;
  });
  return { names: { assetIds, metricIds }, positions };
}
