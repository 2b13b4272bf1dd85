import type { AssetEvent } from '../domain/asset.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { AssetState } from '../rules/state.ts';
import type { Assess } from './assess.ts';
import type { Assessment, WritePlan } from './assessment.ts';
import { ASSESSED_BY } from './assessmentMode.ts';
import type { Batch } from './batch.ts';
import type { Placed } from './behind.ts';
import { BlindWrites } from './blindWrites.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Exclusive } from './exclusive.ts';
import type { Fleet } from './fleet.ts';
import { LeftNotes } from './leftNotes.ts';
import type { Listening } from './listening.ts';
import type { Raiser } from './raiser.ts';
import { Recovery } from './recovery.ts';
import type { RecoveryProgress } from './recoveryProgress.ts';
import type { Refolds } from './refolds.ts';
import type { RuleFaults } from './ruleFaults.ts';
import type { Spill } from './spill.ts';
import { tickAll } from './ticker.ts';
import type { Tracked } from './tracked.ts';
import { within } from './within.ts';

export interface InlineParts {
  readonly fleet: Fleet;
  readonly database: Database;
  /** Its reads begin when everything settled before is there. */
  readonly store: Pick<TimeSeriesStore, 'readFrom'>;
  readonly spill: Pick<Spill, 'isEmpty' | 'drained'>;
  readonly assess: Assess;
  readonly refolds: Refolds;
  readonly raiser: Raiser;
  readonly checkpoint: Checkpoint;
  readonly listening: Listening;
  readonly faults: RuleFaults;
  readonly records: Exclusive;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
}

/** Assesses in hand: every state is in memory, and what was stored is folded in the same turn. */
export class InlineAssessment implements Assessment {
  readonly #parts: InlineParts;
  readonly #blindWrites: BlindWrites;
  readonly #recovery: Recovery;
  readonly #leftNotes: LeftNotes;

  constructor(parts: InlineParts, progress: RecoveryProgress) {
    this.#parts = parts;
    this.#blindWrites = new BlindWrites(parts.fleet);
    this.#recovery = new Recovery({ ...parts, blindWrites: this.#blindWrites }, progress);
    this.#leftNotes = new LeftNotes(parts.fleet, parts.database, parts.refolds);
  }

  plan({ fresh }: Batch, { inserts, replacements, notes }: Placed): WritePlan {
    const { known, unknown, overtaken } = this.#blindWrites.begin(fresh);
    const append = inserts.length > 0 ? [...known, ...inserts] : known;
    for (const { assetId } of notes) this.#parts.fleet.get(assetId)!.noted++;
    return { noteBefore: [...notes, ...overtaken], append, replace: [...unknown, ...replacements], noteAfter: [] };
  }

  stored({ fresh }: Batch, { notes, toRefold }: Placed): void {
    const { fleet, assess } = this.#parts;
    for (const { assetId } of notes) fleet.get(assetId)!.noted--;
    const { inOrder, overtaken } = this.#blindWrites.end(fresh);
    assess.take(inOrder);
    assess.takeLate(overtaken);
    assess.takeLate(toRefold);
  }

  event(tracked: Tracked, event: AssetEvent): void {
    const { assess, refolds, clock } = this.#parts;
    const heard = Number.isFinite(tracked.newestAccepted) || tracked.refolding || tracked.recovering;
    const inOrder = event.at >= tracked.state.eventTime && event.at <= clock.now();
    if (!heard && inOrder) assess.event(tracked, event);
    else refolds.refold(tracked, event.at);
  }

  refold(tracked: Tracked, earliest: Timestamp): void {
    this.#parts.refolds.refold(tracked, earliest);
  }

  async statesOf(assets: readonly Tracked[]): Promise<AssetState[]> {
    return assets.map(({ state }) => state);
  }

  async assessedUntil({ state }: Tracked): Promise<Timestamp> {
    return state.time;
  }

  async start(): Promise<void> {
    await this.#parts.database.settings.set(ASSESSED_BY, 'inline');
    await this.#recovery.start();
  }

  tick(): void {
    const { fleet, assess, refolds, listening, clock } = this.#parts;
    tickAll(fleet, assess, refolds, listening, clock);
  }

  async save(): Promise<void> {
    await this.#parts.checkpoint.run();
    await this.#leftNotes
      .look()
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'notes not looked through; trying again later'));
  }

  async drain(): Promise<void> {
    const { raiser, refolds } = this.#parts;
    await this.#recovery.drain();
    do {
      await raiser.drain();
      await refolds.drain();
    } while (raiser.waiting > 0 || refolds.waiting > 0);
  }

  async stop(deadline: AbortSignal): Promise<void> {
    const { raiser, refolds, log } = this.#parts;
    if (deadline.aborted) raiser.stop();
    deadline.addEventListener('abort', () => raiser.stop(), { once: true });
    await within(deadline, this.#recovery.stop());
    await within(deadline, refolds.stop());
    await raiser.drain().catch((error: unknown) => log.warn({ err: error }, 'recovery makes these findings again'));
    await this.#parts.checkpoint.run();
  }

  get trouble(): string | undefined {
    return this.#parts.checkpoint.trouble;
  }

  get detail(): string {
    return `${this.#parts.refolds.waiting} assets waiting to be folded anew`;
  }
}
