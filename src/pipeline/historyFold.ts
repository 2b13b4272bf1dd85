import type { AssetEvent } from '../domain/asset.ts';
import type { Finding } from '../domain/finding.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { UsageEntry } from '../ports/database.ts';
import type { StoredSample } from '../ports/timeSeriesStore.ts';
import { Fold } from '../rules/fold.ts';
import type { CompiledModel } from '../rules/model.ts';
import { type AssetState, initState } from '../rules/state.ts';
import { usageEntry } from './assess.ts';
import type { DeafTimes } from './deafTimes.ts';
import type { FaultSink } from './ruleFaults.ts';

export interface HistoryFoldOptions {
  readonly assetId: string;
  readonly model: CompiledModel;
  /** By (at, id). Each is known from its own time on: nothing of the future judges the past. */
  readonly events: readonly AssetEvent[];
  /** How often time passes for what happens without data; from the first sample on. */
  readonly tickEvery: Duration;
  readonly faults: FaultSink;
  /** When devices could not be heard: no silence of theirs. */
  readonly deaf?: Pick<DeafTimes, 'within'>;
  /** Called when all that was sampled at a time is folded; the state is the fold's own and goes on changing. */
  readonly onInstant?: (time: Timestamp, state: AssetState) => void;
}

export interface FoldedHistory {
  readonly state: AssetState;
  /** But those taken before. */
  readonly findings: readonly Finding[];
  readonly usage: readonly UsageEntry[];
}

/**
 * Folds an asset's stored history from its beginning as if it had been received on time: the same fold as live, in which
 * ticks come by device time too. Samples come by (time, metric).
 */
export class HistoryFold {
  readonly #options: HistoryFoldOptions;
  readonly #fold: Fold;
  #findings: Finding[] = [];
  readonly #usage: UsageEntry[] = [];
  #nextEvent = 0;
  #nextTick: Timestamp | undefined;
  #instant: Timestamp | undefined;

  constructor(options: HistoryFoldOptions) {
    const { assetId, model, faults } = options;
    this.#options = options;
    this.#fold = new Fold(assetId, model, initState(model), {
      finding: (finding) => this.#findings.push(finding),
      usage: (rule, usage) => this.#usage.push(usageEntry(assetId, rule, usage)),
      fault: (rule, error) => faults.add(assetId, rule, error),
    });
  }

  take({ metricId, time, value, quality }: StoredSample): void {
    const metric = this.#options.model.metricIndex.get(metricId);
    if (metric === undefined) return;
    if (this.#instant !== undefined && time > this.#instant) this.#endInstant();
    this.#passUntil(time);
    this.#fold.sample(metric, time, value, quality, time);
    this.#instant = time;
  }

  /** The findings made since they were last taken. */
  takeFindings(): Finding[] {
    const made = this.#findings;
    this.#findings = [];
    return made;
  }

  /** Lets time pass until `until` after the last sample. */
  finish(until?: Timestamp): FoldedHistory {
    this.#endInstant();
    if (until !== undefined) this.#passUntil(until);
    return { state: this.#fold.state, findings: this.#findings, usage: this.#usage };
  }

  #endInstant(): void {
    if (this.#instant === undefined) return;
    this.#fold.complete(this.#instant);
    this.#options.onInstant?.(this.#instant, this.#fold.state);
    this.#instant = undefined;
  }

  /** Events up to this time and the ticks before it, each in its turn. */
  #passUntil(time: Timestamp): void {
    const { tickEvery } = this.#options;
    this.#nextTick ??= (Math.floor(time / tickEvery) + 1) * tickEvery;
    while (this.#nextTick < time) {
      this.#eventsUntil(this.#nextTick);
      this.#tick(this.#nextTick);
      this.#nextTick += tickEvery;
    }
    this.#eventsUntil(time);
  }

  #tick(now: Timestamp): void {
    const { receivedAt } = this.#fold.state;
    const heard = Number.isFinite(receivedAt);
    const listened = this.#listened;
    const silentFor = heard ? listened(receivedAt, now) : 0;
    this.#fold.tick({ now, lastHeard: heard ? receivedAt : null, silentFor, listened });
  }

  readonly #listened = (from: Timestamp, to: Timestamp): Duration =>
    to - from - (this.#options.deaf?.within(from, to) ?? 0);

  #eventsUntil(time: Timestamp): void {
    const { events } = this.#options;
    for (let event = events[this.#nextEvent]; event && event.at <= time; event = events[this.#nextEvent]) {
      this.#fold.event(event);
      this.#nextEvent++;
    }
  }
}
