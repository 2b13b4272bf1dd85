import type { RebirthOptions } from '../domain/source.ts';
import type { Duration } from '../domain/time.ts';

/** Why an edge node is asked for a rebirth. */
export type RebirthReason = 'before-birth' | 'unknown-alias' | 'gap';

/**
 * When one edge node is asked for a rebirth: soon, then in intervals that double, so that a node which does not answer,
 * or errs again after each birth, is not driven by requests.
 */
export class Asking {
  readonly #options: RebirthOptions;
  #wanted: RebirthReason | undefined;
  #notBefore: Duration = Number.NEGATIVE_INFINITY;
  #lastAsked: Duration = Number.NEGATIVE_INFINITY;
  #attempts = 0;

  constructor(options: RebirthOptions) {
    this.#options = options;
  }

  get wanted(): RebirthReason | undefined {
    return this.#wanted;
  }

  /** `spread` (0 to 1) is the node's own part of the jitter, by which all nodes of a plant are not asked at once. */
  want(reason: RebirthReason, now: Duration, spread: number): void {
    if (this.#wanted !== undefined) return;
    this.#wanted = reason;
    if (now - this.#lastAsked > this.#options.maxInterval) this.#attempts = 0;
    this.#notBefore = Math.max(this.#notBefore, now + spread * this.#options.jitter);
  }

  isDue(now: Duration): boolean {
    return this.#options.request && this.#wanted !== undefined && now >= this.#notBefore;
  }

  asked(now: Duration): void {
    const { interval, maxInterval } = this.#options;
    this.#lastAsked = now;
    this.#notBefore = now + Math.min(maxInterval, interval * 2 ** this.#attempts);
    this.#attempts++;
  }

  /** The birth has come, or the node is gone and has none to give. */
  settle(): void {
    this.#wanted = undefined;
  }
}
