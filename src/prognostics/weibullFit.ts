import { SHAPES, type UncertainWeibull, type Weibull } from './weibull.ts';

/** How long one part was in use, in any unit. */
export interface LifeRecord {
  /** Its age at the end, or when it was last seen in use. */
  readonly age: number;
  /** Its age when it came under watch: had it ended before, nobody would know of it (left-truncated). Default: 0. */
  readonly entry?: number;
  /** It failed at that age; else it was taken out before or is still in use (right-censored). */
  readonly failed: boolean;
}

export interface WeibullFit extends UncertainWeibull {
  /** Failures among the records. */
  readonly observed: number;
  readonly records: number;
}

/** Failures from which on a sample speaks for itself. */
export const ENOUGH_FAILURES = 5;

/** Variance of √r·ln(estimate) of shape and, times shape², of scale, in a sample of r failures (Thoman et al. 1969). */
const SHAPE_VARIANCE = 0.6079;
const SCALE_VARIANCE = 1.1087;

/**
 * Weibull life by maximum likelihood from exact failures, right-censored and left-truncated records (Nelson 1982, §8;
 * Meeker & Escobar 1998, §8 and §11.6). Below five failures the prior makes up for the missing ones: a penalty on
 * ln shape and ln scale as strong as the information in 5 − r failures of it, as Weibayes (Abernethy 2006, §6) assumes a
 * shape; without any failure the prior stands, since survivals alone can't show where the end is. Undefined where
 * neither five failures nor a prior are there. Records with an age not above their entry are left out.
 */
export function fitWeibull(records: readonly LifeRecord[], prior?: Weibull): WeibullFit | undefined {
  const usable = records.filter(({ age, entry = 0 }) => age > Math.max(0, entry) && Number.isFinite(age));
  const failures = usable.filter(({ failed }) => failed).length;
  const counts = { observed: failures, records: usable.length };
  if (failures < ENOUGH_FAILURES && !prior) return undefined;
  if (failures === 0) return { ...prior!, ...counts };
  const unit = geometricMean(usable);
  const sample = toLogs(usable, unit);
  const missing = Math.max(0, ENOUGH_FAILURES - failures);
  const penalty = missing > 0 ? penaltyOf(prior!, unit, missing) : NO_PENALTY;
  const { at, information } = climb(sample, penalty, [Math.log(prior?.shape ?? 2), 0]);
  const covariance = inverse(information);
  return {
    shape: Math.exp(at[0]),
    scale: unit * Math.exp(at[1]),
    ...(covariance && { covariance }),
    ...(missing === 0 && { failures }),
    ...counts,
  };
}

/** ln shape and ln scale. */
type Point = readonly [number, number];
/** The upper half of a symmetric 2 × 2 matrix. */
type Symmetric = readonly [number, number, number];

/** Natural logarithms of ages. */
interface Sample {
  readonly failed: readonly number[];
  readonly ends: readonly number[];
  readonly entries: readonly number[];
}

/** Ages in this unit are near 1, so that the fit does not depend on the unit that they come in. */
function geometricMean(records: readonly LifeRecord[]): number {
  return Math.exp(records.reduce((sum, { age }) => sum + Math.log(age), 0) / records.length);
}

function toLogs(records: readonly LifeRecord[], unit: number): Sample {
  const log = (age: number) => Math.log(age / unit);
  return {
    failed: records.filter(({ failed }) => failed).map(({ age }) => log(age)),
    ends: records.map(({ age }) => log(age)),
    entries: records.flatMap(({ entry = 0 }) => (entry > 0 ? [log(entry)] : [])),
  };
}

/** Weights of the squared distances from a point. */
interface Penalty {
  readonly from: Point;
  readonly weights: Point;
}

const NO_PENALTY: Penalty = { from: [0, 0], weights: [0, 0] };

function penaltyOf(prior: Weibull, unit: number, missing: number): Penalty {
  return {
    from: [Math.log(prior.shape), Math.log(prior.scale / unit)],
    weights: [missing / SHAPE_VARIANCE, (missing * prior.shape ** 2) / SCALE_VARIANCE],
  };
}

interface Slope {
  /** Log-likelihood less the penalty, up to a constant. */
  readonly value: number;
  readonly gradient: Point;
  /** Minus the second derivatives. */
  readonly information: Symmetric;
}

/** Failures count by their density, the time under watch by its cumulative hazard. */
function slopeAt({ failed, ends, entries }: Sample, { from, weights }: Penalty, [logShape, logScale]: Point): Slope {
  const shape = Math.exp(logShape);
  const [offShape, offScale] = [logShape - from[0], logScale - from[1]];
  let value = -(weights[0] * offShape ** 2 + weights[1] * offScale ** 2) / 2;
  let [byShape, byScale] = [-weights[0] * offShape, -weights[1] * offScale];
  let [ofShape, both, ofScale] = [weights[0], 0, weights[1]];
  for (const log of failed) {
    const z = shape * (log - logScale);
    value += logShape + z;
    byShape += 1 + z;
    byScale -= shape;
    ofShape -= z;
    both += shape;
  }
  const watch = (log: number, sign: number) => {
    const z = shape * (log - logScale);
    const hazard = sign * Math.exp(z);
    value -= hazard;
    byShape -= hazard * z;
    byScale += hazard * shape;
    ofShape += hazard * (z + z * z);
    both -= hazard * shape * (1 + z);
    ofScale += hazard * shape ** 2;
  };
  for (const log of ends) watch(log, 1);
  for (const log of entries) watch(log, -1);
  return { value, gradient: [byShape, byScale], information: [ofShape, both, ofScale] };
}

const MAX_STEPS = 200;
const PRECISION = 1e-10;
/** A step changes shape and scale by no more than this factor's logarithm. */
const LONGEST_STEP = 0.5;

/** Newton's method, by the gradient where the likelihood is not yet concave, each step halved until it leads up. */
function climb(sample: Sample, penalty: Penalty, start: Point): { at: Point; information: Symmetric } {
  let at = start;
  let slope = slopeAt(sample, penalty, at);
  for (let step = 0; step < MAX_STEPS; step++) {
    const towards = direction(slope);
    let share = Math.min(1, LONGEST_STEP / Math.hypot(...towards));
    let next = moved(at, towards, share);
    let there = slopeAt(sample, penalty, next);
    while (!(there.value >= slope.value) && share > PRECISION) {
      share /= 2;
      next = moved(at, towards, share);
      there = slopeAt(sample, penalty, next);
    }
    const length = Math.hypot(next[0] - at[0], next[1] - at[1]);
    if (!(there.value >= slope.value)) break;
    [at, slope] = [next, there];
    if (length < PRECISION) break;
  }
  return { at, information: slope.information };
}

function direction({ gradient, information }: Slope): Point {
  const covariance = inverse(information);
  if (!covariance) return gradient;
  const [a, b, c] = covariance;
  return [a * gradient[0] + b * gradient[1], b * gradient[0] + c * gradient[1]];
}

function moved([logShape, logScale]: Point, [shape, scale]: Point, share: number): Point {
  const [low, high] = SHAPES;
  return [Math.min(Math.log(high), Math.max(Math.log(low), logShape + share * shape)), logScale + share * scale];
}

/** Undefined where it is not positive definite. */
function inverse([a, b, c]: Symmetric): Symmetric | undefined {
  const determinant = a * c - b ** 2;
  return determinant > 0 && a > 0 ? [c / determinant, -b / determinant, a / determinant] : undefined;
}
