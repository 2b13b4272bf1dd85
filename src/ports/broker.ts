import type { Timestamp } from '../domain/time.ts';

/** A message as the broker handed it over. `settle` of the broker that brought it ends it. */
export interface InboundMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly receivedAt: Timestamp;
}

export interface BrokerHandlers {
  /** Called for each message, synchronously and in order of arrival. Must not throw. */
  message(message: InboundMessage): void;
  /** Whether Fettle hears its devices: false from a lost connection to the next one. */
  listening(listening: boolean): void;
  /** The line is idle or the broker's window is full: nothing more comes until something is settled. */
  pressed(): void;
}

export interface BrokerStatus {
  readonly connected: boolean;
  /** In words, for /readyz: address, protocol version, why it is not connected. */
  readonly detail: string;
  readonly unsettledMessages: number;
  readonly unsettledBytes: number;
  readonly reconnects: number;
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
