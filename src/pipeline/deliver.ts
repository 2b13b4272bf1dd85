import type { Ticket } from '../domain/ticket.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, OutboxClaim, OutboxRow } from '../ports/database.ts';
import type { DeliveryJob, JobQueue } from '../ports/jobQueue.ts';
import { type DeliveryResult, PermanentDeliveryError, type ServiceDesk } from '../ports/serviceDesk.ts';

const PAUSED = 'deliveries-paused';
/** Outbox rows looked at in one sweep. */
const SWEEP = 500;

/** How much longer than a delivery its claim lasts, and the longest time between claiming and delivering. */
const CLAIM_MARGIN: Duration = 5 * SECOND;

export interface DeliverParts {
  readonly database: Database;
  readonly queue: JobQueue;
  readonly desk: ServiceDesk;
  /** The ticket as the API shows it. */
  readonly present: (ticket: Ticket) => object;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'partErrors'>;
  readonly log: Log;
  /** Longest time a delivery may take. */
  readonly timeout: Duration;
}

/**
 * Takes outbox rows to the service desk. The outbox is the truth: a sweep hands every pending row to the queue, which
 * knows rows by their id; what the queue forgets is handed over again.
 */
export class Deliver {
  readonly #parts: DeliverParts;
  #trouble: string | undefined;

  constructor(parts: DeliverParts) {
    this.#parts = parts;
  }

  /** Why the desk did not take the last delivery; undefined when it did. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  async start(): Promise<void> {
    const { queue } = this.#parts;
    if (await this.paused()) await queue.pause();
    await queue.work((job) => this.#deliver(job));
    await this.sweep();
  }

  /** Hands a committed row to the queue at once; if that fails the next sweep does it. */
  soon(outboxId: string): void {
    this.#parts.queue.add(outboxId).catch((error: unknown) => {
      this.#parts.log.warn({ err: error, outboxId }, 'delivery not queued; the next sweep does it');
    });
  }

  async sweep(): Promise<void> {
    const { database, queue, metrics, log } = this.#parts;
    try {
      for (const row of await database.outbox.pending(SWEEP)) await queue.add(row.id);
    } catch (error) {
      metrics.partErrors.inc({
        part: error instanceof UnavailableError && error.part === 'database' ? 'database' : 'queue',
      });
      log.warn({ err: error }, 'deliveries wait: the outbox could not be read or the queue not reached');
    }
  }

  async paused(): Promise<boolean> {
    return (await this.#parts.database.settings.get<boolean>(PAUSED)) ?? false;
  }

  async pause(paused: boolean): Promise<void> {
    const { database, queue } = this.#parts;
    await database.settings.set(PAUSED, paused);
    await (paused ? queue.pause() : queue.resume());
  }

  async retry(outboxId: string): Promise<boolean> {
    if (!(await this.#parts.database.outbox.retry(outboxId))) return false;
    await this.#parts.queue.add(outboxId);
    return true;
  }

  async #deliver(job: DeliveryJob): Promise<void> {
    const { database } = this.#parts;
    const row = await database.outbox.get(job.id);
    if (row?.status !== 'pending') return;
    const ticket = await database.tickets.get(row.ticketId);
    if (!ticket) return;
    if ((await this.#firstPending(row.ticketId)) !== row.id) return;
    // The queue gives a job to another node when it has not heard of its worker: the desk must not hear both.
    const claim = await this.#claim(row);
    if (!claim) return;
    try {
      await this.#hand(row, ticket, job.attempt);
    } catch (error) {
      const final = job.lastAttempt || error instanceof PermanentDeliveryError;
      await this.#failed(claim, ticket, error, final);
      if (final) await this.#bringUpNext(row.ticketId);
      throw error;
    }
    await this.#bringUpNext(row.ticketId);
  }

  /** One that outlasts the delivery: where the process stood still since it asked, it may have lapsed. */
  async #claim(row: OutboxRow): Promise<(OutboxRow & OutboxClaim) | undefined> {
    const { database, clock, timeout, log } = this.#parts;
    const askedAt = clock.elapsed();
    const claim = await database.outbox.claim(row.id, timeout + CLAIM_MARGIN);
    if (!claim || clock.elapsed() - askedAt <= CLAIM_MARGIN) return claim;
    await database.outbox.release(claim);
    log.warn({ outboxId: row.id }, 'claiming a delivery took too long to make it now; the next sweep does it');
    return undefined;
  }

  /** A desk must hear of a ticket in order: the one delivery whose turn it is. */
  async #firstPending(ticketId: string): Promise<string | undefined> {
    const { items } = await this.#parts.database.outbox.list({ ticketId, status: 'pending' }, { limit: 500 });
    return items.map(({ id }) => id).sort()[0];
  }

  async #bringUpNext(ticketId: string): Promise<void> {
    const next = await this.#firstPending(ticketId);
    if (next !== undefined) this.soon(next);
  }

  async #hand(row: OutboxRow, ticket: Ticket, attempt: number): Promise<void> {
    const { database, desk, present, clock, timeout } = this.#parts;
    const delivery = { key: row.id, event: row.event, ticket, document: present(ticket), attempt };
    const result = await this.#tell(desk.deliver(delivery, AbortSignal.timeout(timeout)));
    const now = clock.now();
    await database.transaction(async (tx) => {
      await tx.outbox.delivered(row.id, now);
      if (desk.name === 'none') return;
      await tx.tickets.addEntry(entryOf(ticket, now, 'delivered', `${row.event} to ${desk.name}`));
      if (result.externalId === undefined || ticket.externalId !== undefined) return;
      const current = await tx.tickets.get(ticket.id);
      if (current) await tx.tickets.update(ticket.id, current.version, { ...result, updatedAt: now });
    });
  }

  async #tell(told: Promise<DeliveryResult>): Promise<DeliveryResult> {
    try {
      const result = await told;
      this.#trouble = undefined;
      return result;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#parts.metrics.partErrors.inc({ part: 'desk' });
      throw error;
    }
  }

  async #failed(claim: OutboxRow & OutboxClaim, ticket: Ticket, error: unknown, final: boolean): Promise<void> {
    const { database, clock, log, desk } = this.#parts;
    const message = error instanceof Error ? error.message : String(error);
    const ours = await database.transaction(async (tx) => {
      const noted = await tx.outbox.attemptFailed(claim, message, final);
      if (noted && final) await tx.tickets.addEntry(entryOf(ticket, clock.now(), 'delivery-failed', message));
      return noted;
    });
    const about = { err: error, ticket: ticket.number, event: claim.event, desk: desk.name };
    if (!ours) log.warn(about, 'delivery failed, and is in other hands meanwhile');
    else if (final) log.error(about, 'delivery failed for good; it can be retried through the API');
    else log.warn(about, 'delivery failed; it is tried again');
  }
}

function entryOf(ticket: Ticket, at: number, kind: 'delivered' | 'delivery-failed', text: string) {
  return { id: newId(at), ticketId: ticket.id, at, by: 'fettle', kind, text };
}
