import type { Asset, AssetEvent, ComponentInstalledEvent, DeafInterval, DeviceBinding } from '../domain/asset.ts';
import type { CatalogueEntry } from '../domain/catalogue.ts';
import type { Finding } from '../domain/finding.ts';
import type { Severity } from '../domain/model.ts';
import type { KeyRole } from '../domain/request.ts';
import type { RejectionReason } from '../domain/sample.ts';
import type { Priority, Ticket, TicketEntry, TicketKind, TicketStatus } from '../domain/ticket.ts';
import type { PastClosing } from '../domain/ticketBackground.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { AssetView } from '../domain/view.ts';
import type { AnalyticsRepository } from './analytics.ts';
import type { CampaignRepository } from './campaigns.ts';
import type { ChangeRepository } from './changes.ts';
import type { ConnectivityRepository } from './connectivity.ts';
import type { DailyWorkRepository } from './dailyWork.ts';
import type { DeskLinkRepository } from './deskLinks.ts';
import type { FleetRepository } from './fleet.ts';
import type { ModelVersionRepository } from './modelVersions.ts';
import type { NodeRepository } from './nodes.ts';
import type { NotificationRepository } from './notifications.ts';
import type { OutboxRepository } from './outbox.ts';
import type { FailureRepository, RatingRepository, ScoreRepository } from './outcomes.ts';
import type { RollupRepository } from './rollups.ts';
import type { SessionRepository } from './sessions.ts';
import type { ShardRepository } from './shards.ts';
import type { StormRepository } from './storms.ts';
import type { TimerRepository } from './timers.ts';

export { KEY_ROLES, type KeyRole, ROLES, type Role } from '../domain/request.ts';

/** A page of a list; `nextCursor` is opaque and absent on the last page. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string;
}

export interface PageRequest {
  /** 1 to 500. */
  readonly limit: number;
  readonly cursor?: string;
}

/** An opaque cursor that this list did not hand out. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

/** Another ticket of the same (asset, component, failure mode) is ongoing: this one can not go on beside it. */
export class AlreadyOngoingError extends Error {
  override readonly name = 'AlreadyOngoingError';
}

/** Somebody else changed the ticket, or the asset model, since it was read. */
export class StaleVersionError extends Error {
  override readonly name = 'StaleVersionError';
}

export interface AssetFilter {
  readonly siteId?: string;
  readonly modelId?: string;
  readonly customerId?: string;
  /** Part of id, name or serial, case-insensitive. */
  readonly search?: string;
}

/** What changed in the registry since a revision of it. */
export interface RegistryChanges {
  /** Of the registry now: what to ask from the next time. */
  readonly revision: number;
  readonly assets: Asset[];
  /** All of them; absent when none has changed. */
  readonly bindings?: DeviceBinding[];
}

export interface AssetRepository {
  /** Inserts or replaces by id. */
  save(assets: readonly Asset[]): Promise<void>;
  /** Inserts those whose id is new; returns the others as they are stored. */
  saveAbsent(assets: readonly Asset[]): Promise<Asset[]>;
  /** Those of the ids that are stored. Nobody else changes the registry until the transaction ends. */
  lock(ids: readonly string[]): Promise<Asset[]>;
  /** What was committed after the registry had this revision; all of it for 0. Some may be told again the next time. */
  changesSince(revision: number): Promise<RegistryChanges>;
  get(id: string): Promise<Asset | undefined>;
  /** Ordered by id. */
  list(filter: AssetFilter, page: PageRequest): Promise<Page<Asset>>;
  all(): Promise<Asset[]>;
  /** Ends the device's open binding at `from` and binds it anew; the same binding again changes nothing. */
  bind(binding: DeviceBinding): Promise<void>;
  bindings(): Promise<DeviceBinding[]>;
}

