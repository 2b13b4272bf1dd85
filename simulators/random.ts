/**
 * Random numbers without a sequence: each is a function of a seed and an index, so that a simulation can be entered at
 * any point and still gives the same values.
 */

/** A 32-bit seed from text (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Uniform in [0, 1) (finaliser of MurmurHash3 over seed and index). */
export function uniform(seed: number, index: number): number {
  const high = Math.floor(index / 0x100000000);
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index | 0, 0xc2b2ae35) ^ Math.imul(high, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x100000000;
}

/** Standard normal, cut at about ±4.5 (Box–Muller). */
export function normal(seed: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(Math.max(uniform(seed, index), 4e-5)));
  return radius * Math.cos(2 * Math.PI * uniform(seed ^ 0x5bd1e995, index));
}

/** A smooth course between -1 and 1 that changes over about `period`, both in the unit of `at`. */
export function wander(seed: number, at: number, period: number): number {
  const position = at / period;
  const knot = Math.floor(position);
  const share = position - knot;
  const from = 2 * uniform(seed, knot) - 1;
  const to = 2 * uniform(seed, knot + 1) - 1;
  return from + (to - from) * share * share * (3 - 2 * share);
}
