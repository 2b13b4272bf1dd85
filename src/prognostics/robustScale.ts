import { median } from 'simple-statistics';

/** Location and spread of numbers that outliers among them do not move. */
export interface RobustScale {
  readonly median: number;
  /** As a standard deviation, where they are normal. */
  readonly spread: number;
}

/** Makes Qn a standard deviation where the numbers are normal and many; of a few it errs on the wide side. */
const NORMAL = 2.2219;

/** The cost goes by the square of how many: of more than this, as many of their quantiles stand for all. */
const MOST = 64;

/**
 * Median and Qn, the lower quartile of the distances of all pairs: half of the numbers may be anything, and with a few it
 * is far steadier than the median of the deviations. Rousseeuw & Croux, "Alternatives to the median absolute deviation",
 * J. Amer. Statist. Assoc. 88(424), 1993. At least two numbers.
 */
export function robustScale(numbers: readonly number[]): RobustScale {
  const sorted = thinned([...numbers].sort((a, b) => a - b));
  const distances = sorted.flatMap((value, at) => sorted.slice(0, at).map((lower) => value - lower));
  const half = Math.floor(sorted.length / 2) + 1;
  const rank = (half * (half - 1)) / 2;
  return { median: median(sorted), spread: NORMAL * distances.sort((a, b) => a - b)[rank - 1]! };
}

function thinned(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= MOST) return sorted;
  return Array.from({ length: MOST }, (_, at) => sorted[Math.round((at * (sorted.length - 1)) / (MOST - 1))]!);
}
