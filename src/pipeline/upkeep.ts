import { type Duration, HOUR } from '../domain/time.ts';
import type { BrokersHeard } from './brokersHeard.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { HostClock } from './hostClock.ts';
import type { Listening } from './listening.ts';
import type { PipelineParts } from './parts.ts';

/** A page that was not online for longer reads anew what it shows. */
const CHANGES_KEPT = 2 * HOUR;

/** What a journal holds, on its way into the database. */
interface Importable {
  import(): Promise<void>;
}

export interface UpkeepParts
  extends Pick<
    PipelineParts,
    | 'store'
    | 'database'
    | 'mark'
    | 'noteJournal'
    | 'registryJournal'
    | 'rollupJournal'
    | 'rollupMarks'
    | 'clock'
    | 'log'
  > {
  readonly notes: Importable;
  readonly registryNotes: Importable;
  readonly listening: Listening;
  readonly brokersHeard: BrokersHeard | undefined;
  readonly checkpoint: Pick<Checkpoint, 'prune'>;
  readonly hostClock: HostClock;
  readonly horizon: Duration;
}

/** What is done again and again beside the way of a message, and what fails of it is left to the next time. */
export class Upkeep {
  readonly #parts: UpkeepParts;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** To be called before anything that speaks of new assets. */
  async importRegistry(): Promise<void> {
    const { registryJournal, registryNotes } = this.#parts;
    if (registryJournal.pending().records > 0)
      await this.quietly('new assets wait in their journal', () => registryNotes.import());
  }

  /** Brings to the database what waits in journals and in memory, states aside. */
  async save(): Promise<void> {
    const { noteJournal, notes, listening, mark, rollupJournal, rollupMarks, brokersHeard } = this.#parts;
    if (noteJournal.pending().records > 0)
      await this.quietly('refold notes wait in their journal', () => notes.import());
    await this.quietly('listening times not saved', () => listening.save());
    if (brokersHeard) await this.quietly('brokers of assets not saved', () => brokersHeard.save());
    await this.quietly('mark of the database not moved on', () => mark.advance());
    if (rollupJournal.pending().records > 0)
      await this.quietly('days to aggregate wait in their journal', () => rollupMarks.import());
  }

  /** Removes what is older than anybody needs it; not by a clock that has just stepped. */
  async prune(): Promise<void> {
    const { store, database, checkpoint, hostClock, horizon, clock, log } = this.#parts;
    if (!hostClock.trusted) return;
    const now = clock.now();
    await this.quietly('snapshots not pruned', () => checkpoint.prune(now - horizon));
    await this.quietly('log of changes not pruned', () => database.changes.prune(now - CHANGES_KEPT));
    await this.quietly('retention not applied', async () => {
      const { droppedSamples, freedBytes } = await store.applyRetention(now);
      if (droppedSamples > 0) log.info({ droppedSamples, freedBytes }, 'dropped samples older than the retention');
    });
  }

  /** Lets the fleet teach its rules; not by a clock that has just stepped. */
  async learn(work: () => Promise<void>): Promise<void> {
    if (this.#parts.hostClock.trusted) await this.quietly('the fleet taught nothing', work);
  }

  /** Does it, or logs why not. */
  async quietly(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.log.warn({ err: error }, `${what}; trying again later`);
    }
  }
}
