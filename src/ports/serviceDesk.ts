import type { Ticket } from '../domain/ticket.ts';

export const DELIVERY_EVENTS = ['ticket.opened', 'ticket.updated', 'ticket.closed'] as const;
export type DeliveryEvent = (typeof DELIVERY_EVENTS)[number];

/** One thing to tell a desk. `key` is the same at every attempt. */
export interface Delivery {
  readonly key: string;
  readonly event: DeliveryEvent;
  readonly ticket: Ticket;
  /** The ticket as the API shows it: what desks are sent. */
  readonly document: object;
  readonly attempt: number;
}

export interface DeliveryResult {
  /** The desk's own id and address of the work order, where it says so. */
  readonly externalId?: string;
  readonly externalUrl?: string;
}

/** A refusal that no retry will change (bad address, 4xx): the delivery fails at once and visibly. */
export class PermanentDeliveryError extends Error {
  override readonly name = 'PermanentDeliveryError';
}

export interface ServiceDesk {
  readonly name: string;
  /** Tells the desk; rejects when that is not certain. Repeating with the same key is harmless where the desk honours it. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult>;
  close(): Promise<void>;
}
