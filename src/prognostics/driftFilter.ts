import { medianSorted } from 'simple-statistics';

/** Points of a degrading indicator, oldest first. Arrays of one length. */
export interface TrendPoints {
  /** Clock: time or use; rises strictly. */
  readonly x: readonly number[];
  /** The indicator, as it rises towards its limit. */
  readonly y: readonly number[];
  /** How many measurements each is the mean of, relative to each other. */
  readonly weight: readonly number[];
}

/** Level and drift at the newest point, with their variances, and the variances they were estimated with. */
export interface DriftEstimate {
  readonly level: number;
  readonly drift: number;
  readonly levelVariance: number;
  readonly covariance: number;
  readonly driftVariance: number;
  /** Variance that the process adds per clock. */
  readonly diffusion: number;
  /** Variance that the drift itself gains per clock. */
  readonly wandering: number;
  /** Variance of a measurement of weight 1. */
  readonly noise: number;
  readonly logLikelihood: number;
}

/** Diffusion and wandering of the drift in a typical step, as shares of the variance of a measurement. */
const DIFFUSIONS = [0, 0.003, 0.03, 0.3, 3, 30];
const WANDERINGS = [0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1];

/** A process that moves more by itself must explain the points better, by this much in logarithms for each
 * step of the wandering and half of it for each of the diffusion. */
const RESTRAINT = Math.LN2;

/** Variance, in measurements, of what is not known at all; the first points settle it. */
const DIFFUSE = 1e7;

/** Points that level and drift take up before an innovation says anything. */
const UNSETTLED = 2;

/** A share of the variance of the values below which noise is rounding. */
const ROUNDING = 1e-10;

/**
 * An innovation counts at most this many deviations, so that a single odd point does not turn the trend (Huber 1964); a
 * second one in a row on the same side is the truth and counts in full.
 */
const CLIP = 3.5;

/**
 * Wiener process with drift under measurement noise, its drift followed by a recursive filter as a slow random walk
 * (Whitmore 1995; Si, Wang, Hu & Zhou 2013): a Kalman filter over the points, its three variances by maximum
 * likelihood. The variance of measurement comes in closed form (a concentrated likelihood), the other two from a grid
 * of their ratios to it, averaged by how likely each makes the points: few points can't tell a wandering level from
 * noise, and the drift is only as certain as that allows. Deterministic, in a bounded number of steps. Undefined for fewer than four points.
 */
export function filterDrift(points: TrendPoints): DriftEstimate | undefined {
  const { x, y } = points;
  if (x.length < UNSETTLED + 2) return undefined;
  const step = medianSorted(
    x
      .slice(1)
      .map((at, before) => at - x[before]!)
      .sort((a, b) => a - b),
  );
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const rounding = (y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length) * ROUNDING + Number.MIN_VALUE;
  return average(
    DIFFUSIONS.flatMap((diffusion, more) =>
      WANDERINGS.map((wandering, further) => {
        const one = filter(points, step, diffusion, wandering, rounding);
        return { ...one, logLikelihood: one.logLikelihood - (more / 2 + further) * RESTRAINT };
      }),
    ),
  );
}

/** The mean of estimates weighed by their likelihood; what they differ by adds to what is uncertain. */
function average(all: readonly DriftEstimate[]): DriftEstimate {
  const largest = Math.max(...all.map(({ logLikelihood }) => logLikelihood));
  const shares = all.map(({ logLikelihood }) => Math.exp(logLikelihood - largest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const mean = (of: (one: DriftEstimate) => number) =>
    all.reduce((sum, one, at) => sum + shares[at]! * of(one), 0) / total;
  const level = mean((one) => one.level);
  const drift = mean((one) => one.drift);
  return {
    level,
    drift,
    levelVariance: mean((one) => one.levelVariance + (one.level - level) ** 2),
    covariance: mean((one) => one.covariance + (one.level - level) * (one.drift - drift)),
    driftVariance: mean((one) => one.driftVariance + (one.drift - drift) ** 2),
    diffusion: mean((one) => one.diffusion),
    wandering: mean((one) => one.wandering),
    noise: mean((one) => one.noise),
    logLikelihood: largest + Math.log(total / all.length),
  };
}

/** One pass in units of the measurement's variance and of a typical step. */
function filter(
  { x, y, weight }: TrendPoints,
  step: number,
  diffusion: number,
  wandering: number,
  rounding: number,
): DriftEstimate {
  let level = y[0]!;
  let drift = 0;
  let p = 1 / weight[0]!;
  let c = 0;
  let d = DIFFUSE;
  let squares = 0;
  let logs = 0;
  let counted = 0;
  let odd = 0;
  for (let at = 1; at < x.length; at++) {
    const h = (x[at]! - x[at - 1]!) / step;
    level += drift * h;
    p += 2 * c * h + d * h * h + diffusion * h + (wandering * h * h * h) / 3;
    c += d * h + (wandering * h * h) / 2;
    d += wandering * h;
    const s = p + 1 / weight[at]!;
    let innovation = y[at]! - level;
    if (at >= UNSETTLED) {
      const noise = Math.max(squares / Math.max(1, counted), rounding);
      const bound = CLIP * Math.sqrt(noise * s);
      const beyond = counted > UNSETTLED && Math.abs(innovation) > bound ? Math.sign(innovation) : 0;
      if (beyond !== 0 && beyond !== odd) innovation = beyond * bound;
      odd = beyond;
      squares += innovation ** 2 / s;
      logs += Math.log(s);
      counted++;
    }
    const k = p / s;
    const g = c / s;
    level += k * innovation;
    drift += g * innovation;
    d -= g * c;
    c -= k * c;
    p -= k * p;
  }
  const noise = Math.max(squares / counted, rounding);
  return {
    level,
    drift: drift / step,
    levelVariance: noise * p,
    covariance: (noise * c) / step,
    driftVariance: (noise * d) / step ** 2,
    diffusion: (noise * diffusion) / step,
    wandering: (noise * wandering) / step ** 3,
    noise,
    logLikelihood: -0.5 * (counted * (Math.log(2 * Math.PI * noise) + 1) + logs),
  };
}
