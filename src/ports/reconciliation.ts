import type { Ticket } from '../domain/ticket.ts';
import type { WorkOrder } from '../domain/workOrder.ts';
import type { OutboxRow } from './outbox.ts';

/** What a desk tells of a work order, of which it may leave out what has not changed. */
export interface DeskNews extends Partial<Omit<WorkOrder, 'externalId'>> {
  readonly externalId: string;
  readonly deleted?: boolean;
}

/** What desk and tickets do not agree on. */
export interface Reconciliation {
  readonly desk: string;
  /** Released and ongoing, of which the desk has no work order as far as is known; with what its opening came to. */
  readonly withoutWorkOrder: readonly { readonly ticket: Ticket; readonly delivery?: OutboxRow }[];
  /** Ids of work orders that Fettle made, go on and belong to no ticket; absent where the desk can't list them. */
  readonly withoutTicket?: readonly string[];
}
