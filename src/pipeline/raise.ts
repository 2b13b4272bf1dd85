import { createHash } from 'node:crypto';
import { continuationOf, REOPEN_WITHIN } from '../domain/episode.ts';
import { type Finding, findingKey } from '../domain/finding.ts';
import { type RuleMode, severityRank } from '../domain/model.ts';
import {
  formerWith,
  isOngoing,
  isUnreleased,
  type Ticket,
  type TicketEntry,
  type TicketStatus,
  timesAfter,
} from '../domain/ticket.ts';
import { changesOf, whatChanged } from '../domain/ticketChanges.ts';
import type { WriteTitle } from '../domain/ticketText.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { isWorthTelling, toldOf } from '../domain/told.ts';
import { newId } from '../newId.ts';
import type {
  EventRepository,
  FindingRepository,
  FindingRow,
  Repositories,
  TicketChange,
  TicketRepository,
} from '../ports/database.ts';
import type { DeliveryEvent } from '../ports/serviceDesk.ts';
import type { StormRepository } from '../ports/storms.ts';
import { describeMode } from '../rules/model.ts';
import { closedBefore, endsOf } from './closedBefore.ts';
import { composeTicket, evidenceChange, forecastLeft, presentFacts, type Subject } from './compose.ts';

/** What a finding is recorded in: the database, or the book of a backtest. */
export interface RaiseTables {
  readonly findings: Pick<FindingRepository, 'record' | 'promote' | 'attach' | 'activeOf'>;
  readonly tickets: Pick<TicketRepository, 'get' | 'ongoing' | 'insert' | 'update' | 'addEntry'>;
  readonly events: Pick<EventRepository, 'of' | 'add'>;
  readonly states: Pick<Repositories['states'], 'note'>;
  readonly outbox: Pick<Repositories['outbox'], 'add'>;
  /** Absent where nothing is held back. */
  readonly storms?: Pick<StormRepository, 'back' | 'outAgain' | 'retracted'>;
}

export interface RaiseContext {
  readonly tx: RaiseTables;
  readonly now: Timestamp;
  /** The rule's mode as configured for the site. */
  readonly mode: RuleMode;
  /** The mode in which a new ticket opens: propose where a live rule has tripped its cap. */
  modeForOpening(): Promise<RuleMode>;
  /** Writes titles; without it they are those that come with Fettle. */
  readonly title?: WriteTitle | undefined;
  /** Whether a finding is held back, to see whether it is of one asset alone: it opens no ticket now. */
  readonly holds?: (row: FindingRow) => Promise<boolean>;
  /** The ticket of the storm that the asset was part of. */
  readonly parentId?: string | undefined;
}

/** What recording a finding led to. */
export interface Raised {
  readonly opened?: Ticket;
  /** The finding had a ticket that was closed go on. */
  readonly reopened?: Ticket;
  /** Outbox row to deliver. */
  readonly outboxId?: string;
  /** The ticket was closed by itself: the asset's event that says so is recorded. */
  readonly closed?: Ticket;
}

const NOTHING: Raised = {};
export const BY_FETTLE = 'fettle';

/**
 * Records a finding and does with its ticket what follows from it. Runs in one transaction; doing it again with the
 * same finding changes nothing.
 */
export async function raise(subject: Subject, finding: Finding, context: RaiseContext): Promise<Raised> {
  const { tx, now, mode } = context;
  if (finding.change === 'updated') return update(subject, finding, context);
  const row = await tx.findings.record(mode === 'observe' ? observed(finding) : finding, now);
  if (!row || finding.dormant) return NOTHING;
  if (finding.change === 'cleared' || finding.change === 'reset') await tx.storms?.back(row, now);
  const ticket = await tx.tickets.ongoing(finding.assetId, finding.componentId, finding.failureModeId);
  if (finding.change === 'cleared') return ticket ? clear(ticket, row, context) : NOTHING;
  if (finding.change === 'reset') return ticket ? renew(ticket, row, context) : NOTHING;
  if (mode === 'observe') return NOTHING;
  return ticket ? addEvidence(subject, ticket, row, context) : open(subject, row, context);
}

