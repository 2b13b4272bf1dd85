import { type Duration, MINUTE, SECOND } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

const FIRST_REST: Duration = SECOND;
const LONGEST_REST: Duration = MINUTE;
/** Not tried again for so long after its rest, it is with another node, which may have assessed it. */
const TRIED_WITHIN: Duration = 10 * SECOND;

interface Ill {
  readonly until: Duration;
  readonly rest: Duration;
  readonly reason: string | undefined;
}

/** Assets or shards whose assessment fails: they rest, longer each time, so that the others go on. */
export class Ailing<Id extends string | number> {
  readonly #clock: Clock;
  readonly #ill = new Map<Id, Ill>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Without a `reason` nothing is wrong with it: it is only not known here yet. */
  add(id: Id, reason?: string): void {
    const rest = Math.min(2 * (this.#ill.get(id)?.rest ?? FIRST_REST / 2), LONGEST_REST);
    this.#ill.set(id, { until: this.#clock.elapsed() + rest, rest, reason });
  }

  healed(id: Id): void {
    this.#ill.delete(id);
  }

  /** Those to leave alone for now. */
  resting(): Id[] {
    const now = this.#clock.elapsed();
    for (const [id, { until, rest }] of this.#ill) if (now > until + rest + TRIED_WITHIN) this.#ill.delete(id);
    return [...this.#ill].filter(([, { until }]) => until > now).map(([id]) => id);
  }

  /** Assets, in words; undefined when there are none. */
  describe(): string | undefined {
    const told = [...this.#ill].filter(([, { reason }]) => reason !== undefined);
    if (told.length === 0) return undefined;
    const some = told.slice(0, 3).map(([id, { reason }]) => `${id} (${reason})`);
    const more = told.length > some.length ? ` and ${told.length - some.length} more` : '';
    return `assets that can't be assessed: ${some.join(', ')}${more}; they are tried again`;
  }
}
