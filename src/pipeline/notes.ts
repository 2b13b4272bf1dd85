import type { AssetEvent } from '../domain/asset.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { RefoldNote } from '../ports/database.ts';
import type { Journal } from '../ports/journal.ts';
import { inTime } from './within.ts';

const IMPORT_BATCH = 1000;
/** What waits for these notes to be durable is settled after them: a frozen database must not hold it up. */
const SAVE_LIMIT: Duration = 5 * SECOND;

/**
 * Notes that are durable before the samples they speak of: in the database or, while that does not take them in time, in
 * a journal from which they go there later. While the journal holds any, further ones queue behind them, so that only
 * the first one waits for a database that is frozen.
 */
export class Notes<T> {
  readonly #save: (notes: readonly T[]) => Promise<void>;
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #what: string;

  /** `save` puts them into the database, harmless when done again; `what` they are is for the log. */
  constructor(save: (notes: readonly T[]) => Promise<void>, journal: Journal, log: Log, what: string) {
    this.#save = save;
    this.#journal = journal;
    this.#log = log;
    this.#what = what;
  }

  /** @throws JournalFullError when neither takes them. */
  async add(notes: readonly T[]): Promise<void> {
    if (this.#journal.pending().records === 0) {
      try {
        return await inTime(SAVE_LIMIT, this.#save(notes));
      } catch (error) {
        this.#log.warn({ err: error, notes: notes.length }, `${this.#what} go to their journal`);
      }
    }
    await this.#journal.append(notes.map((note) => Buffer.from(JSON.stringify(note))));
  }

  /** Moves what the journal holds into the database. */
  async import(): Promise<void> {
    let imported = 0;
    for (;;) {
      const records = await this.#journal.read(IMPORT_BATCH);
      const last = records.at(-1);
      if (!last) break;
      await this.#save(records.map(({ data }) => JSON.parse(data.toString()) as T));
      await this.#journal.trim(last.next);
      imported += records.length;
    }
    if (imported > 0) this.#log.info({ notes: imported }, `${this.#what} are in the database now`);
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

/** What asks for an event to be taken in, once its time has come. */
export function noteOfEvent({ assetId, at, recordedAt }: AssetEvent): RefoldNote {
  return { assetId, earliest: at, rest: Math.max(0, at - recordedAt) };
}
