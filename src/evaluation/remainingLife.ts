import { meanOf } from './averages.ts';
import { type Share, shareOf } from './measure.ts';

/** A forecast against what was to come, both in the same unit; null is beyond the horizon. */
export interface LifePair {
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly truth: number;
}

export interface LifeErrors {
  readonly n: number;
  readonly rmse: number | null;
  readonly mae: number | null;
  /** Mean of prediction less truth: late when above 0. */
  readonly bias: number | null;
  /** Sum of the penalties of the PHM 2008 challenge. */
  readonly score: number | null;
  /** How often the truth lies within P10 to P90. */
  readonly coverage: Share;
  /** Mean width of P10 to P90. */
  readonly width: number | null;
  /** Forecasts whose median is beyond the horizon. */
  readonly beyond: number;
}

/** Penalty of the PHM 2008 challenge (Saxena et al. 2008): late predictions weigh more than early ones. */
export function phmPenalty(error: number): number {
  return error < 0 ? Math.exp(-error / 13) - 1 : Math.exp(error / 10) - 1;
}

/** Errors of the median and calibration of the interval. With a cap, predictions, intervals and truth are cut there. */
export function lifeErrors(pairs: readonly LifePair[], cap: number = Number.POSITIVE_INFINITY): LifeErrors {
  const cut = (value: number | null) => Math.min(cap, value ?? Number.POSITIVE_INFINITY);
  const cutPairs = pairs.map(({ p10, p50, p90, truth }) => ({
    p10: cut(p10),
    p50: cut(p50),
    p90: cut(p90),
    truth: cut(truth),
  }));
  const known = cutPairs.filter(({ p50 }) => Number.isFinite(p50));
  const errors = known.map(({ p50, truth }) => p50 - truth);
  const squares = meanOf(errors.map((error) => error ** 2));
  const within = cutPairs.filter(({ p10, p90, truth }) => p10 <= truth && truth <= p90);
  return {
    n: pairs.length,
    rmse: squares === null ? null : Math.sqrt(squares),
    mae: meanOf(errors.map(Math.abs)),
    bias: meanOf(errors),
    score: errors.length === 0 ? null : errors.reduce((sum, error) => sum + phmPenalty(error), 0),
    coverage: shareOf(within.length, pairs.length),
    width: meanOf(cutPairs.map(({ p10, p90 }) => p90 - p10).filter(Number.isFinite)),
    beyond: pairs.filter(({ p50 }) => p50 === null).length,
  };
}
