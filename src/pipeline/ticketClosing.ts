import type { AssetEvent, TicketClosedEvent } from '../domain/asset.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import type { Actor } from '../domain/request.ts';
import type { Closing, ClosingRequest, LifeExtension, Outcome, Replacement, Ticket } from '../domain/ticket.ts';
import { fromMicros, type Timestamp, toMicros } from '../domain/time.ts';
import { NotFoundError } from '../errors.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Repositories } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { type CompiledRule, installs } from '../rules/rule.ts';
import type { Assessment } from './assessment.ts';
import type { Fleet } from './fleet.ts';
import { noteOfEvent } from './notes.ts';
import { checkReplacement } from './replacement.ts';
import { withAge } from './serialisedParts.ts';
import type { Tracked } from './tracked.ts';
import { unacceptable } from './unacceptable.ts';

export interface TicketClosingParts {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly store: Pick<TimeSeriesStore, 'buckets'>;
  readonly assessment: Pick<Assessment, 'assessedUntil'>;
  readonly clock: Clock;
}

type ExtendableLife = NonNullable<CompiledRule['extendable']>;

/** What a finding that clears or a counter that is set back closes with. */
const OUTCOMES_BY_ITSELF: ReadonlySet<Outcome> = new Set(['cleared-unconfirmed', 'replaced-detected']);

/** What the end of a ticket means to its asset. */
export class TicketClosing {
  readonly #parts: TicketClosingParts;

  constructor(parts: TicketClosingParts) {
    this.#parts = parts;
  }

  /**
   * @throws UnacceptableError for an outcome that nobody gives, for a replacement or extension that can not have been so,
   * and for a worn part of which nothing is said
   */
  async check(ticketId: string, closing: ClosingRequest): Promise<void> {
    const { database, fleet } = this.#parts;
    checkWords(closing, this.#parts.clock.now());
    const ticket = await database.tickets.get(ticketId);
    if (!ticket) throw new NotFoundError(`no ticket '${ticketId}'`);
    const tracked = fleet.get(ticket.assetId);
    if (!tracked) return;
    const lives = livesOf(ticket, tracked);
    if (closing.extendBy) checkExtension(closing.extendBy, lives);
    if (closing.replaced) await this.#checkReplaced(ticket, tracked, closing.replaced);
    else if (lives.length > 0 && isWorn(ticket)) await this.#checkWorn(ticket, closing);
  }

  /** Records the end, what was replaced and what was given more life, and gives the time of the earliest of it. */
  async record(tx: Repositories, ticket: Ticket, closing: Closing, by: Actor): Promise<Timestamp> {
    const closed = await this.keepWatermark(tx, ticket, by);
    const { replaced, extendBy } = closing;
    if (extendBy) await this.#recordExtension(tx, ticket, extendBy, closed, by);
    if (!replaced) return closed;
    const { componentId } = ticket;
    const event = { ...this.#event(ticket, by), ...replaced, type: 'component-replaced' as const, componentId };
    const { fleet, store } = this.#parts;
    await recordEvent(tx, await withAge(event, { events: tx.events, fleet, store }));
    return Math.min(closed, replaced.at);
  }

  #event({ assetId }: Ticket, by: Actor) {
    const now = this.#parts.clock.now();
    return { id: newId(now), assetId, recordedAt: now, by: by.name };
  }

  /** After all that was known at the closing. */
  async #recordExtension(tx: Repositories, ticket: Ticket, by: LifeExtension, closed: Timestamp, actor: Actor) {
    const { componentId, failureModeId, id: ticketId } = ticket;
    const tracked = this.#parts.fleet.get(ticket.assetId);
    const unit = tracked && livesOf(ticket, tracked).find((life) => life.unit !== undefined)?.unit;
    const usage = by.usage === undefined || unit === undefined ? undefined : { amount: by.usage, unit };
    await recordEvent(tx, {
      ...this.#event(ticket, actor),
      type: 'life-extended',
      at: fromMicros(toMicros(closed) + 1),
      componentId,
      failureModeId,
      ticketId,
      ...(usage && { usage }),
      ...(by.calendar !== undefined && { calendar: by.calendar }),
    });
  }

  async #checkReplaced({ componentId }: Ticket, tracked: Tracked, replaced: Replacement): Promise<void> {
    if (componentId === WHOLE_ASSET) {
      throw unacceptable('/replaced', 'this ticket is about the whole asset: no component is replaced by closing it');
    }
    await checkReplacement(tracked, componentId, replaced, this.#parts.clock.now(), this.#parts.store);
  }