/** What was held back is of this asset alone. */
export async function raiseHeld(subject: Subject, row: FindingRow, context: RaiseContext): Promise<Raised> {
  if (context.mode === 'observe') return NOTHING;
  const ticket = await context.tx.tickets.ongoing(row.assetId, row.componentId, row.failureModeId);
  return ticket ? addEvidence(subject, ticket, row, context) : open(subject, row, context);
}

async function open(subject: Subject, row: FindingRow, context: RaiseContext): Promise<Raised> {
  const { tx, now } = context;
  const events = await tx.events.of(row.assetId);
  // It came to light only after a closing that it falls under: it belongs to the ticket closed then.
  const after = endsOf(events, row).find(({ at }) => at >= row.window.to);
  if (after) {
    await tx.findings.attach(row.id, after.ticketId);
    return NOTHING;
  }
  if (await context.holds?.(row)) return NOTHING;
  const mode = await context.modeForOpening();
  const before = await closedBefore(row, events, tx.tickets);
  const way = before ? continuationOf(row, before, reopenWithin(subject, row)) : 'unrelated';
  if (before && way === 'reopened' && mode === 'live') return reopen(subject, before.ticket, row, context);
  const earlier = before && way !== 'unrelated' ? before.ticket : undefined;
  const composed = composeTicket(subject, row, { ...context, mode });
  const opening = mode === 'live' ? { ...composed, told: toldOf(composed, now) } : composed;
  const ticket = await tx.tickets.insert({
    ...opening,
    ...(earlier && { recurrenceOf: earlier.id }),
    ...(context.parentId !== undefined && { parentId: context.parentId }),
  });
  if (!ticket) return NOTHING;
  await tx.findings.attach(row.id, ticket.id);
  const again = earlier ? `; again, after ticket ${earlier.number}` : '';
  await enter(tx, ticket, now, 'opened', `rule ${row.ruleId} version ${row.ruleVersion}${again}`);
  const outboxId = mode === 'live' ? await deliverLater(tx, ticket, 'ticket.opened', row.key, now) : undefined;
  return { opened: ticket, outboxId };
}

/** The ticket that was closed goes on, with what is found now in place of what was found then. */
async function reopen(subject: Subject, ticket: Ticket, row: FindingRow, context: RaiseContext): Promise<Raised> {
  const { tx, now } = context;
  const facts = presentFacts(composeTicket(subject, row, { ...context, mode: 'live' }));
  const again = await tx.tickets.update(ticket.id, ticket.version, {
    ...facts,
    told: toldOf(facts, now),
    ...moved(ticket, 'open', now),
    ...countedAgain(ticket, now),
    formerClosings: formerWith(ticket, row.id),
    scheduledFor: undefined,
    updatedAt: now,
  });
  await tx.findings.attach(row.id, ticket.id);
  const what = row.change === 'escalated' ? 'says that it got worse' : 'found it again';
  await enter(tx, again, now, 'transition', `reopened: rule ${row.ruleId} ${what}`, ticket);
  const event = isUnreleased(ticket) ? 'ticket.opened' : 'ticket.updated';
  return { reopened: again, outboxId: await deliverLater(tx, again, event, row.key, now) };
}

function reopenWithin({ model }: Subject, { componentId, failureModeId }: FindingRow): Duration {
  return describeMode(model, componentId, failureModeId).reopenWithin ?? REOPEN_WITHIN;
}

/**
 * What an observed rule raises is kept apart from what it raises once it counts; also where a refold knows of a closing
 * that came after it.
 */
function observed(finding: Finding): Finding {
  if (finding.dormant === 'inactive' || (finding.change !== 'raised' && finding.change !== 'escalated')) return finding;
  const dormant = 'observed' as const;
  return { ...finding, dormant, key: findingKey({ ...finding, dormant }) };
}

