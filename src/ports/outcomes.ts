import type { FailureChange, FailureImpact, FailureRecord, FailureSource } from '../domain/failure.ts';
import type { Score, ScoreKind } from '../domain/score.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Page, PageRequest } from './database.ts';

export interface FailureFilter {
  readonly assetId?: string;
  readonly componentId?: string;
  readonly failureModeId?: string;
  readonly ticketId?: string;
  readonly impact?: FailureImpact;
  readonly source?: FailureSource;
  /** Inclusive. */
  readonly from?: Timestamp;
  /** Exclusive. */
  readonly to?: Timestamp;
}

export interface FailureRepository {
  /** Inserts; false when its external key is known. */
  insert(failure: FailureRecord): Promise<boolean>;
  get(id: string): Promise<FailureRecord | undefined>;
  /** Those of the external keys that are known. */
  ofKeys(externalKeys: readonly string[]): Promise<FailureRecord[]>;
  /** Those of the external keys whose failures were taken out. */
  removedKeys(externalKeys: readonly string[]): Promise<string[]>;
  /** Of a component, by time. */
  of(scope: Scope): Promise<FailureRecord[]>;
  /** Those that closing the ticket recorded. */
  ofTicket(ticketId: string): Promise<FailureRecord[]>;
  /** Corrects it, or takes it out where `after` is absent, and keeps what it was; false when there is none. */
  change(change: FailureChange): Promise<boolean>;
  /** Of a failure, the oldest first. */
  changes(failureId: string): Promise<FailureChange[]>;
  /** Newest first. */
  list(filter: FailureFilter, page: PageRequest): Promise<Page<FailureRecord>>;
}

/** Where predictions and failures meet. */
export interface Scope {
  readonly assetId: string;
  readonly componentId: string;
}

export interface ScoreFilter {
  readonly score?: readonly ScoreKind[];
  readonly ruleId?: string;
  readonly ruleVersion?: string;
  readonly assetId?: string;
  readonly modelId?: string;
  readonly componentId?: string;
  readonly ticketId?: string;
  /** Inclusive. */
  readonly from?: Timestamp;
  /** Exclusive. */
  readonly to?: Timestamp;
}

export interface ScoreRepository {
  /** Nobody else scores it until the transaction ends. */
  lock(scope: Scope): Promise<void>;
  /** Tickets of a component that rules opened, by opening. */
  predictions(scope: Scope): Promise<Ticket[]>;
  /** Since when the asset has been registered; negative infinity where nobody knows. */
  watchedSince(assetId: string): Promise<Timestamp>;
  /** Makes these the scores of a component; one that says the same as before keeps the time at which it was scored. */
  set(scope: Scope, scores: readonly Score[]): Promise<void>;
  ofTicket(ticketId: string): Promise<Score | undefined>;
  /** Components with a score that is due for a review at `now`. */
  due(now: Timestamp, limit: number): Promise<Scope[]>;
  /** Newest first. */
  list(filter: ScoreFilter, page: PageRequest): Promise<Page<Score>>;
}

/** What a customer thought of how a ticket was dealt with. */
export interface Rating {
  readonly ticketId: string;
  /** 1, the worst, to 5. */
  readonly score: number;
  readonly comment?: string;
  readonly at: Timestamp;
  /** The ticket that it led to. */
  readonly taskId?: string;
}

export interface RatingRepository {
  /** Inserts or replaces by ticket; what it led to stays. */
  save(rating: Rating): Promise<void>;
  get(ticketId: string): Promise<Rating | undefined>;
  /** The secret of all nodes: the one that is kept, else `fresh`, which is kept from then on. */
  secret(fresh: string): Promise<string>;
}

/** What somebody with a link may see. */
export interface RatingForm {
  readonly ticket: Ticket;
  readonly assetName: string;
  readonly rating: Rating | undefined;
  readonly expired: boolean;
}
