/** Factors on the distance from the median, on either side of it. */
export interface Spread {
  readonly below: number;
  readonly above: number;
}

/** A distribution of remaining life as a weighted histogram; the spread about its median can be scaled. */
export class Mixture {
  readonly #bin: number;
  readonly #cumulated: Float64Array;
  readonly #median: number;
  readonly #spread: Spread;

  /**
   * @param weights by bin, the first beginning at 0
   * @param bin width of a bin
   */
  constructor(weights: Float64Array, bin: number, spread: Spread) {
    this.#bin = bin;
    this.#spread = spread;
    this.#cumulated = new Float64Array(weights.length + 1);
    for (let at = 0; at < weights.length; at++) this.#cumulated[at + 1] = this.#cumulated[at]! + weights[at]!;
    this.#median = this.#raw(0.5);
  }

  /** The remaining life that is passed with probability 1 - `probability`. */
  quantile(probability: number): number {
    const off = this.#raw(probability) - this.#median;
    return Math.max(0, this.#median + off * (off < 0 ? this.#spread.below : this.#spread.above));
  }

  /** Probability that the remaining life is at most this. */
  within(left: number): number {
    if (left < 0) return 0;
    const off = left - this.#median;
    const at = (this.#median + off / (off < 0 ? this.#spread.below : this.#spread.above)) / this.#bin;
    if (at <= 0) return 0;
    const low = Math.min(Math.floor(at), this.#cumulated.length - 1);
    const high = Math.min(low + 1, this.#cumulated.length - 1);
    const sum = this.#cumulated[low]! + (this.#cumulated[high]! - this.#cumulated[low]!) * (at - low);
    return Math.min(1, sum / this.#cumulated.at(-1)!);
  }

  #raw(probability: number): number {
    const wanted = probability * this.#cumulated.at(-1)!;
    let low = 0;
    let high = this.#cumulated.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#cumulated[middle]! < wanted) low = middle;
      else high = middle;
    }
    const inBin = this.#cumulated[high]! - this.#cumulated[low]!;
    const share = inBin > 0 ? (wanted - this.#cumulated[low]!) / inBin : 0;
    return (low + Math.max(0, share)) * this.#bin;
  }
}
