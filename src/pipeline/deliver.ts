import { BY_DESK } from '../domain/request.ts';
import type { Ticket, TicketEntry } from '../domain/ticket.ts';
import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Repositories } from '../ports/database.ts';
import type { DeliveryJob, JobQueue } from '../ports/jobQueue.ts';
import type { OutboxClaim, OutboxRow } from '../ports/outbox.ts';
import {
  type DeliveryResult,
  PermanentDeliveryError,
  type PresentedTicket,
  type ServiceDesk,
  WorkOrderGoneError,
} from '../ports/serviceDesk.ts';
import type { DatabaseMark } from './databaseMark.ts';
import { PAUSED_BY_RESTORE } from './restored.ts';

const PAUSED = 'deliveries-paused';
/** Outbox rows looked at in one sweep. */
const SWEEP = 500;

/** How much longer than a delivery its claim lasts, and the longest time between claiming and telling the desk. */
const CLAIM_MARGIN: Duration = 5 * SECOND;

export interface DeliverParts {
  readonly database: Database;
  readonly queue: JobQueue;
  readonly desk: ServiceDesk;
  readonly present: (ticket: Ticket) => Promise<PresentedTicket>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'partErrors'>;
  readonly log: Log;
  /** Longest time a delivery may take. */
  readonly timeout: Duration;
  readonly mark: Pick<DatabaseMark, 'check'>;
  /** Whether all that was there before the start has been assessed. */
  readonly recovered: () => boolean;
  /** Told of a ticket whose work order is gone; repeating it is harmless. */
  readonly gone?: (ticket: Ticket) => Promise<void>;
}

/** Why deliveries wait: a person paused them, or the database was restored and nobody knows what the desk was told. */
export type Pause = 'by-hand' | 'restored';

interface Claim extends OutboxRow, OutboxClaim {
  /** A moment before it began, as `Clock.elapsed` tells it. */
  readonly askedAt: Duration;
}

/**
 * Takes outbox rows to the service desk. The outbox is the truth: a sweep hands every pending row to the queue, which
 * knows rows by their id; what the queue forgets is handed over again.
 */
export class Deliver {
  readonly #parts: DeliverParts;
  #trouble: string | undefined;
  #isEnding = false;
  #resumed = false;

  constructor(parts: DeliverParts) {
    this.#parts = parts;
  }

  /** Why the desk did not take the last delivery; undefined when it did. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  async start(): Promise<void> {
    await this.#lead((await this.pausedBy()) !== undefined);
    await this.#parts.queue.work((job) => this.#deliver(job));
    // Not waited for: with many deliveries behind, or a busy database, intake would begin that much later.
    void this.sweep();
  }

  /** Hands a committed row to the queue at once; if that fails the next sweep does it. */
  soon(outboxId: string): void {
    if (this.#isEnding) return;
    this.#parts.queue.add(outboxId).catch((error: unknown) => {
      if (!this.#isEnding)
        this.#parts.log.warn({ err: error, outboxId }, 'delivery not queued; the next sweep does it');
    });
  }

  /** Leaves what is not handed over yet to the next start; the queue may be closed after this. */
  stop(): void {
    this.#isEnding = true;
  }

  async sweep(): Promise<void> {
    const { database, queue, metrics, log } = this.#parts;
    try {
      if ((await this.pausedBy()) === 'restored' && this.#parts.recovered()) await this.#reconcile();
      const paused = (await this.pausedBy()) !== undefined;
      await this.#lead(paused);
      if (paused) return;
      for (const row of await database.outbox.pending(SWEEP)) await queue.add(row.id);
    } catch (error) {
      metrics.partErrors.inc({
        part: error instanceof UnavailableError && error.part === 'database' ? 'database' : 'queue',
      });
      if (!this.#isEnding)
        log.warn({ err: error }, 'deliveries wait: the outbox could not be read or the queue not reached');
    }
  }

  /** Undefined while deliveries are made. */
  async pausedBy(): Promise<Pause | undefined> {
    const { settings } = this.#parts.database;
    if (await settings.get<boolean>(PAUSED)) return 'by-hand';
    return (await settings.get(PAUSED_BY_RESTORE)) === undefined ? undefined : 'restored';
  }

  /** Resuming holds whatever paused them. */
  async pause(paused: boolean): Promise<void> {
    const { database } = this.#parts;
    await database.settings.set(PAUSED, paused);
    if (!paused) await database.settings.remove(PAUSED_BY_RESTORE);
    await this.sweep();
  }

  /** After a restore: with a look-up the desk says what it has, and deliveries go on; else a person resumes them. */
  async #reconcile(): Promise<void> {
    const { database, desk, log } = this.#parts;
    if (desk.name !== 'none') {
      if (!desk.find) return;
      const { asked, known } = await this.#recogniseAll();
      log.warn(
        { asked, known, desk: desk.name },
        'the desk said which tickets of the restored database it has; deliveries go on',
      );
    }
    await database.settings.remove(PAUSED_BY_RESTORE);
  }

  async #recogniseAll(): Promise<{ readonly asked: number; readonly known: number }> {
    const { database } = this.#parts;
    const counts = { asked: 0, known: 0 };
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = await database.outbox.list({ status: 'pending' }, { limit: SWEEP, ...(cursor && { cursor }) });
      for (const row of page.items) {
        const ticket = await database.tickets.get(row.ticketId);
        if (!ticket || ticket.externalId !== undefined) continue;
        counts.asked++;
        if (await this.#recognised(row, ticket)) counts.known++;
      }
      cursor = page.nextCursor;
    }
    return counts;
  }

