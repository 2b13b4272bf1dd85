import type { AssetEvent } from '../domain/asset.ts';
import type { Log } from '../log.ts';
import type { RefoldNote } from '../ports/database.ts';
import type { Journal } from '../ports/journal.ts';

const IMPORT_BATCH = 1000;

/**
 * Notes that are durable before the samples they speak of: in the database or, while that does not take them, in a
 * journal from which they go there later.
 */
export class Notes<T> {
  readonly #save: (notes: readonly T[]) => Promise<void>;
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #what: string;

  /** `save` puts them into the database; `what` they are is for the log. */
  constructor(save: (notes: readonly T[]) => Promise<void>, journal: Journal, log: Log, what: string) {
    this.#save = save;
    this.#journal = journal;
    this.#log = log;
    this.#what = what;
  }

  async add(notes: readonly T[]): Promise<void> {
    try {
      await this.#save(notes);
    } catch (error) {
      this.#log.warn({ err: error, notes: notes.length }, `${this.#what} go to their journal`);
      await this.#journal.append(notes.map((note) => Buffer.from(JSON.stringify(note))));
    }
  }

  /** Moves what the journal holds into the database. */
  async import(): Promise<void> {
    for (;;) {
      const records = await this.#journal.read(IMPORT_BATCH);
      const last = records.at(-1);
      if (!last) return;
      await this.#save(records.map(({ data }) => JSON.parse(data.toString()) as T));
      await this.#journal.trim(last.next);
    }
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

/** What asks for an event to be taken in, once its time has come. */
export function noteOfEvent({ assetId, at, recordedAt }: AssetEvent): RefoldNote {
  return { assetId, earliest: at, rest: Math.max(0, at - recordedAt) };
}
