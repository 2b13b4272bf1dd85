import type { Asset, AssetEvent, DeviceBinding } from '../domain/asset.ts';
import type { Backtest, BacktestReport, BacktestRequest } from '../domain/backtest.ts';
import type { Campaign, CampaignEdit, CampaignRequest } from '../domain/campaign.ts';
import type { CommissioningReport } from '../domain/commissioning.ts';
import type { CustomerRequest, CustomerView, CustomerVisit } from '../domain/customerView.ts';
import type { CorrectedMessage, DecodeTrial, TrialMessage } from '../domain/decodeTrial.ts';
import type { DemoState } from '../domain/demo.ts';
import type {
  FailureCorrection,
  FailureRecord,
  FailureSource,
  NewFailure,
  RecordedFailures,
} from '../domain/failure.ts';
import type { Installation } from '../domain/installation.ts';
import type { AssetModel, LocalText } from '../domain/model.ts';
import type { ModelChange } from '../domain/modelChange.ts';
import type { ModelOrigin, ModelVersion } from '../domain/modelVersion.ts';
import type { PastAnswer, PastBatch, PastTaken } from '../domain/past.ts';
import type { Actor, Assignment, NewAssetEvent, NewRequest } from '../domain/request.ts';
import type { ExplainedRule } from '../domain/ruleExplanation.ts';
import type { Rejection } from '../domain/sample.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Shutdown } from '../domain/storm.ts';
import type { Suggestion } from '../domain/suggestion.ts';
import type { ClosingRequest, Deferral, Ticket, TicketStatus } from '../domain/ticket.ts';
import type { TicketBackground } from '../domain/ticketBackground.ts';
import type { TicketChart } from '../domain/ticketChart.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { Heard, UnmappedReport } from '../domain/unmapped.ts';
import type { AssetView } from '../domain/view.ts';
import type { Exposure, Grouped, Reliability, SiteZones } from '../ports/analytics.ts';
import type { ApiKey, Database, KeyRole } from '../ports/database.ts';
import type { RatingForm } from '../ports/outcomes.ts';
import type { DeskNews, Reconciliation } from '../ports/reconciliation.ts';
import type { Bucket, RangeQuery, TimeSeriesStore } from '../ports/timeSeriesStore.ts';

export type { Actor, NewAssetEvent, NewRequest } from '../domain/request.ts';
export { type AssetView, type ComponentView, HEALTHS, type Health, type RuleStatus } from '../domain/view.ts';
export { ConflictError, NotFoundError, UnacceptableError, UnavailableError } from '../errors.ts';
export type { DeskNews, Reconciliation } from '../ports/reconciliation.ts';

/** What a topic says. */
export type TopicFields = Partial<Record<'site' | 'asset' | 'device' | 'metric', string>>;

/** What became of a message: samples that were stored and were there already, and what was refused and is kept. */
export interface Taken {
  readonly stored: number;
  readonly duplicate: number;
  readonly refused: number;
  /** Why, for the first of them. */
  readonly rejections: readonly Rejection[];
}

export interface PartStatus {
  /** Short and stable: people and alarms know the part by it. */
  readonly part: string;
  readonly ok: boolean;
  /** Whether Fettle cannot do its work without this part. */
  readonly needed: boolean;
  readonly detail: string;
}

export interface Readiness {
  /** Every part that is needed works. */
  readonly ready: boolean;
  readonly parts: readonly PartStatus[];
}

/** Why deliveries wait: a person paused them, or the database was restored. */
export const PAUSES = ['by-hand', 'restored'] as const;

export const RESOLUTIONS = ['raw', '5m', '1h', 'mixed'] as const;

export interface History {
  readonly buckets: readonly Bucket[];
  /** What the buckets were made of: samples, stored aggregates of that width, or several of them. */
  readonly resolution: (typeof RESOLUTIONS)[number];
}

export interface AboutTicket {
  readonly background: TicketBackground;
  readonly body: LocalText;
}

/** The text of an asset model as the newest version of it has it. */
export interface ModelText {
  readonly modelId: string;
  /** 0 while nobody has changed the file's at run time. */
  readonly version: number;
  readonly origin: ModelOrigin;
  readonly yaml: string;
  readonly hash: string;
  /** Whether the process that answers works by it already. */
  readonly isInForce: boolean;
  /** Why it never will be: the file, or an earlier version where there is none, is in force instead. */
  readonly gaveWay?: string;
  readonly hasFile: boolean;
  /** The file, which is not in force, says something else than when this version was made. */
  readonly fileChanged: boolean;
  readonly by?: string;
  readonly at?: Timestamp;
  readonly note?: string | undefined;
}

