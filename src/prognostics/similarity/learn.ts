import { median } from 'simple-statistics';
import type { Histories } from '../../domain/histories.ts';
import { type Factors, learnFactors } from './factors.ts';
import { learnLifeIndex } from './lifeIndex.ts';
import { type MemoryState, memory } from './memory.ts';
import type { Mixture, Spread } from './mixture.ts';
import { beginnings, momentsOf, normaliseRuns } from './moments.ts';
import { learnNeighbours } from './neighbours.ts';
import { learnNormaliser } from './normaliser.ts';
import { standardise } from './standardise.ts';

export interface SimilarityOptions {
  /** Metrics that may show wear. */
  readonly metrics: readonly string[];
  /** Metrics that say how hard the machine works: their regimes are taken out of the others. */
  readonly duty: readonly string[];
  /** Remaining lives beyond it are not told apart; in the library's unit of time. */
  readonly horizon: number;
  /** Rows before anything is said. */
  readonly minRows: number;
}

/** One history of the library that resembles the present one. */
export interface SimilarRun {
  readonly unit: string;
  /** Share of it in the forecast. */
  readonly share: number;
  /** What it had left when it looked like this, in the library's unit of time. */
  readonly remaining: number;
}

/** How far a metric's mean has moved from where the library's machines begin. */
export interface Shift {
  readonly metricId: string;
  /** In standard deviations of the metric within its regime. */
  readonly shift: number;
}

/** What a library teaches; it holds no machine's state. */
export interface SimilarityModel {
  /** Median time between the library's rows. */
  readonly spacing: number;
  readonly regimes: number;
  /** Slow factors that the life index reads. */
  readonly factors: number;
  /** Root mean square error of the life index over runs left out, up to the horizon. */
  readonly error: number;
  /** How far the spread of similar lives is scaled to cover what it claims. */
  readonly spread: Spread;
  /** @param start when the life began; null where it begins with the first row */
  init(start: number | null): MemoryState;
  /** Takes a row; false where its duty is like none of the library's: nothing is learned from it. */
  step(state: MemoryState, time: number, values: Float64Array, duty: Float64Array): boolean;
  /** Remaining life as of the newest row; needs `minRows` of them. */
  life(state: MemoryState): Mixture;
  /** The runs that look most like it and the metrics that moved most, each with the most first. */
  explain(state: MemoryState): { similar: SimilarRun[]; shifts: Shift[] };
}

/** Shares of the median life over which means are kept, beside that of the whole life. */
const SPANS = [1 / 50, 1 / 20, 1 / 8, 1 / 3];
/** The shortest mean takes in at least so many rows. */
const LEAST_ROWS = 2;
/** Which of the spans is shown to people. */
const SHOWN_SPAN = 1;
/** Share of the median life over which a slow drift is told from noise, and over which a machine counts as new. */
const SLOW = 0.1;
const MOST_MOMENTS = 8000;
const NAMED_RUNS = 5;
const NAMED_METRICS = 4;

/**
 * Learns everything from the library: regimes and their normalisation, slow factors, the life index, and the kernel
 * that makes a forecast of similar moments. Deterministic; the order of the runs makes no difference.
 */
export function learnSimilarity(library: Histories, options: SimilarityOptions): SimilarityModel {
  const runs = [...library.runs].sort((a, b) => (a.unit < b.unit ? -1 : 1));
  const ordered = { ...library, runs };
  const normaliser = learnNormaliser(ordered, options.metrics, options.duty);
  const normalised = normaliseRuns(ordered, options.metrics, options.duty, normaliser);
  const spacing = median(runs.map(({ times }) => (times.at(-1)! - times[0]!) / (times.length - 1)));
  const life = median(runs.map(({ times }) => times.at(-1)! - times[0]!));
  const width = normaliser.metrics.length;
  const values = normalised.map((run) => run.values);
  const factors = learnFactors(values, width, Math.max(LEAST_ROWS, (SLOW * life) / spacing));
  const spans = SPANS.map((share) => Math.max(share * life, LEAST_ROWS * spacing));
  const kept = memory(factors.count, spans);
  const raw = momentsOf(normalised, factors, kept, options.minRows, MOST_MOMENTS);
  const scale = standardise(raw.features, kept.width);
  const moments = { ...raw, features: scale.all };
  const index = learnLifeIndex(moments, options.horizon);
  const neighbours = learnNeighbours(moments, index, options.horizon);
  const fresh = beginnings(normalised, factors, SLOW);

  const row = new Float64Array(width);
  const now = new Float64Array(factors.count);
  const features = new Float64Array(kept.width);
  const shownFactors = (state: MemoryState) => {
    kept.features(state, features);
    return now.map((_, factor) => features[1 + factor * kept.perFactor + SHOWN_SPAN]! - fresh[factor]!);
  };
  const scaledFeatures = (state: MemoryState) => {
    kept.features(state, features);
    scale.apply(features);
    return features;
  };
  return {
    spacing,
    regimes: normaliser.regimes.count,
    factors: index.factors,
    error: index.error,
    spread: neighbours.spread,
    init: kept.init,
    step(state, time, offered, duty) {
      if (!normaliser.apply(offered, duty, row)) return false;
      factors.apply(row, now);
      kept.step(state, time, now);
      return true;
    },
    life(state) {
      const seen = scaledFeatures(state);
      return neighbours.life(seen, index.of(seen, 0));
    },
    explain(state) {
      const shifts = shiftsOf(normaliser.metrics, factors, shownFactors(state));
      const seen = scaledFeatures(state);
      const similar = neighbours.similar(seen, index.of(seen, 0), NAMED_RUNS);
      return { similar: similar.map(({ run, ...said }) => ({ unit: runs[run]!.unit, ...said })), shifts };
    },
  };
}

function shiftsOf(metrics: readonly string[], { loadings }: Factors, moved: Float64Array): Shift[] {
  const shifts = metrics.map((metricId, at) => ({
    metricId,
    shift: loadings.reduce((sum, loading, factor) => sum + loading[at]! * moved[factor]!, 0),
  }));
  return shifts.sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift)).slice(0, NAMED_METRICS);
}
