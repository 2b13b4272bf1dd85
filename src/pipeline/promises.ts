import { basisAfter, morePressing, promisesAfter, type SlaPolicy } from '../domain/sla.ts';
import { isToDo, type Ticket } from '../domain/ticket.ts';
import { type Due, timersOf } from '../domain/ticketTimers.ts';
import type { Duration } from '../domain/time.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, NewTicket, Repositories, TicketChange, TicketRepository } from '../ports/database.ts';
import type { Timer } from '../ports/timers.ts';

export interface PromisesParts {
  readonly policyOf: (ticket: Ticket) => SlaPolicy;
  readonly clock: Pick<Clock, 'now'>;
  /** How long after the closing of a ticket its customer is asked for a rating; undefined: never. */
  readonly followUpAfter?: Duration | undefined;
}

/**
 * Keeps the promises of a ticket and its timers with every change of it, whoever makes it, in the same transaction: nobody
 * who changes tickets need think of them.
 */
export class Promises {
  readonly #parts: PromisesParts;
  #armed: (timers: readonly Timer[]) => void = () => undefined;

  constructor(parts: PromisesParts) {
    this.#parts = parts;
  }

  /** Who is told of timers that are new or were moved, once they are committed. */
  onArmed(listener: (timers: readonly Timer[]) => void): void {
    this.#armed = listener;
  }

  /** The database, in which no ticket changes without its promises. */
  guard(database: Database): Database {
    const guarded = (tx: Repositories, armed: (timers: readonly Timer[]) => void): Repositories => ({
      ...tx,
      tickets: {
        ...tx.tickets,
        insert: (ticket) => this.#insert(tx, ticket, armed),
        update: (...asked) => this.#update(tx, asked, armed),
      },
    });
    return {
      ...database,
      ...guarded(database, (timers) => this.#armed(timers)),
      transaction: async (work) => {
        const armed: Timer[] = [];
        const result = await database.transaction((tx) => {
          armed.length = 0;
          return work(guarded(tx, (timers) => armed.push(...timers)));
        });
        if (armed.length > 0) this.#armed(armed);
        return result;
      },
    };
  }

  async #insert(
    tx: Repositories,
    ticket: NewTicket,
    armed: (timers: readonly Timer[]) => void,
  ): Promise<Ticket | undefined> {
    const made = { number: 0, version: 1, reopened: 0, ...ticket };
    const inserted = await tx.tickets.insert({ ...ticket, ...this.#promised(undefined, made) });
    if (inserted) armed(await this.#arm(tx, inserted));
    return inserted;
  }

  async #update(
    tx: Repositories,
    [id, version, change]: Parameters<TicketRepository['update']>,
    armed: (timers: readonly Timer[]) => void,
  ): Promise<Ticket> {
    const before = await tx.tickets.get(id);
    if (before?.version !== version) return tx.tickets.update(id, version, change);
    const kept = { ...change, ...keptOf(before, change) };
    const after = await tx.tickets.update(id, version, { ...kept, ...this.#promised(before, { ...before, ...kept }) });
    if (!this.#sameTimers(before, after)) armed(await this.#arm(tx, after));
    return after;
  }

  #promised(before: Ticket | undefined, after: Ticket) {
    const now = this.#parts.clock.now();
    const based = { ...after, sla: basisAfter(before, after, now) };
    return promisesAfter(before, based, this.#parts.policyOf(based), now);
  }

  /** What was promised before may be of another configuration, or of a version that promised nothing. */
  #sameTimers(before: Ticket, after: Ticket): boolean {
    const asBefore = before.respondBy === after.respondBy && before.solveBy === after.solveBy;
    if (!asBefore || before.sla === undefined) return false;
    return JSON.stringify(this.#timersOf(before)) === JSON.stringify(this.#timersOf(after));
  }

  #timersOf(ticket: Ticket): Due[] {
    return timersOf(ticket, this.#parts.policyOf(ticket), this.#parts.followUpAfter);
  }

  #arm(tx: Repositories, ticket: Ticket): Promise<Timer[]> {
    const now = this.#parts.clock.now();
    const timers = this.#timersOf(ticket);
    return tx.timers.set(
      ticket.id,
      timers.map((due) => ({ id: newId(now), ticketId: ticket.id, ...due })),
      now,
    );
  }
}

/** An escalated ticket keeps its priority, and what is done or put off waits for no customer. */
function keptOf(before: Ticket, change: TicketChange): TicketChange {
  const after = { ...before, ...change };
  const priority = morePressing(after.priority, after.leastPriority);
  const idle = after.waiting !== undefined && !isToDo(after.status);
  return { ...(priority !== after.priority && { priority }), ...(idle && { waiting: undefined }) };
}
