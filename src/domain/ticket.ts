import type { Contract } from './asset.ts';
import type { Evidence, Forecast } from './finding.ts';
import type { LocalText, RuleMode, Severity } from './model.ts';
import type { Timestamp } from './time.ts';

export const TICKET_STATUSES = [
  'proposed',
  'open',
  'acknowledged',
  'in-progress',
  'resolved',
  'closed',
  'cancelled',
] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** Legal transitions by hand; the API offers these and no others. */
export const TICKET_TRANSITIONS: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  proposed: ['open', 'cancelled'],
  open: ['acknowledged', 'in-progress', 'resolved', 'closed', 'cancelled'],
  acknowledged: ['in-progress', 'resolved', 'closed', 'cancelled'],
  'in-progress': ['acknowledged', 'resolved', 'closed', 'cancelled'],
  resolved: ['open', 'closed'],
  closed: [],
  cancelled: [],
};

/** Whether the episode of a ticket in this status goes on: then no second ticket may open for it. */
export function isOngoing(status: TicketStatus): boolean {
  return status !== 'closed' && status !== 'cancelled';
}

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

/** The result of closing. `replaced` resets the component from `at` on. */
export interface Closing {
  readonly outcome: Outcome;
  readonly note?: string;
  readonly replaced?: { readonly at: Timestamp; readonly reading?: number; readonly serial?: string };
  /** It cleared by itself while it was only proposed: nobody released it, and no desk knows of it. */
  readonly unreleased?: true;
}

/** Whether the ticket waits, or waited until it cleared by itself, for a person to release it. */
export function isUnreleased({ status, closing }: Pick<Ticket, 'status' | 'closing'>): boolean {
  return status === 'proposed' || closing?.unreleased === true;
}

export interface Ticket {
  readonly id: string;
  /** Short number for people, counted up. */
  readonly number: number;
  readonly origin: 'device' | 'customer' | 'desk' | 'staff';
  readonly status: TicketStatus;
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
  readonly title: LocalText;
  /** Plain words: what, how sure, until when, what to bring. */
  readonly summary: LocalText;
  readonly window?: { readonly from: Timestamp; readonly to: Timestamp };
  readonly evidence?: Evidence;
  readonly forecast?: Forecast;
  /** Latest sensible time to act: P10 of the forecast less the part's lead time, never before opening. */
  readonly doBy?: Timestamp;
  readonly part?: TicketPart;
  readonly contract?: Contract;
  /** Path of the chart, relative to the public address. */
  readonly chart?: string;
  readonly openedAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly closing?: Closing;
  readonly closedAt?: Timestamp;
  /** Id and address in the service desk. */
  readonly externalId?: string;
  readonly externalUrl?: string;
  /** Counts up with each change: the ETag. */
  readonly version: number;
}

/** One line of a ticket's history. */
export interface TicketEntry {
  readonly id: string;
  readonly ticketId: string;
  readonly at: Timestamp;
  readonly by: string;
  readonly kind:
    | 'opened'
    | 'evidence'
    | 'escalated'
    | 'transition'
    | 'comment'
    | 'cleared'
    | 'retracted'
    | 'delivered'
    | 'delivery-failed';
  readonly text: string;
  readonly from?: TicketStatus;
  readonly to?: TicketStatus;
}
