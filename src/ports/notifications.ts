import type { NotifyEvent } from '../domain/notification.ts';
import type { Message } from '../domain/notificationText.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { Page, PageRequest } from './database.ts';

export const NOTIFICATION_STATUSES = ['pending', 'sent', 'failed'] as const;
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

/** Something that a route tells: a line of the history of a ticket. */
export interface NotificationRow {
  readonly id: string;
  readonly routeId: string;
  readonly ticketId: string;
  /** The line of history; a route tells it once. */
  readonly entryId: string;
  readonly event: NotifyEvent;
  readonly text: string;
  readonly by: string;
  readonly createdAt: Timestamp;
  readonly dueAt: Timestamp;
  /** Told together with what else was held back until then. */
  readonly held: boolean;
  readonly status: NotificationStatus;
  readonly attempts: number;
  readonly lastError?: string;
  readonly sentAt?: Timestamp;
}

export type NewNotification = Omit<NotificationRow, 'status' | 'attempts' | 'lastError' | 'sentAt'>;

export interface NotificationRepository {
  /** Those whose route has been given the line of history already are skipped. */
  add(rows: readonly NewNotification[]): Promise<void>;
  get(id: string): Promise<NotificationRow | undefined>;
  /** Pending ones that are due until then, the earliest first. */
  due(until: Timestamp, limit: number): Promise<NotificationRow[]>;
  /**
   * The pending row and, where it was held back, what else its route has held back that is due at `now`: nobody else is
   * given them for `lease`, by the clock of the database. The oldest first; none while somebody else has them.
   */
  claim(row: NotificationRow, now: Timestamp, lease: Duration): Promise<NotificationRow[]>;
  sent(ids: readonly string[], at: Timestamp): Promise<void>;
  /** Notes a failed attempt and ends the claim; `final` makes the rows failed. */
  attemptFailed(ids: readonly string[], error: string, final: boolean): Promise<void>;
  /** Ends the claim without an attempt: they are due then. */
  postpone(ids: readonly string[], dueAt: Timestamp): Promise<void>;
  /** Makes a failed row pending again, due at once; false when there is none. */
  retry(id: string, now: Timestamp): Promise<boolean>;
  /** Newest first. */
  list(
    filter: { status?: NotificationStatus; ticketId?: string; routeId?: string },
    page: PageRequest,
  ): Promise<Page<NotificationRow>>;
  counts(): Promise<Record<NotificationStatus, number>>;
}

/** A way to people: a mail server or a group of a chat. */
export interface Notifier {
  readonly kind: string;
  /** Most messages that it takes in a minute; undefined where nothing is known. */
  readonly perMinute?: number | undefined;
  /**
   * Rejects with PermanentDeliveryError when no retry would change that, else with whatever; `retryAfterMs` of an error is
   * how long to wait.
   *
   * @param key the same at every attempt
   */
  send(message: Message, to: readonly string[], key: string, signal: AbortSignal): Promise<void>;
}
