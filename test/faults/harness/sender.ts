import type { Message } from './messages.ts';
import type { Pace } from './pace.ts';
import { Poster } from './poster.ts';
import { Gateway } from './publisher.ts';

export const PROTOCOLS = ['mqtt', 'http'] as const;
/** How devices send. */
export type Protocol = (typeof PROTOCOLS)[number];

/** Sends messages in order, and again what was not acknowledged, until all are. */
export interface Sender {
  /** Messages sent, repetitions included. */
  readonly published: number;
  readonly acknowledged: number;
  /** Messages that wait for their turn, or to be acknowledged. */
  readonly waiting: number;
  offer(messages: readonly Message[]): void;
  close(): Promise<void>;
}

export type OnAcknowledged = (message: Message) => void;

/** The gateway with this number; `port` takes what the way says. */
export function newSender(
  protocol: Protocol,
  port: number,
  at: number,
  pace: Pace,
  onAcknowledged: OnAcknowledged,
): Sender {
  if (protocol === 'http') return new Poster(`http://127.0.0.1:${port}`, pace, onAcknowledged);
  return new Gateway(`mqtt://127.0.0.1:${port}`, `gateway-${at}`, pace, onAcknowledged);
}
