import type { Actor } from '../domain/request.ts';
import { isOngoing, TICKET_STATUSES, TICKET_TRANSITIONS, type Ticket } from '../domain/ticket.ts';
import { ConflictError } from '../errors.ts';
import type { Database } from '../ports/database.ts';
import type { Fleet } from './fleet.ts';
import type { TicketWork } from './ticketWork.ts';

const PAGE = 500;

export interface RuleVersion {
  readonly modelId: string;
  readonly ruleId: string;
  readonly version: string;
}

export interface Voided {
  readonly voided: number;
  /** Said to be done already: a person closes them with what was found. */
  readonly left: number;
}

/** Cancels the ongoing tickets that a version of a rule opened, and with them their work orders; doing it again does the rest. */
export async function voidVersion(
  rule: RuleVersion,
  reason: string,
  by: Actor,
  { database, fleet, tickets }: { database: Database; fleet: Fleet; tickets: TicketWork },
): Promise<Voided> {
  const counts = { voided: 0, left: 0 };
  for (const { id, status, assetId } of await openedBy(rule, database)) {
    if (fleet.get(assetId)?.model.id !== rule.modelId) continue;
    if (!TICKET_TRANSITIONS[status].includes('cancelled')) {
      counts.left++;
      continue;
    }
    try {
      await tickets.withdraw(id, reason, by);
      counts.voided++;
    } catch (error) {
      // Somebody moved it meanwhile.
      if (!(error instanceof ConflictError)) throw error;
      counts.left++;
    }
  }
  return counts;
}

async function openedBy({ ruleId, version }: RuleVersion, database: Database): Promise<Ticket[]> {
  const filter = { ruleId, ruleVersion: version, status: TICKET_STATUSES.filter(isOngoing) };
  const found: Ticket[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await database.tickets.list(filter, 'openedAt', { limit: PAGE, ...(cursor && { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}
