import type { Asset, AssetEvent, DeviceBinding } from '../domain/asset.ts';
import type { Forecast } from '../domain/finding.ts';
import type { AssetModel, RuleMode, Severity } from '../domain/model.ts';
import type { Closing, Ticket, TicketStatus } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Database, Role } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';

/** Whoever does something, for the audit trail. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
}

export const HEALTHS = ['good', 'watch', 'warning', 'critical', 'unknown'] as const;
/** Worst rule level of its components; `unknown` while nothing was heard; `watch` is an info finding. */
export type Health = (typeof HEALTHS)[number];

export interface RuleStatus {
  readonly ruleId: string;
  readonly kind: string;
  readonly mode: RuleMode;
  /** Severity that holds now, absent when clear. */
  readonly severity?: Severity;
}

export interface ComponentView {
  readonly componentId: string;
  readonly health: Health;
  /** Share of life used, null when unknown, absent when no rule knows a life. */
  readonly wear?: number | null;
  readonly used?: number;
  readonly life?: number;
  readonly unit?: string;
  /** The soonest forecast of its rules. */
  readonly forecast?: Forecast;
  readonly rules: readonly RuleStatus[];
}

/** What is known of an asset at this moment, from its state. */
export interface AssetView {
  readonly health: Health;
  /** Newest event time folded. */
  readonly stateTime?: Timestamp;
  readonly lastReceivedAt?: Timestamp;
  /** Latest value by metric id. */
  readonly values: Readonly<Record<string, { readonly time: Timestamp; readonly value: number }>>;
  readonly components: readonly ComponentView[];
  readonly inMaintenance: boolean;
}

export interface PartStatus {
  readonly part: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: readonly PartStatus[];
}

/** Something named does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** What was asked for contradicts the present state; the message says what would be possible. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** Well-formed, but not acceptable. */
export class UnacceptableError extends Error {
  override readonly name = 'UnacceptableError';
  readonly problems: readonly { readonly path: string; readonly message: string }[];

  constructor(message: string, problems: readonly { path: string; message: string }[] = []) {
    super(message);
    this.problems = problems;
  }
}

export type NewAssetEvent =
  | {
      readonly type: 'component-replaced';
      readonly componentId: string;
      readonly at: Timestamp;
      readonly reading?: number;
      readonly serial?: string;
    }
  | { readonly type: 'maintenance'; readonly at: Timestamp; readonly until?: Timestamp; readonly note?: string };

export interface NewRequest {
  readonly assetId: string;
  readonly componentId?: string;
  readonly failureModeId?: string;
  readonly origin: 'customer' | 'desk' | 'staff';
  readonly severity: Severity;
  readonly title: string;
  readonly text: string;
}

/** What the API can ask Fettle to do. Reading lists goes straight to the database and the store. */
export interface Services {
  readonly database: Database;
  readonly store: TimeSeriesStore;
  readonly version: string;

  models(): readonly AssetModel[];
  readiness(): Promise<Readiness>;
  /** Prometheus text. */
  metrics(): Promise<string>;

  /** Undefined when the asset is unknown. Synchronous: from memory. */
  assetView(assetId: string): AssetView | undefined;
  /** Validates and registers; replaces an asset of the same id. Rejects with UnacceptableError naming each bad field, and then registers none. */
  saveAssets(assets: readonly Asset[], by: Actor): Promise<void>;
  bind(binding: DeviceBinding): Promise<void>;
  addEvent(assetId: string, event: NewAssetEvent, by: Actor): Promise<AssetEvent>;

  createTicket(request: NewRequest, by: Actor): Promise<{ ticket: Ticket; joined: boolean }>;
  /** `version`: the one the caller has seen (If-Match), or undefined for whatever is there. */
  transition(
    ticketId: string,
    to: TicketStatus,
    version: number | undefined,
    by: Actor,
    note?: string,
  ): Promise<Ticket>;
  comment(ticketId: string, text: string, by: Actor): Promise<Ticket>;
  closeTicket(ticketId: string, closing: Closing, version: number | undefined, by: Actor): Promise<Ticket>;
  /** Releases a proposed ticket to the desk. */
  release(ticketId: string, version: number | undefined, by: Actor): Promise<Ticket>;
  /** Cancels a proposed ticket. */
  voidTicket(ticketId: string, version: number | undefined, reason: string, by: Actor): Promise<Ticket>;

  /** Decodes and stores the kept message again; false when it is still refused (a new dead letter says why). */
  retryDeadLetter(id: string): Promise<{ readonly stored: boolean; readonly detail: string }>;

  deliveriesPaused(): Promise<boolean>;
  pauseDeliveries(paused: boolean, by: Actor): Promise<void>;
  retryDelivery(outboxId: string): Promise<void>;
  /** Puts a rule that tripped to propose back to its configured mode. */
  trippedRules(): Promise<readonly { modelId: string; ruleId: string; at: Timestamp }[]>;
  resetRule(modelId: string, ruleId: string, by: Actor): Promise<void>;
}
