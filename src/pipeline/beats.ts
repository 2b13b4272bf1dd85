import { type Duration, SECOND } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

const BEAT_EVERY: Duration = 5 * SECOND;

/** A sign of life every few seconds, beside work that may take long without a word. A process that stands still gives none. */
export class Beats {
  readonly #stop: () => void;
  #underWay: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(clock: Clock, beat: () => Promise<void>) {
    this.#stop = clock.every(BEAT_EVERY, () => {
      this.#underWay = beat().catch((error: unknown) => {
        this.#failure ??= { error };
      });
      return this.#underWay;
    });
  }

  /** Resolves when no beat is under way any more. */
  stop(): Promise<void> {
    this.#stop();
    return this.#underWay;
  }

  /** @throws what made a beat fail. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