export interface EventRepository {
  /** Adding an event whose id is known changes nothing. */
  add(events: readonly AssetEvent[]): Promise<void>;
  /** By (at, id). */
  of(assetId: string): Promise<AssetEvent[]>;
  all(): Promise<AssetEvent[]>;
  /** Where a part with this serial was installed, on whatever asset, by (at, id). */
  ofSerial(serial: string): Promise<ComponentInstalledEvent[]>;
  /** Ids of the assets on which something was ever installed in this place. */
  assetsWith(componentId: string): Promise<string[]>;
  /** Deaf intervals, of every node, that end after `since`, by `from`. */
  deaf(since: Timestamp): Promise<DeafInterval[]>;
  /** `node`: client id of the node that was deaf, where there are several. */
  saveDeaf(interval: DeafInterval, node?: string): Promise<void>;
}

/** Serialized state of one asset: JSON of rules/state.ts. `time` is the newest item folded into it. */
export interface StoredState {
  readonly assetId: string;
  readonly time: Timestamp;
  readonly state: string;
}

/** A state with what people see of it: both are saved together, so that they tell the same. */
export interface StateToSave extends StoredState {
  readonly view: AssetView;
}

/** There is something at `earliest` or later that the asset's state does not hold. */
export interface RefoldNote {
  readonly assetId: string;
  readonly earliest: Timestamp;
  /**
   * Of stored samples: the time of the latest. A state that ends before `earliest` needs only to read on. Absent where
   * the history must be folded anew from `earliest`, as an event asks for.
   */
  readonly latest?: Timestamp;
  /** How long it rests from when it is noted before it is due, by the clock of the database; 0 when absent. */
  readonly rest?: Duration;
}

export interface UsageEntry {
  readonly assetId: string;
  readonly ruleId: string;
  readonly componentId: string;
  /** Start of the UTC day. */
  readonly day: Timestamp;
  readonly unit: string;
  readonly used: number;
  /** What was taken out as implausible: never billed. */
  readonly adjusted: number;
  readonly reading: number | null;
}

export interface StateRepository {
  all(): Promise<StoredState[]>;
  /** Of those of these assets that have one, in no particular order. */
  of(assetIds: readonly string[]): Promise<StoredState[]>;
  save(states: readonly StateToSave[]): Promise<void>;
  saveSnapshots(snapshots: readonly StoredState[]): Promise<void>;
  /** The newest snapshot of the asset whose `time` is before `before`. */
  snapshotBefore(assetId: string, before: Timestamp): Promise<StoredState | undefined>;
  /** Removes the asset's snapshots with `time` at or after `from`. */
  dropSnapshots(assetId: string, from: Timestamp): Promise<void>;
  /** Of each asset keeps the snapshots at or after `before` and the newest before it. */
  pruneSnapshots(before: Timestamp): Promise<void>;
  /** Adds notes; each gets a revision of its own. */
  note(notes: readonly RefoldNote[]): Promise<void>;
  /** By asset, its notes merged: the earliest time counts. */
  notes(): Promise<Pick<RefoldNote, 'assetId' | 'earliest'>[]>;
  /** Of the asset's notes. */
  noteRevisions(assetId: string): Promise<number[]>;
  /** Removes the notes of these revisions; what was noted since stays. */
  clearNotes(revisions: readonly number[]): Promise<void>;
  /** Inserts or replaces by (asset, rule, day). */
  saveUsage(entries: readonly UsageEntry[]): Promise<void>;
  usage(assetId: string, from: Timestamp, to: Timestamp): Promise<UsageEntry[]>;
}

export interface FindingRow extends Finding {
  /** ULID, order of recording. */
  readonly id: string;
  readonly recordedAt: Timestamp;
  readonly ticketId?: string;
  /** A refold took it back. */
  readonly retractedAt?: Timestamp;
}

export interface FindingFilter {
  readonly assetId?: string;
  readonly componentId?: string;
  readonly ruleId?: string;
  readonly ticketId?: string;
  readonly severity?: Severity;
}

