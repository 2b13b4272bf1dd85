import jstat from 'jstat';
import { invert } from './invert.ts';
import type { LifeDistribution } from './lifeDistribution.ts';
import { NORMAL_NODES, normalCdf } from './normal.ts';

const { gamma } = jstat.jStat;

/** Above this shape the gamma distribution is taken as the cube of a normal one (Wilson & Hilferty 1931). */
const LARGE_SHAPE = 1000;

/** A gamma process: independent increments, never falling. */
export interface GammaProcess {
  /** Mean increment per clock. */
  readonly drift: number;
  /** Variance of an increment divided by its mean. */
  readonly scale: number;
  /** Sum of the increments it was estimated from: what is known of the drift. */
  readonly seen: number;
}

/**
 * Estimates a gamma process from a monotone record by the method of moments (Çinlar, Bažant & Osman 1977, in van
 * Noortwijk 2009); falls, which can only be noise, are levelled out by the highest value so far. Undefined for fewer
 * than three points.
 */
export function fitGamma(x: readonly number[], y: readonly number[]): GammaProcess | undefined {
  if (x.length < 3) return undefined;
  const clock = x.at(-1)! - x[0]!;
  const steps = monotoneSteps(x, y);
  const seen = steps.reduce((sum, { rise }) => sum + rise, 0);
  const drift = seen / clock;
  if (seen <= 0) return { drift: 0, scale: 0, seen: 0 };
  const squares = steps.reduce((sum, { rise, length }) => sum + (rise - drift * length) ** 2, 0);
  const share = steps.reduce((sum, { length }) => sum + length ** 2, 0) / clock ** 2;
  return { drift, scale: squares / (seen * (1 - share)), seen };
}

/**
 * First passage of a gamma process over a distance: its values never fall, so P(passed within t) is P(X(t) ≥ distance)
 * (van Noortwijk 2009, §2). The uncertainty of the drift, known from what was seen only, is mixed in as lognormal.
 */
export function gammaPassage(process: GammaProcess, distance: number): LifeDistribution {
  const { drift, scale, seen } = process;
  if (distance <= 0) return { within: () => 1, quantile: () => 0 };
  if (drift <= 0) return { within: () => 0, quantile: () => Number.POSITIVE_INFINITY };
  const deviation = Math.sqrt(Math.log(1 + scale / seen));
  const within = (clock: number) => {
    if (clock === Number.POSITIVE_INFINITY) return 1;
    if (clock <= 0) return 0;
    let sum = 0;
    for (const [z, weight] of NORMAL_NODES) {
      const mean = drift * Math.exp(z * deviation - deviation ** 2 / 2) * clock;
      sum += weight * exceeds(mean, scale, distance);
    }
    return Math.min(1, sum);
  };
  return { within, quantile: (probability) => invert(within, probability, distance / drift) };
}

function monotoneSteps(x: readonly number[], y: readonly number[]) {
  let highest = y[0]!;
  return x.slice(1).map((at, before) => {
    const rise = Math.max(0, y[before + 1]! - highest);
    highest += rise;
    return { rise, length: at - x[before]! };
  });
}

/** P(X ≥ distance) of a gamma variable of this mean. */
function exceeds(mean: number, scale: number, distance: number): number {
  if (scale <= 0) return mean >= distance ? 1 : 0;
  const shape = mean / scale;
  if (shape <= LARGE_SHAPE) return 1 - gamma.cdf(distance, shape, scale);
  const ninth = 1 / (9 * shape);
  return normalCdf((1 - ninth - Math.cbrt(distance / mean)) / Math.sqrt(ninth));
}
