import type { Duration } from '../domain/time.ts';
import type { Database } from '../ports/database.ts';
import type { Reconciliation } from '../ports/reconciliation.ts';
import type { ServiceDesk } from '../ports/serviceDesk.ts';

/** Tickets in one report. */
const MOST_TICKETS = 1000;

/** What desk and tickets do not agree on. Rejects as the desk does when it can not be asked. */
export async function reconcile(database: Database, desk: ServiceDesk, timeout: Duration): Promise<Reconciliation> {
  const tickets = desk.name === 'none' ? [] : await database.deskLinks.unlinked(MOST_TICKETS);
  const withoutWorkOrder = await Promise.all(
    tickets.map(async (ticket) => {
      const { items } = await database.outbox.list({ ticketId: ticket.id }, { limit: 50 });
      const delivery = items.find(({ event }) => event === 'ticket.opened');
      return { ticket, ...(delivery && { delivery }) };
    }),
  );
  if (!desk.list) return { desk: desk.name, withoutWorkOrder };
  const listed = await desk.list(AbortSignal.timeout(timeout));
  const known = new Set(await database.deskLinks.known(listed));
  return { desk: desk.name, withoutWorkOrder, withoutTicket: listed.filter((id) => !known.has(id)) };
}
