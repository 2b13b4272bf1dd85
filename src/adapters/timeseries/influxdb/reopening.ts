import { setTimeout as sleep } from 'node:timers/promises';
import { type Duration, SECOND } from '../../../domain/time.ts';
import { reasonOf, UnavailableError } from '../../../errors.ts';
import type {
  AggregateWidth,
  AssetBucket,
  Bucket,
  RetentionResult,
  StoredSample,
  TimeSeriesStore,
} from '../../../ports/timeSeriesStore.ts';
import type { InfluxStoreOptions } from './options.ts';
import { openInfluxDbStore } from './store.ts';

const FIRST_PAUSE: Duration = 250;
const LONGEST_PAUSE: Duration = 10 * SECOND;

/** All that a method is given, with what is optional and what is added to the port some day. */
type Asked<Method extends keyof TimeSeriesStore> = TimeSeriesStore[Method] extends (...asked: infer All) => unknown
  ? All
  : never;

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

  async append(...asked: Asked<'append'>): Promise<void> {
    return this.#opened().append(...asked);
  }

  async replace(...asked: Asked<'replace'>): Promise<void> {
    return this.#opened().replace(...asked);
  }

  async valuesAt(...asked: Asked<'valuesAt'>): Promise<(number | undefined)[]> {
    return this.#opened().valuesAt(...asked);
  }

  async range(...asked: Asked<'range'>): Promise<StoredSample[]> {
    return this.#opened().range(...asked);
  }

  async buckets(...asked: Asked<'buckets'>): Promise<Bucket[]> {
    return this.#opened().buckets(...asked);
  }

  async *readFrom(...asked: Asked<'readFrom'>): AsyncGenerator<readonly StoredSample[]> {
    yield* this.#opened().readFrom(...asked);
  }

  async *aggregate(...asked: Asked<'aggregate'>): AsyncGenerator<readonly AssetBucket[]> {
    yield* this.#opened().aggregate(...asked);
  }

  async saveAggregates(...asked: Asked<'saveAggregates'>): Promise<void> {
    return this.#opened().saveAggregates(...asked);
  }

  async aggregates(...asked: Asked<'aggregates'>): Promise<Bucket[]> {
    return this.#opened().aggregates(...asked);
  }

  async applyRetention(...asked: Asked<'applyRetention'>): Promise<RetentionResult> {
    return this.#opened().applyRetention(...asked);
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
