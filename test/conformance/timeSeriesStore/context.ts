import type { Sample, Series } from '../../../src/domain/sample.ts';
import { DAY, type Duration } from '../../../src/domain/time.ts';
import type { StoredSample, TimeSeriesStore, Watermark } from '../../../src/ports/timeSeriesStore.ts';
import { makeSeries } from '../../support/series.ts';

/** One empty place to store in; opened again, it holds what was stored. */
export interface StoreHarness {
  open(retention: Duration, aggregateRetention: TimeSeriesStore['aggregateRetention']): Promise<TimeSeriesStore>;
  /**
   * Makes a store fail the part of an `append` whose sample times are at or after the next month of `time`; returns
   * the undoing. Absent where an adapter writes a batch as a whole.
   */
  failFromMonth?(time: number): Promise<() => Promise<void>>;
  /** A server drops what is old, by the clock on the wall, and refuses what it would drop. */
  readonly dropsItself?: boolean;
  /** Removes the place. The suite has closed the stores. */
  remove(): Promise<void>;
}

/** What a group of tests of the suite works with. */
export interface SuiteContext {
  /** Opens a store in the place of the test; the suite closes it. */
  open(retention?: Duration, aggregateRetention?: TimeSeriesStore['aggregateRetention']): Promise<TimeSeriesStore>;
  /** The place of the test, once a store was opened. */
  harness(): StoreHarness;
}

export const DROPS_ITSELF = 'the server drops by a clock of its own';

/** So long that a server by its own clock takes the times below for ever. */
export const RETENTION = 36_500 * DAY;
export const AGGREGATE_RETENTION = { 300000: RETENTION, 3600000: RETENTION };
export const NOON = Date.UTC(2026, 2, 10, 12);
export const FEBRUARY_ENDS = Date.UTC(2026, 2, 1);
export const JANUARY_ENDS = Date.UTC(2026, 1, 1);

export const pressure = makeSeries('compressor-1', 'pressure', 0);
export const hours = makeSeries('compressor-1', 'hours', 1);
export const other = makeSeries('compressor-2', 'pressure', 0);

export function stored({ series: { assetId, metricId }, ...sample }: Sample): StoredSample {
  return { assetId, metricId, ...sample };
}

export function everything(store: TimeSeriesStore, { assetId, metricId }: Series): Promise<StoredSample[]> {
  return store.range({ assetId, metricIds: [metricId], from: 0, to: Date.UTC(2100, 0) }, 1_000_000);
}

export async function collect(
  store: TimeSeriesStore,
  watermarks: readonly Watermark[],
  which?: 'live' | 'all',
): Promise<StoredSample[]> {
  const read: StoredSample[] = [];
  for await (const chunk of store.readFrom(watermarks, which)) read.push(...chunk);
  return read;
}

export function byTime(a: StoredSample, b: StoredSample): number {
  return a.time - b.time;
}
