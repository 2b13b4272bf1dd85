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

/** The value at this share of the weight, by nearest rank. */
export function percentileOf(buckets: readonly Bucket[], share: number): number {
  const clusters: (readonly [value: number, weight: number])[] = [];
  let total = 0;
  for (const { sums, count } of buckets) {
    total += count;
    for (let at = 0; at < sums.length; at += 2) clusters.push([sums[at]!, sums[at + 1]!]);
  }
  clusters.sort((a, b) => a[0] - b[0]);
  let rank = Math.ceil(share * total - 1e-9);
  for (const [value, weight] of clusters) {
    rank -= weight;
    if (rank <= 0) return value;
  }
  return clusters.at(-1)![0];
}
