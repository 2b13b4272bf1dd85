import type { Outcome } from './ticket.ts';
import type { Timestamp } from './time.ts';

/** What a desk's status of a work order means here. */
export const WORK_ORDER_STATUSES = [
  'open',
  'acknowledged',
  'scheduled',
  'in-progress',
  'deferred',
  'resolved',
  'closed',
  'cancelled',
  'merged',
  'deleted',
] as const;
export type WorkOrderStatus = (typeof WORK_ORDER_STATUSES)[number];

export interface WorkOrderComment {
  /** The desk's own id of it. */
  readonly id: string;
  readonly text: string;
  readonly author?: string;
  readonly at?: Timestamp;
}

/** A work order as its desk shows it. */
export interface WorkOrder {
  readonly externalId: string;
  readonly externalUrl?: string;
  /** Absent where the desk's status means nothing here. */
  readonly status?: WorkOrderStatus;
  /** The desk's own word for it. */
  readonly statusText?: string;
  readonly outcome?: Outcome;
  readonly note?: string;
  /** Without those that Fettle wrote. */
  readonly comments: readonly WorkOrderComment[];
  readonly updatedAt?: Timestamp;
}

/** What tells one state of a work order from another: an outcome may follow the closing. */
export function stateOf({ status, statusText, outcome }: Partial<WorkOrder>): string | undefined {
  const word = statusText ?? status;
  return word === undefined ? undefined : [word, outcome].filter((part) => part !== undefined).join('|');
}

/** Whether nobody works on it any more. */
export function isOver(status: WorkOrderStatus | undefined): boolean {
  return status === 'resolved' || status === 'closed' || status === 'cancelled';
}
