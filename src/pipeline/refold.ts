import type { AssetEvent } from '../domain/asset.ts';
import type { Finding } from '../domain/finding.ts';
import type { Timestamp } from '../domain/time.ts';
import { DAY, startOfDay } from '../domain/time.ts';
import type { StoredState, UsageEntry } from '../ports/database.ts';
import type { StoredSample, TimeSeriesStore, Watermark } from '../ports/timeSeriesStore.ts';
import { Fold, type FoldOutput } from '../rules/fold.ts';
import type { CompiledModel } from '../rules/model.ts';
import type { TickTime } from '../rules/rule.ts';
import { type AssetState, serializeState } from '../rules/state.ts';
import { usageEntry } from './assess.ts';
import type { FaultSink } from './ruleFaults.ts';

/** An asset's history from a snapshot on, folded once more. */
export interface Refolded {
  readonly state: AssetState;
  readonly findings: readonly Finding[];
  /** One a UTC day of event time, as live folding makes them. */
  readonly snapshots: readonly StoredState[];
  readonly usage: readonly UsageEntry[];
  /** Events that take effect later than now, not folded. */
  readonly ahead: readonly AssetEvent[];
  /** Time of the earliest sample that came out of order while reading on; it needs another refold. */
  readonly outOfOrder: Timestamp | undefined;
  /** The sample at which folding stopped, because it is held back. */
  readonly heldAt: StoredSample | undefined;
}

export interface RefoldOptions {
  readonly assetId: string;
  readonly model: CompiledModel;
  /** To go on from; changed in place. */
  readonly state: AssetState;
  /** All events of the asset by (at, id). */
  readonly events: readonly AssetEvent[];
  readonly faults: FaultSink;
  /** Whether a sample is not to be folded yet; neither are those after it then. */
  readonly hold?: (sample: StoredSample) => boolean;
}

/**
 * Folds what the store and the event log hold of one asset in order, starting from a snapshot or from where it stands.
 * The same fold as live.
 */
export class Refold {
  readonly #assetId: string;
  readonly #model: CompiledModel;
  readonly #fold: Fold;
  readonly #events: readonly AssetEvent[];
  readonly #findings: Finding[] = [];
  readonly #snapshots: StoredState[] = [];
  readonly #usage: UsageEntry[] = [];
  #nextEvent = 0;
  #outOfOrder: Timestamp | undefined;
  readonly #hold: (sample: StoredSample) => boolean;
  #nextSnapshot = Number.NEGATIVE_INFINITY;
  #heldAt: StoredSample | undefined;

  constructor({ assetId, model, state, events, faults, hold = () => false }: RefoldOptions) {
    this.#assetId = assetId;
    this.#model = model;
    this.#events = events;
    this.#hold = hold;
    const output: FoldOutput = {
      finding: (finding) => this.#findings.push(finding),
      usage: (rule, usage) => this.#usage.push(usageEntry(assetId, rule, usage)),
      fault: (rule, error) => faults.add(assetId, rule, error),
    };
    this.#fold = new Fold(assetId, model, state, output);
    this.#fold.announce(events);
  }

  get state(): AssetState {
    return this.#fold.state;
  }

  get heldAt(): StoredSample | undefined {
    return this.#heldAt;
  }

  get outOfOrder(): Timestamp | undefined {
    return this.#outOfOrder;
  }

  /** Reads on from where it stands; returns the number of samples folded. */
  async readOn(store: Pick<TimeSeriesStore, 'readFrom'>): Promise<number> {
    let folded = 0;
    for await (const samples of store.readFrom(watermarksOf(this.#assetId, this.#model, this.#fold.state))) {
      for (const sample of samples) if (this.take(sample)) folded++;
    }
    return folded;
  }

  /** Folds the next sample, after the events before it; whether it was new. */
  take(sample: StoredSample): boolean {
    const metric = this.#model.metricIndex.get(sample.metricId);
    if (metric === undefined || this.#heldAt) return false;
    if (this.#hold(sample)) {
      this.#heldAt = sample;
      return false;
    }
    this.#eventsUntil(sample.time);
    this.#snapshot(sample.time);
    const { time, value, quality, receivedAt } = sample;
    const result = this.#fold.sample(metric, time, value, quality, receivedAt);
    if (result === 'late') this.#outOfOrder = Math.min(this.#outOfOrder ?? time, time);
    return result === 'folded';
  }

  /** Folds the events after the last sample and what happens by itself until now. */
  finish(tickOf: (state: AssetState) => TickTime): Refolded {
    const tick = tickOf(this.#fold.state);
    this.#eventsUntil(tick.now);
    this.#fold.tick(tick);
    return this.pause();
  }

  /** What it has come to while there is more to read. */
  pause(): Refolded {
    return {
      state: this.#fold.state,
      findings: this.#findings,
      snapshots: this.#snapshots,
      usage: this.#usage,
      ahead: this.#events.slice(this.#nextEvent),
      outOfOrder: this.#outOfOrder,
      heldAt: this.#heldAt,
    };
  }

  #eventsUntil(time: Timestamp): void {
    for (let event = this.#events[this.#nextEvent]; event && event.at <= time; event = this.#events[this.#nextEvent]) {
      this.#fold.event(event);
      this.#nextEvent++;
    }
  }

  #snapshot(time: Timestamp): void {
    if (time < this.#nextSnapshot) return;
    const { state } = this.#fold;
    if (state.time !== Number.NEGATIVE_INFINITY && state.time < startOfDay(time)) {
      this.#snapshots.push({ assetId: this.#assetId, time: state.time, state: serializeState(state, this.#model) });
    }
    this.#nextSnapshot = startOfDay(time) + DAY;
  }
}

/** What the store is to be asked for beyond a state. */
export function watermarksOf(assetId: string, model: CompiledModel, state: AssetState): Watermark[] {
  return model.model.metrics.map((metric, at) => {
    const time = state.times[at]!;
    return { assetId, metricId: metric.id, ...(time === Number.NEGATIVE_INFINITY ? {} : { after: time }) };
  });
}
