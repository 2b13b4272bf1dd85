import type { AssetEvent } from '../domain/asset.ts';
import type { Finding } from '../domain/finding.ts';
import type { Sample } from '../domain/sample.ts';
import { DAY, startOfDay, type Timestamp } from '../domain/time.ts';
import type { Ledger } from '../metrics.ts';
import type { StoredState, UsageEntry } from '../ports/database.ts';
import type { StoredSample } from '../ports/timeSeriesStore.ts';
import { Fold, type FoldOutput } from '../rules/fold.ts';
import type { CompiledRule, DailyUsage, TickTime } from '../rules/rule.ts';
import { type AssetState, serializeState } from '../rules/state.ts';
import type { Fleet } from './fleet.ts';
import type { FaultSink } from './ruleFaults.ts';
import type { Tracked } from './tracked.ts';

/** Where findings go. */
export interface FindingSink {
  findings(tracked: Tracked, findings: readonly Finding[]): void;
}

/** What folding leaves behind beside states. */
export interface Records {
  readonly snapshots: readonly StoredState[];
  readonly usage: readonly UsageEntry[];
}

/** Hears of assets whose state must be folded anew from `earliest`. */
export interface RefoldSink {
  refold(tracked: Tracked, earliest: Timestamp): void;
}

/**
 * Folds stored samples into the states of their assets. Synchronous: what was stored is assessed in the same turn,
 * unless its asset is being recovered or folded anew; then it waits in the store.
 */
export class Assess {
  readonly #fleet: Fleet;
  readonly #ledger: Ledger;
  readonly #findings: FindingSink;
  readonly #refolds: RefoldSink;
  readonly #faults: FaultSink;
  readonly #folds = new WeakMap<AssetState, Fold>();
  /** The samples of a message come together: most need the fold of the one before. */
  #lastFold: Fold | undefined;
  #found: Finding[] = [];
  #snapshots: StoredState[] = [];
  #usage: UsageEntry[] = [];

  constructor(fleet: Fleet, ledger: Ledger, findings: FindingSink, refolds: RefoldSink, faults: FaultSink) {
    this.#fleet = fleet;
    this.#ledger = ledger;
    this.#findings = findings;
    this.#refolds = refolds;
    this.#faults = faults;
  }

  /** Takes samples that are durable and newer than anything of their series. */
  take(samples: readonly Sample[]): void {
    const { samples: ledger } = this.#ledger;
    for (const sample of samples) {
      const tracked = this.#fleet.ofSeries(sample.series);
      if (tracked.refolding || tracked.recovering) {
        this.#wait(tracked);
      } else if (this.#fold(tracked, sample) === 'late') {
        this.#wait(tracked);
        this.#refolds.refold(tracked, sample.time);
      } else {
        ledger.assessed++;
      }
    }
  }

  /** Takes durable samples that lie behind the newest of their series. Their notes are durable. */
  takeLate(samples: readonly Sample[]): void {
    for (const sample of samples) {
      const tracked = this.#fleet.ofSeries(sample.series);
      this.#wait(tracked);
      this.#refolds.refold(tracked, sample.time);
    }
  }

