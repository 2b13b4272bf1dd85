import type { Duration, Timestamp } from '../domain/time.ts';

/** What a session at the broker holds. */
export interface SessionSubscriptions {
  readonly filters: readonly string[];
  /** The group in which they are shared; absent where the session gets every message. */
  readonly shareGroup?: string;
}

/** A replica of Fettle that works, or worked, on this database. Times by the clock of the database. */
export interface NodeRow {
  /** Name of the replica, as configured. */
  readonly id: string;
  /** Names its session at the broker; no two rows have the same. */
  readonly clientId: string;
  /** Of the process: another one under the same client id took its place. */
  readonly instance: string;
  readonly version: string;
  readonly subscriptions: SessionSubscriptions;
  readonly startedAt: Timestamp;
  readonly seenAt: Timestamp;
  /** Whether it heard its broker when it was last seen. */
  readonly listening: boolean;
  /** Up to here it is known to have heard its broker; before its first connection, when it came. */
  readonly heardUntil: Timestamp;
  /** It was told to leave. */
  readonly retiring: boolean;
  /** Instance of the node that is emptying the session this one left behind. */
  readonly adopter?: string;
}

export type NewNode = Pick<NodeRow, 'id' | 'clientId' | 'instance' | 'version' | 'subscriptions'>;

export interface NodesSeen {
  /** By the clock of the database. */
  readonly now: Timestamp;
  /** By id. */
  readonly nodes: NodeRow[];
}

export type RetireOutcome = 'told' | 'unknown' | 'last';

/** Who works on this database. Every verb is atomic by itself. */
export interface NodeRepository {
  /**
   * Enters a process under its client id. An earlier one there is replaced and returned as it was; what it heard stays
   * known, and an adoption under way is called off.
   */
  join(node: NewNode): Promise<NodeRow | undefined>;
  /** A sign of life, which calls off an adoption; undefined when the row is gone or another instance has it. */
  beat(clientId: string, instance: string, listening: boolean): Promise<NodeRow | undefined>;
  list(): Promise<NodesSeen>;
  /** Marks the nodes of this name as retiring, unless no other one would stay; of requests at the same moment as well. */
  retire(id: string): Promise<RetireOutcome>;
  /**
   * Claims a node that was not seen for `unseenFor` and on which no claim was made or renewed for `lapse`, in place of
   * one that had lapsed. One of several claims at the same moment succeeds.
   */
  adopt(clientId: string, adopter: string, unseenFor: Duration, lapse: Duration): Promise<NodeRow | undefined>;
  /** Renews a claim; false when the node is back, or another one has claimed it. */
  holdAdoption(clientId: string, adopter: string): Promise<boolean>;
  /** Gives a claim up. With `alive`, as the broker says, the node counts as seen now, though not as listening. */
  endAdoption(clientId: string, adopter: string, alive: boolean): Promise<void>;
  /** Removes the row while it is this instance's, unclaimed, or claimed by `adopter`; false when it is not. */
  remove(clientId: string, holder: { readonly instance: string } | { readonly adopter: string }): Promise<boolean>;
}
