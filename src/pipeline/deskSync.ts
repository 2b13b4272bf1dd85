import { BY_DESK } from '../domain/request.ts';
import {
  type Closing,
  isOngoing,
  OUTCOMES,
  type Outcome,
  TICKET_TRANSITIONS,
  type Ticket,
  type TicketStatus,
} from '../domain/ticket.ts';
import { DAY, type Duration, MINUTE, type Timestamp } from '../domain/time.ts';
import { stateOf } from '../domain/workOrder.ts';
import { ConflictError, UnacceptableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { DeskLink } from '../ports/deskLinks.ts';
import type { DeskNews } from '../ports/reconciliation.ts';
import type { ServiceDesk } from '../ports/serviceDesk.ts';
import type { TicketWork } from './ticketWork.ts';

const WORK = 'desk';
/** Any day: the work of none is ever done. */
const NO_DAY = 0;
const LEASE: Duration = 5 * MINUTE;
const CURSOR = 'desk-cursor';
/** A work order is read at least so often, whatever the desk says has changed: one that is deleted changes no more. */
const READ_EVERY: Duration = DAY;
const UNREAD_AT_A_TIME = 20;
/** Ids of comments kept of one work order. */
const MOST_COMMENTS = 1000;
const CAN_NOT_BE_READ = 'gone';

export interface DeskSyncParts {
  readonly database: Database;
  readonly desk: ServiceDesk;
  readonly tickets: Pick<TicketWork, 'transition' | 'closedByDesk' | 'create'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Longest time that reading one work order, or asking what has changed, may take. */
  readonly timeout: Duration;
}

/**
 * Brings back what happened to work orders in the desk: status, comments, closing and its outcome. By polling, one node
 * at a time; a webhook of the desk only makes it sooner, for webhooks get lost. What has been seen is not done again, and
 * what came from the desk is not told to it.
 */
export class DeskSync {
  readonly #parts: DeskSyncParts;
  readonly #holder: string;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: DeskSyncParts) {
    this.#parts = parts;
    this.#holder = newId(parts.clock.now());
  }

  /** Asks the desk what has changed, unless another node, or this one, is at it. */
  poll(): Promise<void> {
    this.#running ??= this.#poll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running?.catch(() => undefined);
  }

  /** A webhook of the desk; gives how many tickets it was about. What can be read is read, whatever the webhook says. */
  async hear(event: unknown, told?: DeskNews): Promise<number> {
    const { database, desk } = this.#parts;
    const externalId = desk.subjectOf?.(event) ?? told?.externalId;
    if (externalId === undefined) return 0;
    const tickets = await database.deskLinks.ticketsOf(externalId);
    for (const ticket of tickets) {
      if (desk.read) await this.#look(ticket);
      else if (told) await this.#apply(ticket, told);
    }
    return tickets.length;
  }

  /** The work order of the ticket is not there any more: the ticket ends too, and somebody is asked to look after it. */
  async gone(ticket: Ticket): Promise<void> {
    const { database, tickets, clock, log, desk } = this.#parts;
    const link = await database.deskLinks.get(ticket.id);
    if (!isOngoing(ticket.status) || link?.state === CAN_NOT_BE_READ) return;
    const order = ticket.externalId ?? '';
    try {
      await tickets.create(
        {
          assetId: ticket.assetId,
          componentId: ticket.componentId,
          origin: 'staff',
          severity: ticket.severity,
          title: `Work order ${order} of ticket ${ticket.number} was deleted in the desk · 工单 ${ticket.number} 的服务台单 ${order} 已被删除`,
          text: `See whether this is dealt with: ${ticket.title.en}\n请确认此问题是否已处理：${ticket.title.zh}`,
        },
        BY_DESK,
      );
    } catch (error) {
      if (!(error instanceof UnacceptableError)) throw error;
      log.warn({ err: error, ticket: ticket.number }, 'nobody could be asked to look after a deleted work order');
    }
    const note = `${desk.name} has no work order ${order} any more`;
    await this.#move(ticket, 'cancelled', note);
    await database.deskLinks.save({ ...empty(ticket.id), ...link, readAt: clock.now(), state: CAN_NOT_BE_READ });
  }

  async #poll(): Promise<void> {
    const { database, desk } = this.#parts;
    if (!desk.read || !(await database.dailyWork.claim(WORK, NO_DAY, this.#holder, LEASE))) return;
    try {
      await this.#followChanges();
      const { clock } = this.#parts;
      for (const ticket of await database.deskLinks.unread(clock.now() - READ_EVERY, UNREAD_AT_A_TIME)) {
        await this.#turn();
        await this.#look(ticket);
      }
    } finally {
      await database.dailyWork.release(WORK, this.#holder);
    }
  }

  /** By the desk's clock: the cursor is the latest change that it has told of, and stays where a poll fails. */
  async #followChanges(): Promise<void> {
    const { database, desk } = this.#parts;
    if (!desk.changes) return;
    const since = (await database.settings.get<Timestamp>(CURSOR)) ?? (await this.#start());
    const changes = await desk.changes(since, this.#signal());
    for (const { externalId, updatedAt } of changes) {
      await this.#turn();
      for (const ticket of await database.deskLinks.ticketsOf(externalId)) {
        const link = await database.deskLinks.get(ticket.id);
        const isSeen = updatedAt !== undefined && link?.changedAt === updatedAt;
        if (!isSeen) await this.#look(ticket);
      }
    }
    const latest = Math.max(since, ...changes.map(({ updatedAt = since }) => updatedAt));
    await database.settings.set(CURSOR, latest);
  }

  /** What changed before the oldest ticket that goes on was opened is nobody's business. */
  async #start(): Promise<Timestamp> {
    const { database, clock } = this.#parts;
    const status = Object.keys(TICKET_TRANSITIONS).filter((word) => isOngoing(word as TicketStatus)) as TicketStatus[];
    const { items } = await database.tickets.list({ status }, 'openedAt', { limit: 1 });
    return items[0]?.openedAt ?? clock.now();
  }

  async #turn(): Promise<void> {
    this.#stop.signal.throwIfAborted();
    await this.#parts.database.dailyWork.renew(WORK, this.#holder, LEASE);
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#parts.timeout)]);
  }

  async #look(ticket: Ticket): Promise<void> {
    const { desk } = this.#parts;
    if (ticket.externalId === undefined || !desk.read) return;
    const order = await desk.read(ticket.externalId, this.#signal());
    if (order) await this.#apply(ticket, order);
    else await this.gone(ticket);
  }

  async #apply(ticket: Ticket, news: DeskNews): Promise<void> {
    if (news.deleted || news.status === 'deleted') return this.gone(ticket);
    const { before, ticket: present } = await this.#takeComments(ticket, news);
    const state = stateOf(news);
    if (state !== undefined && state !== before.state) await this.#takeState(present, news, before.state);
    const { database } = this.#parts;
    await database.transaction(async (tx) => {
      const link = await tx.deskLinks.lock(ticket.id);
      await tx.deskLinks.save({ ...link, ...(state !== undefined && { state }), changedAt: news.updatedAt });
    });
  }

  /** Comments and another name of the work order, with the note that they are known, in one transaction. */
  async #takeComments(ticket: Ticket, news: DeskNews): Promise<{ before: DeskLink; ticket: Ticket }> {
    const { database, clock, desk } = this.#parts;
    const now = clock.now();
    return database.transaction(async (tx) => {
      const before = await tx.deskLinks.lock(ticket.id);
      const line = (text: string) =>
        tx.tickets.addEntry({ id: newId(now), ticketId: ticket.id, at: now, by: BY_DESK.name, kind: 'comment', text });
      let present = (await tx.tickets.get(ticket.id)) ?? ticket;
      if (present.externalId !== news.externalId) {
        const { externalId, externalUrl } = news;
        await line(`${desk.name} merged work order ${present.externalId} into ${externalId}`);
        present = await tx.tickets.update(ticket.id, present.version, { externalId, externalUrl, updatedAt: now });
      }
      const fresh = (news.comments ?? []).filter(({ id }) => !before.comments.includes(id));
      for (const { author, text } of fresh) await line(author === undefined ? text : `${author}: ${text}`);
      const comments = [...before.comments, ...fresh.map(({ id }) => id)].slice(-MOST_COMMENTS);
      await tx.deskLinks.save({ ...before, comments, readAt: now });
      return { before, ticket: present };
    });
  }

  async #takeState(ticket: Ticket, news: DeskNews, before: string | undefined): Promise<void> {
    const { tickets } = this.#parts;
    const { status, note } = news;
    const word = news.statusText ?? status;
    if (status === 'closed') {
      const closing = closingOf(news);
      await tickets.closedByDesk(ticket.id, BY_DESK, {
        ...(closing && { closing }),
        note: note ?? `${word} in the desk`,
      });
    } else if (status === 'open') {
      // As made: that says nothing, unless it was something else before.
      if (before !== undefined) await this.#move(ticket, 'open', `${word} again in the desk`);
    } else if (status === 'scheduled' || status === 'acknowledged') {
      await this.#move(ticket, 'acknowledged', `${word} in the desk`);
    } else if (status === 'in-progress' || status === 'resolved' || status === 'cancelled') {
      await this.#move(ticket, status, note ?? `${word} in the desk`);
    }
  }

  /** Where the ticket is already, or can not get from here, nothing is done: people here know better. */
  async #move(ticket: Ticket, to: TicketStatus, note: string): Promise<void> {
    const { database, tickets, log } = this.#parts;
    const present = await database.tickets.get(ticket.id);
    if (!present || present.status === to || !TICKET_TRANSITIONS[present.status].includes(to)) return;
    try {
      await tickets.transition(ticket.id, to, undefined, BY_DESK, note);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      log.info({ err: error, ticket: ticket.number, to }, 'what the desk did does not fit the ticket');
    }
  }
}

/** Outcomes that only Fettle itself comes to are none of a desk. */
function closingOf({ outcome, note }: DeskNews): Closing | undefined {
  const known: Outcome | undefined = OUTCOMES.find((word) => word === outcome);
  return known && { outcome: known, ...(note !== undefined && { note }) };
}

function empty(ticketId: string): DeskLink {
  return { ticketId, readAt: 0, comments: [] };
}