async function update(subject: Subject, finding: Finding, context: RaiseContext): Promise<Raised> {
  const { tx, now, mode } = context;
  if (finding.dormant) return NOTHING;
  const ticket = await tx.tickets.ongoing(finding.assetId, finding.componentId, finding.failureModeId);
  if (!ticket) return mode === 'observe' ? NOTHING : raiseObserved(subject, finding, context);
  if (isOlder(finding, ticket)) return NOTHING;
  const evidence = evidenceChange(subject, ticket, finding);
  const telling = isWorthTelling({ ...ticket, ...evidence }, now);
  const change = { ...evidence, ...(telling && { told: toldOf(evidence, now) }), updatedAt: now };
  const changed = await tx.tickets.update(ticket.id, ticket.version, change);
  if (changesOf(ticket, changed).length > 0)
    await enter(tx, changed, now, 'evidence', `rule ${finding.ruleId}`, ticket);
  return telling ? { outboxId: await deliverLater(tx, changed, 'ticket.updated', finding.key, now) } : NOTHING;
}

/**
 * What goes on since its rule was only observed opens its ticket now, with its present evidence. The raise that was
 * observed counts from now on: it is the one that a refold makes again.
 */
async function raiseObserved(subject: Subject, finding: Finding, context: RaiseContext): Promise<Raised> {
  const row = await context.tx.findings.promote(finding.assetId, finding.ruleId, finding.start);
  return row ? open(subject, { ...finding, id: row.id, recordedAt: row.recordedAt }, context) : NOTHING;
}

/** A refold states again what a ticket knows, and what an earlier ticket was told. */
function isOlder(finding: Finding, ticket: Ticket): boolean {
  return ticket.window !== undefined && finding.window.to < ticket.window.to;
}

async function addEvidence(
  subject: Subject,
  ticket: Ticket,
  row: FindingRow,
  { tx, now }: RaiseContext,
): Promise<Raised> {
  const worse = severityRank(row.severity) > severityRank(ticket.severity);
  const again = isOver(ticket) || (worse && ticket.status === 'deferred');
  const evidence = evidenceChange(subject, ticket, row);
  const telling = ticket.status !== 'proposed' && (worse || again || isWorthTelling({ ...ticket, ...evidence }, now));
  const changed = await tx.tickets.update(ticket.id, ticket.version, {
    ...evidence,
    ...(telling && { told: toldOf(evidence, now) }),
    ...(again && { ...moved(ticket, statusAgain(ticket), now), ...countedAgain(ticket, now) }),
    updatedAt: now,
  });
  await tx.findings.attach(row.id, ticket.id);
  const text = worse ? `now ${row.severity}: rule ${row.ruleId}` : `rule ${row.ruleId} found it as well or again`;
  await enter(tx, changed, now, worse ? 'escalated' : 'evidence', text, ticket);
  if (changed.status === 'proposed' || !telling) return NOTHING;
  return { outboxId: await deliverLater(tx, changed, 'ticket.updated', row.key, now) };
}

/** Said to be done, and yet ongoing: what is found then says that it is not. */
export function isOver({ status }: Ticket): boolean {
  return status === 'resolved' || status === 'awaiting-outcome';
}

/** What a change of status by Fettle itself brings with it. */
export function moved(ticket: Ticket, status: TicketStatus, now: Timestamp): TicketChange {
  const times = timesAfter(ticket, ticket.status, status, now, false);
  return { ...times, status, closing: undefined, deferral: undefined, closedAt: undefined };
}

/** Reopening counts where a person had ended it. */
function countedAgain({ status, closing, reopened }: Ticket, now: Timestamp): TicketChange {
  if (status === 'deferred' || closing?.outcome === 'cleared-unconfirmed') return {};
  return { reopened: reopened + 1, reopenedAt: now };
}

/** Of a ticket that had cleared by itself: what nobody has released is proposed again. */
function statusAgain(ticket: Ticket): 'proposed' | 'open' {
  return isUnreleased(ticket) ? 'proposed' : 'open';
}

