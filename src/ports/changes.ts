import type { Timestamp } from '../domain/time.ts';

/** What people follow live. */
export type ChangeKind = 'ticket' | 'asset' | 'finding' | 'connectivity';

/** That something is different now; of several changes to the same thing between two readings the last one. */
export interface Change {
  readonly kind: ChangeKind;
  readonly id: string;
  readonly assetId: string;
  /** What it came to, by its kind. */
  readonly body: Readonly<Record<string, unknown>>;
  /** From where to read on after this change, and after those before it. */
  readonly place: string;
}

export interface Changes {
  /** In the order of the log. */
  readonly changes: Change[];
  /** From where to read on after all of them. */
  readonly place: string;
}

/** The log of what changed, for at least an hour. Places are opaque, and mean the same in every process and after a restart. */
export interface ChangeRepository {
  /** Where the log stands: what is committed from here on comes after it. */
  place(): Promise<string>;
  /**
   * What was committed after one place, up to another one that `place` or `since` gave, or now: all of it, and none twice.
   * Undefined where that is not known any more, or more than `limit`, or the place is none of this log.
   */
  since(place: string, limit: number, until?: string): Promise<Changes | undefined>;
  /** Forgets what is older. */
  prune(before: Timestamp): Promise<void>;
}
