import type { Timestamp } from './time.ts';

export const TICKET_STATUSES = [
  'proposed',
  'open',
  'acknowledged',
  'scheduled',
  'in-progress',
  'deferred',
  'resolved',
  'awaiting-outcome',
  'closed',
  'cancelled',
] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

const WORK: readonly TicketStatus[] = ['acknowledged', 'scheduled', 'in-progress', 'deferred'];
const ENDS: readonly TicketStatus[] = ['resolved', 'awaiting-outcome', 'closed', 'cancelled'];

/** From where to where a ticket may go; to stay where it is, with another date, is for `scheduled` and `deferred`. */
export const TICKET_TRANSITIONS: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  proposed: ['open', 'cancelled'],
  open: [...WORK, ...ENDS],
  acknowledged: ['scheduled', 'in-progress', 'deferred', ...ENDS],
  scheduled: ['acknowledged', 'in-progress', 'deferred', ...ENDS],
  'in-progress': ['acknowledged', 'scheduled', 'deferred', ...ENDS],
  deferred: ['open', 'acknowledged', 'scheduled', 'in-progress', ...ENDS],
  resolved: ['open', 'deferred', 'awaiting-outcome', 'closed'],
  'awaiting-outcome': ['open', 'deferred', 'closed'],
  closed: ['open'],
  cancelled: [],
};

/** Whether the episode of a ticket in this status goes on: then no second ticket may open for it. */
export function isOngoing(status: TicketStatus): boolean {
  return status !== 'closed' && status !== 'cancelled';
}

/** Whether somebody has still to do something about the fault: it is neither done nor over. */
export function isToDo(status: TicketStatus): boolean {
  return isOngoing(status) && status !== 'resolved' && status !== 'awaiting-outcome';
}

/** Whether it is said to be done. */
function isOver(status: TicketStatus): boolean {
  return status === 'resolved' || status === 'awaiting-outcome' || status === 'closed';
}

/** Whether a ticket that goes from one to the other is reopened. */
export function isReopening(from: TicketStatus, to: TicketStatus): boolean {
  return isOver(from) && (to === 'open' || to === 'proposed');
}

/** When a ticket came to what is measured. */
export interface TicketTimes {
  /** First taken note of by a person or a desk: it left `proposed` and `open`, whatever it became. */
  readonly acknowledgedAt?: Timestamp;
  /** Work on it first began. */
  readonly startedAt?: Timestamp;
  /** Last said to be done, or cleared by itself; absent again while it is reopened. */
  readonly resolvedAt?: Timestamp;
}

/** What a transition changes of the times of a ticket; `byPerson` includes desks. */
export function timesAfter(
  times: TicketTimes,
  from: TicketStatus,
  to: TicketStatus,
  now: Timestamp,
  byPerson: boolean,
): TicketTimes {
  const acknowledges = byPerson && to !== 'open' && to !== 'cancelled' && times.acknowledgedAt === undefined;
  return {
    ...(acknowledges && { acknowledgedAt: now }),
    ...(to === 'in-progress' && times.startedAt === undefined && { startedAt: now }),
    ...(isOver(to) && times.resolvedAt === undefined && { resolvedAt: now }),
    ...(isOver(from) && !isOver(to) && { resolvedAt: undefined }),
  };
}
