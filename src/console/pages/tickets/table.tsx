import { Link } from 'wouter-preact';
import type { Ticket } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { SeverityBadge, StatusBadge } from '../../ui/badges';
import { useNow } from '../../ui/useNow';
import { dueOf } from '../ticket/due';
import { ticketListTexts } from './text';

/** One row a ticket; on a phone one card. */
export function TicketTable({ tickets }: { tickets: readonly Ticket[] }) {
  const t = useText(ticketListTexts);
  return (
    <div class="card tickets-card">
      <table class="table tickets">
        <thead>
          <tr>
            <th scope="col">{t.title}</th>
            <th scope="col">{t.priority}</th>
            <th scope="col">{t.status}</th>
            <th scope="col">{t.due}</th>
            <th scope="col">{t.who}</th>
            <th scope="col">{t.opened}</th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((ticket) => (
            <Row key={ticket.id} ticket={ticket} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ ticket }: { ticket: Ticket }) {
  const local = useLocal();
  const format = useFormat();
  const common = useText(commonTexts);
  const now = useNow();
  const due = dueOf(ticket, now);
  return (
    <tr>
      <td class="what">
        <Link href={`/tickets/${ticket.id}`} data-ticket={ticket.id}>
          <span class="muted">#{ticket.number}</span> {local(ticket.title)}
        </Link>
        <div class="muted place">
          {ticket.siteId} · {ticket.assetId}
        </div>
      </td>
      <td>
        <span class="row">
          {common.priority[ticket.priority]}
          <SeverityBadge severity={ticket.severity} />
        </span>
      </td>
      <td>
        <StatusBadge status={ticket.status} />
      </td>
      <td class={due?.late ? 'late' : undefined}>
        {due && <time dateTime={due.at}>{format.relative(due.at, now)}</time>}
      </td>
      <td>{ticket.person ?? ticket.team ?? ''}</td>
      <td class="muted">
        <time dateTime={ticket.openedAt}>{format.date(ticket.openedAt)}</time>
      </td>
    </tr>
  );
}
