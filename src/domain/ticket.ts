import type { Contract, RemovedCondition } from './asset.ts';
import type { Evidence, Forecast } from './finding.ts';
import type { LocalText, RuleMode, ServicePlan, Severity } from './model.ts';
import type { TicketPromises } from './sla.ts';
import type { Storm } from './storm.ts';
import type { TicketStatus, TicketTimes } from './ticketStatus.ts';
import type { Duration, Timestamp } from './time.ts';
import type { Told } from './told.ts';

export {
  isOngoing,
  isReopening,
  isToDo,
  TICKET_STATUSES,
  TICKET_TRANSITIONS,
  type TicketStatus,
  timesAfter,
} from './ticketStatus.ts';

export const TICKET_ORIGINS = ['device', 'customer', 'desk', 'staff', 'plan'] as const;

export const TICKET_KINDS = ['planned', 'reactive'] as const;
/** From a forecast, while nothing has failed; something failed or shows that it does, or a person reported it. */
export type TicketKind = (typeof TICKET_KINDS)[number];

export const OUTCOMES = [
  'failure-found',
  'worn-as-expected',
  'no-fault-found',
  'other-cause',
  'cleared-unconfirmed',
  'replaced-detected',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface TicketPart {
  readonly number: string;
  readonly name?: LocalText;
  readonly leadTimeMs: number;
}

export const FAILURE_IMPACTS = ['critical', 'degraded', 'incipient'] as const;
/** What a failure came to (ISO 14224): it could not do its work, did it badly, or was only beginning. */
export type FailureImpact = (typeof FAILURE_IMPACTS)[number];

export interface Replacement {
  readonly at: Timestamp;
  /** Of the usage counter at that moment. */
  readonly reading?: number;
  /** Of the part that was put in. */
  readonly serial?: string;
  /** Condition of the part that was taken out. */
  readonly removed?: RemovedCondition;
}

/** More life for a worn part that stays: in the unit of its counter, or by the calendar. */
export interface LifeExtension {
  readonly usage?: number;
  readonly calendar?: Duration;
}

export interface UsedPart {
  readonly number: string;
  readonly quantity: number;
  readonly serial?: string;
}

/** The result of closing. `replaced` resets the component from `at` on. */
export interface Closing {
  readonly outcome: Outcome;
  /** Where a failure was found. */
  readonly found?: FailureImpact;
  /** When it failed, where somebody knows. */
  readonly failedAt?: Timestamp;
  /** How long it could not do its work. */
  readonly downtimeMinutes?: number;
  readonly note?: string;
  readonly replaced?: Replacement;
  readonly extendBy?: LifeExtension;
  readonly labourMinutes?: number;
  readonly parts?: readonly UsedPart[];
  /** It cleared by itself while it was only proposed: nobody released it, and no desk knows of it. */
  readonly unreleased?: true;
}

/** A closing before the ticket was reopened: what it said of its prediction stands. */
export interface FormerClosing {
  readonly closing: Closing;
  readonly closedAt: Timestamp;
  /** The finding that reopened it; absent where a person did. */
  readonly findingId?: string;
}

/** The closings of a ticket that is reopened, the present one among them. */
export function formerWith(
  { formerClosings = [], closing, closedAt, status }: Ticket,
  findingId?: string,
): readonly FormerClosing[] | undefined {
  if (status !== 'closed' || !closing || closedAt === undefined)
    return formerClosings.length > 0 ? formerClosings : undefined;
  return [...formerClosings, { closing, closedAt, ...(findingId !== undefined && { findingId }) }];
}

/** What a person ends a ticket with: a closing, or a time until which a worn part waits, and with it the ticket. */
export type ClosingRequest = Closing & { readonly deferUntil?: Timestamp };

/** Whether the ticket waits, or waited until it cleared by itself, for a person to release it. */
export function isUnreleased({ status, closing }: Pick<Ticket, 'status' | 'closing'>): boolean {
  return status === 'proposed' || closing?.unreleased === true;
}

/** Not worked on until then; a person's reason. */
export interface Deferral {
  readonly reason: string;
  readonly until: Timestamp;
}

/** The customer has to do or say something first. */
export interface Waiting {
  readonly since: Timestamp;
  readonly reason: string;
  readonly by: string;
}

/** The work of a service plan, as it was when it came due. */
export type ServiceWork = Pick<ServicePlan, 'checklist' | 'parts'>;

export interface Ticket extends TicketTimes, TicketPromises {
  readonly id: string;
  /** Short number for people, counted up. */
  readonly number: number;
  readonly origin: (typeof TICKET_ORIGINS)[number];
  readonly kind: TicketKind;
  readonly status: TicketStatus;
  /** Who is to do it. */
  readonly team?: string;
  readonly person?: string;
  /** When somebody is to be there; kept as what was planned once work has begun. */
  readonly scheduledFor?: Timestamp;
  /** While it is deferred. */
  readonly deferral?: Deferral;
  /** While it waits for the customer. */
  readonly waiting?: Waiting;
  readonly assetId: string;
  readonly siteId: string;
  readonly customerId?: string;
  readonly componentId: string;
  readonly failureModeId: string;
  /** Derived from asset, component, failure mode and start of the episode; unique for ever. */
  readonly episodeKey: string;
  readonly episodeStart: Timestamp;
  readonly ruleId?: string;
  readonly ruleVersion?: string;
  readonly mode: RuleMode;
  readonly severity: Severity;
  readonly priority: Priority;
  /** It was escalated: whatever follows from its evidence, it is at least so pressing. */
  readonly leastPriority?: Priority;
  readonly title: LocalText;
  /** Plain words: what, how sure, until when, what to bring. */
  readonly summary: LocalText;
  readonly window?: { readonly from: Timestamp; readonly to: Timestamp };
  readonly evidence?: Evidence;
  readonly forecast?: Forecast;
  /** Latest sensible time to act: P10 of the forecast less the part's lead time, never before opening. */
  readonly doBy?: Timestamp;
  readonly part?: TicketPart;
  /** Of a service that is due: what is to be done. */
  readonly service?: ServiceWork;
  readonly contract?: Contract;
  /** Path of the chart, relative to the public address. */
  readonly chart?: string;
  readonly openedAt: Timestamp;
  readonly updatedAt: Timestamp;
  /** How often it was taken up again after it had ended; coming back after clearing by itself does not count. */
  readonly reopened: number;
  readonly reopenedAt?: Timestamp;
  /** Id of the ticket that was closed for the same trouble before, too long ago to be reopened. */
  readonly recurrenceOf?: string;
  /** Id of the ticket of the storm that it is part of, or came out of. */
  readonly parentId?: string;
  /** Of the ticket of a storm: many assets out at once, filed under the first of them. */
  readonly storm?: Storm;
  /** Id of the campaign of what fails alike. */
  readonly campaignId?: string;
  readonly closing?: Closing;
  /** Oldest first. */
  readonly formerClosings?: readonly FormerClosing[];
  readonly closedAt?: Timestamp;
  /** What a desk was last told, where it was told at all. */
  readonly told?: Told;
  /** Id and address in the service desk. */
  readonly externalId?: string;
  readonly externalUrl?: string;
  /** Counts up with each change: the ETag. */
  readonly version: number;
}

export const ENTRY_KINDS = [
  'opened',
  'evidence',
  'escalated',
  'transition',
  'assigned',
  'changed',
  'brought-up',
  'campaign',
  'sla-warning',
  'sla-breach',
  'comment',
  'cleared',
  'retracted',
  'delivered',
  'delivery-failed',
  'follow-up',
  'rated',
] as const;

/** A field that an entry changed, as text; absent where it was or is empty. */
export interface FieldChange {
  readonly field: string;
  readonly from?: string;
  readonly to?: string;
}

/** One line of a ticket's history. */
export interface TicketEntry {
  readonly id: string;
  readonly ticketId: string;
  readonly at: Timestamp;
  readonly by: string;
  readonly kind: (typeof ENTRY_KINDS)[number];
  readonly text: string;
  readonly from?: TicketStatus;
  readonly to?: TicketStatus;
  /** What else changed with it. */
  readonly changes?: readonly FieldChange[];
}
