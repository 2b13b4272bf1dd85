import { instantOf, sinceMidnight } from './localTime.ts';
import { isReopening, type Priority, type Ticket, type TicketEntry } from './ticket.ts';
import { DAY, startOfDay, type Timestamp } from './time.ts';
import type { WorkCalendar } from './workCalendar.ts';

export const NOTIFY_EVENTS = [
  'opened',
  'proposed',
  'escalated',
  'reopened',
  'brought-up',
  'campaign',
  'sla-warning',
  'sla-breach',
  'assigned',
  'status',
  'resolved',
  'closed',
  'comment',
  'delivery-failed',
  'follow-up',
  'rated',
] as const;
/** What people can be told of: lines of the history of a ticket. */
export type NotifyEvent = (typeof NOTIFY_EVENTS)[number];

export type Language = 'en' | 'zh';

/** Who is told of what, where and when; what is absent limits nothing. */
export interface NotificationRoute {
  readonly id: string;
  readonly channel: string;
  /** Addresses, for channels that need some. */
  readonly to: readonly string[];
  readonly events: readonly NotifyEvent[];
  readonly sites?: readonly string[] | undefined;
  readonly customers?: readonly string[] | undefined;
  readonly priorities?: readonly Priority[] | undefined;
  readonly teams?: readonly string[] | undefined;
  readonly language: Language;
  /** Outside these hours it is quiet: what happens then is held back. */
  readonly hours?: WorkCalendar | undefined;
  /** Tickets of these priorities are told at any hour. */
  readonly breakThrough: readonly Priority[];
  /** What is held back comes in one message at this time of day; without `hours` everything is held back. */
  readonly digestAt?: string | undefined;
  /** Time zone of `digestAt`. */
  readonly zone: string;
}

/** What a line of the history of a ticket, as it is now, is to those who are told of it. */
export function notifyEventOf(entry: TicketEntry, ticket: Pick<Ticket, 'status'>): NotifyEvent | undefined {
  const { kind, from, to } = entry;
  if (kind === 'opened') return ticket.status === 'proposed' ? 'proposed' : 'opened';
  if (from !== undefined && to !== undefined) {
    if (from === 'proposed' && to === 'open') return 'opened';
    if (isReopening(from, to)) return 'reopened';
    if (kind === 'escalated') return 'escalated';
    if (to === 'resolved') return 'resolved';
    return to === 'closed' || to === 'cancelled' ? 'closed' : 'status';
  }
  return (NOTIFY_EVENTS as readonly string[]).includes(kind) ? (kind as NotifyEvent) : undefined;
}

/** @param teams the ticket's own and who else is told */
export function isFor(
  route: NotificationRoute,
  event: NotifyEvent,
  ticket: Pick<Ticket, 'siteId' | 'customerId' | 'priority'>,
  teams: readonly string[],
): boolean {
  const { events, sites, customers, priorities, teams: told } = route;
  return (
    events.includes(event) &&
    (sites?.includes(ticket.siteId) ?? true) &&
    (customers === undefined || (ticket.customerId !== undefined && customers.includes(ticket.customerId))) &&
    (priorities?.includes(ticket.priority) ?? true) &&
    (told === undefined || teams.some((team) => told.includes(team)))
  );
}

/** When it is told, and whether together with what else is held back until then. */
export function dueOf(
  { hours, breakThrough, digestAt, zone }: NotificationRoute,
  { priority }: Pick<Ticket, 'priority'>,
  now: Timestamp,
): { dueAt: Timestamp; held: boolean } {
  const isQuiet = hours ? !hours.isOpen(now) : digestAt !== undefined;
  if (!isQuiet || breakThrough.includes(priority)) return { dueAt: now, held: false };
  return { dueAt: digestAt === undefined ? hours!.opening(now) : nextTime(digestAt, zone, now), held: true };
}

/** The next time after `now` at which the clocks show this time of day. */
function nextTime(timeOfDay: string, zone: string, now: Timestamp): Timestamp {
  for (let date = startOfDay(now) - DAY; ; date += DAY) {
    const at = instantOf(date + sinceMidnight(timeOfDay), zone);
    if (at > now) return at;
  }
}
