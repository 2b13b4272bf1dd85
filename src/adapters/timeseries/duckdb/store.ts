import { mkdirSync, realpathSync } from 'node:fs';
import { markOf, type Sample, standingOf } from '../../../domain/sample.ts';
import { type Duration, fromMicros, type Timestamp, toMicros } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type {
  AggregateWidth,
  AssetBucket,
  Bucket,
  RangeQuery,
  RetentionResult,
  SampleKind,
  StoredSample,
  TimeSeriesStore,
  Watermark,
} from '../../../ports/timeSeriesStore.ts';
import { distinctSeries, toBucketColumns, toBuckets } from './buckets.ts';
import { WorkerClient } from './client.ts';
import { StoreInUseError } from './errors.ts';
import type { PointColumns, RangeRequest, SampleColumns } from './protocol.ts';
import { SeriesIds } from './seriesIds.ts';

export interface DuckDbStoreOptions {
  /** Holds the catalogue of series and a file per UTC month or year of each kind of rows; made when it is not there. */
  readonly directory: string;
  /** How long samples are kept; a month's file goes when all of the month is older. */
  readonly retention: Duration;
  /** How long aggregates are kept, never shorter than `retention`; as long by default. */
  readonly aggregateRetention?: TimeSeriesStore['aggregateRetention'];
  /** What DuckDB may use for blocks, sorts and joins; beyond it, it sorts on disk. 512 by default. */
  readonly memoryLimitMb?: number;
  /** Threads a query may use. 2 by default. */
  readonly threads?: number;
  /** After how many newly arrived samples of a month they are put in order of series. 2,000,000 by default. */
  readonly compactRows?: number;
  readonly log: Log;
}

/** Folders open in this process: DuckDB's file locks only keep other processes out. */
const openFolders = new Set<string>();

/**
 * Opens the store in a folder. Rejects with StoreInUseError when somebody else has it open, and with StoreFileError
 * when a file in it is damaged or not the store's.
 */
export async function openDuckDbStore(options: DuckDbStoreOptions): Promise<TimeSeriesStore> {
  mkdirSync(options.directory, { recursive: true });
  const directory = realpathSync(options.directory);
  if (openFolders.has(directory))
    throw new StoreInUseError(`The time-series store in ${directory} is open in this process already; close it first.`);
  openFolders.add(directory);
  try {
    const { retention, aggregateRetention = { 300000: retention, 3600000: retention } } = options;
    const { memoryLimitMb = 512, threads = 2, compactRows = 2_000_000 } = options;
    const client = await WorkerClient.start({ directory, memoryLimitMb, threads, compactRows }, options.log);
    void client.exited.then(() => openFolders.delete(directory));
    return new DuckDbStore(client, retention, aggregateRetention);
  } catch (error) {
    openFolders.delete(directory);
    throw error;
  }
}

class DuckDbStore implements TimeSeriesStore {
  readonly retention: Duration;
  readonly aggregateRetention: TimeSeriesStore['aggregateRetention'];
  readonly #client: WorkerClient;
  readonly #ids: SeriesIds;

  constructor(client: WorkerClient, retention: Duration, aggregateRetention: TimeSeriesStore['aggregateRetention']) {
    this.aggregateRetention = aggregateRetention;
    this.#client = client;
    this.retention = retention;
    this.#ids = new SeriesIds(client);
  }

  async append(samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    await this.#ids.intern(samples);
    await this.#client.call('append', this.#columnsOf(samples));
  }

  async replace(samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    await this.#ids.intern(samples);
    await this.#client.call('replace', this.#columnsOf(samples));
  }

  async valuesAt(
    points: readonly Pick<Sample, 'series' | 'time'>[],
    kind: SampleKind = 'live',
  ): Promise<(number | undefined)[]> {
    if (points.length === 0) return [];
    await this.#ids.find(points);
    const values = await this.#client.call('valuesAt', { ...this.#pointsOf(points), kind });
    return Array.from(values, (value) => (Number.isNaN(value) ? undefined : value));
  }

  async range(query: RangeQuery, limit: number): Promise<StoredSample[]> {
    const columns = await this.#client.call('range', { ...toRequest(query), limit: wholeNumber('limit', limit, 0) });
    return toSamples(columns, (position) => ({ assetId: query.assetId, metricId: query.metricIds[position]! }));
  }

