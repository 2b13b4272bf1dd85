import type { AssetEvent, TicketClosedEvent } from '../domain/asset.ts';
import type { Finding } from '../domain/finding.ts';
import { severityRank } from '../domain/model.ts';
import { isOngoing, type Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import type { FindingRow, Repositories } from '../ports/database.ts';
import type { TicketRecord } from './run.ts';

const PAGE = 500;

type Reads = Pick<Repositories, 'tickets' | 'findings' | 'events'>;

/**
 * All tickets as records on device time, by opening. What a closed ticket says of its times stays as it was known when it
 * was closed; late data may have corrected the findings since, and those count here. One that was reopened after its closing
 * is a record for each time.
 */
export async function collectTickets(database: Reads): Promise<TicketRecord[]> {
  const tickets = await everyPage((cursor) => database.tickets.list({}, 'openedAt', { limit: PAGE, cursor }));
  const records: TicketRecord[] = [];
  for (const assetId of new Set(tickets.map((ticket) => ticket.assetId))) {
    const rows = await everyPage((cursor) => database.findings.list({ assetId }, { limit: PAGE, cursor }));
    const events = await database.events.of(assetId);
    for (const ticket of tickets) if (ticket.assetId === assetId) records.push(...recordsOf(ticket, rows, events));
  }
  return records.sort((a, b) => a.openedAt - b.openedAt || (identity(a) < identity(b) ? -1 : 1));
}

/** Orders tickets of the same moment. */
function identity({ asset, component, failureMode }: TicketRecord): string {
  return `${asset}|${component}|${failureMode}`;
}

function recordsOf(ticket: Ticket, rows: readonly FindingRow[], events: readonly AssetEvent[]): TicketRecord[] {
  const closings = closingsOf(ticket, events);
  const ends = closings.flatMap(({ ticketId }, at) => (ticketId === ticket.id ? [at] : []));
  const rounds = isOngoing(ticket.status) || ends.length === 0 ? [...ends, -1] : ends;
  const records = rounds.map((own, round) => recordOf(inRound(ticket, round), rows, closings, own));
  // What a person reopened has nothing new to say.
  return records.filter(({ rule }, round) => round === 0 || rule !== '');
}

/** The ticket as it was when it was closed for the first time, the second. */
function inRound(ticket: Ticket, round: number): Ticket {
  const former = ticket.formerClosings?.[round];
  const { window: _window, ruleId: _rule, ...again } = ticket;
  const known = round === 0 ? ticket : again;
  return former ? { ...known, status: 'closed', closing: former.closing } : known;
}

/** @param own place of its end among the closings; -1 while it goes on */
function recordOf(
  ticket: Ticket,
  rows: readonly FindingRow[],
  closings: readonly TicketClosedEvent[],
  own: number,
): TicketRecord {
  const before = closings.at(own === -1 ? closings.length - 1 : own - 1);
  const since = own === 0 ? Number.NEGATIVE_INFINITY : (before?.at ?? Number.NEGATIVE_INFINITY);
  const after = rowsAfter(ticket, rows, since);
  const until = closings[own]?.at ?? Number.POSITIVE_INFINITY;
  // What late data took back altogether has none left: not that of the next ticket.
  const opening = after.find((row) => isRaise(row) && row.time <= until);
  const openedAt = opening?.time ?? ticket.window?.to ?? ticket.openedAt;
  const renewedAt = after.find(({ change, time }) => change === 'reset' && time >= openedAt)?.time;
  const closedAt = own === -1 ? undefined : endOf(ticket, closings[own]!, renewedAt);
  const said = after.filter(({ time }) => time >= openedAt && time <= (closedAt ?? Number.POSITIVE_INFINITY));
  const cleared = said.filter(({ change }) => change === 'cleared').map(({ time }) => time);
  const raised = said.filter(({ change }) => change === 'raised').map(({ time }) => time);
  return {
    asset: ticket.assetId,
    component: ticket.componentId,
    failureMode: ticket.failureModeId,
    rule: opening?.ruleId ?? ticket.ruleId ?? '',
    openedAt,
    severity: worstOf(said) ?? ticket.severity,
    status: ticket.status,
    reopenedAt: raised.filter((time) => cleared.some((clear) => clear < time)),
    clearedAt: cleared,
    ...(closedAt !== undefined && { closedAt }),
    ...(ticket.closing && { outcome: ticket.closing.outcome }),
    ...(ticket.part && { partLeadTime: ticket.part.leadTimeMs }),
    ...(opening?.forecast && { forecast: opening.forecast }),
  };
}

function closingsOf({ componentId, failureModeId }: Ticket, events: readonly AssetEvent[]): TicketClosedEvent[] {
  return events.filter((event): event is TicketClosedEvent => {
    return event.type === 'ticket-closed' && event.componentId === componentId && event.failureModeId === failureModeId;
  });
}

/** What holds of the findings about the ticket's failure mode after the ticket before it was closed, by time. */
function rowsAfter(
  { componentId, failureModeId }: Ticket,
  rows: readonly FindingRow[],
  since: Timestamp,
): FindingRow[] {
  return rows
    .filter((row) => row.componentId === componentId && row.failureModeId === failureModeId && row.time > since)
    .filter(({ retractedAt, dormant }) => retractedAt === undefined && (dormant === undefined || dormant === 'closed'))
    .sort((a, b) => a.time - b.time);
}

function endOf({ closing }: Ticket, { at }: TicketClosedEvent, renewedAt: Timestamp | undefined): Timestamp {
  if (closing?.outcome === 'replaced-detected') return renewedAt ?? closing.replaced?.at ?? at;
  return closing?.replaced?.at ?? at;
}

function isRaise({ change }: Finding): boolean {
  return change === 'raised' || change === 'escalated';
}

function worstOf(findings: readonly Finding[]): TicketRecord['severity'] | undefined {
  const severities = findings.filter(isRaise).map(({ severity }) => severity);
  return severities.sort((a, b) => severityRank(b) - severityRank(a))[0];
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
