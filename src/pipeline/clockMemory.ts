import type { Database } from '../ports/database.ts';
import type { ClockEpoch, ClockMemory } from './clockOffset.ts';
import type { Notes } from './notes.ts';
import { CLOCK_PREFIX, type RegistryNote } from './registryNotes.ts';

/**
 * Keeps learned clock offsets in the database, so that a redelivered message gets the same time after a restart. What
 * is learned is durable only after `persist`: before the samples stamped by it are settled.
 */
export class DurableClocks implements ClockMemory {
  readonly saved: ReadonlyMap<string, readonly ClockEpoch[]>;
  readonly #notes: Pick<Notes<RegistryNote>, 'add'>;
  readonly #unsaved = new Map<string, readonly ClockEpoch[]>();

  private constructor(notes: Pick<Notes<RegistryNote>, 'add'>, saved: ReadonlyMap<string, readonly ClockEpoch[]>) {
    this.#notes = notes;
    this.saved = saved;
  }

  /** What the journal of `notes` held must be in the database by now. */
  static async load(
    database: Pick<Database, 'settings'>,
    notes: Pick<Notes<RegistryNote>, 'add'>,
  ): Promise<DurableClocks> {
    const settings = await database.settings.withPrefix<readonly ClockEpoch[]>(CLOCK_PREFIX);
    return new DurableClocks(
      notes,
      new Map([...settings].map(([name, epochs]) => [name.slice(CLOCK_PREFIX.length), epochs])),
    );
  }

  get hasUnsaved(): boolean {
    return this.#unsaved.size > 0;
  }

  save(clock: string, epochs: readonly ClockEpoch[]): void {
    this.#unsaved.set(clock, epochs);
  }

  async persist(): Promise<void> {
    const unsaved = [...this.#unsaved];
    await this.#notes.add(unsaved.map(([clock, epochs]) => ({ clock, epochs })));
    for (const [clock, epochs] of unsaved) if (this.#unsaved.get(clock) === epochs) this.#unsaved.delete(clock);
  }
}
