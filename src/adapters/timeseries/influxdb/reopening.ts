import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../../../domain/sample.ts';
import { type Duration, SECOND, type Timestamp } from '../../../domain/time.ts';
import { reasonOf, UnavailableError } from '../../../errors.ts';
import type {
  AggregateWidth,
  AssetBucket,
  Bucket,
  RangeQuery,
  RetentionResult,
  StoredSample,
  TimeSeriesStore,
  Watermark,
} from '../../../ports/timeSeriesStore.ts';
import type { InfluxStoreOptions } from './options.ts';
import { openInfluxDbStore } from './store.ts';

const FIRST_PAUSE: Duration = 250;
const LONGEST_PAUSE: Duration = 10 * SECOND;

/**
 * Opens the store on a server that may be away: then the store is there all the same, and goes on trying to open. Until
 * it succeeds everything rejects with the reason. What only a person can mend rejects here, as in `openInfluxDbStore`;
 * found later it is logged as an error, and the trying goes on.
 */
export async function openInfluxDbStoreWhenThere(options: InfluxStoreOptions): Promise<TimeSeriesStore> {
  try {
    return await openInfluxDbStore(options);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    options.log.warn({ err: error }, 'starting without the time-series store; trying again to open it');
    return new ReopeningStore(options, error);
  }
}

class ReopeningStore implements TimeSeriesStore {
  readonly #options: InfluxStoreOptions;
  readonly #stop = new AbortController();
  readonly #opening: Promise<void>;
  #store: TimeSeriesStore | undefined;
  /** Why it is not open. */
  #reason: Error;

  constructor(options: InfluxStoreOptions, reason: Error) {
    this.#options = options;
    this.#reason = reason;
    this.#opening = this.#open();
  }

  /** As configured until it is known whether the server keeps less. */
  get retention(): Duration {
    return (this.#store ?? this.#options).retention;
  }

  get aggregateRetention(): Readonly<Record<AggregateWidth, Duration>> {
    return (this.#store ?? this.#options).aggregateRetention;
  }

  async append(samples: readonly Sample[]): Promise<void> {
    return this.#opened().append(samples);
  }

  async replace(samples: readonly Sample[]): Promise<void> {
    return this.#opened().replace(samples);
  }

  async valuesAt(points: readonly Pick<Sample, 'series' | 'time'>[]): Promise<(number | undefined)[]> {
    return this.#opened().valuesAt(points);
  }

  async range(query: RangeQuery, limit: number): Promise<StoredSample[]> {
    return this.#opened().range(query, limit);
  }

  async buckets(query: RangeQuery, width: Duration): Promise<Bucket[]> {
    return this.#opened().buckets(query, width);
  }

  async *readFrom(watermarks: readonly Watermark[]): AsyncGenerator<readonly StoredSample[]> {
    yield* this.#opened().readFrom(watermarks);
  }

  async *aggregate(
    assetIds: readonly string[],
    from: Timestamp,
    to: Timestamp,
    width: AggregateWidth,
  ): AsyncGenerator<readonly AssetBucket[]> {
    yield* this.#opened().aggregate(assetIds, from, to, width);
  }

  async saveAggregates(width: AggregateWidth, buckets: readonly AssetBucket[]): Promise<void> {
    return this.#opened().saveAggregates(width, buckets);
  }

  async aggregates(query: RangeQuery, width: AggregateWidth): Promise<Bucket[]> {
    return this.#opened().aggregates(query, width);
  }

  async applyRetention(now: Timestamp): Promise<RetentionResult> {
    return this.#opened().applyRetention(now);
  }

  async ping(): Promise<void> {
    return this.#opened().ping();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#opening;
    await this.#store?.close();
  }

  #opened(): TimeSeriesStore {
    if (this.#store) return this.#store;
    throw this.#reason;
  }

  async #open(): Promise<void> {
    const { log } = this.#options;
    for (let pause = FIRST_PAUSE; !this.#store; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        await sleep(pause, undefined, { signal: this.#stop.signal, ref: false });
      } catch {
        return;
      }
      try {
        this.#store = await openInfluxDbStore(this.#options);
        log.info('the time-series store answers and is open');
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  #failed(error: unknown): void {
    const reason = error instanceof Error ? error : new Error(reasonOf(error), { cause: error });
    if (reason.message !== this.#reason.message) {
      const { log } = this.#options;
      const said = 'the time-series store can not be opened; trying again';
      if (reason instanceof UnavailableError) log.warn({ err: reason }, said);
      else log.error({ err: reason }, said);
    }
    this.#reason = reason;
  }
}