async function clear(ticket: Ticket, row: FindingRow, { tx, now }: RaiseContext): Promise<Raised> {
  await tx.findings.attach(row.id, ticket.id);
  return letGo(ticket, 'cleared', `rule ${row.ruleId} no longer finds it`, row, tx, now);
}

/** A refold took the finding back: its ongoing ticket says so, and follows what is left. */
export async function retract(row: FindingRow, tx: Repositories, now: Timestamp): Promise<Raised> {
  await tx.findings.retract(row.id, now);
  if (row.change === 'cleared' || row.change === 'reset') await tx.storms.outAgain(row, now);
  else await tx.storms.retracted(row.id, now);
  const ticket = row.ticketId === undefined ? undefined : await tx.tickets.get(row.ticketId);
  if (!ticket || ticket.storm || !isOngoing(ticket.status)) return NOTHING;
  const active = await tx.findings.activeOf(ticket.id);
  if (isReopenedBy(row, ticket) && !active.some(({ id }) => id > row.id)) return closeAgain(ticket, row, tx, now);
  const isLeft = active.length > 0;
  const renewal = isLeft ? undefined : await renewalOf(ticket, tx);
  if (renewal) return closeByReset(ticket, renewal, tx, now);
  const text = `rule ${row.ruleId}: later data show that its finding (${row.change}) did not hold`;
  return row.change === 'cleared' ? holdOn(ticket, text, row, tx, now) : letGo(ticket, 'retracted', text, row, tx, now);
}

/** Whether it was this finding that reopened the ticket, which nobody has taken note of since. */
function isReopenedBy({ id }: FindingRow, { status, formerClosings }: Ticket): boolean {
  return status === 'open' && formerClosings?.at(-1)?.findingId === id;
}

/** It did not come again: the ticket is closed as it was. */
async function closeAgain(ticket: Ticket, row: FindingRow, tx: Repositories, now: Timestamp): Promise<Raised> {
  const former = [...ticket.formerClosings!];
  const { closing, closedAt } = former.pop()!;
  const closed = await tx.tickets.update(ticket.id, ticket.version, {
    ...moved(ticket, 'closed', now),
    closing,
    closedAt,
    resolvedAt: closedAt,
    formerClosings: former.length > 0 ? former : undefined,
    reopened: ticket.reopened - 1,
    reopenedAt: undefined,
    updatedAt: now,
  });
  await enter(tx, closed, now, 'retracted', `rule ${row.ruleId}: later data show that it did not come again`, ticket);
  return { outboxId: await deliverLater(tx, closed, 'ticket.closed', `retracted ${row.key}`, now) };
}

/** It had not cleared: a ticket that was resolved by itself is open again. */
async function holdOn(
  ticket: Ticket,
  text: string,
  row: FindingRow,
  tx: Repositories,
  now: Timestamp,
): Promise<Raised> {
  const byItself = ticket.status === 'resolved' && ticket.closing?.outcome === 'cleared-unconfirmed';
  if (!byItself || (await tx.findings.activeOf(ticket.id)).length === 0) {
    await enter(tx, ticket, now, 'retracted', text);
    return NOTHING;
  }
  const open = await tx.tickets.update(ticket.id, ticket.version, {
    ...moved(ticket, statusAgain(ticket), now),
    updatedAt: now,
  });
  await enter(tx, open, now, 'retracted', text, ticket);
  if (open.status === 'proposed') return NOTHING;
  return { outboxId: await deliverLater(tx, open, 'ticket.updated', `retracted ${row.key}`, now) };
}

