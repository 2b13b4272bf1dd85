import { type Duration, MINUTE, SECOND } from '../domain/time.ts';
import { reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { SpillDrain } from './spillDrain.ts';

const MEBIBYTE = 1024 * 1024;

/** Says in the log when spilling begins and why, every minute how much waits, and when all of it is stored. */
export class SpillReport {
  readonly #journal: Pick<Journal, 'pending' | 'maxBytes'>;
  readonly #drain: Pick<SpillDrain, 'drained' | 'refused'>;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By `elapsed`. */
  #since: Duration | undefined;
  #toldAt: Duration = 0;
  #reason: unknown;
  #before = { drained: 0, refused: 0 };

  constructor(
    journal: Pick<Journal, 'pending' | 'maxBytes'>,
    drain: Pick<SpillDrain, 'drained' | 'refused'>,
    clock: Clock,
    log: Log,
  ) {
    this.#journal = journal;
    this.#drain = drain;
    this.#clock = clock;
    this.#log = log;
  }

  /** Why the store took nothing at the last attempt, in words; undefined when it did. */
  get reason(): string | undefined {
    return this.#reason === undefined ? undefined : reasonOf(this.#reason);
  }

  failed(reason: unknown): void {
    this.#reason = reason;
  }

  /** The store took some of what waits. */
  progress(): void {
    this.#reason = undefined;
    this.waiting();
  }

  /** Something waits in the spill; called again as long as this is so. */
  waiting(): void {
    const now = this.#clock.elapsed();
    if (this.#since === undefined) {
      this.#since = now;
      this.#toldAt = now;
      const { drained, refused } = this.#drain;
      this.#before = { drained, refused };
      this.#log.warn({ err: this.#reason, ...this.#held() }, BEGINS);
    } else if (now - this.#toldAt >= MINUTE) {
      this.#toldAt = now;
      const drained = this.#drain.drained - this.#before.drained;
      const seconds = (now - this.#since) / SECOND;
      this.#log.warn({ err: this.#reason, ...this.#held(), drained, seconds }, 'samples wait in the spill');
    }
  }

  /** The spill is empty. */
  emptied(): void {
    this.#reason = undefined;
    if (this.#since === undefined) return;
    const samples = this.#drain.drained - this.#before.drained;
    const refused = this.#drain.refused - this.#before.refused;
    const seconds = (this.#clock.elapsed() - this.#since) / SECOND;
    this.#since = undefined;
    this.#log.info({ samples, refused, seconds }, 'the spill is drained: what waited in it is stored');
  }

  /** What waits and why, in words. */
  get words(): string {
    const { batches, mb, ofMb } = this.#held();
    return `${batches} batches wait for the time-series store, ${mb} of ${ofMb} MB; ${this.reason ?? 'draining'}`;
  }

  #held() {
    const { records, bytes } = this.#journal.pending();
    return { batches: records, mb: Math.ceil(bytes / MEBIBYTE), ofMb: Math.floor(this.#journal.maxBytes / MEBIBYTE) };
  }
}

const BEGINS = 'samples go to the spill until the time-series store takes them; they are safe there and settled';
