import { random } from './random.ts';

/** Standard normal draws from a seed (Box & Muller 1958). */
export function normalDraws(seed: number): () => number {
  const uniform = random(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
