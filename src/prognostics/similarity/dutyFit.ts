import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** What each metric is expected to show at a duty, by least squares on the duty and its square within one regime. */
export interface DutyFit {
  /** How far each metric lies from what its duty lets expect. */
  residuals(values: Float64Array, duty: Float64Array, out: Float64Array): void;
  /** Mean of each metric. */
  readonly level: Float64Array;
  /** Standard deviation of the residuals of each. */
  readonly deviation: Float64Array;
}

/** Row after row, `dutyWidth` duties and as many values as there are metrics. */
export interface DutyRows {
  readonly duties: Float64Array;
  readonly dutyWidth: number;
  readonly values: Float64Array;
  readonly width: number;
}

/** Keeps the fit determined where a duty hardly varies; in units of its own variance. */
const RIDGE = 1e-6;
/** A duty whose variance is less than this share of its square does not vary. */
const STEADY = 1e-18;

/** Fits the rows with these indexes. */
export function fitDuty({ duties, dutyWidth, values, width }: DutyRows, rows: readonly number[]): DutyFit {
  const duty = (row: number) => duties.subarray(row * dutyWidth, (row + 1) * dutyWidth);
  const metrics = (row: number) => values.subarray(row * width, (row + 1) * width);
  const expand = basisOf(rows.map(duty), dutyWidth);
  const terms = 1 + 2 * dutyWidth;
  const gram = Matrix.eye(terms, terms, RIDGE * Math.max(1, rows.length));
  gram.set(0, 0, 0);
  const right = Matrix.zeros(terms, width);
  for (const row of rows) {
    const basis = expand(duty(row));
    for (let a = 0; a < terms; a++) {
      for (let b = 0; b < terms; b++) gram.set(a, b, gram.get(a, b) + basis[a]! * basis[b]!);
      for (let b = 0; b < width; b++) right.set(a, b, right.get(a, b) + basis[a]! * values[row * width + b]!);
    }
  }
  const weights = Float64Array.from(new CholeskyDecomposition(gram).solve(right).to1DArray());
  const residuals: DutyFit['residuals'] = (shown, at, out) => {
    const basis = expand(at);
    for (let column = 0; column < width; column++) {
      let rest = shown[column]!;
      for (let term = 0; term < terms; term++) rest -= weights[term * width + column]! * basis[term]!;
      out[column] = rest;
    }
  };
  return {
    residuals,
    level: levelOf(rows, metrics, width),
    deviation: deviationOf(rows, metrics, duty, residuals, width),
  };
}

/** 1, each duty brought to mean 0 and deviation 1, and its square. */
function basisOf(duties: readonly Float64Array[], width: number): (duty: Float64Array) => Float64Array {
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const duty of duties) for (let at = 0; at < width; at++) mean[at]! += duty[at]! / duties.length;
  for (const duty of duties) for (let at = 0; at < width; at++) square[at]! += (duty[at]! - mean[at]!) ** 2;
  const scale = square.map((sum, at) => {
    const variance = sum / duties.length;
    return variance > STEADY * mean[at]! ** 2 ? 1 / Math.sqrt(variance) : 0;
  });
  const basis = new Float64Array(1 + 2 * width).fill(1, 0, 1);
  return (duty) => {
    for (let at = 0; at < width; at++) {
      basis[1 + at] = (duty[at]! - mean[at]!) * scale[at]!;
      basis[1 + width + at] = basis[1 + at]! ** 2;
    }
    return basis;
  };
}

function levelOf(rows: readonly number[], metrics: (row: number) => Float64Array, width: number): Float64Array {
  const sum = new Float64Array(width);
  for (const row of rows) for (let at = 0; at < width; at++) sum[at]! += metrics(row)[at]! / rows.length;
  return sum;
}

function deviationOf(
  rows: readonly number[],
  metrics: (row: number) => Float64Array,
  duty: (row: number) => Float64Array,
  residuals: DutyFit['residuals'],
  width: number,
): Float64Array {
  const sum = new Float64Array(width);
  const rest = new Float64Array(width);
  for (const row of rows) {
    residuals(metrics(row), duty(row), rest);
    for (let at = 0; at < width; at++) sum[at]! += rest[at]! ** 2;
  }
  return sum.map((square) => Math.sqrt(square / Math.max(1, rows.length)));
}
