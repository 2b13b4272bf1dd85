import type { Quality, Sample } from '../domain/sample.ts';
import type { Duration, Timestamp } from '../domain/time.ts';

/** Widths of the aggregates that are kept beside the samples: five minutes and one hour, the finest first. */
export const AGGREGATE_WIDTHS = [300_000, 3_600_000] as const;
export type AggregateWidth = (typeof AGGREGATE_WIDTHS)[number];

export interface StoredSample {
  readonly assetId: string;
  readonly metricId: string;
  readonly time: Timestamp;
  readonly value: number;
  readonly quality: Quality;
  readonly receivedAt: Timestamp;
  /** Of the past, told afterwards: never assessed. */
  readonly historical?: true;
}

/** Live samples, which are assessed; or those of the past that were told afterwards. A point holds one of either. */
export type SampleKind = 'live' | 'history';

/** Aggregate of a bucket that starts at `time`. */
export interface Bucket {
  readonly metricId: string;
  readonly time: Timestamp;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly last: number;
  readonly count: number;
}

export interface AssetBucket extends Bucket {
  readonly assetId: string;
}

export interface RangeQuery {
  readonly assetId: string;
  readonly metricIds: readonly string[];
  /** Inclusive. */
  readonly from: Timestamp;
  /** Exclusive. */
  readonly to: Timestamp;
}

/** What to read on from: samples of this metric later than `after` (all when absent). */
export interface Watermark {
  readonly assetId: string;
  readonly metricId: string;
  readonly after?: Timestamp;
}

export interface RetentionResult {
  /** Aggregates are not counted. */
  readonly droppedSamples: number;
  readonly freedBytes: number;
}

/** The store can never take these samples; all others of the call are durable. */
export class SamplesRefusedError extends Error {
  override readonly name = 'SamplesRefusedError';
  /** In the order of the call; `words` are the store's. */
  readonly refused: readonly { readonly sample: Sample; readonly words: string }[];

  constructor(refused: SamplesRefusedError['refused']) {
    const { sample, words } = refused[0]!;
    const { assetId, metricId } = sample.series;
    super(
      `the time-series store refuses ${refused.length} samples; the first is of ${metricId} of ${assetId}: ${words}`,
    );
    this.refused = refused;
  }
}

/** The half of the store that makes samples durable. */
export interface SampleWriter {
  /**
   * Makes new samples durable; resolves only then. The caller knows that no live sample is stored at their points yet,
   * or repeats a call that failed: either way each is stored once. History at these points gives way. Rejects with
   * SamplesRefusedError when all but some are stored.
   */
  append(samples: readonly Sample[]): Promise<void>;
  /**
   * Makes samples durable whose (series, time) may be stored already: the new value takes the place of the old.
   * Rejects with SamplesRefusedError as `append` does.
   */
  replace(samples: readonly Sample[]): Promise<void>;
}

export interface TimeSeriesStore extends SampleWriter {
  /** The stored values of this kind (live) at these points, undefined where there is none; in the order asked. */
  valuesAt(points: readonly Pick<Sample, 'series' | 'time'>[], kind?: SampleKind): Promise<(number | undefined)[]>;
  /** Raw samples, live and history, by (time, metric), at most `limit`. */
  range(query: RangeQuery, limit: number): Promise<StoredSample[]>;
  /** Aggregates over buckets aligned to the epoch, by (time, metric); empty buckets are left out. */
  buckets(query: RangeQuery, width: Duration): Promise<Bucket[]>;
  /**
   * The live samples after the watermarks, with `all` also those of history, in chunks of at least one; asset by asset in
   * the order given, within an asset by (time, metric in the order given). What is appended meanwhile may or may not be
   * among them.
   */
  readFrom(watermarks: readonly Watermark[], which?: 'live' | 'all'): AsyncIterable<readonly StoredSample[]>;
  /** Buckets of the raw samples of these assets with from ≤ time < to, in chunks, in no particular order. */
  aggregate(
    assetIds: readonly string[],
    from: Timestamp,
    to: Timestamp,
    width: AggregateWidth,
  ): AsyncIterable<readonly AssetBucket[]>;
  /**
   * Makes aggregates durable; resolves only then. They take the place of those at the same (asset, metric, time), and
   * of equal ones in a call the last counts. Their times are multiples of the width.
   */
  saveAggregates(width: AggregateWidth, buckets: readonly AssetBucket[]): Promise<void>;
  /** Stored aggregates whose time is in the range, by (time, metric in the order asked). */
  aggregates(query: RangeQuery, width: AggregateWidth): Promise<Bucket[]>;
  /** The time of the earliest sample that may be stored, by the retention in force; older ones are refused before writing. */
  readonly retention: Duration;
  /** How long the aggregates of each width are kept: never shorter than samples, nor wide ones shorter than fine ones. */
  readonly aggregateRetention: Readonly<Record<AggregateWidth, Duration>>;
  /** Drops samples and aggregates that are older than their retention and gives their disk space back. */
  applyRetention(now: Timestamp): Promise<RetentionResult>;
  /** Resolves when the store answers; rejects with the reason when not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