/** A mistake in the text of a model; lines and columns from 1. */
export interface ModelProblem {
  readonly line?: number;
  readonly column?: number;
  /** Such as `components[0].rules[1].levels`; empty for the text as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Every mistake, or what would change. */
export interface ModelCheck {
  readonly problems: readonly ModelProblem[];
  readonly changes?: readonly ModelChange[];
  /** Assets whose history would be folded anew. */
  readonly refolded?: number;
}

export interface ModelWork {
  /** Of the texts, for editors: JSON schema draft 7. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** All of these reject with NotFoundError where there is no such model or version. */
  text(modelId: string): Promise<ModelText>;
  /** Of a model that may be new. */
  check(modelId: string, yaml: string): Promise<ModelCheck>;
  /** The newest first. */
  versions(modelId: string): Promise<readonly Omit<ModelVersion, 'yaml'>[]>;
  version(modelId: string, version: number): Promise<ModelVersion>;
  /**
   * Puts a text in force on all nodes, within seconds. UnacceptableError names every problem of it, at `/yaml`;
   * StaleVersionError where somebody else was faster than who wrote on top of `basedOn`.
   */
  apply(
    change: { readonly modelId: string; readonly yaml: string; readonly note?: string; readonly basedOn: number },
    by: Actor,
  ): Promise<ModelVersion>;
  /** Takes an earlier text up again, 0 for the file; rejects as `apply`, and with ConflictError where there is no file. */
  revert(
    change: { readonly modelId: string; readonly version: number; readonly note?: string; readonly basedOn?: number },
    by: Actor,
  ): Promise<ModelVersion>;
}

/** What the API can ask Fettle to do. Reading lists goes straight to the database and the store. */
export interface Services {
  readonly database: Database;
  readonly store: TimeSeriesStore;
  readonly version: string;

  models(): readonly AssetModel[];
  readonly modelWork: ModelWork;
  /** What each rule of an asset says now, in the order of its model; rejects with NotFoundError. */
  explainRules(assetId: string): Promise<readonly ExplainedRule[]>;
  /** Whether an asset is ready to be watched. Rejects with NotFoundError, and UnavailableError when the store is away. */
  commissioning(assetId: string): Promise<CommissioningReport>;
  /** What came and nothing takes, with what would take it. */
  unmapped(): Promise<UnmappedReport>;
  /**
   * Listens to a broker for what nothing takes, and keeps some of it among the dead letters. Rejects with ConflictError while
   * somebody else does, and where the broker is the embedded one; with UnacceptableError, and UnavailableError.
   */
  listenForUnmapped(
    request: { readonly brokerId: string; readonly filter: string; readonly limit: Duration },
    by: Actor,
  ): Promise<Heard>;
  /** By which calendar days and months pass at each site. */
  siteZones(): SiteZones;
  /** Adds the mean time between failures, with its interval at this confidence. */
  withMeanTimes(rows: readonly Grouped<Exposure>[], confidence: number): Grouped<Reliability>[];
  /** Until then only readiness and metrics may be asked for. */
  started(): boolean;
  readiness(): Promise<Readiness>;
  /** Prometheus text. */
  metrics(): Promise<string>;

  /** Aggregates over buckets aligned to the epoch, by (time, metric); long ranges from stored aggregates. */
  history(query: RangeQuery, width: Duration): Promise<History>;

  /** By id, those of the assets that are known. */
  assetViews(assetIds: readonly string[]): Promise<ReadonlyMap<string, AssetView>>;
  /**
   * Registers assets, or replaces those of the same id, and binds devices to them: all of it or, when it rejects, none.
   * UnacceptableError names each bad field: `/assets/3/modelId`, `/bindings/0/to`; of one asset alone `/modelId`.
   */
  saveAssets(assets: readonly Asset[], by: Actor, bindings?: readonly DeviceBinding[]): Promise<void>;
  bind(binding: DeviceBinding, by: Actor): Promise<void>;
  openCampaign(request: CampaignRequest, by: Actor): Promise<Campaign>;
  /** Rejects with NotFoundError, StaleVersionError, and with ConflictError for a closed one that is to be opened. */
  editCampaign(id: string, edit: CampaignEdit, version: number | undefined, by: Actor): Promise<Campaign>;
  addShutdown(siteId: string, shutdown: Pick<Shutdown, 'from' | 'to' | 'note'>, by: Actor): Promise<Shutdown>;
  /** Rejects with NotFoundError when it is over, or never was. */
  endShutdown(id: string, by: Actor): Promise<void>;
  addEvent(assetId: string, event: NewAssetEvent, by: Actor): Promise<AssetEvent>;

