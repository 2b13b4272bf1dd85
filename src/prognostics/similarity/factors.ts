import { CholeskyDecomposition, EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';

/** A few directions in which the metrics drift slowly, far above their noise. */
export interface Factors {
  readonly count: number;
  /** By factor, its weight on each standardised metric. */
  readonly weights: readonly Float64Array[];
  /** By factor, how far each standardised metric moves with it. */
  readonly loadings: readonly Float64Array[];
  apply(metrics: Float64Array, out: Float64Array): void;
}

const MOST = 5;
/** A factor is kept when its slow part varies so many times as much as the mean of noise alone would. */
const ABOVE_NOISE = 3;

/**
 * Minimum/maximum autocorrelation factors (Switzer and Green 1984; Larsen 2002): what varies slowly is set against what
 * jumps from row to row, and the directions with the largest ratio are kept. No label is used, so that every failure
 * mode keeps its own direction.
 *
 * @param runs of standardised metrics, row after row
 * @param span rows over which the slow part is averaged
 */
export function learnFactors(runs: readonly Float64Array[], width: number, span: number): Factors {
  const { slow, noise } = covariances(runs, width, span);
  const whiten = inverse(new CholeskyDecomposition(noise).lowerTriangularMatrix);
  const ratio = whiten.mmul(slow).mmul(whiten.transpose());
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(ratio, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, at) => at).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const noiseOfMean = 1 / (2 * span - 1);
  const kept = order
    .slice(0, MOST)
    .filter((at, rank) => rank === 0 || realEigenvalues[at]! > ABOVE_NOISE * noiseOfMean);
  const weights = kept.map((at) =>
    Float64Array.from(whiten.transpose().mmul(eigenvectorMatrix.getColumnVector(at)).to1DArray()),
  );
  return {
    count: kept.length,
    weights,
    // The weights whiten the noise, so its covariance takes them back.
    loadings: weights.map((weight) => Float64Array.from(noise.mmul(Matrix.columnVector(weight)).to1DArray())),
    apply(metrics, out) {
      weights.forEach((weight, factor) => {
        let sum = 0;
        for (let at = 0; at < width; at++) sum += weight[at]! * metrics[at]!;
        out[factor] = sum;
      });
    },
  };
}

/** Second moments of the exponential mean of the rows before, and of what each row differs from it. */
function covariances(runs: readonly Float64Array[], width: number, span: number): { slow: Matrix; noise: Matrix } {
  const slow = Matrix.zeros(width, width);
  const noise = Matrix.eye(width, width, 1e-3);
  const kept = 1 - 1 / span;
  let rows = 0;
  for (const run of runs) {
    const sum = new Float64Array(width);
    let weight = 0;
    for (let row = 0; row < run.length / width; row++) {
      const now = run.subarray(row * width, (row + 1) * width);
      if (row >= span / 2) {
        rows++;
        const mean = sum.map((value) => value / weight);
        addSquare(slow, mean);
        addSquare(
          noise,
          mean.map((value, at) => now[at]! - value),
        );
      }
      weight = weight * kept + 1;
      for (let at = 0; at < width; at++) sum[at] = sum[at]! * kept + now[at]!;
    }
  }
  return { slow: slow.div(Math.max(1, rows)), noise: noise.div(Math.max(1, rows)).add(Matrix.eye(width, width, 1e-3)) };
}

function addSquare(to: Matrix, vector: Float64Array): void {
  for (let row = 0; row < vector.length; row++) {
    for (let column = 0; column < vector.length; column++) {
      to.set(row, column, to.get(row, column) + vector[row]! * vector[column]!);
    }
  }
}
