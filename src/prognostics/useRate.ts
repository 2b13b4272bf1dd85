import type { ThinnedRecord } from './thinning.ts';

/** A rate of use that is uncertain by a factor. */
export interface UncertainRate {
  /** Units of use per ms. */
  readonly rate: number;
  /** Standard deviation of its logarithm. */
  readonly deviation: number;
}

/** Of the span seen, what counts as recent. */
const RECENT = 0.1;

/** Use and time of a usual life; the duty of a unit that has not shown its own yet. */
export interface UsualUse {
  readonly use: number;
  readonly time: number;
}

/**
 * How fast use goes on, from a record of use (y) over time (x): half-way between the rate of late and that of the whole
 * life, each about one deviation off. A change of duty lately may stay or not, nobody knows; where there was none, the
 * rate is as certain as `spread` says. Undefined before any time has passed.
 */
export function rateOfUse({ x, y }: ThinnedRecord, spread: number, usual?: UsualUse): UncertainRate | undefined {
  const last = x.length - 1;
  if (last < 0 || (last === 0 && !usual)) return undefined;
  const lifetime = (y[last]! - y[0]! + (usual?.use ?? 0)) / (x[last]! - x[0]! + (usual?.time ?? 0));
  const recent = last === 0 ? lifetime : recentRate({ x, y }, last);
  const rate = (recent + lifetime) / 2;
  return { rate, deviation: rate > 0 ? Math.max(spread, Math.abs(recent - lifetime) / (2 * rate)) : spread };
}

function recentRate({ x, y }: Pick<ThinnedRecord, 'x' | 'y'>, last: number): number {
  const from = x[last]! - RECENT * (x[last]! - x[0]!);
  let first = last - 1;
  while (first > 0 && x[first]! > from) first--;
  return (y[last]! - y[first]!) / (x[last]! - x[first]!);
}
