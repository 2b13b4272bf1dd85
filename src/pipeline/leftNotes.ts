import type { Timestamp } from '../domain/time.ts';
import type { Database } from '../ports/database.ts';
import type { RefoldSink } from './assess.ts';
import type { Fleet } from './fleet.ts';
import type { Tracked } from './tracked.ts';

/**
 * Finds notes that nobody answers: a transaction was committed and its answer never came, so whoever began it does not
 * know that there is something to fold anew.
 */
export class LeftNotes {
  readonly #fleet: Fleet;
  readonly #database: Pick<Database, 'states'>;
  readonly #refolds: RefoldSink;
  /** As of the last look, of assets that were not being folded anew. */
  #seen = new Map<Tracked, Timestamp>();

  constructor(fleet: Fleet, database: Pick<Database, 'states'>, refolds: RefoldSink) {
    this.#fleet = fleet;
    this.#database = database;
    this.#refolds = refolds;
  }

  /** What was there the last time as well is left; a note of a moment ago is about to be answered. */
  async look(): Promise<void> {
    const before = this.#seen;
    this.#seen = new Map();
    for (const { assetId, earliest } of await this.#database.states.notes()) {
      const tracked = this.#fleet.get(assetId);
      if (!tracked || tracked.refolding || tracked.noted > 0) continue;
      if (before.get(tracked) === earliest) this.#refolds.refold(tracked, earliest);
      else this.#seen.set(tracked, earliest);
    }
  }
}
