import type { LocalText } from '../domain/model.ts';
import { dueOf, isFor, type NotificationRoute, type NotifyEvent, notifyEventOf } from '../domain/notification.ts';
import {
  digestMessage,
  followUpMessage,
  type Message,
  notificationMessage,
  type Told,
} from '../domain/notificationText.ts';
import type { Ticket, TicketEntry } from '../domain/ticket.ts';
import { type Duration, MINUTE, SECOND, type Timestamp } from '../domain/time.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Repositories } from '../ports/database.ts';
import type { DeliveryJob, JobQueue } from '../ports/jobQueue.ts';
import type { NewNotification, NotificationRow, Notifier } from '../ports/notifications.ts';
import { PermanentDeliveryError } from '../ports/serviceDesk.ts';

const SWEEP = 500;
const SWEEP_EVERY: Duration = 5 * SECOND;
/** The queue is given what is due within this time. */
const AHEAD: Duration = 20 * MINUTE;
/** How much longer than an attempt its claim lasts. */
const CLAIM_MARGIN: Duration = 5 * SECOND;

export interface NotificationsParts {
  readonly queue: JobQueue;
  readonly routes: readonly NotificationRoute[];
  /** By the id of the channel. */
  readonly notifiers: ReadonlyMap<string, Notifier>;
  /** Team that is told of promises that were not kept, beside the ticket's own. */
  readonly escalationTeam?: string | undefined;
  /** Longest time an attempt may take. */
  readonly timeout: Duration;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'partErrors' | 'notifications'>;
  readonly log: Log;
}

/** What messages hold beside what happened. */
export interface NotificationWords {
  /** Where a ticket is to be looked at. */
  readonly link: (ticket: Ticket) => string;
  /** Where the customer rates how a ticket was dealt with. */
  readonly ratingLink?: (ticket: Ticket) => Promise<string>;
  /** All that a ticket has to say. */
  readonly body?: (ticket: Ticket) => Promise<LocalText>;
}

/** Of these people are to read what there is to know. */
const IN_FULL: readonly NotifyEvent[] = ['opened', 'proposed', 'escalated', 'reopened'];

/**
 * Tells people of what happens to tickets. Whoever enters a line of history enters in the same transaction what the routes
 * tell of it; that is sent at least once, retried, and visible when it fails.
 */
export class Notifications {
  readonly #parts: NotificationsParts;
  readonly #routes: ReadonlyMap<string, NotificationRoute>;
  readonly #sentAt = new Map<string, Timestamp[]>();
  readonly #stops: (() => void)[] = [];
  #database: Database | undefined;
  #words: NotificationWords = { link: () => '' };
  #isEnding = false;

  constructor(parts: NotificationsParts) {
    this.#parts = parts;
    this.#routes = new Map(parts.routes.map((route) => [route.id, route]));
    // A count that only appears with the first failure looks like no increase.
    for (const channel of parts.notifiers.keys())
      for (const result of ['sent', 'retried', 'failed'] as const)
        parts.metrics.notifications.inc({ channel, result }, 0);
  }

