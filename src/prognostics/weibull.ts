import jstat from 'jstat';

const { gammaln } = jstat.jStat;

/**
 * A Weibull distribution of life in whatever unit its scale has: survival S(t) = exp(−(t/scale)^shape). A shape above 1
 * is wear, 1 is chance, below 1 early failures (Weibull 1951; Nelson 1982, §2.4).
 */
export interface Weibull {
  readonly shape: number;
  readonly scale: number;
}

/** Shapes that are believed: beyond lie lives without any spread, and parts that nearly all fail at once or never. */
export const SHAPES = [0.2, 50] as const;

/** The distribution with this median whose standard deviation is `spread` of its mean (above 0). */
export function weibullOf(median: number, spread: number): Weibull {
  const shape = shapeOf(spread);
  return { shape, scale: median / Math.LN2 ** (1 / shape) };
}

/** Standard deviation as a share of the mean (coefficient of variation); depends on the shape alone. */
export function spreadOf(shape: number): number {
  return Math.sqrt(Math.expm1(gammaln(1 + 2 / shape) - 2 * gammaln(1 + 1 / shape)));
}

function shapeOf(spread: number): number {
  let [low, high] = SHAPES as readonly [number, number];
  for (let i = 0; i < 60; i++) {
    const middle = Math.sqrt(low * high);
    if (spreadOf(middle) > spread) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** Age by which this share has failed. */
export function quantileAge({ shape, scale }: Weibull, probability: number): number {
  return scale * (-Math.log1p(-probability)) ** (1 / shape);
}

/** Cumulative hazard (t/scale)^shape: minus the logarithm of survival. */
export function hazardUntil({ shape, scale }: Weibull, age: number): number {
  return (age / scale) ** shape;
}

/** What is left of a life, in its unit, for a part that has come to `age`. */
export interface RemainingLife {
  /** Probability that it ends within so much more. */
  within(more: number): number;
  /** How much more until it has ended with this probability. */
  quantile(probability: number): number;
}

/** A distribution of life that may rest on a sample: then its parameters are uncertain (see {@link Weibull}). */
export interface UncertainWeibull extends Weibull {
  /** Variance of ln shape, covariance, variance of ln scale; absent where they are taken as known. */
  readonly covariance?: readonly [number, number, number];
  /** Failures that the parameters rest on alone. */
  readonly failures?: number;
}

/**
 * Life left, conditional on having survived to `age`: 1 − S(age + x)/S(age). Where the parameters come from a sample
 * their uncertainty counts as well: the predictive distribution is a mixture over ln shape and ln scale, normal about
 * the estimate (3 × 3 nodes of Gauss–Hermite quadrature), each weighted by how well it explains the survival to `age`
 * (Meeker & Escobar 1998, §12 and §14). The shape of few failures is estimated too high, and is first corrected for it
 * (Ross 1994).
 */
export function remainingLife(life: UncertainWeibull, age: number): RemainingLife {
  const parts = weighed(nodesOf(life), age);
  if (parts.length === 1) return single(parts[0]!, age);
  const within = (more: number) => parts.reduce((sum, part) => sum + part.weight * single(part, age).within(more), 0);
  return {
    within,
    quantile(probability) {
      const ends = parts.map((part) => single(part, age).quantile(probability));
      let [low, high] = [Math.min(...ends), Math.max(...ends)];
      for (let i = 0; i < 60 && high - low > 1e-9 * high; i++) {
        const middle = (low + high) / 2;
        if (within(middle) < probability) low = middle;
        else high = middle;
      }
      return high;
    },
  };
}

function single(life: Weibull, age: number): RemainingLife {
  const passed = hazardUntil(life, age);
  return {
    within: (more) => (more <= 0 ? 0 : -Math.expm1(passed - hazardUntil(life, age + more))),
    quantile: (probability) => Math.max(0, life.scale * (passed - Math.log1p(-probability)) ** (1 / life.shape) - age),
  };
}

interface Node extends Weibull {
  readonly weight: number;
}

/** Nodes and weights of the three-point Gauss–Hermite rule for a standard normal variable. */
const HERMITE = [
  [-Math.sqrt(3), 1 / 6],
  [0, 2 / 3],
  [Math.sqrt(3), 1 / 6],
] as const;

function nodesOf({ shape: estimated, scale, covariance, failures }: UncertainWeibull): Node[] {
  if (!covariance) return [{ shape: estimated, scale, weight: 1 }];
  const shape = failures === undefined ? estimated : (estimated * (failures - 2)) / (failures - 0.68);
  const [ofShape, both, ofScale] = covariance;
  const deviation = Math.sqrt(ofShape);
  const along = both / deviation;
  const rest = Math.sqrt(Math.max(0, ofScale - along ** 2));
  return HERMITE.flatMap(([a, weightA]) =>
    HERMITE.map(([b, weightB]) => ({
      shape: clampShape(shape * Math.exp(a * deviation)),
      scale: scale * Math.exp(a * along + b * rest),
      weight: weightA * weightB,
    })),
  );
}

function clampShape(shape: number): number {
  return Math.min(SHAPES[1], Math.max(SHAPES[0], shape));
}

/** Weights after survival to `age`, in logarithms so that an age far beyond all of them still leaves one. */
function weighed(nodes: readonly Node[], age: number): Node[] {
  if (nodes.length === 1 || age <= 0) return [...nodes];
  const logs = nodes.map((node) => Math.log(node.weight) - hazardUntil(node, age));
  const largest = Math.max(...logs);
  const shares = logs.map((log) => Math.exp(log - largest));
  const sum = shares.reduce((total, share) => total + share, 0);
  return nodes.map((node, at) => ({ ...node, weight: shares[at]! / sum }));
}
