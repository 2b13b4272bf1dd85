import { uniform } from '../../../simulators/random.ts';

/** Random choices in a row, the same for the same seed. */
export class Draws {
  readonly #seed: number;
  #next = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * uniform(this.#seed, this.#next++);
  }

  chance(probability: number): boolean {
    return this.between(0, 1) < probability;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('nothing to pick from');
    return items[Math.floor(this.between(0, items.length))]!;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => [this.between(0, 1), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  }
}
