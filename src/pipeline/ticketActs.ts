import type { Actor } from '../domain/request.ts';
import { TICKET_TRANSITIONS, type Ticket, type TicketEntry, type TicketStatus, timesAfter } from '../domain/ticket.ts';
import { whatChanged } from '../domain/ticketChanges.ts';
import type { Timestamp } from '../domain/time.ts';
import { toldOf } from '../domain/told.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import {
  AlreadyOngoingError,
  type Database,
  type Repositories,
  StaleVersionError,
  type TicketChange,
} from '../ports/database.ts';
import type { DeliveryEvent } from '../ports/serviceDesk.ts';
import type { Assessment } from './assessment.ts';
import type { Fleet } from './fleet.ts';
import { BY_FETTLE, deliverLater } from './raise.ts';

export interface TicketActsParts {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly assessment: Pick<Assessment, 'refold'>;
  readonly deliver: (outboxId: string) => void;
  readonly clock: Clock;
}

/** What an act does with a ticket. */
export interface Act {
  readonly to?: TicketStatus;
  readonly change?: TicketChange;
  readonly note?: string;
  /** Of its line of history; else `transition` where the status changes, and `comment`. */
  readonly kind?: TicketEntry['kind'];
  /** What a desk is told. */
  readonly event?: DeliveryEvent;
  /** Asset events that belong into the same transaction; gives the time of the earliest. */
  readonly also?: (tx: Repositories, ticket: Ticket) => Promise<Timestamp>;
}

/** Whether the act is to be done: for what is done once only. */
export type First = (tx: Repositories) => Promise<boolean>;

/**
 * One act of somebody with one ticket: a transaction with the change, its line of history and, where a desk must hear of
 * it, its outbox row.
 */
export class TicketActs {
  readonly #parts: TicketActsParts;

  constructor(parts: TicketActsParts) {
    this.#parts = parts;
  }

  /**
   * @param version the one that the actor has seen; undefined for whatever is there
   * @param decide gives undefined where nothing is to be done
   * @param first in the same transaction, before anything else
   * @throws NotFoundError, StaleVersionError, and ConflictError for what can not be done in the ticket's status
   */
  async act(
    id: string,
    version: number | undefined,
    by: Actor,
    decide: (ticket: Ticket) => Act | undefined,
    first?: First,
  ): Promise<Ticket> {
    const { database, clock, assessment, fleet, deliver } = this.#parts;
    const now = clock.now();
    let outboxId: string | undefined;
    let refoldFrom: Timestamp | undefined;
    const work = database.transaction(async (tx) => {
      const before = await tx.tickets.get(id);
      if (!before) throw new NotFoundError(`no ticket '${id}'`);
      if (first && !(await first(tx))) return before;
      if (version !== undefined && version !== before.version)
        throw new StaleVersionError(`ticket ${before.number} is at version ${before.version}, not ${version}`);
      const act = decide(before);
      if (!act) return before;
      const done = await perform(tx, before, act, by, now);
      refoldFrom = await act.also?.(tx, before);
      outboxId = done.outboxId;
      return done.ticket;
    });
    const ticket = await work.catch((error: unknown) => this.#explain(error, id));
    if (outboxId !== undefined) deliver(outboxId);
    const tracked = fleet.get(ticket.assetId);
    if (tracked && refoldFrom !== undefined) assessment.refold(tracked, refoldFrom);
    return ticket;
  }

  /** Names the ticket that is in the way. */
  async #explain(error: unknown, id: string): Promise<never> {
    if (!(error instanceof AlreadyOngoingError)) throw error;
    const { tickets } = this.#parts.database;
    const ticket = await tickets.get(id);
    const other = ticket && (await tickets.ongoing(ticket.assetId, ticket.componentId, ticket.failureModeId));
    const which = other ? `ticket ${other.number} (${other.id})` : 'another ticket';
    throw new ConflictError(`${which} is ongoing for the same matter: work on that one, or close it first`);
  }
}

/** The change of an act, its line of history and its outbox row, in a transaction of the caller; `also` is for the caller. */
export async function perform(
  tx: Repositories,
  before: Ticket,
  act: Omit<Act, 'also'>,
  by: Actor,
  now: Timestamp,
): Promise<{ readonly ticket: Ticket; readonly outboxId: string | undefined }> {
  const change = changeOf(before, act, by, now);
  const event = by.fromDesk ? undefined : act.event;
  const ticket = await tx.tickets.update(before.id, before.version, {
    ...change,
    ...(event && { told: toldOf({ ...before, ...change }, now) }),
    updatedAt: now,
  });
  await tx.tickets.addEntry(entryOf(before, ticket, act, by, now));
  const cause = `${ticket.status} by ${by.name} at ${now}`;
  return { ticket, outboxId: event && (await deliverLater(tx, ticket, event, cause, now)) };
}

function changeOf(before: Ticket, { to, change }: Act, by: Actor, now: Timestamp): TicketChange {
  if (to === undefined) return change ?? {};
  if (to !== before.status) checkTransition(before, to);
  const byPerson = by.name !== BY_FETTLE;
  return {
    ...timesAfter(before, before.status, to, now, byPerson),
    ...(before.status === 'deferred' && { deferral: undefined }),
    ...((to === 'open' || to === 'acknowledged' || to === 'deferred') && { scheduledFor: undefined }),
    ...change,
    status: to,
  };
}

function entryOf(before: Ticket, after: Ticket, { kind, note = '', to }: Act, by: Actor, now: Timestamp): TicketEntry {
  const usual = to !== undefined && to !== before.status ? 'transition' : 'comment';
  return { ...entryBase(after, by, now), kind: kind ?? usual, text: note, ...whatChanged(before, after) };
}

function checkTransition(ticket: Ticket, to: TicketStatus): void {
  const possible = TICKET_TRANSITIONS[ticket.status];
  if (possible.includes(to)) return;
  const offer = possible.length > 0 ? `from there it can become ${possible.join(', ')}` : 'nothing follows from there';
  throw new ConflictError(`ticket ${ticket.number} is ${ticket.status}; ${offer}`);
}

export function entryBase(ticket: Ticket, by: Actor, now: Timestamp) {
  return { id: newId(now), ticketId: ticket.id, at: now, by: by.name };
}
