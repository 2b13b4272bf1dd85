import { isInstallation } from '../domain/asset.ts';
import type { FailureRecord } from '../domain/failure.ts';
import type { AssetModel } from '../domain/model.ts';
import { scoresOf } from '../domain/scoring.ts';
import { isOngoing, type Ticket } from '../domain/ticket.ts';
import { failuresOf } from '../domain/ticketFailures.ts';
import { watcherOf } from '../domain/watcher.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Repositories, TicketChange } from '../ports/database.ts';
import type { Scope } from '../ports/outcomes.ts';
import { BY_FETTLE } from './raise.ts';

/** Components that are looked at again in one go. */
const REVIEWED = 2000;
const PAGE = 500;

export interface OutcomesParts {
  readonly models: readonly AssetModel[];
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Keeps what predictions came to with every change of a ticket, whoever makes it, and of a failure record, in the same transaction.
 * Doing it again changes nothing.
 */
export class Outcomes {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #models: ReadonlyMap<string, AssetModel>;

  constructor({ models, clock }: OutcomesParts) {
    this.#clock = clock;
    this.#models = new Map(models.map((model) => [model.id, model]));
  }

  /** The database, in which no ticket ends or is reopened without what follows for failures and scores. */
  guard(database: Database): Database {
    const guarded = (tx: Repositories): Repositories => ({
      ...tx,
      tickets: {
        ...tx.tickets,
        insert: async (ticket) => {
          const inserted = await tx.tickets.insert(ticket);
          if (inserted) await this.#opened(tx, inserted);
          return inserted;
        },
        update: async (id, version, change) => {
          const after = await tx.tickets.update(id, version, change);
          if (isSettling(change)) await this.#settle(tx, after);
          return after;
        },
      },
    });
    return {
      ...database,
      ...guarded(database),
      transaction: (work) => database.transaction((tx) => work(guarded(tx))),
    };
  }

  /** Scores a component anew; in a transaction, after what changed. */
  async score(tx: Repositories, { assetId, componentId }: Scope): Promise<void> {
    const scope = { assetId, componentId };
    await tx.scores.lock(scope);
    const [tickets, failures] = [await tx.scores.predictions(scope), await tx.failures.of(scope)];
    if (tickets.length === 0 && failures.length === 0) return tx.scores.set(scope, []);
    const events = await tx.events.of(assetId);
    const asset = await tx.assets.get(assetId);
    const model = asset && this.#models.get(asset.modelId);
    const scores = scoresOf({
      tickets,
      failures,
      renewals: events.filter((event) => isInstallation(event) && event.componentId === componentId),
      watchedSince: await tx.scores.watchedSince(assetId),
      watcher: (failure) => model && watcherOf(model, failure, asset.siteId),
      now: this.#clock.now(),
    });
    await tx.scores.set(scope, scores);
  }

  /** Scores anew what could not be verified until now. */
  async review(database: Pick<Database, 'scores' | 'transaction'>): Promise<void> {
    const due = await database.scores.due(this.#clock.now(), REVIEWED);
    for (const scope of due) await database.transaction((tx) => this.#review(tx, scope));
  }

  /** What closings found is entered where it is not: they may be older than failure records are. */
  async #review(tx: Repositories, { assetId, componentId }: Scope): Promise<void> {
    const filter = { assetId, componentId };
    for (let cursor: string | undefined, isLast = false; !isLast; ) {
      const page = await tx.tickets.list(filter, 'openedAt', { limit: PAGE, ...(cursor !== undefined && { cursor }) });
      for (const ticket of page.items) await this.#recordFailures(tx, ticket);
      cursor = page.nextCursor;
      isLast = cursor === undefined;
    }
    await this.score(tx, filter);
  }

  /** A ticket that opens after a failure comes too late for it. */
  async #opened(tx: Repositories, ticket: Ticket): Promise<void> {
    if (ticket.ruleId !== undefined && (await tx.failures.of(ticket)).length > 0) await this.score(tx, ticket);
  }

  async #settle(tx: Repositories, ticket: Ticket): Promise<void> {
    const changed = await this.#recordFailures(tx, ticket);
    if (changed || ticket.ruleId !== undefined) await this.score(tx, ticket);
  }

  /** Enters the failures that its closings speak of, and takes out those that were taken back. */
  async #recordFailures(tx: Repositories, ticket: Ticket): Promise<boolean> {
    const now = this.#clock.now();
    const wanted = failuresOf(ticket);
    const known = await tx.failures.ofTicket(ticket.id);
    const gone = known.filter(({ externalKey }) => !wanted.some((one) => one.externalKey === externalKey));
    for (const before of gone)
      await tx.failures.change({
        id: newId(now),
        failureId: before.id,
        at: now,
        by: BY_FETTLE,
        before,
        reason: why(ticket),
      });
    const keys = wanted.map(({ externalKey }) => externalKey);
    const takenOut = new Set(keys.length === 0 ? [] : await tx.failures.removedKeys(keys));
    let added = 0;
    for (const failure of wanted.filter(({ externalKey }) => !takenOut.has(externalKey))) {
      const record: FailureRecord = {
        ...failure,
        id: newId(now),
        source: 'ticket',
        recordedAt: now,
        recordedBy: BY_FETTLE,
      };
      if (await tx.failures.insert(record)) added += 1;
    }
    return gone.length > 0 || added > 0;
  }
}

/** Whether a change may say something of what was found. */
function isSettling(change: TicketChange): boolean {
  const { status } = change;
  const ends = status !== undefined && (!isOngoing(status) || status === 'awaiting-outcome');
  return ends || 'closing' in change || 'formerClosings' in change;
}

function why({ number }: Ticket): string {
  return `ticket ${number}, which it was found with, was reopened`;
}
