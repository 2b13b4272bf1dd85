import type { Asset, DeviceBinding } from '../domain/asset.ts';
import type { CampaignPolicy } from '../domain/campaign.ts';
import type { ReminderPolicy } from '../domain/contractEnd.ts';
import type { AssetModel } from '../domain/model.ts';
import type { PresenceDefinition } from '../domain/presence.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { StormPolicy } from '../domain/storm.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TicketBackground } from '../domain/ticketBackground.ts';
import type { WriteTitle } from '../domain/ticketText.ts';
import type { Duration } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Ledger, Metrics } from '../metrics.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { Expressions } from '../ports/expressions.ts';
import type { JobQueue } from '../ports/jobQueue.ts';
import type { Journal } from '../ports/journal.ts';
import type { PresentedTicket, ServiceDesk } from '../ports/serviceDesk.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { OpenSession } from './adoption.ts';
import type { AssessmentMode } from './assessmentMode.ts';
import type { NodeOptions } from './cluster.ts';
import type { DatabaseMark } from './databaseMark.ts';
import type { IntakeOptions } from './intake.ts';
import type { Notifications } from './notifications.ts';
import type { Outcomes } from './outcomes.ts';
import type { Promises } from './promises.ts';
import type { RatingOptions } from './ratings.ts';
import type { RollupMarks } from './rollupMarks.ts';
import type { Room } from './room.ts';
import type { SessionKeeper } from './sessions.ts';
import type { Tracked } from './tracked.ts';

/** What the pipeline works with; opened and closed by the composition root. */
export interface PipelineParts {
  readonly broker: Broker;
  /** Absent where the broker keeps no sessions that another process could reach. */
  readonly openSession?: OpenSession | undefined;
  /** Absent where no source has sessions of its own. */
  readonly sessions?: SessionKeeper | undefined;
  readonly store: TimeSeriesStore;
  readonly database: Database;
  /** Of sources with an expression. */
  readonly expressions?: Expressions | undefined;
  /** Of that database. */
  readonly mark: DatabaseMark;
  readonly queue: JobQueue;
  readonly timerQueue: JobQueue;
  /** Of that database. */
  readonly promises: Promises;
  readonly notifications: Notifications;
  /** Of that database. */
  readonly outcomes: Outcomes;
  readonly desk: ServiceDesk;
  readonly deadLetterJournal: Journal;
  readonly noteJournal: Journal;
  readonly registryJournal: Journal;
  readonly room: Room;
  readonly rollupJournal: Journal;
  readonly spillJournal: Journal;
  /** Keeps records of the spill that this version can't read. */
  readonly spillAside: Journal;
  /** Of the store's own writes. */
  readonly rollupMarks: RollupMarks;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface PipelineOptions {
  readonly models: readonly AssetModel[];
  readonly sources: readonly SourceDefinition[];
  readonly presence: readonly PresenceDefinition[];
  /** What the configuration registers. */
  readonly assets: readonly Asset[];
  readonly bindings: readonly DeviceBinding[];
  readonly node: NodeOptions;
  readonly batchSize: number;
  readonly batchAge: Duration;
  /** A write to the store that takes longer goes to the spill. */
  readonly spillAfter: Duration;
  readonly mode: AssessmentMode;
  /** In mode sharded: how long samples rest from their receipt until they are assessed. */
  readonly grace: Duration;
  readonly horizon: Duration;
  readonly checkpointEvery: Duration;
  readonly tickEvery: Duration;
  readonly deadLetterPayloadBytes: number;
  readonly intake: IntakeOptions;
  readonly maxDeadLetters: number;
  readonly deliveryTimeout: Duration;
  /** How often the desk is asked what has changed there. */
  readonly deskPollEvery: Duration;
  /** What a desk is sent of a ticket, and what that says. */
  readonly present: (ticket: Ticket, background: TicketBackground) => PresentedTicket;
  /** Writes titles; without it they are those that come with Fettle. */
  readonly title?: WriteTitle;
  readonly storms: StormPolicy;
  readonly reminders: ReminderPolicy;
  readonly campaigns: CampaignPolicy;
  /** Whether a ticket gets the next higher priority when a promise is not kept. */
  readonly raisePriority: boolean;
  readonly ratings: RatingOptions;
  /** Where people look at a ticket. */
  readonly linkTo: (ticket: Ticket) => string;
  /** Told of each ticket as it opens. */
  readonly onTicket?: (ticket: Ticket, tracked: Tracked) => void;
}
