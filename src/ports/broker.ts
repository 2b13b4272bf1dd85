import type { Duration, Timestamp } from '../domain/time.ts';

/** A message as the broker handed it over. `settle` of the broker that brought it ends it. */
export interface InboundMessage {
  /** Which of several brokers brought it; undefined of a message that no broker brought, such as a kept one. */
  readonly brokerId?: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly receivedAt: Timestamp;
  /** The source it is meant for, whatever others have its topic; undefined: the first that has it. */
  readonly sourceId?: string;
  /** Whatever its payload says, it tells of the past: its samples are stored and never assessed. */
  readonly historical?: true;
}

export interface BrokerHandlers {
  /** Called for each message, synchronously and in order of arrival. Must not throw. */
  message(message: InboundMessage): void;
  /** Whether Fettle hears its devices: false from a lost connection to the next one. */
  listening(listening: boolean): void;
  /** The line is idle or the broker's window is full: nothing more comes until something is settled. */
  pressed(): void;
  /** Called for each message of QoS 0 that is not handed over since the bounds leave it no room. Must not throw. */
  dropped(): void;
}

export interface CertificateStatus {
  /** The broker's, or Fettle's own. */
  readonly whose: 'broker' | 'client';
  readonly expires: Timestamp;
  /** Name of the authority that signed it. */
  readonly issuer: string;
}

export interface BrokerStatus {
  readonly connected: boolean;
  /** In words, for /readyz: address, protocol version, why it is not connected. */
  readonly detail: string;
  readonly unsettledMessages: number;
  readonly unsettledBytes: number;
  readonly reconnects: number;
  /** Times that the broker no longer had the session at a reconnect, and with it what was queued. */
  readonly sessionsLost: number;
  /** Connections that could not be made, or ended, by reason. */
  readonly failures: ReadonlyMap<string, number>;
  /** Messages that the broker says it has dropped, of all its clients, since it started; undefined if it does not tell. */
  readonly dropped: number | undefined;
  /** Of a TLS connection, as far as they have been seen. */
  readonly certificates: readonly CertificateStatus[];
  /** Of several brokers each, by its id; the figures beside are their sums. */
  readonly brokers?: ReadonlyMap<string, BrokerStatus>;
}

/**
 * Where telemetry comes from. Holds for every adapter: a QoS 1 message counts as delivered for its publisher or broker
 * only after `settle`; one that is never settled comes again after the connection ended.
 */
export interface Broker {
  start(handlers: BrokerHandlers): Promise<void>;
  /** Settles messages, in order of arrival. Those whose connection is gone are skipped: they come again. */
  settle(messages: readonly InboundMessage[]): void;
  status(): BrokerStatus;
  /** Takes no more; what is unsettled may still be settled until `close`. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/**
 * How leaving ended. `left`: the session is empty and gone. `no-session`: there was none to take over. `taken-over`:
 * another client has the session now, with all that was not settled; a broker that closes the connection without a
 * word, as when it stops, looks the same. `aborted`: the signal ended it; the broker keeps the session and what is in it.
 */
export type LeaveOutcome = 'left' | 'no-session' | 'taken-over' | 'aborted';

export interface LeaveOptions {
  /** Ends the attempt; what was not settled stays in the session. */
  readonly signal: AbortSignal;
  /** The topic filters that the session holds; those that this client subscribed when absent. */
  readonly filters?: readonly string[];
  /** Nothing more for so long: the session is empty. 2 s when absent. */
  readonly quiet?: Duration;
}

/** A broker that keeps a session for Fettle, which can be given up for good. */
export interface SessionBroker extends Broker {
  /**
   * Unsubscribes, goes on handing over what the broker has queued for the session until all is settled and nothing
   * more comes, and ends the session, so that nothing of it stays at the broker. A lost connection is made again.
   * What is published after the last client of a share group has left is kept for nobody.
   * After any outcome but `aborted` nothing more is handed over. Rejects when the broker was not started or is paused,
   * and when the broker does not let the filters go.
   */
  leave(options: LeaveOptions): Promise<LeaveOutcome>;
}
