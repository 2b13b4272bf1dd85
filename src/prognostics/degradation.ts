import { type DriftEstimate, filterDrift, type TrendPoints } from './driftFilter.ts';
import { fitGamma, gammaPassage } from './gammaProcess.ts';
import type { LifeDistribution } from './lifeDistribution.ts';
import { wienerPassage } from './wienerPassage.ts';

export const DEGRADATION_MODELS = ['auto', 'linear', 'exponential', 'gamma'] as const;
export type DegradationModel = (typeof DEGRADATION_MODELS)[number];

export interface DegradationOptions {
  readonly model: DegradationModel;
  /** The limit, as the indicator rises towards it. */
  readonly limit: number;
  /** Where exponential growth starts from; undefined: exponential growth is not considered. */
  readonly base?: number;
}

/** An indicator on its way to its limit. */
export interface Degradation {
  /** Which model it was: the likelier one under `auto`. */
  readonly model: Exclude<DegradationModel, 'auto'>;
  /** The indicator without its noise, at the newest point. */
  readonly level: number;
  /** Towards the limit per clock, at the newest point. */
  readonly drift: number;
  /** Clock until the limit is passed. */
  readonly life: LifeDistribution;
}

/** Values this close to the base, as a share of the way to the limit, have no logarithm that means anything. */
const NEAR_BASE = 0.01;

/** The first innovations of the filter carry no likelihood, see driftFilter. */
const UNCOUNTED = 2;

/**
 * Forecasts an indicator to its limit: linear (Wiener process with drift), exponential (the same for the logarithm of
 * the distance from a base, as Gebraeel, Lawley, Li & Ryan 2005), gamma (monotone wear), or of the first two the one
 * that makes the points likelier. Undefined while there are too few points.
 */
export function fitDegradation(points: TrendPoints, options: DegradationOptions): Degradation | undefined {
  const { model, limit } = options;
  if (model === 'gamma') return gammaWear(points, limit);
  const linear = model === 'exponential' ? undefined : filterDrift(points);
  const exponential = model === 'linear' ? undefined : exponentialFit(points, options);
  if (exponential && (!linear || exponential.logLikelihood > linear.logLikelihood)) return exponential.degradation;
  return linear && { model: 'linear', level: linear.level, drift: linear.drift, life: passage(linear, limit, points) };
}

function gammaWear({ x, y }: TrendPoints, limit: number): Degradation | undefined {
  const process = fitGamma(x, y);
  if (!process) return undefined;
  const level = Math.max(...y);
  return { model: 'gamma', level, drift: process.drift, life: gammaPassage(process, limit - level) };
}

function exponentialFit(points: TrendPoints, { limit, base }: DegradationOptions) {
  if (base === undefined) return undefined;
  const floor = NEAR_BASE * (limit - base);
  const logs = points.y.map((value) => Math.log(Math.max(value - base, floor)));
  const fit = filterDrift({ ...points, y: logs });
  if (!fit) return undefined;
  const above = Math.exp(fit.level);
  const counted = logs.slice(UNCOUNTED).reduce((sum, log) => sum + log, 0);
  const life = passage(fit, Math.log(limit - base), points);
  const degradation: Degradation = { model: 'exponential', level: base + above, drift: above * fit.drift, life };
  // Densities of the values themselves, so that the two models compare.
  return { logLikelihood: fit.logLikelihood - counted, degradation };
}

/**
 * First passage from where the filter stands. A drift that wanders is taken as uncertain by what it may gain until
 * about the time of passage, or over the span seen, where that is shorter.
 */
function passage(fit: DriftEstimate, limit: number, { x }: TrendPoints): LifeDistribution {
  const span = x.at(-1)! - x[0]!;
  const distance = limit - fit.level;
  const ahead = fit.drift > 0 && distance > 0 ? Math.min(span, distance / fit.drift) : span;
  return wienerPassage({
    distance,
    distanceVariance: fit.levelVariance,
    drift: fit.drift,
    driftVariance: fit.driftVariance + (fit.wandering * ahead) / 3,
    covariance: fit.covariance,
    diffusion: fit.diffusion,
  });
}
