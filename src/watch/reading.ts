import { type Duration, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';

/** A scrape waits no longer for its readings: longer than a part has to answer, and Prometheus gives up after ten seconds. */
const PATIENCE: Duration = 6 * SECOND;

export interface ReadingOptions {
  /** What is read, for the log: `the deliveries`. */
  readonly name: string;
  /** A value read so recently is taken again, so that scrapes and people looking at once cost one question. */
  readonly fresh: Duration;
  readonly clock: Clock;
  readonly log: Log;
}

/** Something that takes a question to a server to know; asked once at a time, and undefined while there is no answer. */
export class Reading<T> {
  readonly #read: () => Promise<T>;
  readonly #options: ReadingOptions;
  #value: T | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined;
  #failing = false;

  constructor(read: () => Promise<T>, options: ReadingOptions) {
    this.#read = read;
    this.#options = options;
  }

  /** Never rejects. */
  async get(): Promise<T | undefined> {
    const { clock, fresh } = this.#options;
    if (clock.elapsed() - this.#readAt < fresh) return this.#value;
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = undefined;
    });
    await this.#patiently(this.#underWay);
    return clock.elapsed() - this.#readAt < fresh ? this.#value : undefined;
  }

  async #ask(): Promise<void> {
    const { name, clock, log } = this.#options;
    try {
      this.#value = await this.#read();
      this.#readAt = clock.elapsed();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) log.warn({ err: error }, `metrics leave out ${name} while it cannot be read`);
      this.#failing = true;
    }
  }

  async #patiently(answer: Promise<void>): Promise<void> {
    const stop = new AbortController();
    const enough = this.#options.clock.sleep(PATIENCE, stop.signal).catch(() => undefined);
    await Promise.race([answer, enough]);
    stop.abort();
  }
}
