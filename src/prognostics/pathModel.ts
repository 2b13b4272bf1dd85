import type { TrendPoints } from './driftFilter.ts';
import type { LifeDistribution } from './lifeDistribution.ts';
import type { RemainingLife, Weibull } from './weibull.ts';
import { hazardUntil, quantileAge } from './weibull.ts';

/** The usual course of an indicator over a life, as units of this kind have shown it. */
export interface DegradationPath {
  /** Shares of life, rising from 0 to 1. */
  readonly shares: readonly number[];
  /** The indicator there, as it rises towards its limit. */
  readonly values: readonly number[];
  /** How far single units lie off it, as a share of the way they have come. */
  readonly deviation: number;
}

/** Lives that are weighed: quantiles of the prior, and as many more on each side, for units unlike any known. */
const LIVES = 96;

/** Units lie off the path from the start on, by this share of the whole way. */
const OFFSET = 0.1;

/** Degrees of freedom of Student's t for what a point says: an odd point counts little. */
const FREEDOM = 4;

/**
 * Life left on a known path: a unit runs through it faster or slower than others, by a life of its own (the general
 * path model of Lu & Meeker 1993 with one random effect; updated by Bayes' rule as in Gebraeel et al. 2005). `points`
 * have the unit's age as x; `noise` is the variance of a measurement of weight 1; `prior` tells how lives spread.
 */
export function lifeOnPath(
  points: TrendPoints,
  noise: number,
  path: DegradationPath,
  prior: Weibull,
  age: number,
): LifeDistribution & RemainingLife {
  const lives = livesOf(prior, age);
  const logs = lives.map(
    (life, at) => Math.log(priorMass(prior, lives, at, age)) + likelihood(points, noise, path, life),
  );
  const largest = Math.max(...logs);
  const masses = logs.map((log) => Math.exp(log - largest));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const edges = [age, ...lives];
  return {
    within(left) {
      const end = age + left;
      let sum = 0;
      for (let at = 0; at < masses.length && edges[at]! < end; at++) {
        const width = edges[at + 1]! - edges[at]!;
        sum += masses[at]! * (width > 0 ? Math.min(1, (end - edges[at]!) / width) : 1);
      }
      return Math.min(1, sum / total);
    },
    quantile(probability) {
      let sum = 0;
      for (let at = 0; at < masses.length; at++) {
        const before = sum;
        sum += masses[at]! / total;
        if (sum >= probability) {
          const share = (probability - before) / (sum - before);
          return Math.max(0, edges[at]! + share * (edges[at + 1]! - edges[at]!) - age);
        }
      }
      return lives.at(-1)! - age;
    },
  };
}

/** Ends of equal steps from the present age to further than any life of the prior. */
function livesOf(prior: Weibull, age: number): number[] {
  const first = Math.max(age, 0.5 * quantileAge(prior, 0.001));
  const last = Math.max(1.5 * quantileAge(prior, 0.999), age * 1.1);
  return Array.from({ length: LIVES }, (_, at) => first + ((last - first) * (at + 1)) / LIVES);
}

/** Prior mass of the step that ends with a life, with a floor for units unlike any known. */
function priorMass(prior: Weibull, lives: readonly number[], at: number, age: number): number {
  const from = at === 0 ? Math.max(age, 0) : lives[at - 1]!;
  const passed = hazardUntil(prior, age);
  const survived = Math.exp(passed - hazardUntil(prior, from));
  const mass = survived - Math.exp(passed - hazardUntil(prior, lives[at]!));
  return 0.99 * Math.max(0, mass) + 0.01 / lives.length;
}

/** Logarithm of how well a life explains the points. */
function likelihood({ x, y, weight }: TrendPoints, noise: number, path: DegradationPath, life: number): number {
  const offset = OFFSET * (path.values.at(-1)! - path.values[0]!);
  let sum = 0;
  for (let at = 0; at < x.length; at++) {
    const expected = valueAt(path, x[at]! / life);
    const variance = noise / weight[at]! + (path.deviation * (expected - path.values[0]! + offset)) ** 2;
    const square = (y[at]! - expected) ** 2 / variance;
    sum -= ((FREEDOM + 1) * Math.log1p(square / FREEDOM) + Math.log(variance)) / 2;
  }
  return sum;
}

/** The path at a share of life, straight between its points and on beyond the last. */
export function valueAt({ shares, values }: DegradationPath, share: number): number {
  let at = 1;
  while (at < shares.length - 1 && shares[at]! < share) at++;
  const slope = (values[at]! - values[at - 1]!) / (shares[at]! - shares[at - 1]!);
  return values[at - 1]! + slope * (Math.max(0, share) - shares[at - 1]!);
}
