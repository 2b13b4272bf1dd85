import type { Sample } from '../domain/sample.ts';
import type { WritePlan } from './assessment.ts';
import type { Batch, Told } from './batch.ts';
import { type Placed, pointKey } from './behind.ts';
import type { Spill } from './spill.ts';

/** What the store has at the points of a batch's history, in its order; undefined when nobody can say. */
export interface KnownPast {
  readonly live: readonly (number | undefined)[];
  readonly history: readonly (number | undefined)[];
}

/** What became of a batch's samples of the past. */
export interface PlacedHistory {
  /** To be written, in place of what history is there. */
  readonly taken: readonly Told[];
  /** There already, with the same value, or told anew later in the batch. */
  readonly duplicates: readonly Told[];
  /** A live sample of another value has their place: what was assessed is not rewritten afterwards. */
  readonly conflicts: readonly Told[];
}

/** What there is at the points of a batch's history. */
export async function pastOf({ history }: Batch, store: Pick<Spill, 'valuesAt'>): Promise<KnownPast | undefined> {
  const points = history.map(({ sample }) => sample);
  const live = await store.valuesAt(points, 'live');
  const past = live && (await store.valuesAt(points, 'history'));
  return past && { live, history: past };
}

/** It may take the place of other history, and nobody is told of it. */
export function withHistory(plan: WritePlan, { history }: Pick<Placed, 'history'>): WritePlan {
  return history.length === 0 ? plan : { ...plan, replace: [...plan.replace, ...history] };
}

/** Sorts samples of the past by what is at their points. A live sample keeps its place; of two of the past the last counts. */
export function placeHistory(batch: Batch, known: KnownPast | undefined): PlacedHistory {
  const live = liveValues(batch);
  const taken = new Map<string, Told>();
  const duplicates: Told[] = [];
  const conflicts: Told[] = [];
  batch.history.forEach((told, at) => {
    const { value } = told.sample;
    const key = pointKey(told.sample);
    const liveValue = live.get(key) ?? known?.live[at];
    const before = taken.get(key);
    const past = before ? before.sample.value : known?.history[at];
    if (liveValue !== undefined) (liveValue === value ? duplicates : conflicts).push(told);
    else if (past === value) duplicates.push(told);
    else {
      if (before) duplicates.push(before);
      taken.set(key, told);
    }
  });
  return { taken: [...taken.values()], duplicates, conflicts };
}

/** Those of the same batch count as stored, since they will be. */
function liveValues({ fresh, behind }: Batch): Map<string, number> {
  const values = new Map<string, number>();
  const set = (sample: Sample) => values.set(pointKey(sample), sample.value);
  for (const sample of fresh) set(sample);
  for (const { sample } of behind) set(sample);
  return values;
}
