import type { Duration, Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Repositories, StateRepository } from '../ports/database.ts';
import type { Memo } from '../ports/memo.ts';
import { RESTORES, type Restores, restored } from './restored.ts';

/** What the data folder remembers of the database, written after the database had it. */
interface Remembered {
  /** Names the folder: each has a mark of its own in the database. */
  readonly folder: string;
  /** The mark in the database was there at least. */
  readonly count: number;
  /** Restores known, so that one is noticed once. */
  readonly restores: number;
}

/** The database is older than what this process has seen of it: nothing may be built on what is in memory. */
export class DatabaseRestoredError extends Error {
  override readonly name = 'DatabaseRestoredError';

  constructor() {
    super('the database is older than what Fettle has seen of it: it was restored, or another one took its place');
  }
}

export interface DatabaseMarkParts {
  readonly database: Database;
  readonly memo: Memo;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Notices that the database was restored, or replaced: a count in it moves on with every checkpoint, and the data folder
 * remembers it. The folder learns of a count only when the database has committed it, so no crash puts it ahead; where
 * the database is behind, it is older.
 */
export class DatabaseMark {
  /** Resolves when the database turns out older while this process works on it: then the process has to end. */
  readonly behind: Promise<void>;
  readonly #parts: DatabaseMarkParts;
  #tellBehind: () => void = () => undefined;
  #remembered: Remembered = { folder: newId(), count: 0, restores: 0 };

  constructor(parts: DatabaseMarkParts) {
    this.#parts = parts;
    this.behind = new Promise((resolve) => {
      this.#tellBehind = resolve;
    });
  }

  /**
   * Before anything is read of the database or written. Where it was restored, and no other node has noticed, deliveries
   * are paused and every asset is noted to be folded anew from `horizon` before its state.
   */
  async start(horizon: Duration): Promise<void> {
    const { database, clock, log } = this.#parts;
    const earlier = await this.#recall();
    if (earlier) this.#remembered = earlier;
    const { folder, count, restores } = this.#remembered;
    const now: Timestamp = clock.now();
    const { isNews, ...remembered } = await database.transaction(async ({ settings, ...tx }) => {
      const known = (await settings.get<Restores>(RESTORES))?.count ?? 0;
      const marked = (await settings.get<number>(nameOf(folder))) ?? 0;
      const isNews = marked < count && known <= restores;
      const latest = isNews ? Math.max(known, restores) + 1 : Math.max(known, restores);
      if (isNews) await restored({ settings, ...tx }, latest, now, horizon);
      const next = Math.max(marked, count) + 1;
      await settings.set(nameOf(folder), next);
      return { isNews, folder, count: next, restores: latest };
    });
    this.#remembered = remembered;
    await this.#remember();
    if (!isNews) return;
    log.error(
      'the database is older than what Fettle has seen of it: it was restored, or another one took its place. Deliveries are paused until it is known what the service desk has; see "Backup and restore" in docs/operating.md',
    );
  }

  /** The database's count; rejects with DatabaseRestoredError where the database is older than this process knows it. */
  async check({ settings }: Pick<Repositories, 'settings'>): Promise<number> {
    const { folder, count } = this.#remembered;
    const marked = (await settings.get<number>(nameOf(folder))) ?? 0;
    if (marked >= count) return marked;
    this.#tellBehind();
    this.#parts.log.error(
      'the database was restored while Fettle works on it: ending, to start again on what is there',
    );
    throw new DatabaseRestoredError();
  }

  /** Moves the mark on; rejects with DatabaseRestoredError. */
  async advance(): Promise<void> {
    const count = await this.#parts.database.transaction(async (tx) => {
      const next = (await this.check(tx)) + 1;
      await tx.settings.set(nameOf(this.#remembered.folder), next);
      return next;
    });
    this.#remembered = { ...this.#remembered, count };
    await this.#remember();
  }

  /** The database, into which no state is saved that follows from what it has lost. */
  guard(database: Database): Database {
    const guarded = (tx: Repositories): Repositories => {
      const save: StateRepository['save'] = async (states) => {
        await this.check(tx);
        await tx.states.save(states);
      };
      const states: StateRepository = Object.assign(Object.create(tx.states), { save });
      return { ...tx, states };
    };
    return { ...database, transaction: (work) => database.transaction((tx) => work(guarded(tx))) };
  }

  async #recall(): Promise<Remembered | undefined> {
    const { memo, log } = this.#parts;
    const text = await memo.read();
    if (text === undefined) return undefined;
    const remembered = parse(text);
    if (!remembered) {
      log.error(
        { file: memo.place },
        'what this data folder remembers of the database can not be read: if the database was restored, stop Fettle and run `fettle restored`',
      );
    }
    return remembered;
  }

  #remember(): Promise<void> {
    return this.#parts.memo.write(`${JSON.stringify(this.#remembered)}\n`);
  }
}

function nameOf(folder: string): string {
  return `mark/${folder}`;
}

function parse(text: string): Remembered | undefined {
  try {
    const { folder, count, restores } = JSON.parse(text);
    const sound = typeof folder === 'string' && Number.isInteger(count) && Number.isInteger(restores);
    return sound ? { folder, count, restores } : undefined;
  } catch {
    return undefined;
  }
}