export interface FindingRepository {
  /**
   * Records by key. Undefined when that key is recorded already and not retracted; else the row, new or made again.
   * Either way the record says what this statement says.
   */
  record(finding: Finding, at: Timestamp): Promise<FindingRow | undefined>;
  /** Makes the raise of an episode count that was only observed; undefined when there is none, or it counts already. */
  promote(assetId: string, ruleId: string, start: Timestamp): Promise<FindingRow | undefined>;
  attach(id: string, ticketId: string): Promise<void>;
  /** Raised, escalated, not retracted, and not yet followed by cleared or reset of the same rule and start. */
  activeOf(ticketId: string): Promise<FindingRow[]>;
  /** What is recorded of the asset with `time` after `after`, not retracted, in order of recording; no updates. */
  recordedAfter(assetId: string, after: Timestamp): Promise<FindingRow[]>;
  /**
   * What is recorded beyond the saved states of its assets: with a later `time`, or, up to a day before that, recorded
   * since. Not retracted, no updates; by asset, in order of recording.
   */
  beyondStates(): Promise<FindingRow[]>;
  retract(id: string, at: Timestamp): Promise<void>;
  /** Newest first. */
  list(filter: FindingFilter, page: PageRequest): Promise<Page<FindingRow>>;
}

export const TICKET_SORTS = ['-openedAt', 'openedAt', '-updatedAt', 'priority', 'doBy'] as const;
export type TicketSort = (typeof TICKET_SORTS)[number];

export interface TicketFilter {
  readonly status?: readonly TicketStatus[];
  readonly assetId?: string;
  readonly siteId?: string;
  readonly customerId?: string;
  readonly componentId?: string;
  readonly failureModeId?: string;
  readonly ruleId?: string;
  readonly ruleVersion?: string;
  readonly team?: string;
  readonly person?: string;
  readonly recurrenceOf?: string;
  readonly parentId?: string;
  readonly campaignId?: string;
  readonly kind?: readonly TicketKind[];
  readonly priority?: readonly string[];
  /** Whether a promise was not kept. */
  readonly breached?: boolean;
  /** A promise that is still to be kept is due before. */
  readonly dueBefore?: Timestamp;
}

export type NewTicket = Omit<Ticket, 'number' | 'version' | 'reopened'>;
export type TicketChange = Partial<Omit<Ticket, 'id' | 'number' | 'version' | 'episodeKey'>>;

export interface TicketRepository {
  /** Inserts; undefined when an ongoing ticket of the same (asset, component, failure mode), or one with this episode key, exists. */
  insert(ticket: NewTicket): Promise<Ticket | undefined>;
  get(id: string): Promise<Ticket | undefined>;
  /** The ongoing ticket of an episode, locked until the transaction ends. */
  ongoing(assetId: string, componentId: string, failureModeId: string): Promise<Ticket | undefined>;
  /**
   * Changes and counts the version up; rejects with StaleVersionError when `version` is not the current one, and with
   * AlreadyOngoingError when an ended ticket is to go on while another one of its matter does.
   */
  update(id: string, version: number, change: TicketChange): Promise<Ticket>;
  list(filter: TicketFilter, sort: TicketSort, page: PageRequest): Promise<Page<Ticket>>;
  /** Tickets opened by the rule at or after `since`, cancelled ones included. */
  countByRule(ruleId: string, modelId: string, since: Timestamp): Promise<number>;
  countByStatus(): Promise<Partial<Record<TicketStatus, number>>>;
  /** Ongoing tickets. */
  countOngoing(): Promise<Partial<Record<Priority, number>>>;
  /** Closed ones of the component that were opened before this one, the newest first. */
  closedBefore(ticket: Pick<Ticket, 'assetId' | 'componentId' | 'openedAt'>, limit: number): Promise<Ticket[]>;
  /** What tickets of a failure mode were closed with, at all assets of a model, the newest first. */
  pastClosings(
    of: { readonly modelId: string; readonly componentId: string; readonly failureModeId: string },
    limit: number,
  ): Promise<PastClosing[]>;
  addEntry(entry: TicketEntry): Promise<void>;
  entries(ticketId: string): Promise<TicketEntry[]>;
}

export interface DeadLetter {
  readonly id: string;
  readonly at: Timestamp;
  readonly sourceId?: string;
  readonly topic: string;
  readonly reason: RejectionReason;
  readonly detail: string;
  readonly assetId?: string;
  readonly metric?: string;
  /** The first bytes of the payload. */
  readonly payload: Uint8Array;
  readonly payloadBytes: number;
}

