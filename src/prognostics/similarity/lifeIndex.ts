import { factorise, solve } from './cholesky.ts';

/** Moments in the lives of the library's machines, with what was then known and what came after. */
export interface Moments {
  /** Row after row; standardised. */
  readonly features: Float64Array;
  readonly width: number;
  /** Of features per factor; the first feature is the age. */
  readonly perFactor: number;
  /** Time left to the failure. */
  readonly remaining: Float64Array;
  /** Index of the run each is from. */
  readonly run: Int32Array;
}

/** One number that stands for how much life is left, learned from the library. */
export interface LifeIndex {
  of(features: Float64Array, from: number): number;
  /** Of each moment, by a regression that did not see the moment's own run. */
  readonly ofMoments: Float64Array;
  /** Root mean square error of `ofMoments` against the remaining life. */
  readonly error: number;
  /** How many factors it reads, chosen by that error. */
  readonly factors: number;
}

const FOLDS = 5;
const PENALTIES = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
/** Moments further from the end than this many horizons teach little: they weigh less. */
const FAR = 1.6;
const FAR_WEIGHT = 0.1;

/**
 * Ridge regression (Hoerl and Kennard 1970) of the remaining life, up to `horizon`, on the features, their squares and
 * products. Penalty and number of factors are chosen by cross-validation over runs.
 */
export function learnLifeIndex(moments: Moments, horizon: number): LifeIndex {
  const { width, perFactor, remaining, run } = moments;
  const size = termsOf(width);
  const folds = Array.from({ length: FOLDS }, () => new NormalEquations(size));
  const terms = new Float64Array(size);
  const count = remaining.length;
  const weight = (row: number) => (remaining[row]! > FAR * horizon ? FAR_WEIGHT : 1);
  for (let row = 0; row < count; row++) {
    expand(moments.features, row * width, width, terms);
    folds[run[row]! % FOLDS]!.add(terms, Math.min(horizon, remaining[row]!), weight(row));
  }
  const all = NormalEquations.sum(folds, size);
  const widths = Array.from({ length: (width - 1) / perFactor }, (_, at) => 1 + (at + 1) * perFactor);
  const choices = PENALTIES.flatMap((penalty) => widths.map((used) => ({ penalty, used, square: 0 })));
  const held = new Float64Array(count * choices.length);
  folds.forEach((own, fold) => {
    const others = all.without(own);
    const solutions = PENALTIES.flatMap((penalty) => others.solve(penalty, widths.map(termsOf)));
    for (let row = 0; row < count; row++) {
      if (run[row]! % FOLDS !== fold) continue;
      expand(moments.features, row * width, width, terms);
      solutions.forEach((solution, choice) => {
        const index = dot(solution, terms);
        held[choice * count + row] = index;
        choices[choice]!.square += weight(row) * (Math.min(horizon, index) - Math.min(horizon, remaining[row]!)) ** 2;
      });
    }
  });
  const best = choices.reduce((least, { square }, at) => (square < choices[least]!.square ? at : least), 0);
  const { penalty, used, square } = choices[best]!;
  const [coefficients] = all.solve(penalty, [termsOf(used)]);
  return {
    of(features, from) {
      expand(features, from, used, terms);
      return dot(coefficients!, terms);
    },
    ofMoments: held.slice(best * count, (best + 1) * count),
    error: Math.sqrt(square / all.weight),
    factors: (used - 1) / perFactor,
  };
}

function termsOf(width: number): number {
  return 1 + width + (width * (width + 1)) / 2;
}

/** 1, then each feature with its products with itself and those before it: the first terms are those of fewer features. */
function expand(features: Float64Array, from: number, width: number, out: Float64Array): void {
  out[0] = 1;
  let to = 1;
  for (let a = 0; a < width; a++) {
    const value = features[from + a]!;
    out[to++] = value;
    for (let b = 0; b <= a; b++) out[to++] = value * features[from + b]!;
  }
}

function dot(coefficients: Float64Array, terms: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < coefficients.length; at++) sum += coefficients[at]! * terms[at]!;
  return sum;
}

/** Gram matrix (lower triangle), right side and weight of a weighted least-squares problem. */
class NormalEquations {
  readonly #size: number;
  readonly #gram: Float64Array;
  readonly #right: Float64Array;
  weight = 0;

  constructor(size: number) {
    this.#size = size;
    this.#gram = new Float64Array(size * size);
    this.#right = new Float64Array(size);
  }

  static sum(parts: readonly NormalEquations[], size: number): NormalEquations {
    const all = new NormalEquations(size);
    for (const part of parts) all.#take(part, 1);
    return all;
  }

  add(terms: Float64Array, target: number, weight: number): void {
    const size = this.#size;
    const gram = this.#gram;
    const right = this.#right;
    for (let row = 0; row < size; row++) {
      const value = terms[row]! * weight;
      right[row]! += value * target;
      const base = row * size;
      for (let column = 0; column <= row; column++) gram[base + column]! += value * terms[column]!;
    }
    this.weight += weight;
  }

  without(part: NormalEquations): NormalEquations {
    const rest = NormalEquations.sum([this], this.#size);
    rest.#take(part, -1);
    return rest;
  }

  /** The solution for each number of leading terms; the constant term is not penalised. */
  solve(penalty: number, used: readonly number[]): Float64Array[] {
    const size = this.#size;
    const gram = Float64Array.from(this.#gram);
    for (let row = 0; row < size; row++) gram[row * size + row]! += row === 0 ? 0 : penalty * this.weight;
    const lower = factorise(gram, size);
    return used.map((terms) => solve(lower, size, this.#right, terms));
  }

  #take(part: NormalEquations, sign: 1 | -1): void {
    for (let at = 0; at < this.#gram.length; at++) this.#gram[at]! += sign * part.#gram[at]!;
    for (let at = 0; at < this.#size; at++) this.#right[at]! += sign * part.#right[at]!;
    this.weight += sign * part.weight;
  }
}
