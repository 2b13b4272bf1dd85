import type { AssetEvent } from '../domain/asset.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import type { Actor } from '../domain/request.ts';
import type { Closing, Outcome, Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import { NotFoundError } from '../errors.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Repositories } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { Assessment } from './assessment.ts';
import type { Fleet } from './fleet.ts';
import { noteOfEvent } from './notes.ts';
import { checkReplacement } from './replacement.ts';
import { unacceptable } from './unacceptable.ts';

export interface TicketClosingParts {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly store: Pick<TimeSeriesStore, 'buckets'>;
  readonly assessment: Pick<Assessment, 'assessedUntil'>;
  readonly clock: Clock;
}

/** What a finding that clears or a counter that is set back closes with. */
const OUTCOMES_BY_ITSELF: ReadonlySet<Outcome> = new Set(['cleared-unconfirmed', 'replaced-detected']);

/** What the end of a ticket means to its asset. */
export class TicketClosing {
  readonly #parts: TicketClosingParts;

  constructor(parts: TicketClosingParts) {
    this.#parts = parts;
  }

  /** @throws UnacceptableError for an outcome that nobody gives, or a replacement that can not have been so */
  async check(ticketId: string, { outcome, replaced }: Closing): Promise<void> {
    if (OUTCOMES_BY_ITSELF.has(outcome)) {
      throw unacceptable('/outcome', `only Fettle itself closes with ${outcome}; say what was found`);
    }
    const { database, fleet, clock, store } = this.#parts;
    const ticket = await database.tickets.get(ticketId);
    if (!ticket) throw new NotFoundError(`no ticket '${ticketId}'`);
    const tracked = fleet.get(ticket.assetId);
    if (!replaced || !tracked) return;
    if (ticket.componentId === WHOLE_ASSET) {
      throw unacceptable('/replaced', 'this ticket is about the whole asset: no component is replaced by closing it');
    }
    await checkReplacement(tracked, ticket.componentId, replaced, clock.now(), store);
  }

  /** Records the end and what was replaced, and gives the time of the earliest of it. */
  async record(tx: Repositories, ticket: Ticket, closing: Closing, by: Actor): Promise<Timestamp> {
    const closed = await this.keepWatermark(tx, ticket, by);
    const { replaced } = closing;
    if (!replaced) return closed;
    const now = this.#parts.clock.now();
    const event = { id: newId(now), assetId: ticket.assetId, recordedAt: now, by: by.name };
    await recordEvent(tx, { ...event, ...replaced, type: 'component-replaced', componentId: ticket.componentId });
    return Math.min(closed, replaced.at);
  }

  /** Evidence up to what the asset's state holds now never raises again. */
  async keepWatermark(tx: Repositories, ticket: Ticket, by: Actor): Promise<Timestamp> {
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
}

/** Writes an event of an asset and the note that its state must take it in, once its time has come. */
export async function recordEvent(tx: Repositories, event: AssetEvent): Promise<void> {
  await tx.events.add([event]);
  await tx.states.note([noteOfEvent(event)]);
}

/** What fell due by the calendar may lie after the newest sample, and is over with the ticket as well. */
function dueByCalendar({ evidence, window }: Ticket): Timestamp {
  return evidence?.kind === 'calendar' && window ? window.to : Number.NEGATIVE_INFINITY;
}
