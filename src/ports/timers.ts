import type { Due } from '../domain/ticketTimers.ts';
import type { Timestamp } from '../domain/time.ts';

/** What is to happen to a ticket at a time. A timer that moves gets another id. */
export interface Timer extends Due {
  readonly id: string;
  readonly ticketId: string;
}

export interface TimerRepository {
  /**
   * Makes these the timers of a ticket, one of a kind; returns those that are new or were moved. One that has fired is
   * armed again only for a time after `now`: to move it among what is past brings nothing about a second time.
   */
  set(ticketId: string, timers: readonly Timer[], now: Timestamp): Promise<Timer[]>;
  /** Of a ticket, those that have not fired. */
  of(ticketId: string): Promise<Timer[]>;
  /** Those due until then that have not fired, the earliest first. */
  due(until: Timestamp, limit: number): Promise<Timer[]>;
  get(id: string): Promise<Timer | undefined>;
  /**
   * Fires it, for whoever is first, and only if the transaction commits; false when it has fired, was moved, or is not
   * due at `now`.
   */
  fire(id: string, now: Timestamp): Promise<boolean>;
}
