import { randomBytes } from 'node:crypto';
import {
  type CustomerClosedTicket,
  type CustomerRequest,
  type CustomerView,
  type CustomerVisit,
  customerTickets,
  customerView,
  isRated,
  lastClosed,
  titleOf,
} from '../domain/customerView.ts';
import type { Actor, NewRequest } from '../domain/request.ts';
import { isOngoing, type Ticket } from '../domain/ticket.ts';
import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { Assessment } from './assessment.ts';
import type { Fleet } from './fleet.ts';
import { claimedId, linkToken, readLinkToken } from './linkTokens.ts';
import type { RatingOptions, Ratings } from './ratings.ts';
import type { TicketRequests } from './ticketRequests.ts';
import type { Tracked } from './tracked.ts';
import { viewAsset } from './views.ts';

export interface CustomerPagesParts {
  readonly database: Database;
  readonly fleet: Pick<Fleet, 'get'>;
  readonly assessment: Pick<Assessment, 'statesOf'>;
  readonly ratings: Pick<Ratings, 'sign' | 'secret'>;
  readonly requests: Pick<TicketRequests, 'create'>;
  readonly clock: Pick<Clock, 'now'>;
}

const CUSTOMER: Actor = { name: 'customer', role: 'viewer' };
/** Tickets of an asset that are looked at. */
const MOST_TICKETS = 100;
const TITLE_LENGTH = 80;

/** What customers see of their assets, and ask for: whoever has the signed link of one. */
export class CustomerPages {
  readonly #parts: CustomerPagesParts;
  readonly #options: Pick<RatingOptions, 'publicUrl' | 'linkValid'>;

  constructor(parts: CustomerPagesParts, options: Pick<RatingOptions, 'publicUrl' | 'linkValid'>) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Where the page of an asset is, and until when. Rejects with NotFoundError. */
  async link(assetId: string, valid: Duration): Promise<{ readonly url: string; readonly until: Timestamp }> {
    const { fleet, ratings, clock } = this.#parts;
    const tracked = fleet.get(assetId);
    if (!tracked) throw noAsset(assetId);
    const until = Math.floor((clock.now() + valid) / SECOND) * SECOND;
    const linked = { id: assetId, until, mark: await this.#epoch(assetId) };
    const token = linkToken(purposeOf(tracked), linked, await ratings.secret());
    return { url: `${this.#options.publicUrl}/c/${token}`, until };
  }

  /** Ends all links of an asset that were made before. Rejects with NotFoundError. */
  async revoke(assetId: string): Promise<void> {
    if (!this.#parts.fleet.get(assetId)) throw noAsset(assetId);
    await this.#parts.database.settings.set(epochSetting(assetId), randomBytes(4).toString('hex'));
  }

  /** Undefined where the link is none of Fettle's, or was made for another customer than has the asset today. */
  async open(token: string): Promise<CustomerVisit | undefined> {
    const { fleet, ratings, clock } = this.#parts;
    const tracked = fleet.get(claimedId(token));
    const read = tracked && readLinkToken(purposeOf(tracked), token, await ratings.secret(), clock.now());
    if (!tracked || !read) return undefined;
    const { id, siteId } = tracked.asset;
    return { assetId: id, siteId, ended: read.expired || read.mark !== (await this.#epoch(id)) };
  }

  async view({ assetId }: CustomerVisit): Promise<CustomerView> {
    const tracked = this.#tracked(assetId);
    const { asset, compiled } = tracked;
    const now = this.#parts.clock.now();
    const [[state], tickets] = await Promise.all([this.#parts.assessment.statesOf([tracked]), this.#tickets(tracked)]);
    const view = viewAsset({ asset, compiled, state: state! });
    const closed = lastClosed(tickets, this.#options.linkValid, now);
    return {
      ...customerView({ asset, model: compiled.model, view, tickets, now }),
      closed: await Promise.all(closed.map((ticket) => this.#closed(ticket))),
    };
  }

  /** Opens a ticket, or joins one that is about the same; gives its number. */
  async request({ assetId }: CustomerVisit, { text, contact, about }: CustomerRequest): Promise<number> {
    const open = (await this.#tickets(this.#tracked(assetId))).filter(({ status }) => isOngoing(status));
    const joins = open.find(({ number }) => number === about)?.id;
    const request: NewRequest = {
      assetId,
      ...(joins !== undefined && { joins }),
      origin: 'customer',
      severity: 'warning',
      title: titleFrom(text),
      text: [text, ...contact].join('\n'),
    };
    const { requests } = this.#parts;
    const { ticket } = await requests.create(request, CUSTOMER).catch((error: unknown) => {
      // Sent twice at the same moment: the second joins the first.
      if (error instanceof ConflictError) return requests.create(request, CUSTOMER);
      throw error;
    });
    return ticket.number;
  }

  async #closed(ticket: Ticket): Promise<CustomerClosedTicket> {
    const { id, number, closedAt } = ticket;
    const { database, ratings } = this.#parts;
    const rating = await database.ratings.get(id);
    return {
      number,
      title: titleOf(ticket),
      closedAt: closedAt!,
      ...(isRated(ticket) && { rateUrl: (await ratings.sign(id)).url }),
      ...(rating && { score: rating.score }),
    };
  }

  async #tickets({ asset }: Tracked): Promise<Ticket[]> {
    const page = { limit: MOST_TICKETS };
    const { items } = await this.#parts.database.tickets.list({ assetId: asset.id }, '-openedAt', page);
    return customerTickets(asset, items);
  }

  #tracked(assetId: string): Tracked {
    const tracked = this.#parts.fleet.get(assetId);
    if (!tracked) throw noAsset(assetId);
    return tracked;
  }

  async #epoch(assetId: string): Promise<string> {
    return (await this.#parts.database.settings.get<string>(epochSetting(assetId))) ?? '0';
  }
}

/** Links of an asset that has another customer now are none. */
function purposeOf({ asset }: Tracked): string {
  return JSON.stringify(['customer', asset.customerId ?? null]);
}

function epochSetting(assetId: string): string {
  return `customer-link:${assetId}`;
}

function noAsset(assetId: string): NotFoundError {
  return new NotFoundError(`There is no asset ${assetId}.`);
}

/** The first line, shortened between words. */
function titleFrom(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  if (line.length <= TITLE_LENGTH) return line.trim();
  const cut = line.slice(0, TITLE_LENGTH);
  const space = cut.lastIndexOf(' ');
  return `${space > TITLE_LENGTH / 2 ? cut.slice(0, space) : cut}…`;
}
