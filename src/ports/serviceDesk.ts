import type { LocalText } from '../domain/model.ts';
import type { Ticket, TicketEntry } from '../domain/ticket.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { WorkOrder } from '../domain/workOrder.ts';

export const DELIVERY_EVENTS = ['ticket.opened', 'ticket.updated', 'ticket.closed'] as const;
export type DeliveryEvent = (typeof DELIVERY_EVENTS)[number];

/** A ticket as people and their desks see it. */
export interface PresentedTicket {
  /** As the API shows it. */
  readonly document: object;
  /** All that it has to say, in plain text. */
  readonly body: LocalText;
}

/** One thing to tell a desk. */
export interface Delivery extends PresentedTicket {
  /** The same at every attempt, and when the same finding is raised again in a restored database. */
  readonly key: string;
  readonly event: DeliveryEvent;
  /** With `externalId` and `externalUrl` where the desk has named its work order, or a look-up found it. */
  readonly ticket: Ticket;
  /** Lines of its history that the desk has not been told, without those that came from there. */
  readonly news?: readonly TicketEntry[];
  readonly attempt: number;
}

export interface DeliveryResult {
  /** The desk's own id and address of the work order, where it says so; another one than before where it was merged away. */
  readonly externalId?: string;
  readonly externalUrl?: string;
  /** The state that the work order has after it, where that was changed: it is no news from the desk. */
  readonly state?: string;
}

/** A refusal that no retry will change (bad address, 4xx): the delivery fails at once and visibly. */
export class PermanentDeliveryError extends Error {
  override readonly name: string = 'PermanentDeliveryError';
}

/** The work order that was to be told something is not there any more. */
export class WorkOrderGoneError extends PermanentDeliveryError {
  override readonly name = 'WorkOrderGoneError';
}

/** A work order that has changed, and when, by the desk's clock. */
export interface WorkOrderChange {
  readonly externalId: string;
  readonly updatedAt?: Timestamp;
}

export interface ServiceDesk {
  readonly name: string;
  /** Tells the desk; rejects when that is not certain. Repeating with the same key is harmless where the desk honours it. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult>;
  /**
   * Looks for the work order that a desk has of an episode, whoever told it: by the ticket's `episodeKey`, which the
   * desk was given when it was created. Undefined when there is none; rejects when that is not certain. Absent where the
   * desk offers no look-up. Who creates looks first, so that an answer that never came makes no second work order.
   */
  readonly find?: ((episodeKey: string, signal: AbortSignal) => Promise<DeliveryResult | undefined>) | undefined;
  /** How long after it was made `find` may not know a work order; absent: it does at once. */
  readonly settle?: Duration | undefined;
  /** The work order as it stands; with another `externalId` where it was merged away, undefined where it is gone. */
  readonly read?: ((externalId: string, signal: AbortSignal) => Promise<WorkOrder | undefined>) | undefined;
  /** What changed at or after `since`, by the desk's clock; some may be told again. */
  readonly changes?: ((since: Timestamp, signal: AbortSignal) => Promise<WorkOrderChange[]>) | undefined;
  /** Ids of the work orders that Fettle made and that go on. */
  readonly list?: ((signal: AbortSignal) => Promise<string[]>) | undefined;
  /** Id of the work order that a webhook of the desk is about, where it says so. */
  readonly subjectOf?: ((event: unknown) => string | undefined) | undefined;
  close(): Promise<void>;
}
