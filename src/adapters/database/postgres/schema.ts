import type { Generated, Kysely } from 'kysely';
import type { Asset, AssetEvent } from '../../../domain/asset.ts';
import type { Campaign } from '../../../domain/campaign.ts';
import type { Connectivity } from '../../../domain/connectivity.ts';
import type { FailureChange, FailureRecord } from '../../../domain/failure.ts';
import type { ModelVersion } from '../../../domain/modelVersion.ts';
import type { Score } from '../../../domain/score.ts';
import type { ScopeKind } from '../../../domain/storm.ts';
import type { Ticket, TicketEntry } from '../../../domain/ticket.ts';
import type { TimerKind } from '../../../domain/ticketTimers.ts';
import type { Timestamp } from '../../../domain/time.ts';
import type { ApiKey, DeadLetter, FindingRow, StoredState, UsageEntry } from '../../../ports/database.ts';
import type { DeskLink } from '../../../ports/deskLinks.ts';
import type { NodeRow } from '../../../ports/nodes.ts';
import type { NotificationRow } from '../../../ports/notifications.ts';
import type { OutboxRow } from '../../../ports/outbox.ts';
import type { Rating } from '../../../ports/outcomes.ts';
import type { DueDay } from '../../../ports/rollups.ts';
import type { Session } from '../../../ports/sessions.ts';

/** A domain object as a row: what is absent there is null here. Nested objects are jsonb. */
export type Row<T> = {
  [K in keyof T]-?: undefined extends T[K] ? Exclude<T[K], undefined> | null : T[K];
};

/** The tables of schema `fettle`; columns are the same words in snake case. */
export interface Tables {
  assets: Row<Asset> & { searchText: string; revision: Generated<number>; registeredAt: Generated<Timestamp | null> };
  deviceBindings: {
    deviceId: string;
    assetId: string;
    validFrom: Timestamp;
    validTo: Timestamp | null;
    revision: Generated<number>;
  };
  assetEvents: { id: string; assetId: string; at: Timestamp; event: AssetEvent };
  deafIntervals: { node: string; startedAt: Timestamp; endedAt: Timestamp | null };
  states: StoredState;
  stateSnapshots: StoredState;
  refoldNotes: {
    assetId: string;
    shard: number;
    earliest: Timestamp;
    latest: Timestamp | null;
    dueAt: Generated<Timestamp>;
    revision: Generated<number>;
  };
  shards: { shard: number; node: string | null; session: string | null; tickDue: Generated<Timestamp> };
  rollupDue: DueDay & { markedAt: Timestamp };
  deskLinks: Row<DeskLink>;
  notifications: Omit<Row<NotificationRow>, 'status' | 'attempts' | 'lastError' | 'sentAt'> & {
    status: Generated<NotificationRow['status']>;
    attempts: Generated<number>;
    lastError: Generated<string | null>;
    sentAt: Generated<Timestamp | null>;
    claimedUntil: Generated<Timestamp | null>;
  };
  campaigns: Omit<Row<Campaign>, 'number' | 'version'> & { number: Generated<number>; version: Generated<number> };
  heldFindings: {
    findingId: string;
    assetId: string;
    ruleId: string;
    start: Timestamp;
    alike: boolean;
    heldAt: Timestamp;
    dueAt: Timestamp;
    parentId: string | null;
    backAt: Timestamp | null;
  };
  assetBrokers: { assetId: string; brokerId: string };
  storms: { ticketId: string; scopeKind: ScopeKind; scopeId: string; endedAt: Timestamp | null };
  stormMembers: {
    ticketId: string;
    findingId: string;
    assetId: string;
    ruleId: string;
    start: Timestamp;
    joinedAt: Timestamp;
    backAt: Timestamp | null;
    leftAt: Timestamp | null;
  };
  siteShutdowns: {
    id: string;
    siteId: string;
    startsAt: Timestamp;
    endsAt: Timestamp;
    note: string | null;
    by: string;
    recordedAt: Timestamp;
  };
  timers: { id: string; ticketId: string; kind: TimerKind; dueAt: Timestamp; firedAt: Generated<Timestamp | null> };
  dailyWork: { work: string; doneDay: Timestamp | null; holder: string | null; heldUntil: Date | null };
  rollupProgress: { rolledTo: Timestamp | null; holder: string | null; heldUntil: Date | null };
  usageEntries: UsageEntry;
  tickets: Omit<Row<Ticket>, 'number' | 'version' | 'reopened'> & {
    number: Generated<number>;
    version: Generated<number>;
    reopened: Generated<number>;
  };
  ticketEntries: Row<TicketEntry>;
  findings: Row<FindingRow>;
  outbox: Omit<Row<OutboxRow>, 'status' | 'attempts'> & {
    status: Generated<OutboxRow['status']>;
    attempts: Generated<number>;
    claimedUntil: Timestamp | null;
  };
  failures: Row<FailureRecord>;
  failureChanges: Row<FailureChange> & { externalKey: string | null };
  scores: Row<Score>;
  ratings: Row<Rating>;
  modelVersions: Row<ModelVersion>;
  deadLetters: Row<DeadLetter>;
  connectivity: Row<Connectivity> & { updatedAt: Generated<Timestamp> };
  apiKeys: Row<ApiKey>;
  sessions: Row<Session>;
  settings: { name: string; value: unknown };
  nodes: Row<NodeRow> & { adopterSeenAt: Timestamp | null };
}

/** The pool, or a transaction on it. */
export type Db = Kysely<Tables>;
