/** Doublings after which a bound is no longer looked for: further than any horizon. */
const DOUBLINGS = 200;

/** Relative, of a quantile. */
const ACCURACY = 1e-7;

const HALVINGS = 60;

/**
 * The smallest t with within(t) ≥ p, by bisection between 0 and a bound found by doubling `scale` (a positive guess of
 * the order of magnitude); Infinity where within never gets there. `within` must not fall, and must take Infinity.
 */
export function invert(within: (t: number) => number, p: number, scale: number): number {
  if (within(0) >= p) return 0;
  if (within(Number.POSITIVE_INFINITY) < p) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = scale;
  for (let at = 0; within(high) < p; at++) {
    if (at === DOUBLINGS) return Number.POSITIVE_INFINITY;
    low = high;
    high *= 2;
  }
  for (let at = 0; at < HALVINGS && high - low > high * ACCURACY; at++) {
    const middle = (low + high) / 2;
    if (within(middle) < p) low = middle;
    else high = middle;
  }
  return high;
}
