import { formerWith, isOngoing, isReopening, isUnreleased, type Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import type { TicketChange } from '../ports/database.ts';
import type { Act } from './ticketActs.ts';
import { unacceptable } from './unacceptable.ts';

/** Opens it, or opens it again: what was closed with a note that says why. */
export function opening(ticket: Ticket, note: string | undefined, now: Timestamp): Act {
  if (ticket.status === 'closed' && !note) throw unacceptable('/note', 'say why it is reopened');
  return {
    to: 'open',
    note,
    event: isUnreleased(ticket) ? 'ticket.opened' : 'ticket.updated',
    change: {
      closing: undefined,
      closedAt: undefined,
      ...(ticket.status === 'closed' && { formerClosings: formerWith(ticket) }),
      ...(isReopening(ticket.status, 'open') && reopenedOnceMore(ticket, now)),
    },
  };
}

/** Says something of it. */
export function commenting(ticket: Ticket, text: string): Act {
  return { note: text, event: isOngoing(ticket.status) ? told(ticket) : undefined };
}

/** A desk knows nothing of what nobody released. */
export function told(ticket: Ticket): 'ticket.updated' | undefined {
  return isUnreleased(ticket) ? undefined : 'ticket.updated';
}

/** That a ticket cleared by itself was nobody's work. */
function reopenedOnceMore({ closing, reopened }: Ticket, now: Timestamp): TicketChange {
  if (closing?.outcome === 'cleared-unconfirmed') return {};
  return { reopened: reopened + 1, reopenedAt: now };
}
