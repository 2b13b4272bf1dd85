import { LOW_RATING, lowRatingSummary, lowRatingTitle } from '../domain/followUp.ts';
import type { Actor } from '../domain/request.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { type Database, type Repositories, StaleVersionError } from '../ports/database.ts';
import type { Rating, RatingForm } from '../ports/outcomes.ts';
import type { Fleet } from './fleet.ts';
import { linkSecret, linkToken, readLinkToken } from './linkTokens.ts';
import { entryBase, type TicketActs } from './ticketActs.ts';
import type { TicketRequests } from './ticketRequests.ts';

export interface RatingsParts {
  readonly database: Database;
  readonly fleet: Pick<Fleet, 'get'>;
  readonly acts: Pick<TicketActs, 'act'>;
  readonly requests: Pick<TicketRequests, 'enter'>;
  readonly deliver: (outboxId: string) => void;
  readonly clock: Pick<Clock, 'now'>;
}

export interface RatingOptions {
  /** How long a link can be used. */
  readonly linkValid: Duration;
  /** So much or less opens a ticket. */
  readonly lowRating: number;
  /** Undefined: one of the database's own. */
  readonly secret: string | undefined;
  /** Where Fettle is reached from outside. */
  readonly publicUrl: string;
}

const PURPOSE = 'rating';
const CUSTOMER: Actor = { name: 'customer', role: 'viewer' };
/** Somebody else may change the ticket meanwhile. */
const ATTEMPTS = 5;

/** What customers think of how their tickets were dealt with: whoever has the signed link of one may say it. */
export class Ratings {
  readonly #parts: RatingsParts;
  readonly #options: RatingOptions;
  /** That all links for customers are signed with. */
  readonly secret: () => Promise<string>;

  constructor(parts: RatingsParts, options: RatingOptions) {
    this.#parts = parts;
    this.#options = options;
    this.secret = linkSecret(parts.database.ratings, options.secret);
  }

  /** Where a closed ticket can be rated, and until when. */
  async link(ticketId: string): Promise<{ readonly url: string; readonly until: Timestamp }> {
    const ticket = await this.#parts.database.tickets.get(ticketId);
    if (!ticket) throw new NotFoundError(`no ticket '${ticketId}'`);
    if (ticket.status !== 'closed')
      throw new ConflictError(`ticket ${ticket.number} is ${ticket.status}; only a closed one is rated`);
    return this.sign(ticketId);
  }

  /** {@link link}, whatever has become of the ticket since its customer was to be asked. */
  async sign(ticketId: string): Promise<{ readonly url: string; readonly until: Timestamp }> {
    const until = this.#parts.clock.now() + this.#options.linkValid;
    const token = linkToken(PURPOSE, { id: ticketId, until }, await this.secret());
    return { url: `${this.#options.publicUrl}/r/${token}`, until };
  }

  /** Undefined where the link is none of Fettle's. */
  async form(token: string): Promise<RatingForm | undefined> {
    const { database, fleet, clock } = this.#parts;
    const read = readLinkToken(PURPOSE, token, await this.secret(), clock.now());
    const ticket = read && (await database.tickets.get(read.id));
    if (!ticket) return undefined;
    const assetName = fleet.get(ticket.assetId)?.asset.name ?? ticket.assetId;
    return { ticket, assetName, rating: await database.ratings.get(ticket.id), expired: read.expired };
  }

  /** Keeps the rating, or the correction of it; a low one opens a ticket. Nothing where it is the same again. */
  async rate(
    { ticket, rating: known, expired }: RatingForm,
    score: number,
    comment: string | undefined,
  ): Promise<void> {
    if (expired || (known?.score === score && known.comment === comment)) return;
    const { acts, deliver, clock } = this.#parts;
    const said = { score, ...(comment !== undefined && { comment }) };
    const note = [`${score} of 5`, comment].filter(Boolean).join(': ');
    for (let attempt = 1; ; attempt += 1) {
      let outboxId: string | undefined;
      try {
        await acts.act(
          ticket.id,
          undefined,
          CUSTOMER,
          () => ({ kind: 'rated', note }),
          async (tx) => {
            const before = await tx.ratings.get(ticket.id);
            const task = await this.#task(tx, ticket, before, said, note);
            outboxId = task?.outboxId;
            const taskId = before?.taskId ?? task?.ticket.id;
            await tx.ratings.save({ ticketId: ticket.id, ...said, at: clock.now(), ...(taskId && { taskId }) });
            return true;
          },
        );
        if (outboxId !== undefined) deliver(outboxId);
        return;
      } catch (error) {
        if (!(error instanceof StaleVersionError) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** The ticket that a low rating leads to; the one that it led to before is told of a correction. */
  async #task(
    tx: Repositories,
    ticket: Ticket,
    before: Rating | undefined,
    said: Pick<Rating, 'score' | 'comment'>,
    note: string,
  ) {
    const known = before?.taskId === undefined ? undefined : await tx.tickets.get(before.taskId);
    if (known) {
      const text = `ticket ${ticket.number} is now rated ${note}`;
      await tx.tickets.addEntry({ ...entryBase(known, CUSTOMER, this.#parts.clock.now()), kind: 'comment', text });
      return undefined;
    }
    if (said.score > this.#options.lowRating || !this.#parts.fleet.get(ticket.assetId)) return undefined;
    const [title, summary] = [lowRatingTitle(ticket, said), lowRatingSummary(ticket, said)];
    const { assetId } = ticket;
    const about = { assetId, failureModeId: LOW_RATING, origin: 'customer', severity: 'warning' } as const;
    return this.#parts.requests.enter(tx, { ...about, title: title.en, text: summary.en }, CUSTOMER, {
      title,
      summary,
    });
  }
}
