import type { Shutdown, StormScope } from '../domain/storm.ts';
import type { Timestamp } from '../domain/time.ts';
import type { FindingRow, Page, PageRequest } from './database.ts';

/** A finding that has no ticket yet, to see whether others follow. */
export interface HeldFinding {
  readonly finding: FindingRow;
  /** Whether it may be part of a storm; else it only waits for the end of a planned shutdown. */
  readonly alike: boolean;
  readonly heldAt: Timestamp;
  readonly dueAt: Timestamp;
  /** The ticket of the storm that it was part of and that was closed. */
  readonly parentId?: string;
  /** It cleared meanwhile. */
  readonly backAt?: Timestamp;
}

/** A storm whose ticket is ongoing, or whose members have not been looked at since that ended. */
export interface OngoingStorm {
  readonly ticketId: string;
  readonly scope: StormScope;
}

export interface StormMember {
  readonly finding: FindingRow;
  readonly joinedAt: Timestamp;
  readonly backAt?: Timestamp;
  /** When the storm ended with the asset still out. */
  readonly leftAt?: Timestamp;
}

/** Statement that a clearing is about. */
export interface Cleared {
  readonly assetId: string;
  readonly ruleId: string;
  readonly start: Timestamp;
}

/** A ticket of one asset that was opened a moment ago. */
export interface RecentTicket {
  readonly id: string;
  readonly assetId: string;
  readonly componentId: string;
  readonly failureModeId: string;
  readonly isSilence: boolean;
}

export interface StormRepository {
  /** Holds a finding; one that is part of an ongoing storm goes on being it instead. Again: it is as if it had never cleared. */
  hold(held: Omit<HeldFinding, 'finding' | 'backAt'> & { readonly finding: FindingRow }): Promise<void>;
  /** What is held, or part of a storm, has cleared. */
  back(statement: Cleared, at: Timestamp): Promise<void>;
  /** It has not, as it turned out. What is not held any more and has no ticket is held again, due at once. */
  outAgain(statement: Cleared, at: Timestamp): Promise<void>;
  /** It never was. */
  retracted(findingId: string, at: Timestamp): Promise<void>;
  /** Whoever judges what is held waits here for the others until they have committed. */
  lock(): Promise<void>;
  /** All that is held, by time. */
  held(): Promise<HeldFinding[]>;
  /** Lets it go; false where somebody else has, or it has cleared meanwhile. */
  release(findingId: string): Promise<boolean>;
  /** Forgets what has cleared while it was held. */
  forget(findingIds: readonly string[]): Promise<void>;
  /** Keeps through which broker assets were last heard, by their ids. */
  heardThrough(brokers: ReadonlyMap<string, string>): Promise<void>;
  /** Through which broker each asset was last heard, of those for which that was kept. */
  brokers(): Promise<ReadonlyMap<string, string>>;
  ongoing(): Promise<OngoingStorm[]>;
  /** Assets that are part of it, and those of them that are out. */
  sizeOf(ticketId: string): Promise<{ readonly assets: number; readonly out: number }>;
  /** Begins one, or goes on with one that had ended; false where one of its scope goes on. */
  begin(storm: OngoingStorm): Promise<boolean>;
  widen(ticketId: string, scope: StormScope): Promise<void>;
  /** What was held is part of the storm from now on. */
  join(ticketId: string, findingIds: readonly string[], at: Timestamp): Promise<void>;
  /** Of those who are part of it, or were when it ended, by time of joining. */
  members(ticketId: string): Promise<StormMember[]>;
  /** Ends it; whoever is still out leaves it. */
  end(ticketId: string, at: Timestamp): Promise<void>;
  /** Tickets of single assets opened since then that are ongoing. */
  ticketsSince(since: Timestamp): Promise<RecentTicket[]>;
  /** Assets that are in maintenance then. */
  inMaintenance(at: Timestamp): Promise<string[]>;
  addShutdown(shutdown: Shutdown): Promise<void>;
  /** Ends one that lasts then, and removes one that is still to come; false where there is none, or it is over. */
  endShutdown(id: string, at: Timestamp): Promise<boolean>;
  /** Those that last at a time after `since`, by their beginning. */
  shutdownsSince(since: Timestamp): Promise<Shutdown[]>;
  /** The latest first. */
  shutdowns(siteId: string, page: PageRequest): Promise<Page<Shutdown>>;
}
