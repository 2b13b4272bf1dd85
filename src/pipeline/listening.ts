import type { DeafInterval } from '../domain/asset.ts';
import { DAY, type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { TickTime } from '../rules/rule.ts';
import { DeafTimes } from './deafTimes.ts';

const ALIVE = 'last-alive';
/** A silence is never longer than this for a rule: older deafness need not be remembered. */
export const REMEMBERED: Duration = 30 * DAY;
const ALIVE_EVERY: Duration = SECOND;
/** A process that gave itself no sign of life for longer stood still. */
const STOOD_STILL_AFTER: Duration = 10 * SECOND;

/**
 * When Fettle could hear its devices. Silence counts only such time, so that neither a restart nor a lost broker
 * makes devices look silent. Persisted: the time from the last sign of life to the start was deaf. So is the time in
 * which the process stood still, stopped or with its machine; a clock put forward looks the same.
 *
 * Where several nodes share the devices' messages, what waits for a node that hears nothing can't be told from
 * silence: the time counts in which all of them were listening.
 */
export class Listening {
  readonly #database: Pick<Database, 'events' | 'settings'>;
  readonly #clock: Clock;
  /** Client id of this node; undefined where it is the only one. */
  readonly #node: string | undefined;
  readonly #deaf = new DeafTimes();
  readonly #unsaved: DeafInterval[] = [];
  #saving = 0;
  #deafSince: Timestamp | undefined;
  #aliveAt: Timestamp;
  #stop: (() => void) | undefined;
  /** Up to when the other nodes are known to have listened. */
  #othersUntil = Number.POSITIVE_INFINITY;

  constructor(database: Pick<Database, 'events' | 'settings'>, clock: Clock, node?: string) {
    this.#database = database;
    this.#clock = clock;
    this.#node = node;
    this.#aliveAt = clock.now();
    this.#deafSince = this.#aliveAt;
  }

  /** Watches for times in which the process stands still, until `stop`. */
  start(): void {
    this.#stop ??= this.#clock.every(ALIVE_EVERY, () => this.alive());
  }

  stop(): void {
    this.#stop?.();
  }

  /**
   * The process runs. After it stood still timers run before sockets tell that the broker is gone, so this comes before
   * anything that takes the time up to now for heard.
   */
  alive(): void {
    const [from, to] = [this.#aliveAt, this.#clock.now()];
    this.#aliveAt = to;
    if (this.heard && to - from > STOOD_STILL_AFTER) this.#wasDeaf({ from, to });
  }

  /**
   * Loads what is remembered; Fettle counts as deaf from its last sign of life until the broker is heard.
   * @param heardUntil that sign of life, where this is one of several nodes that has been there before.
   */
  async load(heardUntil?: Timestamp): Promise<void> {
    const now = this.#clock.now();
    const alive = this.#node === undefined ? await this.#database.settings.get<Timestamp>(ALIVE) : heardUntil;
    this.#deaf.add(await this.#database.events.deaf(now - REMEMBERED));
    this.#deafSince = Math.min(alive ?? now, now);
  }

  get heard(): boolean {
    return this.#deafSince === undefined;
  }

  /** Devices are heard now, and every time in which they were not is durable. */
  get vouched(): boolean {
    return this.heard && this.#unsaved.length === 0 && this.#saving === 0;
  }

  /** Devices can be heard, or can't any more. */
  set(listening: boolean): void {
    this.alive();
    const now = this.#clock.now();
    if (listening && this.#deafSince !== undefined) {
      this.#wasDeaf({ from: this.#deafSince, to: now });
      this.#deafSince = undefined;
    } else if (!listening) {
      this.#deafSince ??= now;
    }
  }

  /** Where the clock was put back meanwhile there is no such time: silence counts anew from there, see `tick`. */
  #wasDeaf(interval: { readonly from: Timestamp; readonly to: Timestamp }): void {
    if (interval.to <= interval.from) return;
    this.#deaf.forgetBefore(interval.to - REMEMBERED);
    this.#deaf.add([interval]);
    this.#unsaved.push(interval);
  }

  /**
   * What the other nodes say: up to when all of them have listened (infinity when there is none), and times in which
   * one of them did not. To be read in this order, or a time that ends meanwhile is in neither.
   */
  hearOfOthers(until: Timestamp, intervals: readonly DeafInterval[]): void {
    this.#deaf.add(intervals);
    this.#othersUntil = until;
  }

  /** Makes deaf intervals and the sign of life durable; repeated every few seconds. */
  async save(): Promise<void> {
    this.alive();
    const aliveAt = this.#aliveAt;
    for (let interval = this.#unsaved.shift(); interval; interval = this.#unsaved.shift()) {
      await this.#saveInterval(interval);
    }
    if (this.heard && this.#node === undefined) await this.#database.settings.set(ALIVE, aliveAt);
  }

  /** An interval that could not be saved is there for the next time. */
  async #saveInterval(interval: DeafInterval): Promise<void> {
    this.#saving++;
    try {
      await this.#database.events.saveDeaf(interval, this.#node);
    } catch (error) {
      this.#unsaved.unshift(interval);
      throw error;
    } finally {
      this.#saving--;
    }
  }

  /**
   * What a tick at `now` may know of an asset received at `receivedAt`, -Infinity for never. A receipt later than now is
   * of before the clock was put back, nobody knows how long: as heard now. `offlineSince` by its own word.
   */
  tick(now: Timestamp, receivedAt: Timestamp, offlineSince?: Timestamp): TickTime {
    this.alive();
    const listened = this.#listened;
    if (receivedAt === Number.NEGATIVE_INFINITY) return { now, lastHeard: null, silentFor: 0, listened };
    const lastHeard = Math.min(receivedAt, now);
    const silentFor = listened(lastHeard, now);
    return { now, lastHeard, silentFor, listened, ...(offlineSince !== undefined && { offlineSince }) };
  }

  readonly #listened = (from: Timestamp, to: Timestamp): Duration => {
    const end = Math.min(to, this.#deafSince ?? to, this.#othersUntil);
    return end <= from ? 0 : end - from - this.#deaf.within(from, end);
  };
}
