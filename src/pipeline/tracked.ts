import type { Asset, AssetEvent } from '../domain/asset.ts';
import type { Connectivity } from '../domain/connectivity.ts';
import type { DirectoryEntry } from '../domain/directory.ts';
import type { AssetModel } from '../domain/model.ts';
import type { Sample, Series } from '../domain/sample.ts';
import type { Timestamp } from '../domain/time.ts';
import type { CompiledModel } from '../rules/model.ts';
import { type AssetState, initState } from '../rules/state.ts';

/** How a sample stands to what its series has already. */
export type Arrival = 'fresh' | 'duplicate' | 'conflict' | 'behind';

/** One asset at work: registry entry, what was accepted of it, and its state. */
export class Tracked implements DirectoryEntry {
  asset: Asset;
  readonly compiled: CompiledModel;
  readonly series: readonly Series[];
  state: AssetState;
  /** By metric: the newest sample accepted for storing, a little ahead of the state. */
  readonly #newest: Timestamp[];
  /** NaN where it was of bad quality and is not remembered. */
  readonly #newestValue: number[];
  /** By metric: the newest sample that the checkpoint had, or that was read out of the store. */
  readonly #known: Timestamp[];
  readonly #knownValue: number[];
  /** Samples stored and not yet in the state; counted in the ledger as waiting. */
  waiting = 0;
  /** Batches with late samples of this asset whose note is durable, or about to be, and whose samples are not yet. */
  noted = 0;
  /** The state is being folded anew: new samples wait in the store. */
  refolding = false;
  /** What the store holds beyond the checkpoint is not all in the state yet: new samples wait in the store. */
  recovering = false;
  /** It has not been read even once: samples that look fresh may be stored already, or lie behind others. */
  blind = false;
  /** The state holds something that its checkpoint does not. */
  dirty = false;
  /** Findings made and not yet in the database; until they are, the state must not be saved. */
  unraised = 0;
  /**
   * While it is recovered: what the process before found beyond the checkpoint and is not found again so far, by key,
   * with its time.
   */
  readonly unproven = new Map<string, Timestamp>();
  /** Events recorded that take effect later than now, by (at, id). */
  ahead: readonly AssetEvent[] = [];
  /** Of its last message that this node took. */
  qos: 0 | 1 | 2 | undefined = undefined;
  /** What is known of its connection. */
  connectivity: Connectivity | undefined = undefined;
  /** Event time of the next snapshot: the first sample at or after it takes one. */
  nextSnapshot = Number.NEGATIVE_INFINITY;

  constructor(asset: Asset, compiled: CompiledModel, firstOrdinal: number) {
    this.asset = asset;
    this.compiled = compiled;
    this.series = compiled.model.metrics.map((metric, metricIndex) => ({
      ordinal: firstOrdinal + metricIndex,
      assetId: asset.id,
      metricId: metric.id,
      metricIndex,
    }));
    this.state = initState(compiled);
    this.#newest = this.state.times.slice();
    this.#newestValue = this.state.values.slice();
    this.#known = this.state.times.slice();
    this.#knownValue = this.state.values.slice();
  }

  get model(): AssetModel {
    return this.compiled.model;
  }

  get metricIndex(): ReadonlyMap<string, number> {
    return this.compiled.metricIndex;
  }

  /** Since when it is offline by a word of a known time. */
  get offlineSince(): Timestamp | undefined {
    const { connectivity } = this;
    return connectivity?.state === 'offline' && !connectivity.retained ? connectivity.since : undefined;
  }

  /** How a sample stands to the newest of its series. */
  place({ series: { metricIndex }, time, value }: Sample): Arrival {
    const newest = this.#newest[metricIndex]!;
    if (time > newest) return 'fresh';
    if (time < newest) return 'behind';
    const known = this.#newestValue[metricIndex]!;
    return value === known || Number.isNaN(known) ? 'duplicate' : 'conflict';
  }

  /** Places a sample; a fresh one becomes the newest of its series. */
  arrive(sample: Sample): Arrival {
    const arrival = this.place(sample);
    if (arrival === 'fresh') this.#take(sample.series, sample.time, sample.value);
    return arrival;
  }

  /** Whether the state may be saved: its findings are in the database and nothing makes it untrue. */
  get settled(): boolean {
    return this.unraised === 0 && !this.refolding && !this.recovering;
  }

  /** Whether the store is known to have samples of the series up to this time. */
  isKnown({ series: { metricIndex }, time }: Sample): boolean {
    return time <= this.#known[metricIndex]!;
  }

  /** Whether the store is known to have a later sample of the series, or another value at this time. */
  isOvertaken({ series: { metricIndex }, time, value }: Sample): boolean {
    const known = this.#known[metricIndex]!;
    return time < known || (time === known && value !== this.#knownValue[metricIndex]);
  }

  /** Takes what waited in the store as assessed: the state has it. Returns how many samples that were. */
  takeWaiting(): number {
    const { waiting } = this;
    this.acceptState();
    this.waiting = 0;
    this.recovering = false;
    return waiting;
  }

  /** Event time of the newest sample accepted, of any metric. */
  get newestAccepted(): Timestamp {
    return Math.max(...this.#newest);
  }

  /** Takes a sample that is stored already as accepted. */
  accept(series: Series, time: Timestamp, value: number): void {
    const { metricIndex } = series;
    if (time > this.#known[metricIndex]!) {
      this.#known[metricIndex] = time;
      this.#knownValue[metricIndex] = value;
    }
    this.#take(series, time, value);
  }

  #take({ metricIndex }: Series, time: Timestamp, value: number): void {
    if (time <= this.#newest[metricIndex]!) return;
    this.#newest[metricIndex] = time;
    this.#newestValue[metricIndex] = value;
  }

  /** Takes back that a sample was accepted: it is not stored, and may come again. */
  forget({ series: { metricIndex }, time }: Sample): void {
    if (this.#newest[metricIndex] !== time) return;
    this.#newest[metricIndex] = this.state.times[metricIndex]!;
    this.#newestValue[metricIndex] = this.state.values[metricIndex]!;
  }

  /** Takes what the state holds as accepted. */
  acceptState(): void {
    for (const series of this.series) {
      const time = this.state.times[series.metricIndex]!;
      this.accept(series, time, this.state.values[series.metricIndex]!);
    }
  }
}