  /** Takes samples of assets that are being recovered, in order, out of the store; they count in no ledger. */
  recovered(samples: readonly StoredSample[]): void {
    for (const { assetId, metricId, ...sample } of samples) {
      const tracked = this.#fleet.get(assetId);
      const metricIndex = tracked?.metricIndex.get(metricId);
      if (!tracked || metricIndex === undefined) continue;
      const series = tracked.series[metricIndex]!;
      tracked.accept(series, sample.time, sample.value);
      if (!tracked.recovering || tracked.refolding) continue;
      if (this.#fold(tracked, { series, ...sample }) === 'late') this.#refolds.refold(tracked, sample.time);
    }
  }

  /** Folds an event of an asset that has no samples yet, or that is being recovered. */
  event(tracked: Tracked, event: AssetEvent): void {
    if (this.#foldOf(tracked).event(event) === 'late') this.#refolds.refold(tracked, event.at);
    this.#hand(tracked);
  }

  tick(tracked: Tracked, tick: TickTime): void {
    if (tracked.refolding || tracked.recovering) return;
    this.#foldOf(tracked).tick(tick);
    this.#hand(tracked);
  }

  /** Snapshots and usage made since the last call, of assets whose state may be saved; the others stay. */
  takeRecords(): Records {
    const ready = (assetId: string) => this.#fleet.get(assetId)?.settled === true;
    const [snapshots, snapshotsLeft] = split(this.#snapshots, ready);
    const [usage, usageLeft] = split(this.#usage, ready);
    this.#snapshots = snapshotsLeft;
    this.#usage = usageLeft;
    return { snapshots, usage };
  }

  /** Usage of one asset made since it was last taken. */
  takeUsageOf(assetId: string): UsageEntry[] {
    const [usage, left] = split(this.#usage, (id) => id === assetId);
    this.#usage = left;
    return usage;
  }

  /** Takes back records that could not be saved. */
  giveBack(snapshots: readonly StoredState[], usage: readonly UsageEntry[]): void {
    this.#snapshots = [...snapshots, ...this.#snapshots];
    this.#usage = [...usage, ...this.#usage];
  }

  /** Forgets snapshots not yet saved that a refold from `from` makes untrue. */
  dropSnapshots(assetId: string, from: Timestamp): void {
    this.#snapshots = this.#snapshots.filter((snapshot) => snapshot.assetId !== assetId || snapshot.time < from);
  }

  #fold(tracked: Tracked, { series, time, value, quality, receivedAt }: Sample) {
    if (time >= tracked.nextSnapshot) this.#snapshot(tracked, time);
    const result = this.#foldOf(tracked).sample(series.metricIndex, time, value, quality, receivedAt);
    if (result === 'folded') tracked.dirty = true;
    if (this.#found.length > 0) this.#hand(tracked);
    return result;
  }

  #snapshot(tracked: Tracked, time: Timestamp): void {
    const { state } = tracked;
    if (state.time !== Number.NEGATIVE_INFINITY && state.time < startOfDay(time)) {
      this.#snapshots.push({
        assetId: tracked.asset.id,
        time: state.time,
        state: serializeState(state, tracked.compiled),
      });
    }
    tracked.nextSnapshot = startOfDay(time) + DAY;
  }

  #wait(tracked: Tracked): void {
    tracked.waiting++;
    this.#ledger.samples.waiting++;
  }

  #hand(tracked: Tracked): void {
    if (this.#found.length === 0) return;
    tracked.dirty = true;
    for (const { key } of this.#found) tracked.unproven.delete(key);
    this.#findings.findings(tracked, this.#found);
    this.#found = [];
  }

  #foldOf(tracked: Tracked): Fold {
    const { state } = tracked;
    if (this.#lastFold?.state === state) return this.#lastFold;
    let fold = this.#folds.get(state);
    if (!fold) {
      fold = new Fold(tracked.asset.id, tracked.compiled, state, this.#outputFor(tracked));
      this.#folds.set(state, fold);
    }
    this.#lastFold = fold;
    return fold;
  }

  #outputFor(tracked: Tracked): FoldOutput {
    return {
      finding: (finding) => this.#found.push(finding),
      usage: (rule, usage) => this.#usage.push(usageEntry(tracked.asset.id, rule, usage)),
      fault: (rule, error) => this.#faults.add(tracked.asset.id, rule, error),
    };
  }
}

export function usageEntry(assetId: string, rule: CompiledRule, usage: DailyUsage): UsageEntry {
  const { id: ruleId, componentId } = rule.definition;
  return { ...usage, assetId, ruleId, componentId };
}

function split<T extends { readonly assetId: string }>(items: readonly T[], ready: (assetId: string) => boolean) {
  const now: T[] = [];
  const later: T[] = [];
  for (const item of items) (ready(item.assetId) ? now : later).push(item);
  return [now, later] as const;
}
