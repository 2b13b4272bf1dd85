import type { AssetEvent } from '../domain/asset.ts';
import type { Sample } from '../domain/sample.ts';
import type { Timestamp } from '../domain/time.ts';
import type { RefoldNote, Repositories } from '../ports/database.ts';
import type { AssetState } from '../rules/state.ts';
import type { RefoldSink } from './assess.ts';
import type { Batch } from './batch.ts';
import type { Placed } from './behind.ts';
import type { Tracked } from './tracked.ts';

/** What is made durable of a batch, in this order; only then is it settled. */
export interface WritePlan {
  readonly noteBefore: readonly RefoldNote[];
  /** New to the store, for certain. */
  readonly append: readonly Sample[];
  /** May be in the store already. */
  readonly replace: readonly Sample[];
  readonly noteAfter: readonly RefoldNote[];
}

/**
 * How what is stored and recorded comes to be assessed: in hand, by the process that stored it, or from the notes, by
 * any node. `assess.mode` chooses.
 */
export interface Assessment extends RefoldSink {
  /** Called once for each batch, before its write. */
  plan(batch: Batch, placed: Placed): WritePlan;
  /** Takes over a batch that is durable with its notes, in the turn in which it is settled. */
  stored(batch: Batch, placed: Placed): void;
  /** Takes in an event that is recorded. */
  event(tracked: Tracked, event: AssetEvent): void;
  /** The states of assets as they are known now, in the order asked. */
  statesOf(assets: readonly Tracked[]): Promise<AssetState[]>;
  /** The event time up to which the asset is assessed; -Infinity when nothing is. */
  assessedUntil(tracked: Tracked, tx: Repositories): Promise<Timestamp>;

  start(): Promise<void>;
  /** Lets time pass for every asset; called every `tickEvery`. */
  tick(): void;
  /** Makes durable what is in memory only. */
  save(): Promise<void>;
  /** Resolves when everything stored and recorded so far is assessed and raised. */
  drain(): Promise<void>;
  /** Ends all work by `deadline`; what is not done is done after the next start, or by another node. */
  stop(deadline: AbortSignal): Promise<void>;
  /** What goes wrong, in words. */
  readonly trouble: string | undefined;
  /** What there is to do, in words. */
  readonly detail: string;
}