  /** That it was replaced may have been said already, as an event of the asset. */
  async #checkWorn({ assetId, componentId, window }: Ticket, { extendBy, deferUntil }: ClosingRequest): Promise<void> {
    if (extendBy || deferUntil !== undefined) return;
    const events = await this.#parts.database.events.of(assetId);
    const since = window?.from ?? Number.NEGATIVE_INFINITY;
    if (events.some((event) => installs(event, componentId) && event.at >= since)) return;
    throw unacceptable(
      '/extendBy',
      'this part is worn and stays: say what was replaced (replaced), how much longer it may last (extendBy) or until when ' +
        'it waits (deferUntil)',
    );
  }

  /** Evidence up to what the asset's state holds now never raises again. */
  async keepWatermark(
    tx: Repositories,
    ticket: Ticket,
    by: Actor,
    endedAs?: TicketClosedEvent['endedAs'],
  ): Promise<Timestamp> {
    const { fleet, assessment, clock } = this.#parts;
    const tracked = fleet.get(ticket.assetId);
    const now = clock.now();
    const newest = tracked ? await assessment.assessedUntil(tracked, tx) : Number.NEGATIVE_INFINITY;
    const at = Math.max(Number.isFinite(newest) ? newest : now, dueByCalendar(ticket));
    const { componentId, failureModeId, id: ticketId } = ticket;
    await recordEvent(tx, {
      ...this.#event(ticket, by),
      type: 'ticket-closed',
      at,
      componentId,
      failureModeId,
      ticketId,
      ...(endedAs && { endedAs }),
    });
    return at;
  }
}

function checkWords(
  { outcome, found, failedAt, downtimeMinutes, replaced, extendBy, deferUntil }: ClosingRequest,
  now: Timestamp,
): void {
  if (OUTCOMES_BY_ITSELF.has(outcome)) {
    throw unacceptable('/outcome', `only Fettle itself closes with ${outcome}; say what was found`);
  }
  if (found !== undefined && outcome !== 'failure-found') {
    throw unacceptable('/found', `only with the outcome failure-found, not with ${outcome}`);
  }
  for (const [name, value] of Object.entries({ failedAt, downtimeMinutes }))
    if (value !== undefined && outcome !== 'failure-found')
      throw unacceptable(`/${name}`, `only with the outcome failure-found, not with ${outcome}`);
  if (failedAt !== undefined && failedAt > now) throw unacceptable('/failedAt', 'a failure lies in the past or now');
  const ways = Object.entries({ replaced, extendBy, deferUntil }).filter(([, value]) => value !== undefined);
  if (ways.length > 1) {
    const names = ways.map(([name]) => name);
    throw unacceptable(
      `/${names[1]}`,
      `give one of ${names.join(' and ')}: a part is replaced, lasts longer, or waits`,
    );
  }
}

/** The lives by which rules judge what the ticket is about. */
function livesOf({ componentId, failureModeId }: Ticket, { compiled }: Tracked): ExtendableLife[] {
  return compiled.rules.flatMap(({ definition, extendable }) => {
    const isAbout = definition.componentId === componentId && definition.failureModeId === failureModeId;
    return extendable && isAbout ? [extendable] : [];
  });
}

function isWorn({ evidence }: Ticket): boolean {
  return (
    (evidence?.kind === 'usage' && evidence.of === undefined) ||
    (evidence?.kind === 'calendar' && evidence.of === 'life')
  );
}

function checkExtension({ usage, calendar }: LifeExtension, lives: readonly ExtendableLife[]): void {
  if (usage === undefined && calendar === undefined) throw unacceptable('/extendBy', 'say by how much');
  if (lives.length === 0) {
    throw unacceptable('/extendBy', 'no rule judges this by a life; only what wears by use or age is given more of it');
  }
  if (usage !== undefined && !lives.some(({ unit }) => unit !== undefined)) {
    throw unacceptable('/extendBy/usage', 'this life goes by the calendar alone: give calendarSeconds');
  }
  if (calendar !== undefined && !lives.some((life) => life.calendar)) {
    const [life] = lives;
    throw unacceptable('/extendBy/calendarSeconds', `this life goes by use alone: give usage, in ${life?.unit}`);
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
