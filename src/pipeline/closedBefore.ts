import type { AssetEvent, TicketClosedEvent } from '../domain/asset.ts';
import type { Finding } from '../domain/finding.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import type { TicketRepository } from '../ports/database.ts';
import { installs } from '../rules/rule.ts';

/** The latest ticket of a matter that was closed. */
export interface ClosedBefore {
  readonly ticket: Ticket;
  /** The watermark that its closing kept. */
  readonly closedAt: Timestamp;
  /** The component was, since the trouble began that the ticket is about. */
  readonly renewed: boolean;
}

type Matter = Pick<Finding, 'componentId' | 'failureModeId'>;

/** The ends of tickets about this component and failure mode, in order. */
export function endsOf(events: readonly AssetEvent[], { componentId, failureModeId }: Matter): TicketClosedEvent[] {
  return events.filter((event): event is TicketClosedEvent => {
    return event.type === 'ticket-closed' && event.componentId === componentId && event.failureModeId === failureModeId;
  });
}

/** The ticket of the latest end that was a closing; what was cancelled was none. */
export async function closedBefore(
  finding: Pick<Finding, 'componentId' | 'failureModeId' | 'time'>,
  events: readonly AssetEvent[],
  tickets: Pick<TicketRepository, 'get'>,
): Promise<ClosedBefore | undefined> {
  for (const { ticketId, at } of endsOf(events, finding).reverse()) {
    const ticket = await tickets.get(ticketId);
    if (ticket?.status === 'closed') return { ticket, closedAt: at, renewed: isRenewed(ticket, events, finding) };
  }
  return undefined;
}

function isRenewed(
  { closing, window, componentId }: Ticket,
  events: readonly AssetEvent[],
  { time }: Pick<Finding, 'time'>,
): boolean {
  const since = window?.from ?? Number.POSITIVE_INFINITY;
  return (
    closing?.replaced !== undefined ||
    events.some((event) => installs(event, componentId) && event.at >= since && event.at <= time)
  );
}
