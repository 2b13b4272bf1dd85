import type { Sample, Series } from '../../src/domain/sample.ts';
import type { Timestamp } from '../../src/domain/time.ts';

const interned = new Map<string, Series>();

/** The one Series object of (asset, metric) in this process. */
export function makeSeries(assetId: string, metricId: string, metricIndex = 0): Series {
  const key = JSON.stringify([assetId, metricId]);
  const known = interned.get(key);
  if (known) return known;
  const series: Series = { ordinal: interned.size, assetId, metricId, metricIndex };
  interned.set(key, series);
  return series;
}

/** A good sample, received 250 ms after its time unless said otherwise. */
export function makeSample(series: Series, time: Timestamp, value: number, rest: Partial<Sample> = {}): Sample {
  return { series, time, value, quality: 0, receivedAt: time + 250, ...rest };
}
