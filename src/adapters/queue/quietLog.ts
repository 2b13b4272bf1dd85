import { SECOND } from '../../domain/time.ts';
import type { Log } from '../../log.ts';

const REPEAT_AFTER = 30 * SECOND;
const KINDS = 100;

/** Logs errors that come by the hundred while a server is away: each message at once, then at most every 30 s, counted. */
export class QuietLog {
  readonly #log: Log;
  readonly #seen = new Map<string, { at: number; suppressed: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  warn(error: Error, text: string): void {
    const now = performance.now();
    const seen = this.#seen.get(error.message);
    if (seen && now - seen.at < REPEAT_AFTER) {
      seen.suppressed += 1;
      return;
    }
    if (this.#seen.size >= KINDS) this.#seen.clear();
    this.#seen.set(error.message, { at: now, suppressed: 0 });
    this.#log.warn({ err: error, ...(seen?.suppressed && { repeated: seen.suppressed }) }, text);
  }
}
