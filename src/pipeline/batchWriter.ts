import type { Sample } from '../domain/sample.ts';
import type { Duration } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Ledger, Metrics, WatchedPart } from '../metrics.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { RefoldNote } from '../ports/database.ts';
import type { Assessment } from './assessment.ts';
import type { Batch } from './batch.ts';
import { countMessage, messagesToSettle, refuseConflict } from './batchEnd.ts';
import { NOTHING_BEHIND, type Placed, placeBehind } from './behind.ts';
import type { DurableClocks } from './clockMemory.ts';
import type { Connections } from './connections.ts';
import type { DeadLetters } from './deadLetters.ts';
import type { Fleet } from './fleet.ts';
import { pastOf, placeHistory, withHistory } from './placeHistory.ts';
import { type RefusedSamples, withoutRefused } from './refusedSamples.ts';
import type { Registration } from './registration.ts';
import { retryUntilDone } from './retry.ts';
import type { Room } from './room.ts';
import type { Spill } from './spill.ts';
import { unlessAborted } from './within.ts';

export interface BatchWriterParts {
  readonly broker: Pick<Broker, 'settle'>;
  readonly clocks: Pick<DurableClocks, 'hasUnsaved' | 'persist'>;
  readonly connections: Pick<Connections, 'hasUnsaved' | 'persist'>;
  readonly room: Pick<Room, 'check'>;
  readonly spill: Pick<Spill, 'write' | 'valuesAt'>;
  readonly fleet: Fleet;
  readonly registration: Pick<Registration, 'saveAnnounced'>;
  readonly assessment: Pick<Assessment, 'plan' | 'stored'>;
  readonly deadLetters: Pick<DeadLetters, 'keep' | 'isLost'>;
  /** Makes refold notes durable. */
  readonly note: (notes: readonly RefoldNote[]) => Promise<void>;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * From batch to durable: what its messages taught, its samples, its dead letters; then settled and handed to the assessment.
 * What fails is repeated until it is done, or until the signal aborts.
 */
export class BatchWriter {
  readonly #parts: BatchWriterParts;
  readonly #signal: AbortSignal;
  #trouble: string | undefined;
  #eventLag: Duration | undefined;

  constructor(parts: BatchWriterParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  /** Why the last write failed; undefined when it succeeded. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** How long before it came the last sample stored was taken, as its time says; undefined before the first one. */
  get eventLag(): Duration | undefined {
    return this.#eventLag;
  }

  /** Resolves when all of it is durable, settled and handed on. Rejects once it is stopped: the broker sends it again. */
  async write(batch: Batch): Promise<void> {
    const { room, clocks, fleet, registration, connections, spill, assessment, deadLetters, metrics } = this.#parts;
    await this.#untilDone('disk', 'storing samples', () => room.check());
    if (clocks.hasUnsaved) await this.#untilDone('journal', 'saving clock offsets', () => clocks.persist());
    if (fleet.hasUnsaved) await this.#untilDone('journal', 'registering assets', () => registration.saveAnnounced());
    if (connections.hasUnsaved) await this.#untilDone('journal', 'keeping connections', () => connections.persist());
    const placed = { ...(await this.#placeBehind(batch)), history: await this.#placeHistory(batch) };
    const plan = withHistory(assessment.plan(batch, placed), placed);
    await this.#note(plan.noteBefore);

    const end = metrics.storeWrite.startTimer();
    const [refused] = await Promise.all([
      this.#untilDone('journal', 'storing samples', () => spill.write(plan)),
      batch.refused.length > 0 &&
        this.#untilDone('journal', 'keeping dead letters', () => deadLetters.keep(batch.refused)),
    ]);
    end();
    metrics.batchSize.observe(batch.fresh.length + placed.inserts.length + placed.history.length);
    await this.#finishBut(refused, batch, placed);
  }

  /** Finishes a batch of which the store can never take some samples: these become dead letters. */
  async #finishBut(refused: RefusedSamples, batch: Batch, placed: Placed): Promise<void> {
    if (refused.length === 0) return this.#finish(batch, placed);
    const { ledger, fleet, deadLetters } = this.#parts;
    const rest = withoutRefused(batch, placed, refused);
    await this.#untilDone('journal', 'keeping dead letters', () => deadLetters.keep(rest.letters));
    ledger.samples.inFlight -= refused.length;
    ledger.reject('refused-by-store', refused.length);
    this.#finish(rest.batch, rest.placed);
    for (const { sample } of refused) if (!sample.historical) fleet.ofSeries(sample.series).forget(sample);
  }

  async #note(notes: readonly RefoldNote[]): Promise<void> {
    if (notes.length > 0) await this.#untilDone('journal', 'noting samples', () => this.#parts.note(notes));
  }

  async #placeBehind(batch: Batch): Promise<Placed> {
    if (batch.behind.length === 0) return NOTHING_BEHIND;
    const points = batch.behind.map(({ sample }) => sample);
    const stored = await unlessAborted(this.#signal, this.#parts.spill.valuesAt(points));
    return placeBehind(batch, stored);
  }

  /** The samples of the past that are to be written; the others have found their end. */
  async #placeHistory(batch: Batch): Promise<readonly Sample[]> {
    const { spill, ledger } = this.#parts;
    if (batch.history.length === 0) return [];
    const known = await unlessAborted(this.#signal, pastOf(batch, spill));
    const { taken, duplicates, conflicts } = placeHistory(batch, known);
    for (const { pending } of taken) pending.stored++;
    for (const { pending } of duplicates) pending.duplicate++;
    for (const { sample, pending } of conflicts) refuseConflict(sample, pending, batch, ledger);
    ledger.samples.duplicate += duplicates.length;
    ledger.samples.inFlight -= duplicates.length + conflicts.length;
    return taken.map(({ sample }) => sample);
  }

  /** In one turn: ledger, settling, assessment. */
  #finish(batch: Batch, placed: Placed): void {
    const { broker, assessment, ledger, deadLetters } = this.#parts;
    const behindStored = placed.inserts.length + placed.replacements.length;
    ledger.samples.stored += batch.fresh.length + behindStored + placed.history.length;
    ledger.samples.history += placed.history.length;
    ledger.samples.duplicate += batch.behind.length - behindStored;
    ledger.samples.inFlight -= batch.fresh.length + batch.behind.length + placed.history.length;
    ledger.samples.late += placed.beyondHorizon;
    const last = batch.fresh.at(-1);
    if (last) this.#eventLag = last.receivedAt - last.time;
    for (const pending of batch.messages) countMessage(pending, ledger, deadLetters.isLost(pending.message));
    broker.settle(messagesToSettle(batch));
    assessment.stored(batch, placed);
  }

  #untilDone<T>(part: WatchedPart, what: string, work: () => Promise<T>): Promise<T> {
    const { clock, metrics, log } = this.#parts;
    const signal = this.#signal;
    return retryUntilDone(what, () => unlessAborted(signal, work()), {
      clock,
      log,
      signal,
      onFailure: (error) => {
        metrics.partErrors.inc({ part });
        this.#trouble = `${what}: ${error instanceof Error ? error.message : String(error)}`;
      },
    }).then((result) => {
      this.#trouble = undefined;
      return result;
    });
  }
}
