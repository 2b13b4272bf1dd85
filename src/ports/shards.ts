import type { Duration, Timestamp } from '../domain/time.ts';

/** The notes of an asset that are due, taken together. */
export interface NotedAsset {
  readonly assetId: string;
  /** From when on it must be folded anew, if it must. */
  readonly refoldFrom?: Timestamp;
  /** Stored samples were noted from here, */
  readonly earliest?: Timestamp;
  /** to here. */
  readonly latest?: Timestamp;
  readonly revisions: readonly number[];
}

export interface Claimant {
  /** Name of the node, for people. */
  readonly node: string;
  /** One run of a node. */
  readonly session: string;
  /** How long a shard of another session must have been due. */
  readonly patience: Duration;
  /** Notes of these assets do not make a shard due. */
  readonly without: readonly string[];
  /** Shards that are not to be had for now. */
  readonly resting: readonly number[];
}

export interface ShardClaim {
  readonly shard: number;
  /** No other session has had the shard since this one did. */
  readonly kept: boolean;
  /** Time must pass for its assets. */
  readonly tickDue: boolean;
}

/**
 * Shares out the assessment among nodes. A claim is the lock on the row of its shard: it ends with the transaction, or
 * with the connection, and the database ends a transaction whose node says nothing for half a minute.
 */
export interface ShardRepository {
  /** In a transaction: claims the shard that has been due longest and that nobody holds. */
  claim(by: Claimant): Promise<ShardClaim | undefined>;
  /** Says that the holder of a claim is alive. */
  beat(): Promise<void>;
  /** Assets of the shard with notes that are due, the longest due first. */
  noted(shard: number, limit: number, without: readonly string[]): Promise<NotedAsset[]>;
  /** Ids of the assets of the shard of which stored samples are noted, due or not. */
  withSamples(shard: number): Promise<string[]>;
  /** The shard's next tick is due after `every`. */
  ticked(shard: number, every: Duration): Promise<void>;
  /** Makes due what is set for later than `span` from now: the clock of the database was put back since. */
  pullIn(span: Duration): Promise<void>;
  /** Notes that are due within `span`, of all shards. */
  outstanding(span: Duration): Promise<number>;
  /** By shard: how long its oldest note has been due, 0 where none is. */
  lags(): Promise<Duration[]>;
  /** By name of the node that had a shard last: how many these are, and the longest of their lags. */
  byNode(): Promise<ReadonlyMap<string, { readonly shards: number; readonly lag: Duration }>>;
}
