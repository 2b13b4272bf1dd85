import { medianSorted, quantileSorted } from 'simple-statistics';
import { normalQuantile } from './normal.ts';

export interface RobustTrend {
  readonly slope: number;
  /** Ends of the confidence interval of the slope. */
  readonly low: number;
  readonly high: number;
  /** Of the line through the medians of x and of what the slope leaves of y. */
  readonly intercept: number;
}

/**
 * The median of the slopes between all pairs of points (Theil 1950), with the confidence interval of Sen (1968) from
 * the variance of Kendall's S: up to 29 % of the points may be anything. Undefined without two different x. Costs
 * O(n² log n): for bounded records only.
 */
export function theilSen(x: readonly number[], y: readonly number[], confidence = 0.9): RobustTrend | undefined {
  const slopes: number[] = [];
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) {
      if (x[j] !== x[i]) slopes.push((y[j]! - y[i]!) / (x[j]! - x[i]!));
    }
  }
  if (slopes.length === 0) return undefined;
  const sorted = Float64Array.from(slopes).sort() as unknown as number[];
  const slope = medianSorted(sorted);
  const rests = Float64Array.from(y, (value, at) => value - slope * x[at]!).sort() as unknown as number[];
  const n = x.length;
  const spread = normalQuantile((1 + confidence) / 2) * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const half = Math.min(0.5, spread / (2 * slopes.length));
  return {
    slope,
    low: quantileSorted(sorted, 0.5 - half),
    high: quantileSorted(sorted, 0.5 + half),
    intercept: medianSorted(rests),
  };
}
