import type { DeafInterval } from '../domain/asset.ts';
import { DAY, type Duration, type Timestamp } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { TickTime } from '../rules/rule.ts';

const ALIVE = 'last-alive';
/** A silence is never longer than this for a rule: older deafness need not be remembered. */
const REMEMBERED: Duration = 30 * DAY;

/**
 * When Fettle could hear its devices. Silence counts only such time, so that neither a restart nor a lost broker
 * makes devices look silent. Persisted: the time from the last sign of life to the start was deaf.
 */
export class Listening {
  readonly #database: Database;
  readonly #clock: Clock;
  #deaf: DeafInterval[] = [];
  readonly #unsaved: DeafInterval[] = [];
  #deafSince: Timestamp | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#deafSince = clock.now();
  }

  /** Loads what is remembered; Fettle counts as deaf from its last sign of life until the broker is heard. */
  async load(): Promise<void> {
    const now = this.#clock.now();
    const alive = await this.#database.settings.get<Timestamp>(ALIVE);
    this.#deaf = await this.#database.events.deaf(now - REMEMBERED);
    this.#deafSince = Math.min(alive ?? now, now);
  }

  get heard(): boolean {
    return this.#deafSince === undefined;
  }

  /** Devices can be heard, or can't any more. */
  set(listening: boolean): void {
    const now = this.#clock.now();
    if (listening && this.#deafSince !== undefined) {
      const interval = { from: this.#deafSince, to: now };
      this.#deaf = this.#deaf.filter(({ to }) => to === undefined || to > now - REMEMBERED);
      this.#deaf.push(interval);
      this.#unsaved.push(interval);
      this.#deafSince = undefined;
    } else if (!listening) {
      this.#deafSince ??= now;
    }
  }

  /** Makes deaf intervals and the sign of life durable; repeated every few seconds. */
  async save(): Promise<void> {
    for (let interval = this.#unsaved.shift(); interval; interval = this.#unsaved.shift()) {
      await this.#saveInterval(interval);
    }
    if (this.heard) await this.#database.settings.set(ALIVE, this.#clock.now());
  }

  /** An interval that could not be saved is there for the next time. */
  async #saveInterval(interval: DeafInterval): Promise<void> {
    try {
      await this.#database.events.saveDeaf(interval);
    } catch (error) {
      this.#unsaved.unshift(interval);
      throw error;
    }
  }

  /** What a tick at `now` may know of an asset last heard at `lastHeard`, -Infinity for never. */
  tick(now: Timestamp, lastHeard: Timestamp): TickTime {
    if (lastHeard === Number.NEGATIVE_INFINITY) return { now, lastHeard: null, silentFor: 0 };
    let silentFor = now - lastHeard;
    for (const { from, to } of this.#deaf) silentFor -= overlap(from, to ?? now, lastHeard, now);
    if (this.#deafSince !== undefined) silentFor -= overlap(this.#deafSince, now, lastHeard, now);
    return { now, lastHeard, silentFor: Math.max(0, silentFor) };
  }
}

function overlap(from: Timestamp, to: Timestamp, start: Timestamp, end: Timestamp): Duration {
  return Math.max(0, Math.min(to, end) - Math.max(from, start));
}
