import type { LifeIndex, Moments } from './lifeIndex.ts';
import { Mixture, type Spread } from './mixture.ts';

/** One run of the library that resembles the present one. */
interface Similar {
  /** Index of the run. */
  readonly run: number;
  /** Share of this run in the forecast. */
  readonly share: number;
  /** What it had left when it looked like this. */
  readonly remaining: number;
}

/** The moments of the library that resemble a given one, and what came after them. */
export interface Neighbours {
  /** How far the spread of the similar lives is scaled so that one end in ten falls below P10 and one above P90. */
  readonly spread: Spread;
  life(features: Float64Array, index: number): Mixture;
  /** The runs that weigh most in that life, most first. */
  similar(features: Float64Array, index: number, most: number): Similar[];
}

const BINS = 400;
/** Bandwidth of the index, in errors of the index. */
const BANDWIDTH = 0.25;
/** Distance of standardised features at which a moment begins to look different. */
const LENGTH = 0.5;
/** What a moment of the same index weighs however different it looks. */
const STRANGER = 0.01;
/** Kernels end here, in bandwidths. */
const CUT = 3;
const CALIBRATED = 800;
const UNSCALED: Spread = { below: 1, above: 1 };
const TAIL = 0.1;
/** Remaining lives up to so many horizons are calibrated on. */
const FAR = 1.4;

/**
 * Kernel-weighted similarity (after Wang, Yu, Siegel and Lee: A similarity-based prognostics approach, PHM 2008): every
 * moment of the library weighs by a Gaussian of its life index and one of its features (Nadaraya 1964, Watson 1964);
 * the weighted remaining lives are the forecast. Their spread on either side of the median is scaled by conformal
 * calibration over runs left out (Romano, Patterson and Candès 2019), on lives up to `horizon`.
 */
export function learnNeighbours(moments: Moments, index: LifeIndex, horizon: number): Neighbours {
  const library = sorted(moments, index);
  const { remaining, indexes } = library;
  const bandwidth = BANDWIDTH * index.error;
  const bin = (Math.max(...remaining) + 1) / BINS;
  const spread = calibrate();

  /** Calls with each moment near enough and its weight. */
  function each(
    features: Float64Array,
    from: number,
    wanted: number,
    without: number,
    take: (at: number, weight: number) => void,
  ) {
    const near = Math.min(Math.max(wanted, library.lowest), library.highest);
    const { width, used, runs } = library;
    const first = lowerBound(indexes, near - CUT * bandwidth);
    for (let at = first; at < indexes.length && indexes[at]! <= near + CUT * bandwidth; at++) {
      if (runs[at] === without) continue;
      const off = (indexes[at]! - near) / bandwidth;
      let gap = 0;
      for (let feature = 0; feature < used; feature++) {
        gap += (library.features[at * width + feature]! - features[from + feature]!) ** 2;
      }
      const alike = Math.exp(-gap / (2 * LENGTH * LENGTH * used));
      take(at, Math.exp(-0.5 * off * off) * (STRANGER + alike));
    }
  }

  function mix(features: Float64Array, from: number, wanted: number, without: number, scale: Spread): Mixture {
    const weights = new Float64Array(BINS);
    each(features, from, wanted, without, (at, weight) => {
      weights[Math.floor(remaining[at]! / bin)]! += weight;
    });
    return new Mixture(weights, bin, scale);
  }

  /** The factors at which one held-out life in ten falls just outside on either side. */
  function calibrate(): Spread {
    const step = Math.max(1, Math.floor(indexes.length / CALIBRATED));
    const needed: { below: number[]; above: number[] } = { below: [], above: [] };
    let judged = 0;
    for (let at = 0; at < indexes.length; at += step) {
      if (remaining[at]! > FAR * horizon) continue;
      judged++;
      const life = mix(library.features, at * library.width, indexes[at]!, library.runs[at]!, UNSCALED);
      const end = Math.min(horizon, remaining[at]!);
      const median = Math.min(horizon, life.quantile(0.5));
      if (end < median) needed.below.push((median - end) / Math.max(bin, median - life.quantile(TAIL)));
      else if (end > median) needed.above.push((end - median) / Math.max(bin, life.quantile(1 - TAIL) - median));
    }
    const factor = (side: number[]) => side.sort((a, b) => b - a)[Math.floor(TAIL * judged)] ?? 1;
    return { below: factor(needed.below), above: factor(needed.above) };
  }

  return {
    spread,
    life: (features, wanted) => mix(features, 0, wanted, -1, spread),
    similar(features, wanted, most) {
      const weights = new Float64Array(library.runCount);
      const lives = new Float64Array(library.runCount);
      let total = 0;
      each(features, 0, wanted, -1, (at, weight) => {
        weights[library.runs[at]!]! += weight;
        lives[library.runs[at]!]! += weight * remaining[at]!;
        total += weight;
      });
      const ranked = [...weights.keys()].filter((run) => weights[run]! > 0);
      ranked.sort((a, b) => weights[b]! - weights[a]! || a - b);
      return ranked
        .slice(0, most)
        .map((run) => ({ run, share: weights[run]! / total, remaining: lives[run]! / weights[run]! }));
    },
  };
}

/** The moments in the order of their index. */
function sorted({ features, width, perFactor, remaining, run }: Moments, { ofMoments, factors }: LifeIndex) {
  const order = [...ofMoments.keys()].sort((a, b) => ofMoments[a]! - ofMoments[b]! || a - b);
  const indexes = Float64Array.from(order, (at) => ofMoments[at]!);
  const own = new Float64Array(features.length);
  for (const [to, from] of order.entries()) own.set(features.subarray(from * width, (from + 1) * width), to * width);
  return {
    features: own,
    width,
    used: 1 + factors * perFactor,
    indexes,
    remaining: Float64Array.from(order, (at) => remaining[at]!),
    runs: Int32Array.from(order, (at) => run[at]!),
    runCount: run.reduce((most, at) => Math.max(most, at + 1), 0),
    // Beyond these there are too few to tell.
    lowest: indexes[Math.floor(indexes.length * 0.002)]!,
    highest: indexes[Math.floor((indexes.length - 1) * 0.998)]!,
  };
}

function lowerBound(values: Float64Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
