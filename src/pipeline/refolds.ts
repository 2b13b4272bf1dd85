import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, StateToSave } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { Assess, RefoldSink } from './assess.ts';
import type { Exclusive } from './exclusive.ts';
import type { Listening } from './listening.ts';
import type { Raiser } from './raiser.ts';
import type { Refold, Refolded } from './refold.ts';
import { keepClockRules, rewind, saveFolded, takenBack } from './rewind.ts';
import type { FaultSink } from './ruleFaults.ts';
import type { Tracked } from './tracked.ts';
import { stateToSave } from './views.ts';

export interface RefoldParts {
  readonly database: Database;
  readonly store: Pick<TimeSeriesStore, 'readFrom'>;
  readonly raiser: Raiser;
  readonly assess: Assess;
  readonly faults: FaultSink;
  readonly listening: Listening;
  readonly records: Exclusive;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
}

/** A refold whose state is in place, with that state as it was when it was put there. */
interface Swapped extends Refolded {
  readonly toSave: StateToSave;
}

const FIRST_DELAY: Duration = 100;
const LONGEST_DELAY: Duration = 10 * SECOND;

/**
 * Folds assets anew, one after the other: from the snapshot before the earliest change, out of the store and the event
 * log. New samples of the asset wait in the store meanwhile. Doing it again, after a crash say, is harmless.
 */
export class Refolds implements RefoldSink {
  readonly #queue = new Map<Tracked, Timestamp>();
  readonly #stop = new AbortController();
  #parts: RefoldParts | undefined;
  #running: Promise<void> | undefined;
  #done = 0;
  #failed = 0;

  /** Assets that wait to be folded anew. */
  get waiting(): number {
    return this.#queue.size;
  }

  get done(): number {
    return this.#done;
  }

  /** Attempts that failed and were made again. */
  get failed(): number {
    return this.#failed;
  }

  refold(tracked: Tracked, earliest: Timestamp): void {
    tracked.refolding = true;
    this.#queue.set(tracked, Math.min(this.#queue.get(tracked) ?? earliest, earliest));
    this.#run();
  }

  /** Before this, requests only queue up. */
  start(parts: RefoldParts): void {
    this.#parts = parts;
    this.#run();
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Leaves the rest to the next start: the notes and watermarks know. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #run(): void {
    const parts = this.#parts;
    if (!parts || this.#running || this.#queue.size === 0) return;
    this.#running = this.#runAll(parts).finally(() => {
      this.#running = undefined;
      if (!this.#stop.signal.aborted) this.#run();
    });
  }

  async #runAll(parts: RefoldParts): Promise<void> {
    let delay = FIRST_DELAY;
    for (const [tracked, earliest] of this.#queue) {
      if (this.#stop.signal.aborted) return;
      this.#queue.delete(tracked);
      try {
        await this.#one(parts, tracked, earliest);
        this.#done++;
        delay = FIRST_DELAY;
      } catch (error) {
        // Behind the others, which it must not hold up; and nothing may be folded into a state that was taken already.
        this.refold(tracked, earliest);
        this.#failed++;
        parts.log.warn({ err: error, asset: tracked.asset.id }, 'folding an asset anew failed; trying again');
        await this.#pause(parts, delay);
        delay = Math.min(2 * delay, LONGEST_DELAY);
      }
    }
  }

  async #pause({ clock, log }: RefoldParts, delay: Duration): Promise<void> {
    try {
      await clock.sleep(delay, this.#stop.signal);
    } catch {
      log.info({ assets: this.#queue.size }, 'stopped before these assets were folded anew; the next start does it');
    }
  }

  async #one(parts: RefoldParts, tracked: Tracked, earliest: Timestamp): Promise<void> {
    const { database, raiser, records } = parts;
    const { id } = tracked.asset;
    await raiser.drain();
    const revisions = await this.#clearable(parts, tracked);
    await records.exclusive(() => this.#dropUntrue(parts, id, earliest));
    const { refold, earlier } = await rewind(database, tracked, earliest, parts.faults);

    const result = await this.#catchUpAndSwap(parts, tracked, refold);
    raiser.retractions(tracked, takenBack(tracked, earlier, result.findings));
    await raiser.drain();
    await records.exclusive(() => this.#save(parts, tracked, result, revisions));
    if (result.outOfOrder !== undefined) this.refold(tracked, result.outOfOrder);
  }

  /** Removes snapshots that the refold makes untrue, and saves usage that it may have to overwrite. */
  async #dropUntrue({ assess, database }: RefoldParts, assetId: string, from: Timestamp): Promise<void> {
    const usage = assess.takeUsageOf(assetId);
    try {
      if (usage.length > 0) await database.states.saveUsage(usage);
    } catch (error) {
      assess.giveBack([], usage);
      throw error;
    }
    assess.dropSnapshots(assetId, from);
    await database.states.dropSnapshots(assetId, from);
  }

  /** The revisions of the notes that this refold answers; none while late samples are noted and not yet stored. */
  async #clearable({ database }: RefoldParts, tracked: Tracked): Promise<number[]> {
    const revisions = await database.states.noteRevisions(tracked.asset.id);
    return tracked.noted > 0 ? [] : revisions;
  }

  /**
   * Reads on until a round brought nothing and no sample was stored while it ran, and takes the new state in that very
   * turn: what is stored later finds it in place.
   */
  async #catchUpAndSwap(parts: RefoldParts, tracked: Tracked, refold: Refold): Promise<Swapped> {
    const { store, clock, listening } = parts;
    for (;;) {
      const waiting = tracked.waiting;
      const folded = await refold.readOn(store);
      if (folded > 0 || tracked.waiting !== waiting) continue;
      keepClockRules(tracked.compiled, tracked.state, refold.state);
      const result = refold.finish((state) => listening.tick(clock.now(), state.receivedAt, tracked.offlineSince));
      this.#swap(parts, tracked, result);
      // As of now: what is folded later may lead to findings that are not yet in the database.
      return { ...result, toSave: stateToSave(tracked) };
    }
  }

  #swap({ ledger, raiser }: RefoldParts, tracked: Tracked, { state, ahead, findings }: Refolded): void {
    tracked.state = state;
    tracked.ahead = ahead;
    tracked.dirty = true;
    ledger.assessWaiting(tracked.takeWaiting());
    tracked.refolding = this.#queue.has(tracked);
    raiser.findings(tracked, findings);
  }

  async #save(
    { database }: RefoldParts,
    tracked: Tracked,
    result: Swapped,
    revisions: readonly number[],
  ): Promise<void> {
    await database.transaction(async (tx) => {
      await saveFolded(tx, [result.toSave], [result]);
      await tx.states.clearNotes(revisions);
    });
    // A checkpoint may have saved a newer state than this one meanwhile, and taken it for saved.
    tracked.dirty = true;
  }
}