  /** Whether the desk has a work order of the ticket: then it is remembered, and need not be made. */
  async #recognised(row: OutboxRow, ticket: Ticket): Promise<boolean> {
    const { database, clock, desk } = this.#parts;
    const found = await this.#find(ticket);
    if (!found) return false;
    if (row.event === 'ticket.opened') await this.#delivered(row, ticket, found, `${desk.name} has it already`);
    else await database.transaction((tx) => remember(tx, desk, ticket.id, found, clock.now()));
    return true;
  }

  /**
   * Has the queue follow the database, which says whether deliveries are paused: the queue may have been away, and a
   * Redis that was emptied has forgotten it.
   */
  async #lead(paused: boolean): Promise<void> {
    const { queue } = this.#parts;
    if (this.#resumed && !paused) return;
    this.#resumed = false;
    await (paused ? queue.pause() : queue.resume());
    this.#resumed = !paused;
  }

  async retry(outboxId: string): Promise<boolean> {
    if (!(await this.#parts.database.outbox.retry(outboxId))) return false;
    await this.#parts.queue.add(outboxId);
    return true;
  }

  async #deliver(job: DeliveryJob): Promise<void> {
    const { database, mark } = this.#parts;
    const row = await database.outbox.get(job.id);
    if (row?.status !== 'pending' || (await this.pausedBy())) return;
    await mark.check(database);
    // A desk must hear of a ticket in order.
    if ((await database.outbox.nextOf(row.ticketId)) !== row.id) return;
    // The queue gives a job to another node when it has not heard of its worker: the desk must not hear both.
    const claim = await this.#claim(row);
    if (!claim) return;
    const ticket = await database.tickets.get(row.ticketId);
    if (!ticket) return;
    try {
      if (!(await this.#hand(claim, ticket, job.attempt))) return;
    } catch (error) {
      if (error instanceof WorkOrderGoneError && ticket.externalId !== undefined) {
        await this.#gone(claim, ticket, error.message);
        return this.#bringUpNext(row.ticketId);
      }
      const final = job.lastAttempt || error instanceof PermanentDeliveryError;
      await this.#failed(claim, ticket, error, final);
      if (final) await this.#bringUpNext(row.ticketId);
      throw error;
    }
    await this.#bringUpNext(row.ticketId);
  }

  /** Nobody is there to be told: what else follows from it is the ticket's. */
  async #gone(claim: Claim, ticket: Ticket, text: string): Promise<void> {
    const { database, clock, gone } = this.#parts;
    await gone?.(ticket);
    const now = clock.now();
    await database.transaction(async (tx) => {
      if (await tx.outbox.delivered(claim.id, now))
        await tx.tickets.addEntry(entryOf(ticket, now, 'delivery-failed', text));
    });
  }

  /**
   * One that outlasts a look-up and the delivery, and after a crash the time in which a look-up may not find what was
   * made.
   */
  async #claim(row: OutboxRow): Promise<Claim | undefined> {
    const { database, clock, timeout, desk } = this.#parts;
    const askedAt = clock.elapsed();
    const lookup = desk.find ? timeout + (desk.settle ?? 0) : 0;
    const claim = await database.outbox.claim(row.id, timeout + lookup + CLAIM_MARGIN);
    return claim && { ...claim, askedAt };
  }

  /** Where the process stood still since it claimed, the claim may have lapsed: then it gives it up. */
  async #stillHolds(claim: Claim, within: Duration): Promise<boolean> {
    const { database, clock, log } = this.#parts;
    if (clock.elapsed() - claim.askedAt <= within) return true;
    await database.outbox.release(claim);
    log.warn({ outboxId: claim.id }, 'what precedes a delivery took too long to make it now; the next sweep does it');
    return false;
  }

  async #bringUpNext(ticketId: string): Promise<void> {
    const next = await this.#parts.database.outbox.nextOf(ticketId);
    if (next !== undefined) this.soon(next);
  }

  /**
   * Tells the desk, and enters that it has taken it. A ticket of which no work order is known is looked for first: it
   * may have been made by an attempt without an answer, or before a restore.
   */
  async #hand(claim: Claim, ticket: Ticket, attempt: number): Promise<boolean> {
    const { desk, present, timeout } = this.#parts;
    const { key, event } = claim;
    if (!(await this.#stillHolds(claim, CLAIM_MARGIN))) return false;
    const found = ticket.externalId === undefined ? await this.#find(ticket) : undefined;
    if (found && event === 'ticket.opened') {
      await this.#delivered(claim, ticket, found, `${desk.name} has it already`);
      return true;
    }
    const known = { ...ticket, ...found };
    const news = event === 'ticket.updated' ? await this.#newsOf(ticket) : [];
    const delivery = { key, event, ticket: known, ...(await present(known)), news, attempt };
    if (!(await this.#stillHolds(claim, (desk.find ? timeout : 0) + CLAIM_MARGIN))) return false;
    const result = await this.#told(desk.deliver(delivery, AbortSignal.timeout(timeout)));
    await this.#delivered(claim, ticket, { ...found, ...result }, `${event} to ${desk.name}`);
    return true;
  }

  /** The lines of its history since the desk was last told, but for what came from there. */
  async #newsOf({ id }: Ticket): Promise<TicketEntry[]> {
    const entries = await this.#parts.database.tickets.entries(id);
    const told = entries.findLastIndex(({ kind }) => kind === 'delivered');
    return entries.slice(told + 1).filter(({ kind, by }) => kind !== 'delivery-failed' && by !== BY_DESK.name);
  }

  #find({ episodeKey }: Ticket): Promise<DeliveryResult | undefined> {
    const { desk, timeout } = this.#parts;
    return this.#told(Promise.resolve(desk.find?.(episodeKey, AbortSignal.timeout(timeout))));
  }

  async #delivered({ id }: OutboxRow, ticket: Ticket, result: DeliveryResult, text: string): Promise<void> {
    const { database, desk, clock } = this.#parts;
    const now = clock.now();
    await database.transaction(async (tx) => {
      if (!(await tx.outbox.delivered(id, now)) || desk.name === 'none') return;
      await tx.tickets.addEntry(entryOf(ticket, now, 'delivered', text));
      await remember(tx, desk, ticket.id, result, now);
      if (result.state === undefined) return;
      const link = await tx.deskLinks.lock(ticket.id);
      await tx.deskLinks.save({ ...link, state: result.state });
    });
  }

  async #told<T>(answer: Promise<T>): Promise<T> {
    try {
      const result = await answer;
      this.#trouble = undefined;
      return result;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#parts.metrics.partErrors.inc({ part: 'desk' });
      throw error;
    }
  }

  async #failed(claim: Claim, ticket: Ticket, error: unknown, final: boolean): Promise<void> {
    const { database, clock, log, desk } = this.#parts;
    const message = error instanceof Error ? error.message : String(error);
    const ours = await database.transaction(async (tx) => {
      const hold = claim.event === 'ticket.opened' ? desk.settle : undefined;
      const noted = await tx.outbox.attemptFailed(claim, message, final, hold);
      if (noted && final) await tx.tickets.addEntry(entryOf(ticket, clock.now(), 'delivery-failed', message));
      return noted;
    });
    const about = { err: error, ticket: ticket.number, event: claim.event, desk: desk.name };
    if (!ours) log.warn(about, 'delivery failed, and is in other hands meanwhile');
    else if (final) log.error(about, 'delivery failed for good; it can be retried through the API');
    else log.warn(about, 'delivery failed; it is tried again');
  }
}

/** Keeps the first id that a desk names, and where its work orders can be read another one that it was merged into. */
async function remember(
  tx: Repositories,
  desk: ServiceDesk,
  ticketId: string,
  { externalId, externalUrl }: DeliveryResult,
  now: Timestamp,
): Promise<void> {
  const ticket = await tx.tickets.get(ticketId);
  if (externalId === undefined || !ticket || ticket.externalId === externalId) return;
  const before = ticket.externalId;
  if (before !== undefined && !desk.read) return;
  await tx.tickets.update(ticketId, ticket.version, { externalId, externalUrl, updatedAt: now });
  if (before === undefined) return;
  await tx.tickets.addEntry(
    entryOf(ticket, now, 'delivered', `${desk.name} merged work order ${before} into ${externalId}`),
  );
}

function entryOf(ticket: Ticket, at: number, kind: 'delivered' | 'delivery-failed', text: string) {
  return { id: newId(at), ticketId: ticket.id, at, by: 'fettle', kind, text };
}
