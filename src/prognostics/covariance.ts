/**
 * Mean and covariance of vectors, accumulated one by one without loss of precision (Welford, Technometrics 4(3), 1962;
 * for pairs Chan, Golub & LeVeque 1983). Plain JSON.
 */
export interface Moments {
  n: number;
  mean: number[];
  /** Sums of products of deviations, the lower triangle row by row. */
  products: number[];
}

export function initMoments(size: number): Moments {
  return { n: 0, mean: Array<number>(size).fill(0), products: Array<number>((size * (size + 1)) / 2).fill(0) };
}

export function observeMoments(moments: Moments, vector: readonly number[]): void {
  const { mean, products } = moments;
  moments.n++;
  const share = 1 / moments.n;
  const before = vector.map((value, at) => value - mean[at]!);
  for (let at = 0; at < mean.length; at++) mean[at]! += before[at]! * share;
  let place = 0;
  for (let row = 0; row < mean.length; row++) {
    const after = vector[row]! - mean[row]!;
    for (let column = 0; column <= row; column++) products[place++]! += after * before[column]!;
  }
}

/** Covariance of two elements, of a sample (n - 1). */
export function covarianceOf({ n, products }: Moments, a: number, b: number): number {
  const [row, column] = a >= b ? [a, b] : [b, a];
  return n < 2 ? 0 : products[(row * (row + 1)) / 2 + column]! / (n - 1);
}
