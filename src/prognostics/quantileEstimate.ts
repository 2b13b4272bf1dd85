/**
 * Running estimate of one quantile in constant memory: the P² algorithm (Jain & Chlamtac, "The P² algorithm for
 * dynamic calculation of quantiles and histograms without storing observations", CACM 28(10), 1985). Plain JSON.
 */
export interface QuantileEstimate {
  /** Observations so far. */
  n: number;
  /** Heights of the five markers; the first observations until there are five. */
  heights: number[];
  /** Places of the markers among the sorted observations, from 1. */
  places: number[];
}

export function initQuantile(): QuantileEstimate {
  return { n: 0, heights: [], places: [1, 2, 3, 4, 5] };
}

/** Takes an observation into the estimate of the quantile `p` (0 to 1), always the same for one estimate. */
export function observeQuantile(estimate: QuantileEstimate, p: number, value: number): void {
  const { heights, places } = estimate;
  estimate.n++;
  if (heights.length < 5) {
    heights.push(value);
    heights.sort((a, b) => a - b);
    return;
  }
  const cell = cellOf(heights, value);
  for (let marker = cell + 1; marker < 5; marker++) places[marker]!++;
  const desired = [1, (estimate.n - 1) * (p / 2) + 1, (estimate.n - 1) * p + 1, (estimate.n - 1) * ((1 + p) / 2) + 1];
  for (let marker = 1; marker <= 3; marker++) moveMarker(heights, places, marker, desired[marker]! - places[marker]!);
}

/** The estimate; of fewer than five observations the one nearest to that rank. NaN without any. */
export function quantileOf({ heights, n }: QuantileEstimate, p: number): number {
  if (n >= 5) return heights[2]!;
  return heights[Math.min(heights.length - 1, Math.floor(p * heights.length))] ?? Number.NaN;
}

/** The cell between markers that the value falls into; the outer markers move with it. */
function cellOf(heights: number[], value: number): number {
  if (value < heights[0]!) {
    heights[0] = value;
    return 0;
  }
  if (value >= heights[4]!) {
    heights[4] = value;
    return 3;
  }
  let cell = 0;
  while (cell < 3 && value >= heights[cell + 1]!) cell++;
  return cell;
}

function moveMarker(heights: number[], places: number[], at: number, off: number): void {
  const [before, here, after] = [places[at - 1]!, places[at]!, places[at + 1]!];
  const step = off >= 1 && after - here > 1 ? 1 : off <= -1 && before - here < -1 ? -1 : 0;
  if (step === 0) return;
  const parabolic = parabola(heights, places, at, step);
  const fits = heights[at - 1]! < parabolic && parabolic < heights[at + 1]!;
  const neighbour = at + step;
  heights[at] = fits
    ? parabolic
    : heights[at]! + (step * (heights[neighbour]! - heights[at]!)) / (places[neighbour]! - here);
  places[at] = here + step;
}

function parabola(heights: readonly number[], places: readonly number[], at: number, step: number): number {
  const [before, here, after] = [places[at - 1]!, places[at]!, places[at + 1]!];
  const rise = (heights[at + 1]! - heights[at]!) / (after - here);
  const fall = (heights[at]! - heights[at - 1]!) / (here - before);
  return heights[at]! + (step / (after - before)) * ((here - before + step) * rise + (after - here - step) * fall);
}
