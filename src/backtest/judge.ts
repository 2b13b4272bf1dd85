import type { BacktestVerdict, RecordedFailure, Spell } from '../domain/backtest.ts';
import type { Duration, Timestamp } from '../domain/time.ts';

/** One place where failures happen and tickets stand: a failure mode of a component of an asset. */
export interface Place {
  readonly assetId: string;
  readonly componentId: string;
  readonly failureModeId: string;
}

export interface PlacedSpells<P extends Place = Place> {
  readonly place: P;
  /** By time; they do not overlap. */
  readonly spells: readonly Spell[];
}

/** What failures and renewals are known of one asset, and from when to when they are judged. */
export interface Truth {
  /** Undefined where nobody recorded any. */
  readonly failures: readonly RecordedFailure[] | undefined;
  /** When a component was renewed, whoever found out. */
  renewals(componentId: string): readonly Timestamp[];
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** Breaks up to this are none, and a ticket that cleared no longer before a failure has warned of it. */
  readonly within: Duration;
}

/** Spells with only short breaks between them: one warning. */
export interface Warning {
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly end: Spell['end'];
  readonly verdict: BacktestVerdict;
}

export interface Judged<P extends Place = Place> {
  /** Those that begin within the range, by place. */
  readonly warnings: readonly { readonly place: P; readonly warnings: readonly Warning[] }[];
  /** By failure, in the order given: the longest warning before it; undefined where it was missed. */
  readonly failures: readonly (Duration | undefined)[];
}

/**
 * Holds what was warned of against what happened. A failure is hit by a warning that began before it and stood when it
 * came, or had cleared no longer than `within` before. A warning without a failure is false only where it cleared by itself,
 * nothing was renewed in it, and the range goes on long enough to tell; else nobody can verify it.
 */
export function judge<P extends Place>(placed: readonly PlacedSpells<P>[], truth: Truth): Judged<P> {
  const { failures = [], within } = truth;
  const runs = placed.map(({ place, spells }) => ({ place, runs: joined(spells, within) }));
  const longest = failures.map((failure) => {
    const before = runs.filter(({ place }) => concerns(failure, place)).flatMap((one) => one.runs);
    const hits = before.filter((run) => warnsOf(run, failure.at, within)).map(({ from }) => failure.at - from);
    return hits.length === 0 ? undefined : Math.max(...hits);
  });
  const warnings = runs.map((one) => ({
    place: one.place,
    warnings: one.runs
      .filter(({ from }) => from >= truth.from && from < truth.to)
      .map((run) => ({ ...run, verdict: verdictOn(run, one.place, truth) })),
  }));
  return { warnings, failures: longest };
}

export function concerns({ assetId, componentId, failureModeId }: RecordedFailure, place: Place): boolean {
  if (assetId !== place.assetId || componentId !== place.componentId) return false;
  return failureModeId === undefined || failureModeId === place.failureModeId;
}

function joined(spells: readonly Spell[], within: Duration): Spell[] {
  const runs: Spell[] = [];
  for (const spell of spells) {
    const last = runs.at(-1);
    if (last?.end === 'cleared' && spell.from - last.to <= within)
      runs[runs.length - 1] = { ...spell, from: last.from };
    else runs.push(spell);
  }
  return runs;
}

function warnsOf({ from, to, end }: Spell, failure: Timestamp, within: Duration): boolean {
  return from < failure && failure <= (end === 'cleared' ? to + within : to);
}

function verdictOn(run: Spell, place: Place, { failures, renewals, to, within }: Truth): BacktestVerdict {
  if (failures === undefined) return 'unverifiable';
  if (failures.some((failure) => concerns(failure, place) && warnsOf(run, failure.at, within))) return 'hit';
  const settledAt = run.to + within;
  if (run.end !== 'cleared' || settledAt > to) return 'unverifiable';
  const renewed = renewals(place.componentId).some((at) => at >= run.from && at <= settledAt);
  return renewed ? 'unverifiable' : 'false';
}
