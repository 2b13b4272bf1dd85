import type { LifeDistribution } from './lifeDistribution.ts';
import { NORMAL_NODES } from './normal.ts';

/** Probabilities at which a distribution is anchored, and the steps between two anchors. */
const ANCHORS = [0.02, 0.2, 0.5, 0.8, 0.98];
const STEPS = 8;

/** A distribution as a table: cheap to ask often. `at` rises from 0; what `below` lacks to 1 at its end never comes. */
interface Table {
  readonly at: readonly number[];
  /** P(end within `at`); does not fall. */
  readonly below: readonly number[];
}

/** A table of a distribution, exact at its anchors and close to it between them. */
export function tabulate(life: LifeDistribution): LifeDistribution {
  const at = gridOf([life]);
  return at.length < 2 ? life : tabulated({ at, below: at.map((left) => life.within(left)) });
}

/**
 * What two independent sources say of the same end: their densities multiplied and scaled to 1 (the product of
 * experts; for a prior of lives and a forecast from the condition it is Bayes' rule). What the first thinks may never
 * come is spread evenly over the span that the second thinks possible, so that a source that knows nothing changes
 * nothing. Where the two exclude each other, the first is believed.
 */
export function pool(first: LifeDistribution, second: LifeDistribution): LifeDistribution {
  const at = gridOf([first, second]);
  if (at.length < 2) return first;
  const span = at.at(-1)!;
  const never = 1 - first.within(span);
  const below = [0];
  const ofFirst = at.map((left) => first.within(left));
  const ofSecond = at.map((left) => second.within(left));
  for (let cell = 1; cell < at.length; cell++) {
    const width = at[cell]! - at[cell - 1]!;
    const density = (ofFirst[cell]! - ofFirst[cell - 1]!) / width + never / span;
    below.push(below[cell - 1]! + density * (ofSecond[cell]! - ofSecond[cell - 1]!));
  }
  const passed = ofFirst[0]!;
  const total = below.at(-1)!;
  if (!(total > 0)) return first;
  // What has passed already in the eyes of the first has passed for both.
  return tabulated({ at, below: below.map((sum) => passed + ((1 - passed) * sum) / total) });
}

/**
 * A life in units of use as one in time, by a rate of use that is uncertain by a factor: lognormal about `rate` with
 * this deviation of its logarithm, mixed by Gauss–Hermite quadrature.
 */
export function overTime(use: LifeDistribution, rate: number, deviation: number): LifeDistribution {
  if (rate <= 0) return { within: () => use.within(0), quantile: (p) => (use.within(0) >= p ? 0 : Infinity) };
  const rates = NORMAL_NODES.map(([z, weight]) => [rate * Math.exp(z * deviation), weight] as const);
  const within = (left: number) => rates.reduce((sum, [each, weight]) => sum + weight * use.within(each * left), 0);
  const ends = [rates[1]![0], rate, rates.at(-2)![0]];
  const at = ANCHORS.flatMap((p) => ends.map((each) => use.quantile(p) / each));
  const grid = refine([0, ...at.filter((left) => left > 0 && Number.isFinite(left))]);
  return grid.length < 2
    ? { within, quantile: (p) => (within(0) >= p ? 0 : Infinity) }
    : tabulated({ at: grid, below: grid.map(within) });
}

/** The anchors of all, and steps between them. */
function gridOf(lives: readonly LifeDistribution[]): number[] {
  const anchors = lives.flatMap((life) => ANCHORS.map((p) => life.quantile(p)));
  return refine([0, ...anchors.filter((left) => left > 0 && Number.isFinite(left))]);
}

function refine(anchors: readonly number[]): number[] {
  const sorted = [...new Set(anchors)].sort((a, b) => a - b);
  const last = sorted.at(-1)!;
  const grid = sorted.flatMap((anchor, index) => {
    const next = sorted[index + 1] ?? anchor;
    return Array.from({ length: next > anchor ? STEPS : 1 }, (_, step) => anchor + ((next - anchor) * step) / STEPS);
  });
  // The tail beyond the last anchor.
  return last > 0 ? [...grid, last * 1.25, last * 1.6, last * 2.5, last * 5] : grid;
}

function tabulated({ at, below }: Table): LifeDistribution {
  return {
    within(left) {
      if (left < 0) return 0;
      const cell = upper(at, left);
      if (cell === 0) return below[0]!;
      if (cell === at.length) return below.at(-1)!;
      const share = (left - at[cell - 1]!) / (at[cell]! - at[cell - 1]!);
      return below[cell - 1]! + share * (below[cell]! - below[cell - 1]!);
    },
    quantile(probability) {
      const cell = below.findIndex((value) => value >= probability);
      if (cell === 0) return at[0]!;
      if (cell < 0) return Number.POSITIVE_INFINITY;
      const step = below[cell]! - below[cell - 1]!;
      return at[cell - 1]! + ((probability - below[cell - 1]!) / step) * (at[cell]! - at[cell - 1]!);
    },
  };
}

/** Index of the first entry above `value`. */
function upper(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
