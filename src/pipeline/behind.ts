import type { Sample } from '../domain/sample.ts';
import type { Timestamp } from '../domain/time.ts';
import type { RefoldNote } from '../ports/database.ts';
import type { Batch } from './batch.ts';

/** What became of the samples of a batch that were not newer than their series. */
export interface Placed {
  /** New to the store. */
  readonly inserts: readonly Sample[];
  /** Take the place of another value. */
  readonly replacements: readonly Sample[];
  /** Those of both that their assets must be folded anew for. */
  readonly toRefold: readonly Sample[];
  /** In the store already, with the same value, and not too old to be assessed. */
  readonly equal: readonly Sample[];
  /** Inserts and replacements that are too old to be assessed. */
  readonly beyondHorizon: number;
  /** From when on each asset is folded anew for them. */
  readonly notes: readonly RefoldNote[];
  /** Samples of the past to be stored; they take the place of other history. */
  readonly history: readonly Sample[];
}

export const NOTHING_BEHIND: Placed = {
  inserts: [],
  replacements: [],
  equal: [],
  toRefold: [],
  beyondHorizon: 0,
  notes: [],
  history: [],
};

/**
 * Sorts the samples behind by what the store has at their points (`stored`, in the order of `batch.behind`): equal
 * ones are duplicates; of differing ones the last wins. Samples of the same batch count as stored, since they will be.
 * Where nobody can say what the store has (`stored` is undefined), it is taken to have another value.
 */
export function placeBehind(batch: Batch, stored: readonly (number | undefined)[] | undefined): Placed {
  const inserts = new Map<string, Sample>();
  const replacements = new Map<string, Sample>();
  const equal: Sample[] = [];
  const tooLate = new Set<Sample>();
  const known = knownValues(batch, stored ?? []);
  for (const { sample, pending, isTooLate } of batch.behind) {
    const key = pointKey(sample);
    const value = known.get(key);
    if (value === sample.value) {
      pending.duplicate++;
      if (!isTooLate) equal.push(sample);
      continue;
    }
    if (isTooLate) tooLate.add(sample);
    pending.stored++;
    known.set(key, sample.value);
    if ((value === undefined && stored) || inserts.has(key)) inserts.set(key, sample);
    else replacements.set(key, sample);
  }
  const placed = [...inserts.values(), ...replacements.values()];
  const toRefold = placed.filter((sample) => !tooLate.has(sample));
  return {
    inserts: [...inserts.values()],
    replacements: [...replacements.values()],
    equal,
    toRefold,
    beyondHorizon: placed.length - toRefold.length,
    notes: earliestOf(toRefold),
    history: [],
  };
}

function knownValues(batch: Batch, stored: readonly (number | undefined)[]): Map<string, number> {
  const known = new Map<string, number>();
  batch.behind.forEach(({ sample }, at) => {
    const value = stored[at];
    if (value !== undefined) known.set(pointKey(sample), value);
  });
  for (const sample of batch.fresh) known.set(pointKey(sample), sample.value);
  return known;
}

/** Notes that their assets are to be folded anew from the earliest of the samples. */
export function earliestOf(samples: readonly Sample[]): RefoldNote[] {
  const earliest = new Map<string, Timestamp>();
  for (const { series, time } of samples) {
    earliest.set(series.assetId, Math.min(earliest.get(series.assetId) ?? time, time));
  }
  return [...earliest].map(([assetId, time]) => ({ assetId, earliest: time }));
}

export function pointKey(sample: Sample): string {
  return `${sample.series.ordinal}|${sample.time}`;
}
