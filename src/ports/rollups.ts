import type { Duration, Timestamp } from '../domain/time.ts';

/** A UTC day of one asset, by its start. */
export interface AssetDay {
  readonly assetId: string;
  readonly day: Timestamp;
}

/** A day whose aggregates may not hold everything that is stored. */
export interface DueDay extends AssetDay {
  /** Rises with each marking. */
  readonly revision: number;
}

export interface RollupProgress {
  /** Aggregates hold all samples before this time, but for days that are due; absent before the first of them. */
  readonly rolledTo?: Timestamp;
}

/** How far the aggregates in the time-series store have come. One holder at a time moves it on. */
export interface RollupRepository {
  /** Makes the days due as of `at`, the latest time counts. */
  mark(days: readonly AssetDay[], at: Timestamp): Promise<void>;
  /** Days that were last marked at or before `quietSince`, by (day, asset). */
  due(quietSince: Timestamp, limit: number): Promise<DueDay[]>;
  /** Removes those that were not marked again since they were read. */
  done(days: readonly DueDay[]): Promise<void>;
  /** Of one moment; the due days of this asset by time. */
  stateOf(assetId: string): Promise<RollupProgress & { readonly due: readonly Timestamp[] }>;
  progress(): Promise<RollupProgress & { readonly daysDue: number }>;
  /** Takes the claim for `lease`, by the database's clock; undefined while somebody else has it. */
  claim(holder: string, lease: Duration): Promise<RollupProgress | undefined>;
  /** Prolongs the claim; false when it was taken since, also when whoever took it has given it up again. */
  renew(holder: string, lease: Duration): Promise<boolean>;
  /** False when the claim was taken by somebody else. */
  moveTo(holder: string, rolledTo: Timestamp): Promise<boolean>;
  /** Gives the claim up, if it is still the holder's. */
  release(holder: string): Promise<void>;
}
