import type { Asset } from '../domain/asset.ts';
import {
  CONTRACT_ENDS,
  type EndingContract,
  endingSoon,
  isRenewed,
  type ReminderPolicy,
  reminderWords,
} from '../domain/contractEnd.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import { isOngoing, TICKET_STATUSES, type Ticket, type TicketStatus } from '../domain/ticket.ts';
import { type Duration, MINUTE, startOfDay, type Timestamp } from '../domain/time.ts';
import { toldOf } from '../domain/told.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, NewTicket } from '../ports/database.ts';
import { episodeKey } from './compose.ts';
import type { Fleet } from './fleet.ts';
import { deliverLater } from './raise.ts';
import { entryBase, type TicketActs } from './ticketActs.ts';
import { FETTLE } from './ticketWork.ts';

const WORK = 'contract-reminders';
const LEASE: Duration = 10 * MINUTE;
/** What is left to say of these is what came of them. */
const OVER: readonly TicketStatus[] = ['resolved', 'awaiting-outcome'];
/** Tickets read in one go. */
const PAGE = 200;

export interface ContractRemindersParts {
  readonly database: Database;
  readonly fleet: Pick<Fleet, 'all' | 'get'>;
  readonly acts: Pick<TicketActs, 'act'>;
  readonly deliver: (outboxId: string) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly policy: ReminderPolicy;
}

/**
 * Once a UTC day opens tickets for contracts and warranties that end soon, one for each end, and resolves those whose contract
 * was renewed. One node at a time; doing it again changes nothing.
 */
export class ContractReminders {
  readonly #parts: ContractRemindersParts;
  readonly #holder: string;

  constructor(parts: ContractRemindersParts) {
    this.#parts = parts;
    this.#holder = newId(parts.clock.now());
  }

  async run(): Promise<void> {
    const { database, clock, policy } = this.#parts;
    if (!policy.enabled) return;
    const day = startOfDay(clock.now());
    if (!(await database.dailyWork.claim(WORK, day, this.#holder, LEASE))) return;
    try {
      await this.#resolveRenewed();
      await this.#remind();
    } catch (error) {
      await database.dailyWork.release(WORK, this.#holder);
      throw error;
    }
    await database.dailyWork.done(WORK, day, this.#holder);
  }

  async #remind(): Promise<void> {
    const { fleet, clock, policy } = this.#parts;
    for (const { asset } of fleet.all()) {
      const ending = endingSoon(asset, clock.now(), policy);
      if (ending) await this.#open(asset, ending);
    }
  }

  /** Once for each end: whatever became of its ticket, another is not inserted. */
  async #open(asset: Asset, ending: EndingContract): Promise<void> {
    const { database, clock, deliver, policy } = this.#parts;
    const now = clock.now();
    const outboxId = await database.transaction(async (tx) => {
      const ticket = await tx.tickets.insert(reminder(asset, ending, policy, now));
      if (!ticket) return undefined;
      await tx.tickets.addEntry({ ...entryBase(ticket, FETTLE, now), kind: 'opened', text: 'reminder' });
      return deliverLater(tx, ticket, 'ticket.opened', WORK, now);
    });
    if (outboxId !== undefined) deliver(outboxId);
  }

  async #resolveRenewed(): Promise<void> {
    for (const ticket of await this.#ongoing()) {
      const tracked = this.#parts.fleet.get(ticket.assetId);
      if (tracked && isRenewed(tracked.asset, ticket.doBy!)) await this.#resolve(ticket.id);
    }
  }

  async #ongoing(): Promise<Ticket[]> {
    const { tickets } = this.#parts.database;
    const filter = { failureModeId: CONTRACT_ENDS.id, status: TICKET_STATUSES.filter(isOngoing) };
    const found: Ticket[] = [];
    let cursor: string | undefined;
    do {
      const page = await tickets.list(filter, 'openedAt', { limit: PAGE, ...(cursor !== undefined && { cursor }) });
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found.filter(({ status }) => !OVER.includes(status));
  }

  async #resolve(id: string): Promise<void> {
    await this.#parts.acts.act(id, undefined, FETTLE, () => ({
      to: 'resolved',
      kind: 'cleared',
      note: 'the contract was renewed or taken out; resolved',
      change: { closing: { outcome: 'cleared-unconfirmed' } },
      event: 'ticket.updated',
    }));
  }
}

function reminder(asset: Asset, ending: EndingContract, { team }: ReminderPolicy, now: Timestamp): NewTicket {
  const { id: assetId, siteId, customerId, contract } = asset;
  const place = { componentId: WHOLE_ASSET, failureModeId: CONTRACT_ENDS.id };
  return {
    id: newId(now),
    origin: 'plan',
    kind: 'planned',
    status: 'open',
    assetId,
    siteId,
    customerId,
    ...place,
    episodeKey: episodeKey(assetId, place.componentId, place.failureModeId, ending.until),
    episodeStart: now,
    mode: 'live',
    severity: 'info',
    priority: 'P4',
    ...reminderWords(asset, ending),
    ...(team !== undefined && { team }),
    doBy: ending.until,
    contract,
    openedAt: now,
    updatedAt: now,
    told: toldOf({}, now),
  };
}