  async buckets(query: RangeQuery, width: Duration): Promise<Bucket[]> {
    const request = { ...toRequest(query), width: wholeNumber('width in microseconds', toMicros(width), 1) };
    return toBuckets(await this.#client.call('buckets', request), (position) => ({
      metricId: query.metricIds[position]!,
    }));
  }

  async *readFrom(
    watermarks: readonly Watermark[],
    which: 'live' | 'all' = 'live',
  ): AsyncGenerator<readonly StoredSample[]> {
    const stream = await this.#client.call('readFrom', {
      assetIds: watermarks.map(({ assetId }) => assetId),
      metricIds: watermarks.map(({ metricId }) => metricId),
      after: Float64Array.from(watermarks, ({ after }) => toBound(after ?? Number.NEGATIVE_INFINITY)),
      which,
    });
    try {
      for (;;) {
        const columns = await this.#client.call('next', stream);
        if (!columns) return;
        yield toSamples(columns, (position) => watermarks[position]!);
      }
    } finally {
      await this.#client.call('cancel', stream);
    }
  }

  async *aggregate(assetIds: readonly string[], from: Timestamp, to: Timestamp, width: AggregateWidth) {
    const request = { assetIds, from: toBound(from), to: toBound(to), width: toMicros(width) };
    const { stream, ...series } = await this.#client.call('aggregate', request);
    const nameOf = (position: number) => ({
      assetId: series.assetIds[position]!,
      metricId: series.metricIds[position]!,
    });
    try {
      for (;;) {
        const columns = await this.#client.call('nextBuckets', stream);
        if (!columns) return;
        yield toBuckets(columns, nameOf);
      }
    } finally {
      await this.#client.call('cancel', stream);
    }
  }

  async saveAggregates(width: AggregateWidth, buckets: readonly AssetBucket[]): Promise<void> {
    if (buckets.length === 0) return;
    const { names, positions } = distinctSeries(buckets);
    const ids = await this.#client.call('intern', names);
    const columns = toBucketColumns(
      buckets,
      positions.map((position) => ids[position]!),
    );
    await this.#client.call('saveAggregates', { width, buckets: columns });
  }

  async aggregates(query: RangeQuery, width: AggregateWidth): Promise<Bucket[]> {
    const columns = await this.#client.call('aggregates', { ...toRequest(query), width });
    return toBuckets(columns, (position) => ({ metricId: query.metricIds[position]! }));
  }

  applyRetention(now: Timestamp): Promise<RetentionResult> {
    const { 300000: fine, 3600000: coarse } = this.aggregateRetention;
    return this.#client.call('dropBefore', {
      samples: toBound(now - this.retention),
      aggregates: { 300000: toBound(now - fine), 3600000: toBound(now - coarse) },
    });
  }

  ping(): Promise<void> {
    return this.#client.call('ping', undefined);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #columnsOf(samples: readonly Sample[]): SampleColumns {
    const count = samples.length;
    const columns: SampleColumns = {
      ...this.#pointsOf(samples),
      value: new Float64Array(count),
      quality: new Uint8Array(count),
      receivedAt: new Float64Array(count),
    };
    for (let row = 0; row < count; row++) {
      const sample = samples[row]!;
      columns.value[row] = sample.value;
      columns.quality[row] = markOf(sample);
      columns.receivedAt[row] = toMicros(sample.receivedAt);
    }
    return columns;
  }

  #pointsOf(points: readonly Pick<Sample, 'series' | 'time'>[]): PointColumns {
    const columns = { series: new Int32Array(points.length), time: new Float64Array(points.length) };
    for (let row = 0; row < points.length; row++) {
      const { series, time } = points[row]!;
      columns.series[row] = this.#ids.get(series);
      columns.time[row] = toMicros(time);
    }
    return columns;
  }
}

function toRequest({ assetId, metricIds, from, to }: RangeQuery): RangeRequest {
  return { assetId, metricIds, from: toBound(from), to: toBound(to) };
}

/** A time, or an infinity for none, in whole microseconds. */
function toBound(time: Timestamp): number {
  if (Number.isNaN(time)) throw new RangeError('The time-series store was asked for a time that is not a number.');
  return Math.min(Math.max(toMicros(time), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function wholeNumber(what: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`The ${what} must be a whole number of at least ${least}, not ${value}.`);
}

function toSamples(columns: SampleColumns, nameOf: (position: number) => Pick<Watermark, 'assetId' | 'metricId'>) {
  return Array.from(columns.series, (position, row): StoredSample => {
    const { assetId, metricId } = nameOf(position);
    return {
      assetId,
      metricId,
      time: fromMicros(columns.time[row]!),
      value: columns.value[row]!,
      ...standingOf(columns.quality[row]!),
      receivedAt: fromMicros(columns.receivedAt[row]!),
    };
  });
}