  /** All that a ticket has to say, with what is known beside it. */
  aboutTicket(ticket: Ticket): Promise<AboutTicket>;
  readonly failures: {
    /**
     * Records failures, or says anew what is known of their external keys: all of them, or none. UnacceptableError names each bad
     * field: `/3/componentId`; of one failure alone `/componentId`.
     */
    record(failures: readonly NewFailure[], source: FailureSource, by: Actor): Promise<RecordedFailures>;
    correct(id: string, correction: FailureCorrection, by: Actor): Promise<FailureRecord>;
    remove(id: string, reason: string, by: Actor): Promise<void>;
  };

  /** Undefined where it rests on nothing that was measured. By the clocks of its site unless a zone is given. */
  ticketChart(ticket: Ticket, zone?: string): Promise<TicketChart | undefined>;
  readonly ratings: {
    /** Rejects with NotFoundError, and with ConflictError for a ticket that is not closed. */
    link(ticketId: string): Promise<{ readonly url: string; readonly until: Timestamp }>;
    /** Undefined where the token of a link is none of Fettle's. */
    form(token: string): Promise<RatingForm | undefined>;
    rate(form: RatingForm, score: number, comment: string | undefined): Promise<void>;
  };
  /** What customers see of an asset and ask for, by its link. */
  readonly customerPages: {
    /** Rejects with NotFoundError. */
    link(assetId: string, valid: Duration): Promise<{ readonly url: string; readonly until: Timestamp }>;
    /** Ends all links of an asset that were made before. Rejects with NotFoundError. */
    revoke(assetId: string, by: Actor): Promise<void>;
    /** Undefined where the token of a link is none of Fettle's. */
    open(token: string): Promise<CustomerVisit | undefined>;
    view(visit: CustomerVisit): Promise<CustomerView>;
    /** Gives the number of the ticket that it opened or joined. */
    request(visit: CustomerVisit, request: CustomerRequest): Promise<number>;
  };

  createTicket(request: NewRequest, by: Actor): Promise<{ ticket: Ticket; joined: boolean }>;
  /** `version`: the one the caller has seen (If-Match), or undefined for whatever is there. */
  transition(
    ticketId: string,
    to: TicketStatus,
    version: number | undefined,
    by: Actor,
    note?: string,
  ): Promise<Ticket>;
  comment(ticketId: string, text: string, version: number | undefined, by: Actor): Promise<Ticket>;
  assign(ticketId: string, assignment: Assignment, version: number | undefined, by: Actor): Promise<Ticket>;
  /** For a time at which somebody is to be there. */
  schedule(ticketId: string, at: Timestamp, version: number | undefined, by: Actor, note?: string): Promise<Ticket>;
  defer(ticketId: string, deferral: Deferral, version: number | undefined, by: Actor): Promise<Ticket>;
  /** For the customer: the clock of the solution stands still until `resume`. */
  wait(ticketId: string, reason: string, version: number | undefined, by: Actor): Promise<Ticket>;
  resume(ticketId: string, version: number | undefined, by: Actor, note?: string): Promise<Ticket>;
  /** With `deferUntil` it is deferred instead. */
  closeTicket(ticketId: string, closing: ClosingRequest, version: number | undefined, by: Actor): Promise<Ticket>;
  /** Releases a proposed ticket to the desk. */
  release(ticketId: string, version: number | undefined, by: Actor): Promise<Ticket>;
  /** Cancels a proposed ticket. */
  voidTicket(ticketId: string, version: number | undefined, reason: string, by: Actor): Promise<Ticket>;

