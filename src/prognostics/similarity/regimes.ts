/** Operating regimes learned from the metrics that say how hard a machine works. */
export interface Regimes {
  readonly count: number;
  /** The regime of a duty, or -1 where the library has seen nothing like it. */
  of(duty: Float64Array): number;
}

/** More regimes than this are a duty that varies without steps. */
const MOST = 12;
/** One regime more must divide the variance within them by this; what varies without steps gains four at most. */
const GAIN = 8;
/** Less variance than this share of the whole is none. */
const NOTHING = 1e-12;
/** Duty further outside than this many times the library's own reach is unknown. */
const REACH = 3;
const SAMPLED_ROWS = 4000;
const ROUNDS = 20;

/**
 * Clusters duties (k-means, Lloyd 1982, begun from the points farthest apart so that it is deterministic). There are as
 * many regimes as the last one that made the clusters much tighter; one where none does.
 *
 * @param duties row after row, `width` values each
 */
export function learnRegimes(duties: Float64Array, width: number): Regimes {
  if (width === 0) return { count: 1, of: () => 0 };
  const points = scaled(thinned(duties, width), width);
  const centres = chosen(points.values, width);
  const count = centres.length / width;
  const reach = farthest(points.values, centres, width) * REACH * REACH;
  const point = new Float64Array(width);
  return {
    count,
    of(duty) {
      for (let column = 0; column < width; column++) point[column] = duty[column]! * points.scale[column]!;
      const at = nearest(point, 0, centres, width);
      return count > 1 && distance(point, 0, centres, at, width) > reach ? -1 : at;
    },
  };
}

function chosen(points: Float64Array, width: number): Float64Array {
  let best = cluster(points, width, 1);
  let before = best;
  const nothing = best.within * NOTHING;
  for (let count = 2; count <= MOST && before.within > nothing; count++) {
    const clusters = cluster(points, width, count);
    if (clusters.within * GAIN < before.within) best = clusters;
    before = clusters;
  }
  return best.centres;
}

function thinned(rows: Float64Array, width: number): Float64Array {
  const count = rows.length / width;
  const step = Math.max(1, Math.floor(count / SAMPLED_ROWS));
  const kept = new Float64Array(Math.ceil(count / step) * width);
  for (let row = 0, to = 0; row < count; row += step, to += width) {
    kept.set(rows.subarray(row * width, (row + 1) * width), to);
  }
  return kept;
}

/** Columns brought to variance 1; constant ones to nothing. */
function scaled(rows: Float64Array, width: number): { values: Float64Array; scale: Float64Array } {
  const count = rows.length / width;
  const scale = new Float64Array(width);
  for (let column = 0; column < width; column++) {
    let mean = 0;
    let square = 0;
    for (let at = column; at < rows.length; at += width) mean += rows[at]! / count;
    for (let at = column; at < rows.length; at += width) square += (rows[at]! - mean) ** 2 / count;
    scale[column] = square > 1e-18 * mean * mean ? 1 / Math.sqrt(square) : 0;
  }
  return { values: rows.map((value, at) => value * scale[at % width]!), scale };
}

function cluster(points: Float64Array, width: number, count: number): { centres: Float64Array; within: number } {
  let centres = apart(points, width, count);
  const rows = points.length / width;
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(centres.length);
    const sizes = new Float64Array(count);
    for (let row = 0; row < rows; row++) {
      const to = nearest(points, row, centres, width);
      sizes[to]!++;
      for (let column = 0; column < width; column++) sums[to * width + column]! += points[row * width + column]!;
    }
    const old = centres;
    centres = sums.map((sum, at) =>
      sizes[Math.floor(at / width)]! > 0 ? sum / sizes[Math.floor(at / width)]! : old[at]!,
    );
    if (centres.every((value, at) => value === old[at])) break;
  }
  let within = 0;
  for (let row = 0; row < rows; row++) {
    within += distance(points, row, centres, nearest(points, row, centres, width), width);
  }
  return { centres, within };
}

/** The first point, then each time the one farthest from those chosen. */
function apart(points: Float64Array, width: number, count: number): Float64Array {
  const rows = points.length / width;
  const centres = new Float64Array(count * width);
  const gap = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  let next = 0;
  for (let at = 0; at < count; at++) {
    centres.set(points.subarray(next * width, (next + 1) * width), at * width);
    for (let row = 0; row < rows; row++) gap[row] = Math.min(gap[row]!, distance(points, row, centres, at, width));
    next = gap.reduce((best, value, row) => (value > gap[best]! ? row : best), 0);
  }
  return centres;
}

function farthest(points: Float64Array, centres: Float64Array, width: number): number {
  let worst = 0;
  for (let row = 0; row < points.length / width; row++) {
    worst = Math.max(worst, distance(points, row, centres, nearest(points, row, centres, width), width));
  }
  return worst;
}

function nearest(points: Float64Array, row: number, centres: Float64Array, width: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < centres.length / width; at++) {
    const gap = distance(points, row, centres, at, width);
    if (gap < least) {
      least = gap;
      best = at;
    }
  }
  return best;
}

function distance(points: Float64Array, row: number, centres: Float64Array, at: number, width: number): number {
  let sum = 0;
  for (let column = 0; column < width; column++) {
    sum += (points[row * width + column]! - centres[at * width + column]!) ** 2;
  }
  return sum;
}
