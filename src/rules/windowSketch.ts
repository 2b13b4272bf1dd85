import type { Bucket } from './window.ts';

/**
 * The distribution of the values of one stretch as a few clusters in order, flat: value, weight, value, weight, …
 * Up to CLUSTERS values it is exact; beyond that the two lightest neighbours become one, the lowest and the
 * highest value aside (a coarse form of the t-digest, Dunning & Ertl 2019).
 */
const CLUSTERS = 6;

export function addToSketch(sketch: number[], value: number): void {
  let at = 0;
  while (at < sketch.length && sketch[at]! < value) at += 2;
  if (sketch[at] === value) {
    sketch[at + 1]!++;
    return;
  }
  sketch.splice(at, 0, value, 1);
  if (sketch.length > 2 * CLUSTERS) mergeLightest(sketch);
}

function mergeLightest(sketch: number[]): void {
  let best = 2;
  for (let at = 2; at + 4 < sketch.length; at += 2) {
    if (sketch[at + 1]! + sketch[at + 3]! < sketch[best + 1]! + sketch[best + 3]!) best = at;
  }
  const weight = sketch[best + 1]! + sketch[best + 3]!;
  const value = (sketch[best]! * sketch[best + 1]! + sketch[best + 2]! * sketch[best + 3]!) / weight;
  sketch.splice(best, 4, value, weight);
}

/** The value at this share of the weight, by nearest rank, over up to so many stretches. */
export function percentileOver(stretches: number, share: number): (buckets: readonly Bucket[]) => number {
  // Room that is used again, since a percentile is asked for with each sample.
  const values = new Float64Array(stretches * CLUSTERS);
  const weights = new Float64Array(stretches * CLUSTERS);
  return (buckets) => {
    let size = 0;
    let total = 0;
    for (const { sums, count } of buckets) {
      total += count;
      for (let at = 0; at < sums.length; at += 2) {
        values[size] = sums[at]!;
        weights[size++] = sums[at + 1]!;
      }
    }
    return select(values, weights, size, Math.ceil(share * total - 1e-9));
  };
}

/** The value of this rank among the first `size`, each counted with its weight: quickselect (Hoare 1961). Moves them. */
function select(values: Float64Array, weights: Float64Array, size: number, rank: number): number {
  let from = 0;
  let to = size;
  let left = rank;
  while (to - from > 1) {
    const pivot = values[(from + to) >> 1]!;
    let [low, high, below, same] = [from, to, 0, 0];
    for (let at = from; at < high; ) {
      const value = values[at]!;
      if (value > pivot) {
        swap(values, at, --high);
        swap(weights, at, high);
      } else {
        if (value < pivot) {
          below += weights[at]!;
          swap(values, at, low);
          swap(weights, at, low++);
        } else same += weights[at]!;
        at++;
      }
    }
    if (left > below && left <= below + same) return pivot;
    if (left <= below) to = low;
    else {
      left -= below + same;
      from = high;
    }
  }
  return values[from]!;
}

function swap(list: Float64Array, one: number, other: number): void {
  const kept = list[one]!;
  list[one] = list[other]!;
  list[other] = kept;
}
