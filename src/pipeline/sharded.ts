import type { Sample } from '../domain/sample.ts';
import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import type { Database, RefoldNote, Repositories } from '../ports/database.ts';
import { type AssetState, initState, parseState } from '../rules/state.ts';
import type { Assessment, WritePlan } from './assessment.ts';
import { ASSESSED_BY } from './assessmentMode.ts';
import type { Batch } from './batch.ts';
import type { Placed } from './behind.ts';
import type { RecoveryProgress } from './recoveryProgress.ts';
import { ShardLoop, type ShardLoopParts } from './shardLoop.ts';
import type { TurnOptions } from './shardTurn.ts';
import type { Spill } from './spill.ts';
import type { Tracked } from './tracked.ts';

export interface ShardedParts extends ShardLoopParts {
  readonly recovery: RecoveryProgress;
  readonly spill: Pick<Spill, 'drained'>;
}

export interface ShardedOptions extends TurnOptions {
  readonly node: { readonly id: string };
}

/** How often `drain` looks. */
const LOOK_EVERY: Duration = 20;

/**
 * Assesses from notes: what was stored is noted by asset, and any node takes the notes of a shard, folds what they
 * point at out of the store, and commits states, findings and the cleared notes together. The states are in the
 * database; those in memory are copies of it.
 */
export class ShardedAssessment implements Assessment {
  readonly #parts: ShardedParts;
  readonly #options: ShardedOptions;
  readonly #loop: ShardLoop;

  constructor(parts: ShardedParts, options: ShardedOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#loop = new ShardLoop(parts, { ...options, node: options.node.id });
  }

  /**
   * Nobody knows what other nodes stored, so every sample may be there already. The note follows the write: made before
   * it, another node could answer it in between and find nothing. Samples that were there are noted once more, for
   * whoever stored them may have died before its note.
   */
  plan(batch: Batch, { inserts, replacements, toRefold, equal }: Placed): WritePlan {
    return {
      noteBefore: [],
      append: [],
      replace: [...batch.fresh, ...inserts, ...replacements],
      noteAfter: this.#notesOf([batch.fresh, toRefold, equal]),
    };
  }

  stored(batch: Batch, { inserts, replacements, beyondHorizon }: Placed): void {
    const { samples } = this.#parts.ledger;
    samples.noted += batch.fresh.length + inserts.length + replacements.length - beyondHorizon;
  }

  event(): void {
    // The note that was recorded with the event is what counts.
  }

  refold(): void {
    // As with events.
  }

  async statesOf(assets: readonly Tracked[]): Promise<AssetState[]> {
    const stored = await this.#parts.database.states.of(assets.map(({ asset }) => asset.id));
    const texts = new Map(stored.map(({ assetId, state }) => [assetId, state]));
    return assets.map(({ asset, compiled }) => {
      const text = texts.get(asset.id);
      return (text === undefined ? undefined : parseState(text, compiled).state) ?? initState(compiled);
    });
  }

  async assessedUntil({ asset }: Tracked, { states }: Repositories): Promise<Timestamp> {
    const [stored] = await states.of([asset.id]);
    return stored?.time ?? Number.NEGATIVE_INFINITY;
  }

  async start(): Promise<void> {
    const { database, fleet, recovery, spill } = this.#parts;
    recovery.assets = fleet.size;
    if (!(await this.#isOwn(database))) {
      await spill.drained();
      await database.transaction((tx) => this.#takeOver(tx));
    }
    recovery.done = true;
    this.#loop.start();
  }

  tick(): void {
    // Each shard's turn does it.
  }

  async save(): Promise<void> {
    // A turn saves what it made.
  }

  async drain(): Promise<void> {
    const { database, clock } = this.#parts;
    const soon = this.#options.grace + SECOND;
    while ((await database.shards.outstanding(soon)) > 0 || this.#loop.inHand > 0) await clock.sleep(LOOK_EVERY);
  }

  stop(deadline: AbortSignal): Promise<void> {
    return this.#loop.stop(deadline);
  }

  get trouble(): string | undefined {
    return this.#loop.trouble;
  }

  get detail(): string {
    return `${this.#loop.inHand} shards in hand`;
  }

  #notesOf(groups: readonly (readonly Sample[])[]): RefoldNote[] {
    const spans = new Map<string, { earliest: Timestamp; latest: Timestamp }>();
    for (const samples of groups) {
      for (const { series, time } of samples) {
        const span = spans.get(series.assetId);
        if (!span) spans.set(series.assetId, { earliest: time, latest: time });
        else if (time < span.earliest) span.earliest = time;
        else if (time > span.latest) span.latest = time;
      }
    }
    return [...spans].map(([assetId, span]) => ({ assetId, ...span, rest: this.#options.grace }));
  }

  /**
   * After a time of assessing in hand: what a crash left unsaved of it, or what waited in the spill, is not noted, so every
   * asset reads on once, those without a state from the beginning, with their events.
   */
  async #takeOver(tx: Pick<Database, 'settings' | 'states'>): Promise<void> {
    const { fleet, log } = this.#parts;
    if (await this.#isOwn(tx)) return;
    const known = new Set((await tx.states.all()).map(({ assetId }) => assetId));
    const ids = [...fleet.all()].map(({ asset }) => asset.id);
    const unsaved = ids.filter((id) => !known.has(id));
    await tx.states.note([
      ...ids.map((assetId) => ({ assetId, earliest: Infinity, latest: Infinity })),
      ...unsaved.map((assetId) => ({ assetId, earliest: 0 })),
    ]);
    await tx.settings.set(ASSESSED_BY, 'sharded');
    log.info({ assets: ids.length }, 'assessed in hand so far: all assets are noted to be read on with');
  }

  async #isOwn({ settings }: Pick<Database, 'settings'>): Promise<boolean> {
    return (await settings.get(ASSESSED_BY)) === 'sharded';
  }
}
