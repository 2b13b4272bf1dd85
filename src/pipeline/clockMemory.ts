import type { Database } from '../ports/database.ts';
import type { ClockEpoch, ClockMemory } from './clockOffset.ts';

const PREFIX = 'clock:';

/**
 * Keeps learned clock offsets in the database, so that a redelivered message gets the same time after a restart. What
 * is learned is durable only after `persist`: before the samples stamped by it are settled.
 */
export class DurableClocks implements ClockMemory {
  readonly saved: ReadonlyMap<string, readonly ClockEpoch[]>;
  readonly #database: Pick<Database, 'settings'>;
  readonly #unsaved = new Map<string, readonly ClockEpoch[]>();

  private constructor(database: Pick<Database, 'settings'>, saved: ReadonlyMap<string, readonly ClockEpoch[]>) {
    this.#database = database;
    this.saved = saved;
  }

  static async load(database: Pick<Database, 'settings'>): Promise<DurableClocks> {
    const settings = await database.settings.withPrefix<readonly ClockEpoch[]>(PREFIX);
    return new DurableClocks(
      database,
      new Map([...settings].map(([name, epochs]) => [name.slice(PREFIX.length), epochs])),
    );
  }

  get hasUnsaved(): boolean {
    return this.#unsaved.size > 0;
  }

  save(clock: string, epochs: readonly ClockEpoch[]): void {
    this.#unsaved.set(clock, epochs);
  }

  async persist(): Promise<void> {
    for (const [clock, epochs] of this.#unsaved) {
      await this.#database.settings.set(PREFIX + clock, epochs);
      if (this.#unsaved.get(clock) === epochs) this.#unsaved.delete(clock);
    }
  }
}
