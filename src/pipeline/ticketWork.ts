import type { AssetEvent } from '../domain/asset.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import { priorityOf } from '../domain/priority.ts';
import type { Actor, NewRequest } from '../domain/request.ts';
import {
  type Closing,
  isUnreleased,
  type Outcome,
  TICKET_TRANSITIONS,
  type Ticket,
  type TicketStatus,
} from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import { ConflictError, NotFoundError, UnacceptableError } from '../errors.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import { type Database, type Repositories, StaleVersionError, type TicketChange } from '../ports/database.ts';
import type { DeliveryEvent } from '../ports/serviceDesk.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { Assessment } from './assessment.ts';
import { episodeKey } from './compose.ts';
import type { Fleet } from './fleet.ts';
import { noteOfEvent } from './notes.ts';
import { deliverLater } from './raise.ts';
import { checkReplacement } from './replacement.ts';
import type { Tracked } from './tracked.ts';

export interface TicketWorkParts {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly store: Pick<TimeSeriesStore, 'buckets'>;
  readonly assessment: Pick<Assessment, 'refold' | 'assessedUntil'>;
  readonly deliver: (outboxId: string) => void;
  readonly clock: Clock;
}

interface Change {
  readonly to?: TicketStatus;
  readonly change?: TicketChange;
  readonly note?: string;
  readonly event?: DeliveryEvent;
  /** Asset events that belong into the same transaction; gives the time of the earliest. */
  readonly also?: (tx: Repositories, ticket: Ticket) => Promise<Timestamp>;
}

/** What a finding that clears or a counter that is set back closes with. */
const OUTCOMES_BY_ITSELF: ReadonlySet<Outcome> = new Set(['cleared-unconfirmed', 'replaced-detected']);

/** What people do with tickets. Each act is one transaction with its line of history and, where a desk must hear of it, its outbox row. */
export class TicketWork {
  readonly #parts: TicketWorkParts;

  constructor(parts: TicketWorkParts) {
    this.#parts = parts;
  }

