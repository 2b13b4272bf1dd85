import { learnLives } from '../prognostics/learnedLives.ts';
import { remainingLife, type UncertainWeibull, type Weibull } from '../prognostics/weibull.ts';
import type { WeibullFit } from '../prognostics/weibullFit.ts';
import type { FleetLearning, FleetLesson } from './rule.ts';

/** Lives of one place that are kept; older ones say little of the parts of today. */
const LIVES_KEPT = 20;
/** A life whose P10, P50 and P90 all move by less than this share is no news. */
const MATERIAL = 0.02;

/** A life that ended in its place, in the unit that lives are told in. */
export interface EndedLife {
  readonly age: number;
  /** Age at which it came under watch. */
  readonly entry: number;
  /** Else it was taken out before, or nobody said why. */
  failed: boolean;
}

/** What a place has had: lives that ended, and the present one; undefined where its age is not known. */
export interface PlaceLives {
  readonly ended: readonly EndedLife[];
  readonly present?: Pick<EndedLife, 'age' | 'entry'> | undefined;
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

/** What lives are known to be before the fleet has taught anything. */
export interface RatedLife {
  readonly unit: string;
  /** Where every part ends when nothing says how they differ. */
  readonly life: number;
  readonly lives: Weibull | undefined;
}

/** [age, entry, 1 for a failure]. */
type Lesson = readonly (readonly [number, number, number])[];

/** Keeps a life that ended in its place. */
export function keepLife(lives: EndedLife[], life: EndedLife): void {
  if (life.age <= life.entry) return;
  lives.push(life);
  if (lives.length > LIVES_KEPT) lives.shift();
}

/** A reference, where it is one in this unit: an earlier version of the rule may have told of another. */
export function taughtIn(unit: string, reference: unknown): TaughtLife | undefined {
  return isTaught(reference) && reference.unit === unit ? reference : undefined;
}

/** What a taught life rests on, for evidence. */
export function basisOf({ observed: failures, records: parts, batch }: TaughtLife) {
  return { failures, parts, ...(batch !== undefined && { batch }) };
}

/** The life of each asset's parts: of its batch where that has had failures enough, else of all. */
export function learnFromLives<S>(
  rated: RatedLife,
  livesOf: (state: S, time: number) => PlaceLives,
  taughtOf: (state: S) => TaughtLife | null,
): FleetLearning<S> {
  return {
    lesson: (state, time) => lessonOf(livesOf(state, time)),
    teach: (lessons) => teach(lessons, rated),
    differs: (state, reference) =>
      isTaught(reference) && isNews(quantilesOf(taughtOf(state) ?? rated.lives, rated), quantilesOf(reference, rated)),
  };
}

function lessonOf({ ended, present }: PlaceLives): Lesson {
  const lives = ended.map(({ age, entry, failed }) => [age, entry, Number(failed)] as const);
  return present && present.age > present.entry ? [...lives, [present.age, present.entry, 0]] : lives;
}

function teach(lessons: readonly FleetLesson[], { lives, unit }: RatedLife): Map<string, TaughtLife> {
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

function quantilesOf(life: UncertainWeibull | Weibull | undefined, { life: rated }: RatedLife): number[] {
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
