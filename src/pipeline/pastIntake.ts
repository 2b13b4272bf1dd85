import type { PastAnswer, PastBatch } from '../domain/past.ts';
import type { Duration } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ingest } from './ingest.ts';
import { orSlow } from './patience.ts';
import type { Spill } from './spill.ts';

/** One is written while the next is read; what devices send waits for no more than these. */
const AT_ONCE = 2;

export interface PastIntakeParts {
  readonly ingest: () => Pick<Ingest, 'takePast'>;
  readonly spill: Pick<Spill, 'isEmpty'>;
  readonly clock: Pick<Clock, 'sleep'>;
  /** How long a caller is kept waiting for the store. */
  readonly patience: Duration;
}

/**
 * Takes readings of the past from somebody who can bring them again at any time: while the store is behind they are turned
 * away, so that the spill is left to what devices send.
 */
export class PastIntake {
  readonly #parts: PastIntakeParts;
  #taking = 0;

  constructor(parts: PastIntakeParts) {
    this.#parts = parts;
  }

  /** Resolves when what is not refused is durable. */
  async take(batch: PastBatch): Promise<PastAnswer> {
    const { ingest, spill, clock, patience } = this.#parts;
    if (this.#taking >= AT_ONCE || !spill.isEmpty) return 'busy';
    this.#taking++;
    const work = ingest()
      .takePast(batch)
      .finally(() => {
        this.#taking--;
      });
    return orSlow(work, patience, clock);
  }
}