  async transition(
    id: string,
    to: TicketStatus,
    version: number | undefined,
    by: Actor,
    note?: string,
  ): Promise<Ticket> {
    if (to === 'closed') throw new ConflictError('a ticket is closed with an outcome: use close');
    const event = to === 'cancelled' ? 'ticket.closed' : 'ticket.updated';
    return this.#act(id, version, by, (ticket) => {
      if (ticket.status === 'proposed') throw new ConflictError('a proposed ticket is released or voided');
      if (to === 'cancelled') return { note, event, ...this.#cancelling(ticket, by) };
      if (to !== 'open') return { to, note, event };
      return { to, note, event: isUnreleased(ticket) ? 'ticket.opened' : event, change: { closing: undefined } };
    });
  }

  comment(id: string, text: string, by: Actor): Promise<Ticket> {
    return this.#act(id, undefined, by, () => ({ note: text }));
  }

  release(id: string, version: number | undefined, by: Actor): Promise<Ticket> {
    return this.#act(id, version, by, (ticket) => {
      if (ticket.status !== 'proposed')
        throw new ConflictError(`only a proposed ticket is released; this one is ${ticket.status}`);
      return { to: 'open', note: 'released', event: 'ticket.opened' };
    });
  }

  voidTicket(id: string, version: number | undefined, reason: string, by: Actor): Promise<Ticket> {
    return this.#act(id, version, by, (ticket) => {
      if (ticket.status !== 'proposed')
        throw new ConflictError(`only a proposed ticket is voided; this one is ${ticket.status}`);
      return { note: reason, ...this.#cancelling(ticket, by) };
    });
  }

  #cancelling(ticket: Ticket, by: Actor): Change {
    return {
      to: 'cancelled',
      change: { closedAt: this.#parts.clock.now() },
      also: (tx) => this.#keepWatermark(tx, ticket, by),
    };
  }

  /** Closes with an outcome; what was replaced starts a new life at that time and reading. */
  async close(id: string, closing: Closing, version: number | undefined, by: Actor): Promise<Ticket> {
    await this.#checkClosing(id, closing);
    return this.#act(id, version, by, (ticket) => {
      return {
        to: 'closed',
        note: closing.note ?? closing.outcome,
        change: { closing, closedAt: this.#parts.clock.now() },
        event: isUnreleased(ticket) ? undefined : 'ticket.closed',
        also: async (tx) => {
          const closed = await this.#keepWatermark(tx, ticket, by);
          await this.#recordReplacement(tx, ticket, closing, by);
          return Math.min(closed, closing.replaced?.at ?? closed);
        },
      };
    });
  }

  /** A ticket by a person or a desk; joins the ongoing one of the same asset, component and failure mode. */
  async create(request: NewRequest, by: Actor): Promise<{ ticket: Ticket; joined: boolean }> {
    const { database, clock } = this.#parts;
    const tracked = this.#asset(request.assetId);
    const componentId = request.componentId ?? WHOLE_ASSET;
    const failureModeId = request.failureModeId ?? 'reported';
    this.#checkPlace(tracked, request);
    const now = clock.now();
    let outboxId: string | undefined;
    const result = await database.transaction(async (tx) => {
      const ongoing = await tx.tickets.ongoing(request.assetId, componentId, failureModeId);
      if (ongoing) {
        await tx.tickets.addEntry({
          ...entryBase(ongoing, by, now),
          kind: 'comment',
          text: `${request.title}\n${request.text}`,
        });
        return { ticket: ongoing, joined: true };
      }
      const ticket = await tx.tickets.insert({
        id: newId(now),
        origin: request.origin,
        status: 'open',
        assetId: request.assetId,
        siteId: tracked.asset.siteId,
        customerId: tracked.asset.customerId,
        componentId,
        failureModeId,
        episodeKey: episodeKey(request.assetId, componentId, failureModeId, now),
        episodeStart: now,
        mode: 'live',
        severity: request.severity,
        priority: priorityOf(tracked.asset, request.severity, undefined, now),
        title: { en: request.title, zh: request.title },
        summary: { en: request.text || request.title, zh: request.text || request.title },
        contract: tracked.asset.contract,
        openedAt: now,
        updatedAt: now,
      });
      if (!ticket)
        throw new ConflictError('a ticket for the same matter was opened at this moment; ask again to join it');
      await tx.tickets.addEntry({
        ...entryBase(ticket, by, now),
        kind: 'opened',
        text: `reported (${request.origin})`,
      });
      outboxId = await deliverLater(tx, ticket, 'ticket.opened', request.origin, now);
      return { ticket, joined: false };
    });
    if (outboxId !== undefined) this.#parts.deliver(outboxId);
    return result;
  }

  async #act(id: string, version: number | undefined, by: Actor, decide: (ticket: Ticket) => Change): Promise<Ticket> {
    const { database, clock, assessment, fleet } = this.#parts;
    const now = clock.now();
    let outboxId: string | undefined;
    let refoldFrom: Timestamp | undefined;
    const ticket = await database.transaction(async (tx) => {
      const before = await tx.tickets.get(id);
      if (!before) throw new NotFoundError(`no ticket '${id}'`);
      if (version !== undefined && version !== before.version)
        throw new StaleVersionError(`ticket ${before.number} is at version ${before.version}, not ${version}`);
      const { to, change, note, event, also } = decide(before);
      if (to) checkTransition(before, to);
      const after = await tx.tickets.update(id, before.version, {
        ...change,
        ...(to && { status: to }),
        updatedAt: now,
      });
      const kind = to ? ('transition' as const) : ('comment' as const);
      await tx.tickets.addEntry({
        ...entryBase(after, by, now),
        kind,
        text: note ?? '',
        ...(to && { from: before.status, to }),
      });
      refoldFrom = await also?.(tx, before);
      if (event) outboxId = await deliverLater(tx, after, event, `${after.status} by ${by.name} at ${now}`, now);
      return after;
    });
    if (outboxId !== undefined) this.#parts.deliver(outboxId);
    const tracked = fleet.get(ticket.assetId);
    if (tracked && refoldFrom !== undefined) assessment.refold(tracked, refoldFrom);
    return ticket;
  }

  /** Evidence up to what the asset's state holds now never raises again. */
  async #keepWatermark(tx: Repositories, ticket: Ticket, by: Actor): Promise<Timestamp> {
    const { fleet, assessment, clock } = this.#parts;
    const tracked = fleet.get(ticket.assetId);
    const now = clock.now();
    const newest = tracked ? await assessment.assessedUntil(tracked, tx) : Number.NEGATIVE_INFINITY;
    const at = Math.max(Number.isFinite(newest) ? newest : now, dueByCalendar(ticket));
    const { assetId, componentId, failureModeId, id: ticketId } = ticket;
    const event = { id: newId(now), assetId, at, recordedAt: now, by: by.name };
    await recordEvent(tx, { ...event, type: 'ticket-closed', componentId, failureModeId, ticketId });
    return at;
  }

  async #recordReplacement(tx: Repositories, ticket: Ticket, closing: Closing, by: Actor): Promise<void> {
    const { replaced } = closing;
    if (!replaced) return;
    const now = this.#parts.clock.now();
    const event = { id: newId(now), assetId: ticket.assetId, recordedAt: now, by: by.name };
    await recordEvent(tx, { ...event, ...replaced, type: 'component-replaced', componentId: ticket.componentId });
  }

  async #checkClosing(id: string, { outcome, replaced }: Closing): Promise<void> {
    if (OUTCOMES_BY_ITSELF.has(outcome)) {
      throw unacceptable('/outcome', `only Fettle itself closes with ${outcome}; say what was found`);
    }
    const ticket = replaced && (await this.#parts.database.tickets.get(id));
    const tracked = ticket && this.#parts.fleet.get(ticket.assetId);
    if (!replaced || !ticket || !tracked) return;
    if (ticket.componentId === WHOLE_ASSET) {
      throw unacceptable('/replaced', 'this ticket is about the whole asset: no component is replaced by closing it');
    }
    await checkReplacement(tracked, ticket.componentId, replaced, this.#parts.clock.now(), this.#parts.store);
  }

  #checkPlace({ model }: Tracked, { componentId, failureModeId }: NewRequest): void {
    if (componentId === undefined || componentId === WHOLE_ASSET) return;
    const component = model.components.find(({ id }) => id === componentId);
    if (!component) {
      const known = model.components.map(({ id }) => id).join(', ');
      throw unacceptable('/componentId', `model ${model.id} has no component '${componentId}'; it has ${known}`);
    }
    if (failureModeId === undefined || component.failureModes.some(({ id }) => id === failureModeId)) return;
    const known = component.failureModes.map(({ id }) => id).join(', ');
    throw unacceptable(
      '/failureModeId',
      `component ${componentId} has no failure mode '${failureModeId}'; it has ${known}`,
    );
  }

  #asset(assetId: string): Tracked {
    const tracked = this.#parts.fleet.get(assetId);
    if (!tracked) throw unacceptable('/assetId', `no asset '${assetId}' is registered`);
    return tracked;
  }
}

/** Writes an event of an asset and the note that its state must take it in, once its time has come. */
export async function recordEvent(tx: Repositories, event: AssetEvent): Promise<void> {
  await tx.events.add([event]);
  await tx.states.note([noteOfEvent(event)]);
}

function checkTransition(ticket: Ticket, to: TicketStatus): void {
  const possible = TICKET_TRANSITIONS[ticket.status];
  if (possible.includes(to)) return;
  const offer = possible.length > 0 ? `from there it can become ${possible.join(', ')}` : 'nothing follows from there';
  throw new ConflictError(`ticket ${ticket.number} is ${ticket.status}; ${offer}`);
}

function entryBase(ticket: Ticket, by: Actor, now: number) {
  return { id: newId(now), ticketId: ticket.id, at: now, by: by.name };
}

function unacceptable(path: string, message: string): UnacceptableError {
  return new UnacceptableError(message, [{ path, message }]);
}

/** What fell due by the calendar may lie after the newest sample, and is over with the ticket as well. */
function dueByCalendar({ evidence, window }: Ticket): Timestamp {
  return evidence?.kind === 'calendar' && window ? window.to : Number.NEGATIVE_INFINITY;
}