/** Resolves a ticket that nobody has acknowledged once nothing active is left of it; annotates any other. */
async function letGo(
  ticket: Ticket,
  kind: 'cleared' | 'retracted',
  text: string,
  row: FindingRow,
  tx: RaiseTables,
  now: Timestamp,
): Promise<Raised> {
  const untouched = ticket.status === 'open' || ticket.status === 'proposed';
  const left = await tx.findings.activeOf(ticket.id);
  if (!untouched || left.length > 0) {
    const change = left.length > 0 ? forecastLeft(ticket, row, left) : undefined;
    const kept = change ? await tx.tickets.update(ticket.id, ticket.version, { ...change, updatedAt: now }) : ticket;
    await enter(tx, kept, now, kind, text, ticket);
    return NOTHING;
  }
  const resolved = await tx.tickets.update(ticket.id, ticket.version, {
    ...moved(ticket, 'resolved', now),
    closing: { outcome: 'cleared-unconfirmed', ...(ticket.status === 'proposed' && { unreleased: true }) },
    updatedAt: now,
  });
  await enter(tx, resolved, now, kind, `${text}; resolved, unconfirmed`, ticket);
  if (ticket.status === 'proposed') return NOTHING;
  return { outboxId: await deliverLater(tx, resolved, 'ticket.updated', `${kind} ${row.key}`, now) };
}

/** Closes the ticket, unless something of it began after the renewal: late data may bring an earlier one to light. */
async function renew(ticket: Ticket, row: FindingRow, { tx, now }: RaiseContext): Promise<Raised> {
  const active = await tx.findings.activeOf(ticket.id);
  if (!active.some(({ start }) => start > row.time)) return closeByReset(ticket, row, tx, now);
  await tx.findings.attach(row.id, ticket.id);
  return NOTHING;
}

/** The renewal that a ticket knows of, where it was kept open by what has been taken back since. */
async function renewalOf({ id }: Ticket, tx: Repositories): Promise<FindingRow | undefined> {
  const { items } = await tx.findings.list({ ticketId: id }, { limit: 500 });
  return items.find(({ change, retractedAt }) => change === 'reset' && retractedAt === undefined);
}

async function closeByReset(ticket: Ticket, row: FindingRow, tx: RaiseTables, now: Timestamp): Promise<Raised> {
  await tx.findings.attach(row.id, ticket.id);
  const closed = await tx.tickets.update(ticket.id, ticket.version, {
    ...moved(ticket, 'closed', now),
    closing: { outcome: 'replaced-detected', replaced: { at: row.time } },
    closedAt: now,
    updatedAt: now,
  });
  await enter(tx, closed, now, 'transition', 'the component was renewed', ticket);
  const { assetId, componentId, failureModeId } = row;
  const event = { id: newId(now), type: 'ticket-closed' as const, assetId, componentId, failureModeId };
  await tx.events.add([{ ...event, ticketId: ticket.id, at: row.time, recordedAt: now, by: BY_FETTLE }]);
  await tx.states.note([{ assetId, earliest: row.time }]);
  const outboxId = isUnreleased(ticket) ? undefined : await deliverLater(tx, closed, 'ticket.closed', row.key, now);
  return { closed, outboxId };
}

/**
 * Enters what is to be told to the desk. `cause` is the statement or act that it follows from: with the episode it makes
 * the key, so that a desk knows again what a restored database makes Fettle tell it anew.
 */
export async function deliverLater(
  tx: Pick<RaiseTables, 'outbox'>,
  ticket: Ticket,
  event: DeliveryEvent,
  cause: string,
  now: Timestamp,
): Promise<string> {
  const id = newId(now);
  await tx.outbox.add({ id, ticketId: ticket.id, event, key: deliveryKey(ticket, event, cause), createdAt: now });
  return id;
}

/** An episode opens once, whatever the cause. */
function deliveryKey({ episodeKey }: Ticket, event: DeliveryEvent, cause: string): string {
  const what = event.slice('ticket.'.length);
  if (event === 'ticket.opened') return `${episodeKey}:${what}`;
  return `${episodeKey}:${what}:${createHash('sha256').update(cause).digest('hex').slice(0, 16)}`;
}

/** Enters what Fettle itself did, with all that changed since `before`. */
export async function enter(
  tx: RaiseTables,
  ticket: Ticket,
  at: Timestamp,
  kind: TicketEntry['kind'],
  text: string,
  before: Ticket = ticket,
): Promise<void> {
  const base = { id: newId(at), ticketId: ticket.id, at, by: BY_FETTLE };
  await tx.tickets.addEntry({ ...base, kind, text, ...whatChanged(before, ticket) });
}
