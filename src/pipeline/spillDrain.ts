import type { Sample, Series } from '../domain/sample.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { RefoldNote } from '../ports/database.ts';
import type { Journal, JournalPosition, JournalRecord } from '../ports/journal.ts';
import type { SampleWriter, TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { pointKey } from './behind.ts';
import { type RefusedSamples, storeButRefused } from './refusedSamples.ts';
import { decodeSpill, type SpillRecord, SpillRecordError } from './spillRecord.ts';

/** Records in memory at a time. */
const READ_RECORDS = 64;
/** Samples in one write to the store: most of what the batches of a fleet of single messages cost is the call. */
const LARGEST_WRITE = 20_000;

export interface SpillDrainParts {
  readonly journal: Pick<Journal, 'read' | 'trim' | 'pending'>;
  /** Takes the records that can't be read. */
  readonly aside: Pick<Journal, 'append'>;
  readonly store: SampleWriter & Pick<TimeSeriesStore, 'valuesAt'>;
  readonly seriesOf: (assetId: string, metricId: string) => Series;
  /** Makes refold notes durable. */
  readonly note: (notes: readonly RefoldNote[]) => Promise<void>;
  /** Makes durable what the store can never take. */
  readonly refuse: (refused: RefusedSamples) => Promise<void>;
  readonly metrics: Pick<Metrics, 'partErrors'>;
  readonly log: Log;
}

/** A record that can't be read, and why. */
interface Unreadable {
  readonly data: Buffer;
  readonly error: SpillRecordError;
}

/** Records that are written to the store in one go. */
interface Portion {
  readonly samples: Sample[];
  readonly notes: RefoldNote[];
  readonly unreadable: Unreadable[];
  records: number;
  end: JournalPosition;
}

/**
 * Takes the oldest records of the spill to the store, until it is empty: the samples in place of what an attempt given
 * up may have left there, then their notes, and only then they go from the journal. A crash in between does it again.
 */
export class SpillDrain {
  readonly #parts: SpillDrainParts;
  /** A store that fails is asked for less: it may be the size that it can't cope with. */
  #limit = LARGEST_WRITE;
  #drained = 0;
  #records = 0;
  #refused = 0;
  #unreadable = 0;
  #oldest: Timestamp | undefined;

  constructor(parts: SpillDrainParts) {
    this.#parts = parts;
  }

  /** Samples taken to the store since the start of the process. */
  get drained(): number {
    return this.#drained;
  }

  /** Records that are gone from the journal since the start of the process. */
  get records(): number {
    return this.#records;
  }

  /** Of the samples, the ones that the store can never take. */
  get refused(): number {
    return this.#refused;
  }

  /** Records put aside. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** When the oldest sample came that waits, as far as that is known. */
  get oldest(): Timestamp | undefined {
    return this.#oldest;
  }

  /** Samples were added that came at `receivedAt`. */
  added(receivedAt: Timestamp | undefined): void {
    this.#oldest ??= receivedAt;
  }

  /** Drains what is there; rejects with the first failure, and goes on from there when called again. */
  async run(signal: AbortSignal, progress: () => void): Promise<void> {
    const { journal } = this.#parts;
    while (journal.pending().records > 0) {
      const records = await journal.read(READ_RECORDS);
      if (records.length === 0) throw new Error('the spill can not find the records that it counts');
      for (const portion of this.#portions(records)) {
        if (signal.aborted) return;
        await this.#store(portion);
        progress();
      }
    }
    this.#oldest = undefined;
  }

  #portions(records: readonly JournalRecord[]): Portion[] {
    const portions: Portion[] = [];
    for (const { data, next } of records) {
      const record = read(data);
      const { samples, notes } = record instanceof SpillRecordError ? NOTHING : record;
      let portion = portions.at(-1);
      if (!portion || portion.samples.length + samples.length > this.#limit) {
        portion = { samples: [], notes: [], unreadable: [], records: 0, end: next };
        portions.push(portion);
      }
      for (const { assetId, metricId, ...sample } of samples)
        portion.samples.push({ series: this.#parts.seriesOf(assetId, metricId), ...sample });
      portion.notes.push(...notes);
      if (record instanceof SpillRecordError) portion.unreadable.push({ data, error: record });
      portion.records++;
      portion.end = next;
    }
    return portions;
  }

  async #store({ samples, notes, unreadable, records, end }: Portion): Promise<void> {
    const { journal, store, note, refuse } = this.#parts;
    this.#oldest = samples[0]?.receivedAt ?? this.#oldest;
    if (samples.length > 0) {
      const refused = await this.#inSize(samples.length, async () => {
        const lasting = await withoutOvertaken(samples, store);
        return lasting.length === 0 ? [] : storeButRefused(() => store.replace(lasting));
      });
      if (refused.length > 0) await refuse(refused);
      this.#refused += refused.length;
    }
    if (notes.length > 0) await note(notes);
    if (unreadable.length > 0) await this.#putAside(unreadable);
    await journal.trim(end);
    this.#drained += samples.length;
    this.#records += records;
  }

  async #inSize<T>(size: number, write: () => Promise<T>): Promise<T> {
    try {
      const result = await write();
      this.#limit = Math.min(2 * this.#limit, LARGEST_WRITE);
      return result;
    } catch (error) {
      this.#parts.metrics.partErrors.inc({ part: 'store' });
      this.#limit = Math.max(1, Math.floor(Math.min(size, this.#limit) / 2));
      throw error;
    }
  }

  /** They are kept as they are, and must not hold up those behind them. */
  async #putAside(records: readonly Unreadable[]): Promise<void> {
    const { aside, log } = this.#parts;
    await aside.append(records.map(({ data }) => data));
    this.#unreadable += records.length;
    log.error(
      { err: records[0]!.error, records: records.length },
      'records of the spill can not be read; they are kept in the journal spill-aside',
    );
  }
}

/** Without history at the points of live samples, which nobody could look up when it was spilled. */
async function withoutOvertaken(samples: readonly Sample[], store: Pick<TimeSeriesStore, 'valuesAt'>) {
  const history = samples.filter(({ historical }) => historical);
  if (history.length === 0) return samples;
  const stored = await store.valuesAt(history, 'live');
  const live = new Set(samples.filter(({ historical }) => !historical).map(pointKey));
  const overtaken = new Set(history.filter((sample, at) => stored[at] !== undefined || live.has(pointKey(sample))));
  return samples.filter((sample) => !overtaken.has(sample));
}

const NOTHING: SpillRecord = { samples: [], notes: [] };

function read(data: Buffer): SpillRecord | SpillRecordError {
  try {
    return decodeSpill(data);
  } catch (error) {
    if (error instanceof SpillRecordError) return error;
    throw error;
  }
}
