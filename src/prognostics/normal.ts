import jstat from 'jstat';

const { normal } = jstat.jStat;

/** Below this the distribution function is taken from its asymptotic series, in logarithms. */
const TAIL = -6;

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return normal.cdf(z, 0, 1);
}

/** The z with P(Z ≤ z) = p. */
export function normalQuantile(p: number): number {
  return normal.inv(p, 0, 1);
}

/** ln P(Z ≤ z), also far out where the probability itself is 0 as a number (Abramowitz & Stegun 1964, 26.2.12). */
export function logNormalCdf(z: number): number {
  if (z > TAIL) return Math.log(normalCdf(z));
  const square = z * z;
  const series = 1 - 1 / square + 3 / square ** 2 - 15 / square ** 3 + 105 / square ** 4;
  return -square / 2 - Math.log(-z * Math.sqrt(2 * Math.PI)) + Math.log(series);
}

/** Nodes in standard deviations and weights for the mean of a function of a normal variable (Gauss and Hermite, 7). */
export const NORMAL_NODES: readonly (readonly [deviations: number, weight: number])[] = [
  [-3.750439717725742, 0.0005482688559722],
  [-2.366759410734541, 0.0307571239675865],
  [-1.154405394739968, 0.2401231786050127],
  [0, 0.4571428571428571],
  [1.154405394739968, 0.2401231786050127],
  [2.366759410734541, 0.0307571239675865],
  [3.750439717725742, 0.0005482688559722],
];
