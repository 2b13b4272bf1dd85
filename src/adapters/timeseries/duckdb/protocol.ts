import type { AggregateWidth, RetentionResult, SampleKind } from '../../../ports/timeSeriesStore.ts';
import type { ErrorMessage } from './errors.ts';

/** Samples by columns of equal length. Times are whole microseconds since the epoch, exact in a double until 2255. */
export interface SampleColumns {
  /** Catalogue id when writing; position in the list asked for when reading. */
  readonly series: Int32Array;
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** With the mark of history, see domain/sample.ts. */
  readonly quality: Uint8Array;
  readonly receivedAt: Float64Array;
}

export interface PointColumns {
  readonly series: Int32Array;
  readonly time: Float64Array;
}

export interface BucketColumns {
  /** Catalogue id when writing; position in the list asked for, or told with the stream, when reading. */
  readonly series: Int32Array;
  readonly time: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  readonly last: Float64Array;
  readonly count: Float64Array;
}

/** Series by name: the i-th is (assetIds[i], metricIds[i]). */
export interface SeriesNames {
  readonly assetIds: readonly string[];
  readonly metricIds: readonly string[];
}

/** `from` inclusive, `to` exclusive, in microseconds. */
export interface RangeRequest {
  readonly assetId: string;
  readonly metricIds: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Per watermark the time in microseconds after which to read. */
export interface ReadFromRequest extends SeriesNames {
  readonly after: Float64Array;
  readonly which: 'live' | 'all';
}

/** `width` is in microseconds. */
export interface AggregateRequest extends Pick<RangeRequest, 'from' | 'to'> {
  readonly width: number;
}

/** The stream to ask `nextBuckets` of, and the series it tells of by position. */
export interface BucketStream extends SeriesNames {
  readonly stream: number;
}

/** Times in microseconds: what ends at or before them is dropped. */
export interface Cutoffs {
  readonly samples: number;
  readonly aggregates: Readonly<Record<AggregateWidth, number>>;
}

/** What the facade may ask of the worker. */
export interface Operations {
  /** Ids of the series, creating those that are new, durably. */
  intern(names: SeriesNames): Int32Array;
  /** Ids of the series, -1 for those never stored. */
  find(names: SeriesNames): Int32Array;
  append(samples: SampleColumns): void;
  replace(samples: SampleColumns): void;
  /** NaN where there is none. */
  valuesAt(points: PointColumns & { readonly kind: SampleKind }): Float64Array;
  range(request: RangeRequest & { readonly limit: number }): SampleColumns;
  buckets(request: RangeRequest & { readonly width: number }): BucketColumns;
  /** Number of the stream to ask `next` of. */
  readFrom(request: ReadFromRequest): number;
  /** Undefined at the end. */
  next(stream: number): SampleColumns | undefined;
  cancel(stream: number): void;
  aggregate(request: AggregateRequest & { readonly assetIds: readonly string[] }): BucketStream;
  /** Undefined at the end. */
  nextBuckets(stream: number): BucketColumns | undefined;
  saveAggregates(request: { readonly width: AggregateWidth; readonly buckets: BucketColumns }): void;
  aggregates(request: RangeRequest & { readonly width: AggregateWidth }): BucketColumns;
  /** Drops the files whose month or year ended at or before their cutoff. */
  dropBefore(cutoffs: Cutoffs): RetentionResult;
  ping(): void;
  close(): void;
}

export type Operation = keyof Operations;
export type Argument<K extends Operation> = Parameters<Operations[K]>[0];
export type Result<K extends Operation> = ReturnType<Operations[K]>;

export interface Call {
  readonly id: number;
  readonly operation: Operation;
  readonly argument: unknown;
}

export type Answer =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: ErrorMessage }
  | { readonly kind: 'opened' }
  | { readonly kind: 'not-opened'; readonly error: ErrorMessage }
  | LogLine;

export interface LogLine {
  readonly kind: 'log';
  readonly level: 'info' | 'warn';
  readonly fields: Readonly<Record<string, string | number>>;
  readonly text: string;
}

/** Logs from inside the worker. */
export type WriteLog = (line: Omit<LogLine, 'kind'>) => void;

export interface EngineOptions {
  readonly directory: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
  readonly compactRows: number;
}

/** The buffers of the typed arrays in a message, to hand over instead of copying. */
export function buffersOf(message: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(message)) return [message.buffer as ArrayBuffer];
  if (typeof message !== 'object' || message === null) return [];
  return Object.values(message).flatMap((part) => (ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : []));
}
