import type { Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';

/** What is known of a ticket's work order from reading it. */
export interface DeskLink {
  readonly ticketId: string;
  /** When it was last read. */
  readonly readAt: Timestamp;
  /** When it had last changed by then, by the desk's clock. */
  readonly changedAt?: Timestamp;
  /** What the desk said of its status and outcome. */
  readonly state?: string;
  /** Ids of the comments that the ticket has. */
  readonly comments: readonly string[];
}

/** Tickets and the work orders that a desk made of them. */
export interface DeskLinkRepository {
  get(ticketId: string): Promise<DeskLink | undefined>;
  /** As `get`, locked until the transaction ends; an empty one where there is none. */
  lock(ticketId: string): Promise<DeskLink>;
  save(link: DeskLink): Promise<void>;
  /** The tickets that have this work order: several where the desk has merged theirs into one. */
  ticketsOf(externalId: string): Promise<Ticket[]>;
  /** Ongoing tickets with a work order that was never read, or not since `before`; the longest unread first. */
  unread(before: Timestamp, limit: number): Promise<Ticket[]>;
  /** Tickets that a desk was to be told of, go on and have no work order; the oldest first. */
  unlinked(limit: number): Promise<Ticket[]>;
  /** Those of the ids that a ticket has for its work order. */
  known(externalIds: readonly string[]): Promise<string[]>;
}
