import type { AssetEvent, TicketClosedEvent } from '../domain/asset.ts';
import type { Finding } from '../domain/finding.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import type { TicketRepository } from '../ports/database.ts';

/** The latest ticket of a matter that was closed. */
export interface ClosedBefore {
  readonly ticket: Ticket;
  /** The watermark that its closing kept. */
  readonly at: Timestamp;
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
  ends: readonly TicketClosedEvent[],
  tickets: Pick<TicketRepository, 'get'>,
): Promise<ClosedBefore | undefined> {
  for (const { ticketId, at } of [...ends].reverse()) {
    const ticket = await tickets.get(ticketId);
    if (ticket?.status === 'closed') return { ticket, at };
  }
  return undefined;
}
