import { raised } from '../domain/sla.ts';
import { isToDo, type Ticket } from '../domain/ticket.ts';
import { type Duration, MINUTE, SECOND } from '../domain/time.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { DeliveryJob, JobQueue } from '../ports/jobQueue.ts';
import type { Timer } from '../ports/timers.ts';
import type { Act, First, TicketActs } from './ticketActs.ts';
import { FETTLE, type TicketWork } from './ticketWork.ts';

/** Timers looked at in one sweep. */
const SWEEP = 500;
const SWEEP_EVERY: Duration = 5 * SECOND;
/** The queue is given timers that are due within this time; most of those further ahead move, or are never needed. */
const AHEAD: Duration = 20 * MINUTE;
const AHEAD_EVERY: Duration = 10 * MINUTE;

export interface TimersParts {
  readonly database: Pick<Database, 'timers'>;
  readonly queue: JobQueue;
  readonly acts: Pick<TicketActs, 'act'>;
  readonly tickets: Pick<TicketWork, 'undefer' | 'bringUp'>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'partErrors' | 'slaBreaches'>;
  readonly log: Log;
  /** What a promise that was not kept brings about. */
  readonly raisePriority: boolean;
}

type Promised = 'response' | 'solution';

/**
 * Brings about what is to happen to tickets at a time. The rows in the database are the truth: a timer fires in the
 * transaction of what it does, so once, whoever is given it. The queue makes it punctual; what it forgets a sweep hands
 * over again.
 */
export class Timers {
  readonly #parts: TimersParts;
  readonly #stops: (() => void)[] = [];
  #isEnding = false;

  constructor(parts: TimersParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { queue, clock } = this.#parts;
    await queue.work((job) => this.#fire(job));
    void this.sweep(AHEAD);
    this.#stops.push(
      clock.every(SWEEP_EVERY, () => this.sweep()),
      clock.every(AHEAD_EVERY, () => this.sweep(AHEAD)),
    );
  }

  /** Hands committed timers to the queue at once; if that fails a sweep does it. */
  soon(timers: readonly Timer[]): void {
    if (this.#isEnding) return;
    const { clock, log } = this.#parts;
    const now = clock.now();
    const near = timers.filter(({ dueAt }) => dueAt - now <= AHEAD);
    this.#hand(near).catch((error: unknown) => {
      if (!this.#isEnding) log.warn({ err: error }, 'timers not queued; the next sweep does it');
    });
  }

  /** Hands over what is due, or will be within `ahead`. */
  async sweep(ahead: Duration = 0): Promise<void> {
    const { database, clock, metrics, log } = this.#parts;
    try {
      await this.#hand(await database.timers.due(clock.now() + ahead, SWEEP));
    } catch (error) {
      if (this.#isEnding) return;
      const part = error instanceof UnavailableError && error.part === 'database' ? 'database' : 'queue';
      metrics.partErrors.inc({ part });
      log.warn({ err: error }, 'timers wait: they could not be read or the queue not reached');
    }
  }

  /** Leaves what is not handed over yet to the next start; the queue may be closed after this. */
  stop(): void {
    this.#isEnding = true;
    for (const stop of this.#stops) stop();
  }

  async #hand(timers: readonly Timer[]): Promise<void> {
    const { queue, clock } = this.#parts;
    for (const { id, dueAt } of timers) await queue.add(id, Math.max(0, dueAt - clock.now()));
  }

  async #fire({ id }: DeliveryJob): Promise<void> {
    const { database, clock } = this.#parts;
    const timer = await database.timers.get(id);
    if (!timer || timer.dueAt > clock.now()) return;
    let fired = false;
    await this.#bringAbout(timer, async (tx) => {
      fired = await tx.timers.fire(id, clock.now());
      return fired;
    });
    if (fired) this.#count(timer);
  }

  async #bringAbout({ kind, ticketId }: Timer, first: First): Promise<void> {
    const { tickets } = this.#parts;
    if (kind === 'follow-up') await this.#followUp(ticketId, first);
    else if (kind === 'deferral-end') await tickets.undefer(ticketId, first);
    else if (kind === 'do-by')
      await tickets.bringUp(ticketId, 'its do-by has passed, and nobody has taken note', first);
    else if (kind === 'unreleased')
      await tickets.bringUp(ticketId, 'its do-by has passed, and nobody released it', first);
    else if (kind === 'response-warning') await this.#act(ticketId, (ticket) => warning(ticket, 'response'), first);
    else if (kind === 'solution-warning') await this.#act(ticketId, (ticket) => warning(ticket, 'solution'), first);
    else if (kind === 'response-breach') await this.#act(ticketId, (ticket) => this.#breach(ticket, 'response'), first);
    else await this.#act(ticketId, (ticket) => this.#breach(ticket, 'solution'), first);
  }

  #act(ticketId: string, decide: (ticket: Ticket) => Act | undefined, first: First): Promise<Ticket> {
    return this.#parts.acts.act(ticketId, undefined, FETTLE, decide, first);
  }

  /** Once a ticket: who has rated it is not asked again. */
  #followUp(ticketId: string, first: First): Promise<Ticket> {
    const ask = ({ status }: Ticket): Act | undefined =>
      status === 'closed' ? { kind: 'follow-up', note: 'the customer is asked for a rating' } : undefined;
    return this.#act(ticketId, ask, async (tx) => (await first(tx)) && (await tx.ratings.get(ticketId)) === undefined);
  }

  #breach(ticket: Ticket, what: Promised): Act | undefined {
    const due = openPromise(ticket, what);
    if (due === undefined) return undefined;
    const note = `${what} was due by ${new Date(due).toISOString()}`;
    const leastPriority = raised(ticket.priority);
    if (!this.#parts.raisePriority || leastPriority === ticket.priority) return { kind: 'sla-breach', note };
    return { kind: 'sla-breach', note, change: { priority: leastPriority, leastPriority }, event: 'ticket.updated' };
  }

  #count({ kind, ticketId }: Timer): void {
    if (kind !== 'response-breach' && kind !== 'solution-breach') return;
    const promise = kind === 'response-breach' ? 'response' : 'solution';
    this.#parts.metrics.slaBreaches.inc({ promise });
    this.#parts.log.warn({ ticket: ticketId, promise }, 'a promise of a ticket was not kept');
  }
}

function warning(ticket: Ticket, what: Promised): Act | undefined {
  const due = openPromise(ticket, what);
  if (due === undefined) return undefined;
  return { kind: 'sla-warning', note: `${what} is due by ${new Date(due).toISOString()}` };
}

/** Until when it was promised, while that is still to be done. */
function openPromise(ticket: Ticket, what: Promised) {
  if (!isToDo(ticket.status)) return undefined;
  if (what === 'response') return ticket.acknowledgedAt === undefined ? ticket.respondBy : undefined;
  return ticket.solveBy;
}
