import type { Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, StateToSave } from '../ports/database.ts';
import type { Assess, Records } from './assess.ts';
import type { Exclusive } from './exclusive.ts';
import type { Fleet } from './fleet.ts';
import { stateToSave } from './views.ts';

/** States saved in one transaction. */
const CHUNK = 250;

export interface CheckpointParts {
  readonly fleet: Fleet;
  readonly assess: Assess;
  readonly database: Database;
  readonly records: Exclusive;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'partErrors'>;
  readonly log: Log;
}

/**
 * Saves changed states, so that a restart reads only what came after. A state is saved only when all its findings are
 * in the database: recovery makes them again from the older state otherwise.
 */
export class Checkpoint {
  readonly #fleet: Fleet;
  readonly #assess: Assess;
  readonly #database: Database;
  readonly #records: Exclusive;
  readonly #clock: Clock;
  readonly #metrics: Pick<Metrics, 'partErrors'>;
  readonly #log: Log;
  #trouble: string | undefined;
  #lastDone: Timestamp | undefined;

  constructor({ fleet, assess, database, records, clock, metrics, log }: CheckpointParts) {
    this.#fleet = fleet;
    this.#assess = assess;
    this.#database = database;
    this.#records = records;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#log = log;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** When states were last saved; undefined before the first time. */
  get lastDone(): Timestamp | undefined {
    return this.#lastDone;
  }

  /** Saves everything that may be saved now; what fails stays for the next time. */
  async run(): Promise<void> {
    try {
      await this.#records.exclusive(() => this.#saveAll());
      this.#trouble = undefined;
      this.#lastDone = this.#clock.now();
    } catch (error) {
      this.#metrics.partErrors.inc({ part: 'database' });
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#log.warn({ err: error }, 'states not saved; trying again at the next checkpoint');
    }
  }

  /** Drops snapshots that no refold within the horizon can need. */
  prune(before: Timestamp): Promise<void> {
    return this.#records.exclusive(() => this.#database.states.pruneSnapshots(before));
  }

  /** States and the records that led to them are taken in one turn and saved in one transaction. */
  async #saveAll(): Promise<void> {
    for (;;) {
      const records = this.#assess.takeRecords();
      const states = this.#takeDirty();
      if (states.length + records.snapshots.length + records.usage.length === 0) return;
      await this.#save(states, records);
    }
  }

  /** Serializes the next states and marks them clean; all in one turn, so each is true to its moment. */
  #takeDirty(): StateToSave[] {
    const states: StateToSave[] = [];
    for (const tracked of this.#fleet.all()) {
      if (!tracked.dirty || !tracked.settled) continue;
      states.push(stateToSave(tracked));
      tracked.dirty = false;
      if (states.length === CHUNK) break;
    }
    return states;
  }

  async #save(states: readonly StateToSave[], { snapshots, usage }: Records): Promise<void> {
    try {
      await this.#database.transaction(async (tx) => {
        await tx.states.saveSnapshots(snapshots);
        await tx.states.saveUsage(usage);
        await tx.states.save(states);
      });
    } catch (error) {
      this.#assess.giveBack(snapshots, usage);
      for (const { assetId } of states) {
        const tracked = this.#fleet.get(assetId);
        if (tracked) tracked.dirty = true;
      }
      throw error;
    }
  }
}
