import { priorityOf } from '../domain/priority.ts';
import type { Actor, Assignment, NewRequest } from '../domain/request.ts';
import {
  type ClosingRequest,
  type Deferral,
  isOngoing,
  isToDo,
  isUnreleased,
  type Ticket,
  type TicketStatus,
} from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import { ConflictError, UnacceptableError } from '../errors.ts';
import type { TicketChange } from '../ports/database.ts';
import { BY_FETTLE } from './raise.ts';
import { commenting, opening, told } from './ticketActKinds.ts';
import { type Act, type First, TicketActs, type TicketActsParts } from './ticketActs.ts';
import { TicketClosing, type TicketClosingParts } from './ticketClosing.ts';
import { TicketRequests } from './ticketRequests.ts';
import { unacceptable } from './unacceptable.ts';

export type TicketWorkParts = TicketActsParts & TicketClosingParts;

/** Fettle itself, when a date has come. */
export const FETTLE: Actor = { name: BY_FETTLE, role: 'admin' };

/** Statuses that have an act of their own, because they need more than a word. */
const OWN_ACT: Partial<Record<TicketStatus, string>> = {
  closed: 'a ticket is closed with an outcome: use close',
  scheduled: 'a ticket is scheduled for a time: use schedule',
  deferred: 'a ticket is deferred with a reason, until a time: use defer',
  'awaiting-outcome': 'only a desk that closes without an outcome leaves a ticket awaiting it',
};

/** What people, desks and passing time do with tickets. Each act is one transaction: see {@link TicketActs}. */
export class TicketWork {
  readonly #parts: TicketWorkParts;
  readonly #acts: TicketActs;
  readonly #closing: TicketClosing;
  readonly #requests: TicketRequests;

  constructor(parts: TicketWorkParts) {
    this.#parts = parts;
    this.#acts = new TicketActs(parts);
    this.#closing = new TicketClosing(parts);
    this.#requests = new TicketRequests(parts);
  }

  /** To `open` it also reopens what had ended, which needs a note that says why where it was closed. */
  transition(id: string, to: TicketStatus, version: number | undefined, by: Actor, note?: string): Promise<Ticket> {
    return this.#acts.act(id, version, by, (ticket) => {
      const instead = OWN_ACT[to];
      if (instead) throw new ConflictError(instead);
      if (ticket.status === to) throw new ConflictError(`ticket ${ticket.number} is ${to} already`);
      if (ticket.status === 'proposed') throw new ConflictError('a proposed ticket is released or voided');
      if (to === 'cancelled') return { note, event: 'ticket.closed', ...this.#cancelling(ticket, by) };
      if (to === 'open') return opening(ticket, note, this.#parts.clock.now());
      return { to, note, event: 'ticket.updated' };
    });
  }

  comment(id: string, text: string, version: number | undefined, by: Actor): Promise<Ticket> {
    return this.#acts.act(id, version, by, (ticket) => commenting(ticket, text));
  }