  /** The database, in which no line of history is entered without what is told of it. */
  guard(database: Database): Database {
    if (this.#routes.size === 0) return database;
    const guarded = (tx: Repositories, told: (rows: readonly NewNotification[]) => void): Repositories => ({
      ...tx,
      tickets: {
        ...tx.tickets,
        addEntry: async (entry) => {
          await tx.tickets.addEntry(entry);
          told(await this.#enter(tx, entry));
        },
      },
    });
    return {
      ...database,
      ...guarded(database, (rows) => this.#soon(rows)),
      transaction: async (work) => {
        const told: NewNotification[] = [];
        const result = await database.transaction((tx) => {
          told.length = 0;
          return work(guarded(tx, (rows) => told.push(...rows)));
        });
        this.#soon(told);
        return result;
      },
    };
  }

  async start(database: Database, words: NotificationWords): Promise<void> {
    this.#database = database;
    this.#words = words;
    const { queue, clock } = this.#parts;
    if (this.#routes.size === 0) return;
    await queue.work((job) => this.#tell(job));
    void this.sweep();
    this.#stops.push(clock.every(SWEEP_EVERY, () => this.sweep()));
  }

  /** Hands over what is due. */
  async sweep(): Promise<void> {
    const { clock, metrics, log } = this.#parts;
    if (!this.#database) return;
    try {
      await this.#hand(await this.#database.notifications.due(clock.now(), SWEEP));
    } catch (error) {
      if (this.#isEnding) return;
      const part = error instanceof UnavailableError && error.part === 'database' ? 'database' : 'queue';
      metrics.partErrors.inc({ part });
      log.warn({ err: error }, 'notifications wait: they could not be read or the queue not reached');
    }
  }

  async retry(id: string): Promise<boolean> {
    if (!(await this.#database?.notifications.retry(id, this.#parts.clock.now()))) return false;
    await this.#parts.queue.add(id);
    return true;
  }

  /** Leaves what is not handed over yet to the next start; the queue may be closed after this. */
  stop(): void {
    this.#isEnding = true;
    for (const stop of this.#stops) stop();
  }

  async #enter(tx: Repositories, entry: TicketEntry): Promise<NewNotification[]> {
    const ticket = await tx.tickets.get(entry.ticketId);
    const event = ticket && notifyEventOf(entry, ticket);
    if (!ticket || !event) return [];
    const { clock, escalationTeam } = this.#parts;
    const now = clock.now();
    const teams = [ticket.team, event === 'sla-breach' ? escalationTeam : undefined].filter(
      (team) => team !== undefined,
    );
    const rows = [...this.#routes.values()]
      .filter((route) => isFor(route, event, ticket, teams))
      .map((route) => ({
        id: newId(now),
        routeId: route.id,
        ticketId: ticket.id,
        entryId: entry.id,
        event,
        text: entry.text,
        by: entry.by,
        createdAt: now,
        ...dueOf(route, ticket, now),
        // Each has a link of its own.
        ...(event === 'follow-up' && { held: false }),
      }));
    await tx.notifications.add(rows);
    return rows;
  }

  #soon(rows: readonly NewNotification[]): void {
    const now = this.#parts.clock.now();
    const near = rows.filter(({ dueAt }) => dueAt - now <= AHEAD);
    if (this.#isEnding || near.length === 0) return;
    this.#hand(near).catch((error: unknown) => {
      if (!this.#isEnding) this.#parts.log.warn({ err: error }, 'notifications not queued; the next sweep does it');
    });
  }

  async #hand(rows: readonly Pick<NotificationRow, 'id' | 'dueAt'>[]): Promise<void> {
    const { queue, clock } = this.#parts;
    for (const { id, dueAt } of rows) await queue.add(id, Math.max(0, dueAt - clock.now()));
  }

  async #tell({ id, lastAttempt }: DeliveryJob): Promise<void> {
    const { clock, timeout, notifiers } = this.#parts;
    const { notifications } = this.#database!;
    const now = clock.now();
    const row = await notifications.get(id);
    if (row?.status !== 'pending' || row.dueAt > now) return;
    const rows = await notifications.claim(row, now, timeout + CLAIM_MARGIN);
    if (rows.length === 0) return;
    const ids = rows.map((one) => one.id);
    const route = this.#routes.get(row.routeId);
    const notifier = route && notifiers.get(route.channel);
    if (!route || !notifier) {
      await notifications.attemptFailed(ids, `there is no route '${row.routeId}' any more`, true);
      return;
    }
    const free = this.#freeAt(route.channel, notifier, now);
    if (free > now) return notifications.postpone(ids, free);
    try {
      const message = await this.#messageOf(rows, route);
      await notifier.send(message, route.to, ids[0]!, AbortSignal.timeout(timeout));
    } catch (error) {
      await this.#failed(rows, route, error, lastAttempt);
      throw error;
    }
    await notifications.sent(ids, clock.now());
    this.#count(route, 'sent');
  }

  async #messageOf(rows: readonly NotificationRow[], { language }: NotificationRoute): Promise<Message> {
    const told: Told[] = [];
    for (const { ticketId, event, text, by } of rows) {
      const ticket = await this.#database!.tickets.get(ticketId);
      if (ticket) told.push({ ticket, event, text, by });
    }
    const [only, ...others] = told;
    if (!only || others.length > 0) return digestMessage(told, language);
    if (only.event === 'follow-up') {
      const link = (await this.#words.ratingLink?.(only.ticket)) ?? this.#words.link(only.ticket);
      return followUpMessage(only.ticket, language, link);
    }
    const message = notificationMessage(only, language, this.#words.link);
    const body = IN_FULL.includes(only.event) ? await this.#words.body?.(only.ticket) : undefined;
    return body ? { ...message, body: body[language] } : message;
  }

  async #failed(rows: readonly NotificationRow[], route: NotificationRoute, error: unknown, last: boolean) {
    const final = last || error instanceof PermanentDeliveryError;
    const message = error instanceof Error ? error.message : String(error);
    await this.#database!.notifications.attemptFailed(
      rows.map(({ id }) => id),
      message,
      final,
    );
    this.#count(route, final ? 'failed' : 'retried');
    const about = { route: route.id, channel: route.channel, reason: message };
    if (final) this.#parts.log.error(about, 'a notification failed for good; it can be retried through the API');
    else this.#parts.log.warn(about, 'a notification failed; it is tried again');
  }

  #count({ channel }: NotificationRoute, result: 'sent' | 'retried' | 'failed'): void {
    this.#parts.metrics.notifications.inc({ channel, result });
  }

  /** When the channel takes the next message of this node; notes it where that is now. */
  #freeAt(channel: string, { perMinute }: Notifier, now: Timestamp): Timestamp {
    if (perMinute === undefined) return now;
    const recent = (this.#sentAt.get(channel) ?? []).filter((at) => at > now - MINUTE);
    this.#sentAt.set(channel, recent);
    if (recent.length >= perMinute) return recent[recent.length - perMinute]! + MINUTE;
    recent.push(now);
    return now;
  }
}
