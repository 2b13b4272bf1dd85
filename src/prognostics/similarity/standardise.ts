/** Brings features to mean 0 and deviation 1, and holds later ones to the reach that was seen. */
export interface Scale {
  /** The features it was learned from, brought to scale. */
  readonly all: Float64Array;
  /** In place. */
  apply(features: Float64Array): void;
}

export function standardise(rows: Float64Array, width: number): Scale {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) mean[at % width]! += rows[at]! / count;
  for (let at = 0; at < rows.length; at++) deviation[at % width]! += (rows[at]! - mean[at % width]!) ** 2 / count;
  for (let at = 0; at < width; at++) deviation[at] = Math.sqrt(deviation[at]!) || 1;
  const all = rows.map((value, at) => (value - mean[at % width]!) / deviation[at % width]!);
  const lowest = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const highest = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < all.length; at++) {
    lowest[at % width] = Math.min(lowest[at % width]!, all[at]!);
    highest[at % width] = Math.max(highest[at % width]!, all[at]!);
  }
  return {
    all,
    apply(features) {
      for (let at = 0; at < width; at++) {
        const scaled = (features[at]! - mean[at]!) / deviation[at]!;
        features[at] = Math.min(Math.max(scaled, lowest[at]!), highest[at]!);
      }
    },
  };
}
