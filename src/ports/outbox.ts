import type { Duration, Timestamp } from '../domain/time.ts';
import type { Page, PageRequest } from './database.ts';
import type { DeliveryEvent } from './serviceDesk.ts';

export type OutboxStatus = 'pending' | 'delivered' | 'failed';
export interface OutboxRow {
  readonly id: string;
  readonly ticketId: string;
  readonly event: DeliveryEvent;
  /** What the desk knows the delivery by: derived from the episode and what is told of it, the same after a restore. */
  readonly key: string;
  readonly status: OutboxStatus;
  readonly createdAt: Timestamp;
  readonly attempts: number;
  readonly lastError?: string;
  readonly deliveredAt?: Timestamp;
}

/** Somebody's right to deliver a row; the time, by the clock of the database, tells it from another one's. */
export interface OutboxClaim extends Pick<OutboxRow, 'id'> {
  readonly claimedUntil: Timestamp;
}

export interface OutboxRepository {
  /** Where the ticket has the key already, the row's gets the count of them: `key:2`. */
  add(row: Pick<OutboxRow, 'id' | 'ticketId' | 'event' | 'key' | 'createdAt'>): Promise<void>;
  get(id: string): Promise<OutboxRow | undefined>;
  /** The oldest first. */
  pending(limit: number): Promise<OutboxRow[]>;
  /** Id of the ticket's pending row whose turn it is: its opening, else the oldest. */
  nextOf(ticketId: string): Promise<string | undefined>;
  /**
   * A pending row, which nobody else is given for `lease` unless an attempt failed meanwhile; undefined when it is not
   * pending or somebody has claimed it.
   */
  claim(id: string, lease: Duration): Promise<(OutboxRow & OutboxClaim) | undefined>;
  /** Gives the claim up, if nobody else has claimed the row since. */
  release(claim: OutboxClaim): Promise<void>;
  /** Under whichever claim: what the desk has taken it has taken. False when that was known. */
  delivered(id: string, at: Timestamp): Promise<boolean>;
  /**
   * Notes a failed attempt and ends its claim, or keeps everybody off the row for another `hold`; `final` makes the row
   * failed. False when the row is delivered, or somebody else has claimed it since and goes on with it.
   */
  attemptFailed(claim: OutboxClaim, error: string, final: boolean, hold?: Duration): Promise<boolean>;
  /** Makes a failed row pending again; false when there is none. */
  retry(id: string): Promise<boolean>;
  list(filter: { status?: OutboxStatus; ticketId?: string }, page: PageRequest): Promise<Page<OutboxRow>>;
  counts(): Promise<Record<OutboxStatus, number>>;
}
