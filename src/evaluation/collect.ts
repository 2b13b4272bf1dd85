import type { AssetEvent } from '../domain/asset.ts';
import { severityRank } from '../domain/model.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { FindingRow, Repositories } from '../ports/database.ts';
import type { TicketRecord } from './run.ts';

const PAGE = 500;

type Reads = Pick<Repositories, 'tickets' | 'findings' | 'events'>;

/** All tickets as records on device time, by opening. */
export async function collectTickets(database: Reads): Promise<TicketRecord[]> {
  const tickets = await everyPage((cursor) => database.tickets.list({}, 'openedAt', { limit: PAGE, cursor }));
  const records: TicketRecord[] = [];
  for (const ticket of tickets) {
    const rows = await everyPage((cursor) => database.findings.list({ ticketId: ticket.id }, { limit: PAGE, cursor }));
    records.push(recordOf(ticket, rows, await database.events.of(ticket.assetId)));
  }
  return records.sort((a, b) => a.openedAt - b.openedAt || (identity(a) < identity(b) ? -1 : 1));
}

/** What a ticket is about and when it opened: the same for the same ticket of another run. */
export function identity({ asset, component, failureMode, openedAt }: TicketRecord): string {
  return `${openedAt}|${asset}|${component}|${failureMode}`;
}

function recordOf(ticket: Ticket, rows: readonly FindingRow[], events: readonly AssetEvent[]): TicketRecord {
  const said = rows.filter(({ retractedAt }) => retractedAt === undefined).sort((a, b) => a.time - b.time);
  const opening = said.find(({ change }) => change === 'raised' || change === 'escalated');
  const raised = said.filter(({ change }) => change === 'raised').map(({ time }) => time);
  const cleared = said.filter(({ change }) => change === 'cleared').map(({ time }) => time);
  const worst = said.reduce(
    (most, { severity }) => (severityRank(severity) > severityRank(most) ? severity : most),
    ticket.severity,
  );
  const closing = events.findLast((event) => event.type === 'ticket-closed' && event.ticketId === ticket.id);
  const openedAt = opening?.time ?? ticket.window?.to ?? ticket.openedAt;
  return {
    asset: ticket.assetId,
    component: ticket.componentId,
    failureMode: ticket.failureModeId,
    rule: opening?.ruleId ?? ticket.ruleId ?? '',
    openedAt,
    severity: worst,
    status: ticket.status,
    reopenedAt: raised.filter((time) => cleared.some((clear) => clear < time)),
    clearedAt: cleared,
    ...(closing && { closedAt: ticket.closing?.replaced?.at ?? closing.at }),
    ...(ticket.closing && { outcome: ticket.closing.outcome }),
    ...(opening?.forecast && { forecast: opening.forecast }),
  };
}

async function everyPage<T>(page: (cursor?: string) => Promise<{ items: T[]; nextCursor?: string }>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    all.push(...items);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return all;
}
