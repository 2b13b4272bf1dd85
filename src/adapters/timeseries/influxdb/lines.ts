import { markOf, type Sample, type Series } from '../../../domain/sample.ts';
import { toMicros } from '../../../domain/time.ts';
import type { AssetBucket } from '../../../ports/timeSeriesStore.ts';
import { MEASUREMENT } from './layout.ts';

/**
 * Samples as line protocol. Ids are as domain/ids.ts allows them: without control characters and trailing backslash,
 * which no escaping can express.
 */
export class Lines {
  /** By ordinal of the series. */
  readonly #keys: string[] = [];

  ofSample(sample: Sample): string {
    const { series, time, value, receivedAt } = sample;
    const key = this.#keyOf(series);
    return `${key} value=${float(value)},quality=${markOf(sample)}i,received=${toMicros(receivedAt)}i ${toMicros(time)}`;
  }

  #keyOf({ ordinal, assetId, metricId }: Series): string {
    this.#keys[ordinal] ??= keyOf(assetId, metricId);
    return this.#keys[ordinal];
  }
}

export function lineOfBucket({ assetId, metricId, time, min, max, mean, last, count }: AssetBucket): string {
  const fields = `min=${float(min)},max=${float(max)},mean=${float(mean)},last=${float(last)},count=${count}i`;
  return `${keyOf(assetId, metricId)} ${fields} ${toMicros(time)}`;
}

function keyOf(assetId: string, metricId: string): string {
  return `${MEASUREMENT},asset=${escapeTag(assetId)},metric=${escapeTag(metricId)}`;
}

/** A backslash stands for itself wherever none of these follows it, and before an escaped one as well. */
function escapeTag(id: string): string {
  return id.replaceAll(/[ ,=]/g, '\\$&');
}

/** Without a suffix a number is a float, whole or not. */
function float(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
