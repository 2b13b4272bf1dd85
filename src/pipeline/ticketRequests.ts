import { WHOLE_ASSET } from '../domain/ids.ts';
import { priorityOf } from '../domain/priority.ts';
import type { Actor, NewRequest } from '../domain/request.ts';
import { isOngoing, isToDo, type Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import { toldOf } from '../domain/told.ts';
import { ConflictError } from '../errors.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, NewTicket, Repositories } from '../ports/database.ts';
import { episodeKey } from './compose.ts';
import type { Fleet } from './fleet.ts';
import { deliverLater } from './raise.ts';
import { commenting, opening } from './ticketActKinds.ts';
import { entryBase, perform } from './ticketActs.ts';
import type { Tracked } from './tracked.ts';
import { unacceptable } from './unacceptable.ts';

export interface TicketRequestsParts {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly deliver: (outboxId: string) => void;
  readonly clock: Clock;
}

/** What a person reports without naming a failure mode. */
const REPORTED = 'reported';

interface Place {
  readonly componentId: string;
  readonly failureModeId: string;
}

/** What people and desks report. */
export class TicketRequests {
  readonly #parts: TicketRequestsParts;

  constructor(parts: TicketRequestsParts) {
    this.#parts = parts;
  }

  /**
   * A ticket by a person or a desk. Where one goes on for the same asset, component and failure mode it joins that as a comment, or
   * opens it again where it was said to be done.
   */
  async create(request: NewRequest, by: Actor): Promise<{ ticket: Ticket; joined: boolean }> {
    const { database, deliver } = this.#parts;
    const { outboxId, ...result } = await database.transaction((tx) => this.enter(tx, request, by));
    if (outboxId !== undefined) deliver(outboxId);
    return result;
  }

  /**
   * {@link create} as part of a transaction; what is told to the desk is for the caller to hand over once that is committed.
   *
   * @param words in both languages, in place of those of the request
   */
  async enter(
    tx: Repositories,
    request: NewRequest,
    by: Actor,
    words?: Pick<Ticket, 'title' | 'summary'>,
  ): Promise<{ ticket: Ticket; joined: boolean; outboxId?: string | undefined }> {
    const tracked = this.#asset(request.assetId);
    checkPlace(tracked, request);
    const now = this.#parts.clock.now();
    const { place, ongoing } = await placeOf(tx, request, tracked);
    const joined = request.joins ? await joinable(tx, request.joins, request.assetId) : ongoing;
    if (joined) {
      const text = `${request.title}\n${request.text}`;
      const act = isToDo(joined.status) ? commenting(joined, text) : opening(joined, text, now);
      return { ...(await perform(tx, joined, act, by, now)), joined: true };
    }
    const ticket = await openReported(tx, { ...newTicket(request, place, tracked, now), ...words }, by);
    const outboxId = await deliverLater(tx, ticket, 'ticket.opened', request.origin, now);
    return { ticket, joined: false, outboxId };
  }

  #asset(assetId: string): Tracked {
    const tracked = this.#parts.fleet.get(assetId);
    if (!tracked) throw unacceptable('/assetId', `no asset '${assetId}' is registered`);
    return tracked;
  }
}

/**
 * Where a request belongs, and the ticket that goes on there. Somebody who has the asset now has a place of their own while what a
 * customer before them reported goes on: neither reads the words of the other. A failure mode that is named is one matter, whoever has the asset.
 */
async function placeOf(
  tx: Repositories,
  { assetId, componentId = WHOLE_ASSET, failureModeId }: NewRequest,
  { asset: { customerId } }: Tracked,
): Promise<{ readonly place: Place; readonly ongoing: Ticket | undefined }> {
  const at = async (mode: string) => ({
    place: { componentId, failureModeId: mode },
    ongoing: await tx.tickets.ongoing(assetId, componentId, mode),
  });
  if (failureModeId !== undefined) return at(failureModeId);
  const own = await at(`${REPORTED}:${customerId ?? ''}`);
  if (own.ongoing) return own;
  const usual = await at(REPORTED);
  return usual.ongoing && usual.ongoing.customerId !== customerId ? own : usual;
}

/** @throws UnacceptableError where there is no such ticket, or it has ended or is about something else */
async function joinable(tx: Repositories, id: string, assetId: string): Promise<Ticket> {
  const ticket = await tx.tickets.get(id);
  if (!ticket || ticket.assetId !== assetId) throw unacceptable('/joins', `asset '${assetId}' has no ticket '${id}'`);
  if (isOngoing(ticket.status)) {
    // As it is once nobody else changes it.
    const held = await tx.tickets.ongoing(assetId, ticket.componentId, ticket.failureModeId);
    if (held?.id === id) return held;
  }
  throw unacceptable('/joins', `ticket ${ticket.number} is ${ticket.status}; only an ongoing one can be joined`);
}

async function openReported(tx: Repositories, reported: NewTicket, by: Actor): Promise<Ticket> {
  const ticket = await tx.tickets.insert(reported);
  if (!ticket) throw new ConflictError('a ticket for the same matter was opened at this moment; ask again to join it');
  const entry = { ...entryBase(ticket, by, reported.openedAt), kind: 'opened' as const };
  await tx.tickets.addEntry({ ...entry, text: `reported (${reported.origin})` });
  return ticket;
}

function newTicket(request: NewRequest, place: Place, { asset }: Tracked, now: Timestamp): NewTicket {
  const { assetId, origin, severity, title, text } = request;
  return {
    id: newId(now),
    origin,
    kind: 'reactive',
    status: 'open',
    assetId,
    siteId: asset.siteId,
    customerId: asset.customerId,
    ...place,
    episodeKey: episodeKey(assetId, place.componentId, place.failureModeId, now),
    episodeStart: now,
    mode: 'live',
    severity,
    priority: priorityOf(asset, severity, undefined, now),
    title: { en: title, zh: title },
    summary: { en: text || title, zh: text || title },
    contract: asset.contract,
    openedAt: now,
    updatedAt: now,
    told: toldOf({}, now),
  };
}

function checkPlace({ model }: Tracked, { componentId, failureModeId }: NewRequest): void {
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
