import type { ComponentInstalledEvent, FleetLearnedEvent } from '../domain/asset.ts';
import { learnLives } from '../prognostics/learnedLives.ts';
import { remainingLife, type UncertainWeibull } from '../prognostics/weibull.ts';
import type { WeibullFit } from '../prognostics/weibullFit.ts';
import type { FleetLearning, FleetLesson } from './rule.ts';
import type { LifeOptions, UsageState } from './usageLife.ts';

/** Lives of one place that are kept; older ones say little of the parts of today. */
const LIVES_KEPT = 20;
/** Share of a life in which a replacement that somebody enters is the one that the counter has shown already. */
const SAME_EXCHANGE = 0.05;
/** A life whose P10, P50 and P90 all move by less than this share is no news. */
const MATERIAL = 0.02;

/** A life that ended in this place, in the counter's unit. */
export interface EndedLife {
  readonly age: number;
  /** Age at which it came under watch. */
  readonly entry: number;
  /** Else it was taken out before, or nobody said why. */
  failed: boolean;
}

/** The life of such parts as the fleet has taught it. */
export interface TaughtLife extends UncertainWeibull {
  readonly unit: string;
  /** Failures and parts that it rests on, those still in use included. */
  readonly observed: number;
  readonly records: number;
  /** The batch that it holds for; absent: all parts of the kind. */
  readonly batch?: string;
}

/** [age, entry, 1 for a failure]. */
type Lesson = readonly (readonly [number, number, number])[];

/** The component in this place is replaced, or its counter shows that it was: its life has ended, so far as it is known. */
export function endLife(state: UsageState, { life }: LifeOptions, event?: ComponentInstalledEvent): void {
  const failed = event?.removed === 'failed';
  const last = state.lives.at(-1);
  if (event && last && state.foundByCounter && state.used < SAME_EXCHANGE * life) {
    last.failed ||= failed;
    return;
  }
  const { entry, used: age } = state;
  if (entry === null || age <= entry) return;
  state.lives.push({ age, entry, failed });
  if (state.lives.length > LIVES_KEPT) state.lives.shift();
}

/** Takes what the fleet taught; what an earlier version of the rule made of other units is ignored. */
export function takeTaught(state: UsageState, { unit }: LifeOptions, { reference }: FleetLearnedEvent): void {
  if (isTaught(reference) && reference.unit === unit) state.taught = reference;
}

/** What a taught life rests on, for evidence. */
export function basisOf({ observed: failures, records: parts, batch }: TaughtLife) {
  return { failures, parts, ...(batch !== undefined && { batch }) };
}

/** The life of each asset's parts: of its batch where that has had failures enough, else of all. */
export function usageLearning(options: LifeOptions): FleetLearning<UsageState> {
  return {
    lesson: livesOf,
    teach: (lessons) => teach(lessons, options),
    differs: ({ taught }, reference) =>
      isTaught(reference) && isNews(quantilesOf(taught ?? options.lives, options), quantilesOf(reference, options)),
  };
}

function livesOf({ lives, entry, used }: UsageState): Lesson {
  const ended = lives.map((life) => [life.age, life.entry, Number(life.failed)] as const);
  return entry !== null && used > entry ? [...ended, [used, entry, 0]] : ended;
}

function teach(lessons: readonly FleetLesson[], { lives, unit }: LifeOptions): Map<string, TaughtLife> {
  // In one order, so that the sums of the fit come out the same whoever reports first.
  const ordered = [...lessons].sort((a, b) => (a.assetId < b.assetId ? -1 : 1));
  const parts = ordered.flatMap(({ batch, lesson }) =>
    (lesson as Lesson).map(([age, entry, failed]) => ({ age, entry, failed: failed === 1, batch })),
  );
  const { all, byBatch } = learnLives(parts, lives);
  const taught = new Map<string, TaughtLife>();
  for (const { assetId, batch } of lessons) {
    const own = batch === undefined ? undefined : byBatch.get(batch);
    const life = own ?? all;
    // Without a failure there is nothing but the prior.
    if (life && life.observed > 0) taught.set(assetId, taughtLife(life, unit, own && batch));
  }
  return taught;
}

function taughtLife(life: WeibullFit, unit: string, batch: string | undefined): TaughtLife {
  return { ...life, unit, ...(batch !== undefined && { batch }) };
}

function quantilesOf(life: UncertainWeibull | undefined, { life: rated }: LifeOptions): number[] {
  const left = life && remainingLife(life, 0);
  return [0.1, 0.5, 0.9].map((probability) => left?.quantile(probability) ?? rated);
}

function isNews(before: readonly number[], now: readonly number[]): boolean {
  return now.some((quantile, at) => Math.abs(quantile - before[at]!) > MATERIAL * before[at]!);
}

function isTaught(reference: unknown): reference is TaughtLife {
  const { unit, shape, scale, observed, records } = Object(reference) as Partial<TaughtLife>;
  const numbers = [shape, scale, observed, records];
  return typeof unit === 'string' && numbers.every((value) => typeof value === 'number' && value > 0);
}
