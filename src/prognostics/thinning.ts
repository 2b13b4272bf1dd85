/** A bounded record of a series: fine where it is recent, coarse further back. Plain JSON; arrays of one length. */
export interface ThinnedRecord {
  /** Clock, rising strictly. */
  readonly x: number[];
  readonly y: number[];
  /** How many points each stands for. */
  readonly weight: number[];
}

export function emptyRecord(): ThinnedRecord {
  return { x: [], y: [], weight: [] };
}

/**
 * Adds a point. Above `limit` points the two neighbours that lie closest together, measured by their distance from now, become
 * their mean: the spacing grows geometrically into the past, and the record holds `limit` points for ever. A clock that stood
 * still adds to the last point instead.
 */
export function addPoint({ x, y, weight }: ThinnedRecord, at: number, value: number, limit: number): void {
  const last = x.length - 1;
  if (last >= 0 && at <= x[last]!) {
    weight[last]!++;
    y[last]! += (value - y[last]!) / weight[last]!;
    return;
  }
  x.push(at);
  y.push(value);
  weight.push(1);
  if (x.length > limit) merge({ x, y, weight }, closest(x, at));
}

/** The earlier of the two neighbours that lie closest together for their age; the newest point stays as it is. */
function closest(x: readonly number[], now: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + 2 < x.length; at++) {
    const gap = (x[at + 1]! - x[at]!) / (now - (x[at]! + x[at + 1]!) / 2);
    if (gap < least) {
      least = gap;
      best = at;
    }
  }
  return best;
}

function merge({ x, y, weight }: ThinnedRecord, at: number): void {
  const sum = weight[at]! + weight[at + 1]!;
  const share = weight[at + 1]! / sum;
  x[at]! += share * (x[at + 1]! - x[at]!);
  y[at]! += share * (y[at + 1]! - y[at]!);
  weight[at] = sum;
  for (const series of [x, y, weight]) series.splice(at + 1, 1);
}