  /** What there is, and where devices report. */
  installation(): Promise<Installation>;
  /** A demo fleet beside this installation. */
  readonly demo: {
    state(): DemoState;
    /** Rejects with ConflictError while there is one. */
    start(): Promise<DemoState>;
    stop(): Promise<void>;
  };
  /** Assets whose clocks are off by more than a minute, as far as this node has heard them; the furthest first. */
  clocksOff(): readonly { readonly assetId: string; readonly error: Duration }[];
  hasSource(id: string): boolean;
  /** What devices send by HTTP. */
  readonly intake: {
    source(id: string): Pick<SourceDefinition, 'maxPayloadBytes' | 'ignoreEvents'> | undefined;
    /** The topic of a source with these placeholders, or those that are missing. */
    topic(sourceId: string, fields: TopicFields): string | { readonly missing: readonly string[] };
    /** Counts a message that is no telemetry. */
    passOver(): void;
    /** Resolves when all of the message is durable. */
    take(message: {
      readonly sourceId: string;
      readonly topic: string;
      readonly payload: Buffer;
    }): Promise<Taken | 'busy' | 'slow'>;
  };
  /** Readings of the past that somebody brings; for a source that there is. */
  readonly past: {
    /** Resolves when all that is not refused is durable. */
    take(batch: PastBatch): Promise<PastAnswer>;
    /** What would become of them. */
    try(batch: PastBatch): PastTaken;
  };
  /** What a message would become; nothing is stored. Rejects with UnacceptableError for a source or model that there is not. */
  tryDecode(message: TrialMessage): Promise<DecodeTrial>;
  /**
   * Decodes and stores the kept message again, as it came or as `corrected`; false when it is still refused, and why. Rejects with
   * NotFoundError, and with ConflictError where not all of its payload was kept and none is given.
   */
  retryDeadLetter(
    id: string,
    corrected: CorrectedMessage,
    by: Actor,
  ): Promise<{ readonly stored: boolean; readonly detail: string }>;
  discardDeadLetter(id: string, by: Actor): Promise<void>;

  /** Undefined while deliveries are made. */
  deliveriesPausedBy(): Promise<(typeof PAUSES)[number] | undefined>;
  pauseDeliveries(paused: boolean, by: Actor): Promise<void>;
  retryDelivery(outboxId: string, by: Actor): Promise<void>;
  /**
   * A webhook of the desk; gives how many tickets it was about. Rejects with NotFoundError when the secret is not the
   * configured one, and with UnavailableError when the desk has to be asked and does not answer.
   */
  deskEvent(secret: string, event: unknown, told: DeskNews | undefined): Promise<number>;
  /** Rejects with UnavailableError when the desk does not answer. */
  deskReconciliation(): Promise<Reconciliation>;
  retryNotification(notificationId: string, by: Actor): Promise<void>;
  trippedRules(): Promise<readonly { modelId: string; ruleId: string; at: Timestamp }[]>;
  /** Puts a rule that tripped to propose back to its configured mode. */
  resetRule(modelId: string, ruleId: string, by: Actor): Promise<void>;
  /** Cancels the ongoing tickets of a version of a rule; `left` are said to be done already. */
  voidRuleVersion(
    rule: { readonly modelId: string; readonly ruleId: string; readonly version: string },
    reason: string,
    by: Actor,
  ): Promise<{ readonly voided: number; readonly left: number }>;

  readonly suggestions: {
    /** Rejects with NotFoundError, and with ConflictError where too little is known of the rule or it has no limits. */
    ask(modelId: string, ruleId: string, by: Actor): Promise<Suggestion>;
    /** Rejects with NotFoundError. */
    get(modelId: string, ruleId: string): Promise<Suggestion>;
  };
  readonly backtests: {
    /**
     * Takes a request. Rejects with UnacceptableError, which names every problem of the models and assets, and with
     * ConflictError while too many wait.
     */
    ask(request: BacktestRequest, by: Actor): Promise<Backtest>;
    list(): Promise<readonly Backtest[]>;
    /** The report once it is done. */
    get(id: string): Promise<{ readonly backtest: Backtest; readonly report: BacktestReport | undefined }>;
    /** Ends it where it runs. */
    remove(id: string, by: Actor): Promise<void>;
  };

  /** Has a node leave. Rejects with NotFoundError, and with ConflictError when no other node would stay. */
  retireNode(id: string, by: Actor): Promise<void>;

  /**
   * `key` is shown this once and not kept. Rejects with ConflictError when the name is taken, and with UnacceptableError
   * unless it is for a source that there is, if and only if its role is device.
   */
  createKey(
    wanted: { readonly name: string; readonly role: KeyRole; readonly sourceId?: string },
    by: Actor,
  ): Promise<{ readonly key: string; readonly kept: ApiKey }>;
  /** Rejects with ConflictError when nobody would have the role admin any more. */
  revokeKey(name: string, by: Actor): Promise<void>;
}