/** Dead letters that are alike. */
export interface DeadLetterGroup extends Pick<DeadLetter, 'sourceId' | 'topic' | 'assetId' | 'metric'> {
  readonly count: number;
  readonly firstAt: Timestamp;
  readonly lastAt: Timestamp;
  /** The newest of them, a few. */
  readonly newest: readonly Pick<DeadLetter, 'id' | 'at'>[];
}

export interface DeadLetterRepository {
  /** Rows whose id is known are skipped. */
  add(rows: readonly DeadLetter[]): Promise<void>;
  get(id: string): Promise<DeadLetter | undefined>;
  /** Those of them that are there, in no order. */
  getAll(ids: readonly string[]): Promise<DeadLetter[]>;
  /** The newest `newest` of a reason by source, topic, asset and metric, with the ids of the newest `samples` of each; the largest first. */
  groups(reason: RejectionReason, newest: number, samples: number): Promise<DeadLetterGroup[]>;
  /** Newest first. */
  list(filter: { reason?: string; assetId?: string; topic?: string }, page: PageRequest): Promise<Page<DeadLetter>>;
  /** Removes; false when there is none. */
  discard(id: string): Promise<boolean>;
  countByReason(): Promise<Partial<Record<RejectionReason, number>>>;
  /** Removes the oldest beyond `keep`, returns how many. */
  prune(keep: number): Promise<number>;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: KeyRole;
  /** Of the role device: the source whose telemetry it may send. */
  readonly sourceId?: string;
  /** SHA-256 of the key in hex; the key itself is shown once and not kept. */
  readonly hash: string;
  readonly createdAt: Timestamp;
}

export interface KeyRepository {
  /** Inserts or replaces by name. */
  save(key: ApiKey): Promise<void>;
  findByHash(hash: string): Promise<ApiKey | undefined>;
  list(): Promise<ApiKey[]>;
  revoke(name: string): Promise<boolean>;
}

/** Small values that survive restarts: deliveries paused, tripped rules, the time last alive. */
export interface SettingRepository {
  get<T>(name: string): Promise<T | undefined>;
  set(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
  /** All settings whose name starts with the prefix. */
  withPrefix<T>(prefix: string): Promise<Map<string, T>>;
}

/** What models say, for readers of the database who have no model files. */
export interface CatalogueRepository {
  /** Replaces the whole catalogue. */
  replace(entries: readonly CatalogueEntry[]): Promise<void>;
}

export interface Repositories {
  readonly assets: AssetRepository;
  readonly events: EventRepository;
  readonly states: StateRepository;
  readonly findings: FindingRepository;
  readonly tickets: TicketRepository;
  readonly outbox: OutboxRepository;
  readonly deadLetters: DeadLetterRepository;
  readonly keys: KeyRepository;
  readonly sessions: SessionRepository;
  readonly settings: SettingRepository;
  readonly nodes: NodeRepository;
  readonly catalogue: CatalogueRepository;
  readonly shards: ShardRepository;
  readonly rollups: RollupRepository;
  readonly dailyWork: DailyWorkRepository;
  readonly deskLinks: DeskLinkRepository;
  readonly storms: StormRepository;
  readonly campaigns: CampaignRepository;
  readonly timers: TimerRepository;
  readonly notifications: NotificationRepository;
  readonly failures: FailureRepository;
  readonly scores: ScoreRepository;
  readonly ratings: RatingRepository;
  readonly analytics: AnalyticsRepository;
  readonly modelVersions: ModelVersionRepository;
  readonly fleet: FleetRepository;
  readonly changes: ChangeRepository;
  readonly connectivity: ConnectivityRepository;
}

/** The relational database. Every verb outside `transaction` is atomic by itself. */
export interface Database extends Repositories {
  /** Runs `work` in one transaction; rolls back when it rejects. Use only `tx` inside. */
  transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T>;
  /** Resolves when the database answers within `limit`; rejects with the reason when not. */
  ping(limit?: Duration): Promise<void>;
  close(): Promise<void>;
}
