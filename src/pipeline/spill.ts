import type { Sample } from '../domain/sample.ts';
import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import { reasonOf } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import { type Journal, JournalFullError } from '../ports/journal.ts';
import type { SampleKind, TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { WritePlan } from './assessment.ts';
import { type RefusedSamples, storeButRefused } from './refusedSamples.ts';
import { SpillDrain, type SpillDrainParts } from './spillDrain.ts';
import { encodeSpill } from './spillRecord.ts';
import { SpillReport } from './spillReport.ts';
import { within } from './within.ts';

const FIRST_PAUSE: Duration = 100;
const LONGEST_PAUSE: Duration = 10 * SECOND;
/** Samples in one record: some 150 KB, of which a drain holds a few dozen in memory. */
const RECORD_SAMPLES = 5000;

export interface SpillParts extends SpillDrainParts {
  readonly journal: Journal;
  readonly aside: Journal;
  readonly store: Pick<TimeSeriesStore, 'append' | 'replace' | 'valuesAt'>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'partErrors'>;
  /** Told of each batch that goes to the journal, before it is settled. */
  readonly spilled: () => void;
}

/**
 * Makes batches durable: in the store, or, while that fails or takes longer than `after`, in a journal on the local disk
 * that is drained when the store is back. While anything waits there everything goes through it, first in first out, so
 * that what comes later to a series is stored later.
 */
export class Spill {
  readonly #parts: SpillParts;
  readonly #after: Duration;
  readonly #drain: SpillDrain;
  readonly #report: SpillReport;
  readonly #stop = new AbortController();
  #waiters: Waiter[] = [];
  /** Records there were at the start, and those kept since. */
  #kept: number;
  #started = false;
  #draining: Promise<void> | undefined;
  /** A write to the store that took too long and has not ended; nothing else is written meanwhile. */
  #givenUp: Promise<void> | undefined;
  /** A look-up failed: the next batch does not try the store. */
  #isDoubtful = false;
  /** The batch that was tried last, and may be stored. */
  #tried: WritePlan | undefined;
  #spilled = 0;

  constructor(parts: SpillParts, after: Duration) {
    this.#parts = parts;
    this.#after = after;
    this.#drain = new SpillDrain(parts);
    this.#report = new SpillReport(parts.journal, this.#drain, parts.clock, parts.log);
    this.#kept = parts.journal.pending().records;
  }

  /** Everything settled so far is in the store. */
  get isEmpty(): boolean {
    return this.#parts.journal.pending().records === 0;
  }

  /** Samples since the start of the process: spilled, drained, and refused by the store when they were drained. */
  get counts() {
    const { drained, refused, unreadable } = this.#drain;
    return { spilled: this.#spilled, drained, refused, unreadable };
  }

  /** When the oldest sample that waits came, as far as that is known. */
  get oldest(): Timestamp | undefined {
    return this.isEmpty ? undefined : this.#drain.oldest;
  }

  /** What waits and why, in words; undefined when nothing does. */
  get trouble(): string | undefined {
    return this.isEmpty ? undefined : this.#report.words;
  }

  /** Begins to drain. Before this, batches are taken and what waits stays. */
  start(): void {
    this.#started = true;
    this.#wake();
  }

  /**
   * Makes a batch durable, with its `noteAfter`. Resolves with what the store can never take of it, where it was asked
   * already. Rejects when neither the store nor the journal takes it; to be called again with the same plan.
   */
  async write(plan: WritePlan): Promise<RefusedSamples> {
    const { append, replace, noteAfter } = plan;
    if (append.length + replace.length + noteAfter.length === 0) return [];
    const tryStore = this.isEmpty && !this.#givenUp && !this.#isDoubtful;
    this.#isDoubtful = false;
    if (tryStore) {
      const refused = await this.#tryStore(plan);
      if (refused) {
        if (noteAfter.length > 0) await this.#parts.note(noteAfter);
        this.#tried = undefined;
        return refused;
      }
    }
    await this.#keep(plan);
    return [];
  }

  /** The stored values of a kind (live) at these points, in the order asked; undefined when nobody can say. */
  async valuesAt(
    points: readonly Pick<Sample, 'series' | 'time'>[],
    kind?: SampleKind,
  ): Promise<(number | undefined)[] | undefined> {
    if (!this.isEmpty || this.#givenUp) return undefined;
    try {
      return await this.#inTime(this.#parts.store.valuesAt(points, kind));
    } catch (error) {
      this.#failed(error);
      this.#isDoubtful = true;
      return undefined;
    }
  }

  /**
   * Resolves when everything settled so far is in the store; what comes after that is not waited for, or nobody would
   * be told while more comes than is drained. Rejects when the spill is stopped.
   */
  drained(): Promise<void> {
    if (this.isEmpty) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.#stop.signal.aborted) reject(stopped());
      else this.#waiters.push({ until: this.#kept, resolve, reject });
    });
  }

  /** The store, whose reads begin only when everything settled before is there. */
  readAfter(store: Pick<TimeSeriesStore, 'readFrom'>): Pick<TimeSeriesStore, 'readFrom'> {
    const drained = this.drained.bind(this);
    return {
      async *readFrom(...asked) {
        await drained();
        yield* store.readFrom(...asked);
      },
    };
  }

  /** Ends the work under way, by `deadline`; what waits is drained after the next start. */
  async stop(deadline: AbortSignal): Promise<void> {
    this.#stop.abort();
    for (const { reject } of this.#waiters.splice(0)) reject(stopped());
    await within(deadline, Promise.all([this.#draining, this.#givenUp]));
    if (!this.isEmpty) this.#parts.log.warn(`stopped; ${this.#report.words}, until after the next start`);
    await this.#parts.journal.close();
    await this.#parts.aside.close();
  }

  /** What the store can never take; undefined when the batch is not stored, as far as is known. */
  async #tryStore(plan: WritePlan): Promise<RefusedSamples | undefined> {
    const write = this.#toStore(plan);
    this.#tried = plan;
    try {
      return await this.#inTime(write);
    } catch (error) {
      this.#failed(error);
      if (error instanceof SlowStoreError) this.#giveUp(write);
      return undefined;
    }
  }

  async #toStore(plan: WritePlan): Promise<RefusedSamples> {
    const { store } = this.#parts;
    const { append, replace } = plan;
    if (this.#tried === plan) return storeButRefused(() => store.replace([...append, ...replace]));
    const refused = append.length > 0 ? await storeButRefused(() => store.append(append)) : [];
    const refusedToo = replace.length > 0 ? await storeButRefused(() => store.replace(replace)) : [];
    return [...refused, ...refusedToo];
  }

  /** What it did is done again by the drain, which waits until it has ended. */
  #giveUp(write: Promise<unknown>): void {
    const ended = () => {
      this.#givenUp = undefined;
      this.#wake();
    };
    this.#givenUp = write.then(ended, ended);
  }

  async #keep(plan: WritePlan): Promise<void> {
    const { append, replace, noteAfter } = plan;
    // What an append that fails has kept is drained like any other, before this is called again.
    this.#tried = plan;
    const samples = append.length === 0 ? replace : [...append, ...replace];
    const records: Buffer[] = [];
    for (let from = 0; from + RECORD_SAMPLES < samples.length; from += RECORD_SAMPLES)
      records.push(encodeSpill(samples.slice(from, from + RECORD_SAMPLES), []));
    records.push(encodeSpill(samples.slice(records.length * RECORD_SAMPLES), noteAfter));
    try {
      await this.#parts.journal.append(records);
    } catch (error) {
      throw new SpillError(`${problemOf(error)} ${this.#report.reason ?? 'What waits is being drained.'}`, {
        cause: error,
      });
    }
    this.#tried = undefined;
    this.#kept += records.length;
    this.#spilled += samples.length;
    this.#parts.spilled();
    this.#drain.added(samples[0]?.receivedAt);
    this.#report.waiting();
    this.#wake();
  }

  #wake(): void {
    if (!this.#started || this.#draining || this.#givenUp || this.isEmpty || this.#stop.signal.aborted) return;
    this.#draining = this.#drainAll().finally(() => {
      this.#draining = undefined;
      this.#wake();
    });
  }

  async #drainAll(): Promise<void> {
    const { signal } = this.#stop;
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      this.#report.waiting();
      const before = this.#drain.drained;
      try {
        await this.#drain.run(signal, () => this.#progress());
        if (this.isEmpty) this.#report.emptied();
        this.#tell();
        return;
      } catch (error) {
        this.#report.failed(error);
      }
      if (this.#drain.drained > before) pause = FIRST_PAUSE;
      await this.#parts.clock.sleep(pause * (0.75 + Math.random() / 2), signal).catch(() => undefined);
    }
  }

  #progress(): void {
    this.#report.progress();
    this.#tell();
  }

  /** Whoever waits for no more than what is drained. */
  #tell(): void {
    const isDone = ({ until }: Waiter) => this.isEmpty || until <= this.#drain.records;
    const done = this.#waiters.filter(isDone);
    this.#waiters = this.#waiters.filter((waiter) => !isDone(waiter));
    for (const { resolve } of done) resolve();
  }

  #failed(error: unknown): void {
    this.#report.failed(error);
    this.#parts.metrics.partErrors.inc({ part: 'store' });
  }

  /** The result of work at the store; rejects with SlowStoreError when it takes too long. */
  async #inTime<T>(work: Promise<T>): Promise<T> {
    const timer = new AbortController();
    const limit = this.#parts.clock.sleep(this.#after, timer.signal).then(() => {
      throw new SlowStoreError(`the time-series store took longer than ${this.#after / SECOND} s (spill.after)`);
    });
    try {
      return await Promise.race([work, limit]);
    } finally {
      limit.catch(() => undefined);
      timer.abort();
    }
  }
}

/** Somebody who waits until so many records are drained. */
interface Waiter {
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The store has not answered in time; its answer may still come. */
class SlowStoreError extends Error {
  override readonly name = 'SlowStoreError';
}

/** Neither the store nor the spill takes a batch. */
class SpillError extends Error {
  override readonly name = 'SpillError';
}

function problemOf(error: unknown): string {
  if (error instanceof JournalFullError)
    return 'The spill is full: nothing is taken in until the time-series store takes some of it (spill.maxMb sets its size).';
  return `The spill can not be written: nothing is taken in until it can (${reasonOf(error)}).`;
}

function stopped(): Error {
  return new Error('stopped before the spill was drained');
}
