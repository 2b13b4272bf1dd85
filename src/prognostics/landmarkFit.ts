import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { mean, median, rootMeanSquare, standardDeviation } from 'simple-statistics';
import { filterDrift } from './driftFilter.ts';
import type { Landmark } from './landmarks.ts';
import { addToScatter, emptyScatter, type Scatter, scatterOf } from './scatter.ts';
import { addPoint, emptyRecord } from './thinning.ts';

/** One unit from new to its end; arrays of one length. */
export interface LifeCourse {
  /** Age, rising; the last one is the end. */
  readonly ages: readonly number[];
  /** The indicator, as it rises towards its limit. */
  readonly values: readonly number[];
}

export interface FittedLandmark extends Landmark {
  /** Units that came so far. */
  readonly units: number;
}

/** Points that a unit's record holds, as in a rule. */
const POINTS = 48;

/** Fewer units than this tell nothing of two slopes. */
const FEWEST = 5;

/** How many ages are usual, and how far beyond half of the lives they go. */
const AGES = 10;
const BEYOND = 1.05;

/** Below this there is none. */
const LEAST_NOISE = 1e-9;

/** Deviations for which the usual noise counts, as in a forecast. */
const USUAL_COUNTS = 8;

/**
 * Landmarks at these ages, as many as enough units came to: their lives regressed on level and noise there. The slopes
 * are shrunk as by one unit that shows no connection (ridge regression, Hoerl & Kennard 1970, with predictors in
 * standard deviations), and the spread is that of units left out one at a time.
 */
export function fitLandmarks(courses: readonly LifeCourse[], ages: readonly number[]): FittedLandmark[] {
  return ages.flatMap((age) => {
    const units = courses.filter((course) => course.ages.at(-1)! > age && course.ages[0]! <= age);
    return units.length < FEWEST ? [] : [fitOne(units, age)];
  });
}

function fitOne(units: readonly LifeCourse[], age: number): FittedLandmark {
  const shown = units.map((unit) => shownAt(unit, age));
  const noise = usualNoise(shown.map(({ scatter }) => scatter));
  const levels = shown.map(({ level }) => level);
  const doublings = shown.map(({ scatter }) => Math.log2(scatterOf(scatter, noise, USUAL_COUNTS) / noise));
  const lives = units.map(({ ages }) => ages.at(-1)!);
  const [perLevel, perNoise] = slopes(levels, doublings, lives);
  return {
    at: age,
    level: mean(levels),
    noise: noise * 2 ** mean(doublings),
    life: mean(lives),
    perLevel,
    perNoise,
    spread: rootMeanSquare(units.map((_, out) => errorLeftOut(out, levels, doublings, lives))),
    units: units.length,
  };
}

/** The median of those that have shown any; never 0, since noise counts by its doublings. */
function usualNoise(scatters: readonly Scatter[]): number {
  const seen = scatters.filter(({ count }) => count > 0).map(({ squares, count }) => Math.sqrt(squares / count));
  return Math.max(seen.length > 0 ? median(seen) : 0, LEAST_NOISE);
}

/** What a unit showed when it came to an age. */
function shownAt({ ages, values }: LifeCourse, age: number): { level: number; scatter: Scatter } {
  const points = emptyRecord();
  const scatter = emptyScatter();
  for (let at = 0; at < ages.length && ages[at]! <= age; at++) {
    addPoint(points, ages[at]!, values[at]!, POINTS);
    addToScatter(scatter, ages[at]!, values[at]!);
  }
  return { level: filterDrift(points)?.level ?? mean(points.y), scatter };
}

function slopes(levels: number[], doublings: number[], lives: number[]): [perLevel: number, perNoise: number] {
  const columns = [levels, doublings].map((column) => {
    const [middle, deviation] = [mean(column), standardDeviation(column)];
    return { deviation, scaled: column.map((value) => (deviation > 0 ? (value - middle) / deviation : 0)) };
  });
  const usual = mean(lives);
  const predictors = new Matrix(columns.map(({ scaled }) => scaled));
  const squares = predictors.mmul(predictors.transpose()).add(Matrix.eye(2));
  const products = predictors.mmul(Matrix.columnVector(lives.map((life) => life - usual)));
  const found = new CholeskyDecomposition(squares).solve(products);
  const [perLevel, perNoise] = columns.map(({ deviation }, at) => (deviation > 0 ? found.get(at, 0) / deviation : 0));
  return [perLevel!, perNoise!];
}

function errorLeftOut(out: number, levels: number[], doublings: number[], lives: number[]): number {
  const [level, doubling, life] = [levels, doublings, lives].map((column) => column.filter((_, at) => at !== out));
  const [perLevel, perNoise] = slopes(level!, doubling!, life!);
  const expected =
    mean(life!) + perLevel * (levels[out]! - mean(level!)) + perNoise * (doublings[out]! - mean(doubling!));
  return lives[out]! - expected;
}

/** Ages at which to look where nobody says any: ten, evenly spread over a usual life. */
export function usualAges(courses: readonly LifeCourse[]): number[] {
  const life = median(courses.map(({ ages }) => ages.at(-1)!));
  return Array.from({ length: AGES }, (_, at) => ((at + 0.5) / AGES) * BEYOND * life);
}