  /** Says who is to do it; does not take note of it for them. */
  assign(id: string, { note, ...to }: Assignment, version: number | undefined, by: Actor): Promise<Ticket> {
    return this.#acts.act(id, version, by, (ticket) => {
      checkOngoing(ticket, 'assigned');
      return { kind: 'assigned', note, change: assigned(to), event: told(ticket) };
    });
  }

  /** Says when somebody is to be there. */
  schedule(id: string, at: Timestamp, version: number | undefined, by: Actor, note?: string): Promise<Ticket> {
    return this.#acts.act(id, version, by, ({ status }) => {
      const again = status === 'scheduled' ? { kind: 'changed' as const } : {};
      return { ...again, to: 'scheduled', note, change: { scheduledFor: at }, event: 'ticket.updated' };
    });
  }

  /** Puts off until then, or longer; when that time comes see {@link undefer}. */
  defer(id: string, deferral: Deferral, version: number | undefined, by: Actor): Promise<Ticket> {
    if (deferral.until <= this.#parts.clock.now()) throw unacceptable('/until', 'a deferral ends in the future');
    return this.#acts.act(id, version, by, (ticket) => deferring(ticket, deferral));
  }

  /** The customer has to do or say something first: the clock of the solution stands still until {@link resume}. Whoever asks has responded. */
  wait(id: string, reason: string, version: number | undefined, by: Actor): Promise<Ticket> {
    const now = this.#parts.clock.now();
    return this.#acts.act(id, version, by, (ticket) => {
      const { number, status, waiting, acknowledgedAt = now } = ticket;
      if (waiting) throw new ConflictError(`ticket ${number} waits for the customer already: ${waiting.reason}`);
      if (isUnreleased(ticket))
        throw new ConflictError('nobody has released this ticket: nobody waits for the customer');
      if (!isToDo(status) || status === 'deferred')
        throw new ConflictError(`ticket ${number} is ${status}: nobody waits for the customer`);
      const change = { waiting: { since: now, reason, by: by.name }, acknowledgedAt };
      return { kind: 'changed', note: reason, change, event: 'ticket.updated' };
    });
  }

  /** The customer has done it, or is not waited for any longer. */
  resume(id: string, version: number | undefined, by: Actor, note?: string): Promise<Ticket> {
    return this.#acts.act(id, version, by, ({ number, waiting }) => {
      if (!waiting) throw new ConflictError(`ticket ${number} does not wait for the customer`);
      return { kind: 'changed', note, change: { waiting: undefined }, event: 'ticket.updated' };
    });
  }

  /** The time of a deferral has come: the ticket is open again. Nothing where it is not deferred any more, or for longer. */
  undefer(id: string, first?: First): Promise<Ticket> {
    const now = this.#parts.clock.now();
    return this.#acts.act(
      id,
      undefined,
      FETTLE,
      ({ status, deferral }) => {
        if (status !== 'deferred' || !deferral || deferral.until > now) return undefined;
        return { to: 'open', note: `deferred until now: ${deferral.reason}`, event: 'ticket.updated' };
      },
      first,
    );
  }

  /**
   * Reminds of a ticket that somebody should have done something about, its do-by for one: a line of history with `why`, its
   * priority as it is now that time has passed, and word to the desk. Nothing where nothing is left to do. To do so
   * once only is the caller's.
   */
  bringUp(id: string, why: string, first?: First): Promise<Ticket> {
    return this.#acts.act(
      id,
      undefined,
      FETTLE,
      (ticket) => {
        if (!isToDo(ticket.status)) return undefined;
        const event = told(ticket);
        return { kind: 'brought-up', note: why, change: { priority: this.#presentPriority(ticket) }, event };
      },
      first,
    );
  }

  release(id: string, version: number | undefined, by: Actor): Promise<Ticket> {
    return this.#acts.act(id, version, by, (ticket) => {
      if (ticket.status !== 'proposed')
        throw new ConflictError(`only a proposed ticket is released; this one is ${ticket.status}`);
      return { to: 'open', note: 'released', event: 'ticket.opened' };
    });
  }

  voidTicket(id: string, version: number | undefined, reason: string, by: Actor): Promise<Ticket> {
    return this.#acts.act(id, version, by, (ticket) => {
      if (ticket.status !== 'proposed')
        throw new ConflictError(`only a proposed ticket is voided; this one is ${ticket.status}`);
      return { note: reason, ...this.#cancelling(ticket, by) };
    });
  }

  /** Cancels with the version of the rule that raised it: that says nothing of what is to be done. */
  withdraw(id: string, reason: string, by: Actor): Promise<Ticket> {
    return this.#acts.act(id, undefined, by, (ticket) => ({
      note: reason,
      event: isUnreleased(ticket) ? undefined : 'ticket.closed',
      ...this.#cancelling(ticket, by, 'voided'),
    }));
  }

  /**
   * Closes with an outcome; what was replaced starts a new life at that time and reading, what is worn and stays goes on by
   * the longer life that it is given. With `deferUntil` it is deferred instead: nothing is scored, nothing reset.
   */
  async close(id: string, request: ClosingRequest, version: number | undefined, by: Actor): Promise<Ticket> {
    const { deferUntil, ...closing } = request;
    await this.#closing.check(id, request);
    if (deferUntil !== undefined) {
      if (deferUntil <= this.#parts.clock.now()) throw unacceptable('/deferUntil', 'a deferral ends in the future');
      const reason = [closing.outcome, closing.note].filter(Boolean).join(': ');
      return this.defer(id, { reason, until: deferUntil }, version, by);
    }
    return this.#acts.act(id, version, by, (ticket) => ({
      to: 'closed',
      note: closing.note ?? closing.outcome,
      change: { closing, closedAt: this.#parts.clock.now() },
      event: isUnreleased(ticket) ? undefined : 'ticket.closed',
      also: (tx) => this.#closing.record(tx, ticket, closing, by),
    }));
  }

  /**
   * A desk has closed its work order. With a closing, made of what the desk's fields say, this is {@link close}. Without one, or
   * with one that can not be so, the ticket awaits its outcome: it goes on, nothing is scored and nothing reset, until
   * somebody closes it with an outcome. A ticket that has ended, or awaits that already, stays as it is: a desk may
   * tell the same by webhook and by polling.
   *
   * @param by with `fromDesk`, so that the desk is not told what it told
   */
  async closedByDesk(id: string, by: Actor, told: { readonly closing?: ClosingRequest; readonly note?: string } = {}) {
    const { closing, note } = told;
    const refused = closing ? await this.#refusal(id, closing) : undefined;
    const isKnown = (ticket: Ticket) => !isOngoing(ticket.status);
    if (closing && refused === undefined) {
      const ticket = await this.#parts.database.tickets.get(id);
      return ticket && isKnown(ticket) ? ticket : this.close(id, closing, undefined, by);
    }
    return this.#acts.act(id, undefined, by, (ticket) => {
      if (isKnown(ticket) || ticket.status === 'awaiting-outcome') return undefined;
      return {
        to: 'awaiting-outcome',
        note: [note, refused].filter(Boolean).join('\n') || 'closed without an outcome',
      };
    });
  }

  create(request: NewRequest, by: Actor): Promise<{ ticket: Ticket; joined: boolean }> {
    return this.#requests.create(request, by);
  }

  async #refusal(id: string, closing: ClosingRequest): Promise<string | undefined> {
    try {
      await this.#closing.check(id, closing);
      return undefined;
    } catch (error) {
      if (error instanceof UnacceptableError) return error.message;
      throw error;
    }
  }

  #cancelling(ticket: Ticket, by: Actor, endedAs: 'cancelled' | 'voided' = 'cancelled'): Act {
    return {
      to: 'cancelled',
      change: { closedAt: this.#parts.clock.now() },
      also: (tx) => this.#closing.keepWatermark(tx, ticket, by, endedAs),
    };
  }

  #presentPriority({ assetId, severity, doBy, priority }: Ticket) {
    const tracked = this.#parts.fleet.get(assetId);
    return tracked ? priorityOf(tracked.asset, severity, doBy, this.#parts.clock.now()) : priority;
  }
}

function deferring(ticket: Ticket, deferral: Deferral): Act {
  if (isUnreleased(ticket)) throw new ConflictError('nobody has released this ticket: there is nothing to defer');
  const again = ticket.status === 'deferred' ? { kind: 'changed' as const } : {};
  const change = { deferral, closing: undefined };
  return { ...again, to: 'deferred', note: deferral.reason, change, event: 'ticket.updated' };
}

function assigned({ team, person }: Assignment): TicketChange {
  return {
    ...(team !== undefined && { team: team ?? undefined }),
    ...(person !== undefined && { person: person ?? undefined }),
  };
}

function checkOngoing({ number, status }: Ticket, what: string): void {
  if (!isOngoing(status)) throw new ConflictError(`ticket ${number} is ${status}: nothing is ${what} any more`);
}
