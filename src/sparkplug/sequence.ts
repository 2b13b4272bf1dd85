import type { Duration } from '../domain/time.ts';

const NUMBERS = 256;
/** Further ahead than this is behind: a message that came late, or once more. */
const FURTHEST = NUMBERS / 2;

/** The sequence numbers that an edge node and its devices share (Sparkplug 3.0.0, 5.3): which of them have not come. */
export class Sequence {
  #next: number | undefined;
  /** Come before others that are still to come. */
  readonly #ahead = new Set<number>();
  #gapSince: Duration | undefined;

  /** Since when a number is missing; undefined while none is. */
  get gapSince(): Duration | undefined {
    return this.#gapSince;
  }

  /** A birth begins anew. */
  restart(seq: number | undefined): void {
    this.#next = seq === undefined ? undefined : (seq + 1) % NUMBERS;
    this.#settle();
  }

  take(seq: number | undefined, now: Duration): void {
    if (seq === undefined || this.#next === undefined) return;
    const distance = this.#distance(seq % NUMBERS);
    if (distance >= FURTHEST) return;
    this.#ahead.add(seq % NUMBERS);
    while (this.#ahead.delete(this.#next)) this.#next = (this.#next + 1) % NUMBERS;
    if (this.#ahead.size === 0) this.#gapSince = undefined;
    else this.#gapSince ??= now;
  }

  /** What is missing will not come any more. */
  giveUp(): void {
    const furthest = Math.max(...[...this.#ahead].map((seq) => this.#distance(seq)));
    if (this.#ahead.size > 0) this.#next = (this.#next! + furthest + 1) % NUMBERS;
    this.#settle();
  }

  #distance(seq: number): number {
    return (seq - this.#next! + NUMBERS) % NUMBERS;
  }

  #settle(): void {
    this.#ahead.clear();
    this.#gapSince = undefined;
  }
}
