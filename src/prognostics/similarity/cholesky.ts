/**
 * Lower Cholesky factor of a symmetric positive definite matrix, row-major, in place of its lower triangle. Its leading
 * part is the factor of the matrix's leading part: nested regressions share one factorisation.
 */
export function factorise(matrix: Float64Array, size: number): Float64Array {
  const lower = Float64Array.from(matrix);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = lower[row * size + column]!;
      const a = row * size;
      const b = column * size;
      for (let at = 0; at < column; at++) rest -= lower[a + at]! * lower[b + at]!;
      lower[a + column] = row === column ? Math.sqrt(Math.max(rest, 1e-12)) : rest / lower[b + column]!;
    }
  }
  return lower;
}

/** Solves for the first `used` unknowns alone, as if the others were not there. */
export function solve(lower: Float64Array, size: number, right: Float64Array, used: number): Float64Array {
  const x = right.slice(0, used);
  for (let row = 0; row < used; row++) {
    for (let at = 0; at < row; at++) x[row]! -= lower[row * size + at]! * x[at]!;
    x[row]! /= lower[row * size + row]!;
  }
  for (let row = used - 1; row >= 0; row--) {
    for (let at = row + 1; at < used; at++) x[row]! -= lower[at * size + row]! * x[at]!;
    x[row]! /= lower[row * size + row]!;
  }
  return x;
}
