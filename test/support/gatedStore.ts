import { UnavailableError } from '../../src/errors.ts';
import type { StoredSample, TimeSeriesStore, Watermark } from '../../src/ports/timeSeriesStore.ts';
import { sharedStore } from './shardNode.ts';

/** Samples handed over at a time, so that something can happen in the middle of an asset. */
const CHUNK = 70;

/** A real store whose reads can fail, and in which something can happen before and amid reads and writes. */
export class GatedStore {
  readonly store: TimeSeriesStore;
  /** Reads fail as if the server were away. */
  away = false;
  /** So many of the next reads fail. */
  readsAway = 0;
  /** Each chunk comes so many times: a long history of which little is new. */
  multiply = 1;
  beforeRead: (watermarks: readonly Watermark[]) => Promise<void> = async () => undefined;
  afterChunk: (samples: readonly StoredSample[]) => Promise<void> = async () => undefined;
  /** The write takes effect when it resolves. */
  beforeWrite: () => Promise<void> = async () => undefined;
  reads = 0;

  constructor(inner: TimeSeriesStore) {
    const shared = sharedStore(inner);
    this.store = {
      ...shared,
      append: async (samples) => {
        await this.beforeWrite();
        await shared.append(samples);
      },
      replace: async (samples) => {
        await this.beforeWrite();
        await shared.replace(samples);
      },
      readFrom: (watermarks) => this.#readFrom(inner, watermarks),
    };
  }

  async *#readFrom(inner: TimeSeriesStore, watermarks: readonly Watermark[]): AsyncGenerator<readonly StoredSample[]> {
    this.#check();
    if (this.readsAway-- > 0)
      throw new UnavailableError('time-series store', new Error('this read fails, says the test'));
    await this.beforeRead(watermarks);
    this.reads++;
    for await (const samples of inner.readFrom(watermarks)) {
      for (let from = 0; from < samples.length; from += CHUNK) {
        this.#check();
        const chunk = samples.slice(from, from + CHUNK);
        for (let time = 0; time < this.multiply; time++) yield chunk;
        await this.afterChunk(chunk);
      }
    }
  }

  #check(): void {
    if (this.away) throw new UnavailableError('time-series store', new Error('it is away, says the test'));
  }
}
