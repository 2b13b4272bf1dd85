import type { Log } from '../log.ts';
import type { Database, RefoldNote } from '../ports/database.ts';
import type { Journal } from '../ports/journal.ts';

const IMPORT_BATCH = 1000;

/**
 * Refold notes, durable before the samples they speak of: in the database or, while that does not take them, in a
 * journal from which they go there later.
 */
export class Notes {
  readonly #database: Pick<Database, 'states'>;
  readonly #journal: Journal;
  readonly #log: Log;

  constructor(database: Pick<Database, 'states'>, journal: Journal, log: Log) {
    this.#database = database;
    this.#journal = journal;
    this.#log = log;
  }

  async add(notes: readonly RefoldNote[]): Promise<void> {
    try {
      await this.#database.states.note(notes);
    } catch (error) {
      this.#log.warn({ err: error, notes: notes.length }, 'refold notes go to their journal');
      await this.#journal.append(notes.map((note) => Buffer.from(JSON.stringify(note))));
    }
  }

  /** Moves what the journal holds into the database. */
  async import(): Promise<void> {
    for (;;) {
      const records = await this.#journal.read(IMPORT_BATCH);
      const last = records.at(-1);
      if (!last) return;
      await this.#database.states.note(records.map(({ data }) => JSON.parse(data.toString()) as RefoldNote));
      await this.#journal.trim(last.next);
    }
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}
