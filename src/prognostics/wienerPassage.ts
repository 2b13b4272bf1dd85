import { invert } from './invert.ts';
import type { LifeDistribution } from './lifeDistribution.ts';
import { logNormalCdf, NORMAL_NODES, normalCdf } from './normal.ts';

/**
 * What is known of a Wiener process with drift before its limit, seen from now. Distances in the indicator's unit,
 * counted towards the limit; clock in whatever the drift is per (ms, or units of use).
 */
export interface WienerState {
  /** From the present level to the limit; at or below 0 the limit is passed. */
  readonly distance: number;
  /** Variance of that distance: the present level is only measured. */
  readonly distanceVariance: number;
  /** Towards the limit, per clock. */
  readonly drift: number;
  readonly driftVariance: number;
  /** Covariance of level and drift, as a filter gives it; a higher level mostly goes with a higher drift. */
  readonly covariance: number;
  /** Variance that the process itself adds per clock. Noise of measurement is no part of it. */
  readonly diffusion: number;
}

/** Exponents above this have lost their digits; paths are then straight but for a millionth part. */
const NO_DIFFUSION = 1e10;

/**
 * First passage of a Wiener process with drift: inverse Gaussian (Chhikara & Folks 1989) where the drift is known, and
 * mixed over a normally distributed drift in closed form (Peng & Tseng 2009; Si et al. 2013), over the present level
 * by Gauss–Hermite quadrature. A drift of zero or below may never reach the limit: the quantiles are then Infinity.
 */
export function wienerPassage(state: WienerState): LifeDistribution {
  const within = (clock: number) => mixOverLevel(state, clock);
  const reach = Math.max(Math.abs(state.distance), Math.sqrt(state.distanceVariance));
  const scale = Math.min(reach / Math.abs(state.drift), reach ** 2 / state.diffusion);
  const start = Number.isFinite(scale) && scale > 0 ? scale : 1;
  return { within, quantile: (probability) => invert(within, probability, start) };
}

function mixOverLevel(state: WienerState, clock: number): number {
  const { distance, distanceVariance, drift, driftVariance, covariance, diffusion } = state;
  if (distanceVariance <= 0) return passed(distance, drift, driftVariance, diffusion, clock);
  const deviation = Math.sqrt(distanceVariance);
  // A level further on is a shorter distance, with the drift that goes with it.
  const slope = covariance / distanceVariance;
  const rest = Math.max(0, driftVariance - slope * covariance);
  let sum = 0;
  for (const [z, weight] of NORMAL_NODES) {
    const on = z * deviation;
    sum += weight * passed(distance - on, drift + slope * on, rest, diffusion, clock);
  }
  return Math.min(1, sum);
}

/** P(limit passed within `clock`) from a known distance. */
function passed(distance: number, drift: number, driftVariance: number, diffusion: number, clock: number): number {
  if (distance <= 0) return 1;
  if (clock <= 0) return 0;
  if (clock === Number.POSITIVE_INFINITY) return ever(distance, drift, driftVariance, diffusion);
  const deviation = Math.sqrt(diffusion * clock + driftVariance * clock * clock);
  if (deviation === 0) return drift * clock >= distance ? 1 : 0;
  const beyond = normalCdf((drift * clock - distance) / deviation);
  const exponent = reflection(distance, drift, driftVariance, diffusion);
  if (exponent === undefined) return beyond;
  const z = (2 * driftVariance * distance * clock) / diffusion + drift * clock + distance;
  return Math.min(1, beyond + Math.exp(exponent + logNormalCdf(-z / deviation)));
}

/**
 * Exponent of the second term, for paths that passed the limit and came back; undefined where there are none, because
 * the process has next to no diffusion.
 */
function reflection(distance: number, drift: number, driftVariance: number, diffusion: number): number | undefined {
  if (diffusion <= 0) return undefined;
  const ratio = distance / diffusion;
  const exponent = 2 * drift * ratio + 2 * driftVariance * ratio ** 2;
  return Math.abs(exponent) < NO_DIFFUSION ? exponent : undefined;
}

/** P(limit ever passed). */
function ever(distance: number, drift: number, driftVariance: number, diffusion: number): number {
  const rises = driftVariance > 0 ? normalCdf(drift / Math.sqrt(driftVariance)) : drift > 0 ? 1 : 0;
  const exponent = reflection(distance, drift, driftVariance, diffusion);
  if (exponent === undefined || rises === 1) return rises;
  if (driftVariance <= 0) return Math.min(1, Math.exp(exponent));
  const z = ((2 * driftVariance * distance) / diffusion + drift) / Math.sqrt(driftVariance);
  return Math.min(1, rises + Math.exp(exponent + logNormalCdf(-z)));
}
