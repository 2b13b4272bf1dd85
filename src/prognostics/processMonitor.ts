import jstat from 'jstat';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { covarianceOf, type Moments } from './covariance.ts';

const { jStat } = jstat;

/**
 * Principal components of a process while it was well, with the control limits of its two statistics: Hotelling's T²
 * within the components and the squared prediction error (SPE, Q) outside of them. After MacGregor & Kourti,
 * "Statistical process control of multivariate processes", Control Engineering Practice 3(3), 1995. Plain JSON.
 */
export interface ProcessMonitor {
  readonly mean: readonly number[];
  /** Standard deviations; 0 where the metric is left out, since it did not vary. */
  readonly deviation: readonly number[];
  /** By component kept: its variance, and its loadings by metric. */
  readonly variances: readonly number[];
  readonly loadings: readonly (readonly number[])[];
  readonly t2Limit: number;
  /** 0 where the components explain all. */
  readonly speLimit: number;
}

export interface MonitorOptions {
  /** Share of the variance that the components must explain. */
  readonly explained: number;
  /** Confidence of both control limits. */
  readonly confidence: number;
  /** Least standard deviation as a share of the mean's size. */
  readonly leastDeviation: number;
}

/** One vector against the monitor: each statistic as a multiple of its limit, and what each metric adds to the larger. */
export interface MonitorScore {
  readonly t2: number;
  readonly spe: number;
  readonly contributions: readonly number[];
}

/** Learns from the moments of the healthy process. Undefined with fewer than two vectors more than metrics. */
export function learnMonitor(moments: Moments, options: MonitorOptions): ProcessMonitor | undefined {
  const { n, mean } = moments;
  if (n < mean.length + 2) return undefined;
  const deviation = mean.map((value, at) => {
    const own = Math.sqrt(covarianceOf(moments, at, at));
    return own > 0 ? Math.max(own, options.leastDeviation * Math.abs(value)) : 0;
  });
  const kept = deviation.flatMap((value, at) => (value > 0 ? [at] : []));
  if (kept.length === 0) return undefined;
  const correlation = new Matrix(
    kept.map((a) => kept.map((b) => covarianceOf(moments, a, b) / (deviation[a]! * deviation[b]!))),
  );
  const { values, vectors } = decompose(correlation);
  const components = countExplaining(values, options.explained);
  const loadings = values.slice(0, components).map((_, at) => {
    const loading = Array<number>(mean.length).fill(0);
    kept.forEach((metric, row) => {
      loading[metric] = vectors.get(row, at);
    });
    return loading;
  });
  return {
    mean: [...mean],
    deviation,
    variances: values.slice(0, components),
    loadings,
    t2Limit: t2Limit(components, n, options.confidence),
    speLimit: speLimit(values.slice(components), options.confidence),
  };
}

export function scoreVector(monitor: ProcessMonitor, vector: readonly number[]): MonitorScore {
  const { mean, deviation, variances, loadings } = monitor;
  const scaled = vector.map((value, at) => (deviation[at]! > 0 ? (value - mean[at]!) / deviation[at]! : 0));
  const residual = [...scaled];
  const inT2 = scaled.map(() => 0);
  let t2 = 0;
  loadings.forEach((loading, component) => {
    const score = loading.reduce((sum, weight, at) => sum + weight * scaled[at]!, 0);
    const weighted = score / variances[component]!;
    t2 += score * weighted;
    loading.forEach((weight, at) => {
      residual[at]! -= score * weight;
      inT2[at]! += weighted * weight * scaled[at]!;
    });
  });
  const inSpe = residual.map((value) => value * value);
  const spe = inSpe.reduce((sum, value) => sum + value, 0);
  const share = { t2: t2 / monitor.t2Limit, spe: monitor.speLimit > 0 ? spe / monitor.speLimit : 0 };
  return { ...share, contributions: share.spe > share.t2 ? inSpe : inT2 };
}

/** Eigenvalues of a symmetric matrix, the largest first, with their vectors as columns. */
function decompose(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return {
    values: order.map((at) => Math.max(0, realEigenvalues[at]!)),
    vectors: eigenvectorMatrix.subMatrixColumn(order),
  };
}

/** Components with next to no variance tell noise of the arithmetic apart from nothing. */
const LEAST_VARIANCE = 1e-9;

function countExplaining(values: readonly number[], share: number): number {
  const total = values.reduce((sum, value) => sum + value, 0);
  let explained = 0;
  let count = 0;
  while (count < values.length && values[count]! > LEAST_VARIANCE && (count === 0 || explained < share * total)) {
    explained += values[count]!;
    count++;
  }
  return count;
}

/** For a new observation, mean and covariance being estimated from n: Tracy, Young & Mason, J. Quality Technology 24, 1992. */
function t2Limit(components: number, n: number, confidence: number): number {
  const quantile = jStat.centralF.inv(confidence, components, n - components);
  return ((components * (n * n - 1)) / (n * (n - components))) * quantile;
}

/** Jackson & Mudholkar, "Control procedures for residuals associated with principal component analysis", Technometrics 21(3), 1979. */
function speLimit(left: readonly number[], confidence: number): number {
  const [first, second, third] = [1, 2, 3].map((power) => left.reduce((sum, value) => sum + value ** power, 0)) as [
    number,
    number,
    number,
  ];
  if (first <= LEAST_VARIANCE) return 0;
  const h0 = 1 - (2 * first * third) / (3 * second * second);
  const quantile = jStat.normal.inv(confidence, 0, 1) * Math.sign(h0 || 1);
  const spread = (quantile * Math.sqrt(2 * second * h0 * h0)) / first;
  const drift = (second * h0 * (h0 - 1)) / (first * first);
  return first * Math.max(LEAST_VARIANCE, 1 + spread + drift) ** (1 / h0);
}
