import { type Duration, MINUTE, SECOND, type Timestamp } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

const FIRST_REST: Duration = SECOND;
const LONGEST_REST: Duration = MINUTE;

interface Ill {
  readonly until: Timestamp;
  readonly rest: Duration;
  readonly reason: string | undefined;
}

/** Assets whose assessment fails: they rest, longer each time, so that the others of their shard go on. */
export class Ailing {
  readonly #clock: Clock;
  readonly #ill = new Map<string, Ill>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Without a `reason` nothing is wrong with it: it is only not known here yet. */
  add(assetId: string, reason?: string): void {
    const rest = Math.min(2 * (this.#ill.get(assetId)?.rest ?? FIRST_REST / 2), LONGEST_REST);
    this.#ill.set(assetId, { until: this.#clock.now() + rest, rest, reason });
  }

  healed(assetId: string): void {
    this.#ill.delete(assetId);
  }

  /** Those to leave alone for now. */
  resting(): string[] {
    const now = this.#clock.now();
    return [...this.#ill].filter(([, { until }]) => until > now).map(([id]) => id);
  }

  /** In words; undefined when there are none. */
  describe(): string | undefined {
    const told = [...this.#ill].filter(([, { reason }]) => reason !== undefined);
    if (told.length === 0) return undefined;
    const some = told.slice(0, 3).map(([id, { reason }]) => `${id} (${reason})`);
    const more = told.length > some.length ? ` and ${told.length - some.length} more` : '';
    return `assets that can't be assessed: ${some.join(', ')}${more}; they are tried again`;
  }
}
