import { onTestFinished } from 'vitest';
import { presentTicket } from '../../../src/api/resources/ticket.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import type { Delivery, DeliveryEvent, ServiceDesk } from '../../../src/ports/serviceDesk.ts';
import type { FaultyProxy } from '../faultyProxy.ts';
import { sampleTicket } from '../ticket.ts';

/** A work order as the people at the desk see it. */
export interface DeskOrder {
  readonly id: string;
  readonly title: string;
  /** What it was opened with. */
  readonly text: string;
  /** Whatever was written since. */
  readonly comments: readonly string[];
  readonly isOver: boolean;
}

/** What the people at a desk do; what a desk does not know is absent. */
export interface DeskPeople {
  /** That of the id, or all of the title. */
  orders(which: { readonly id: string } | { readonly title: string }): Promise<DeskOrder[]>;
  comment?(id: string, text: string): Promise<void>;
  /** Closes it, with the desk's own word for what was found where there is one. */
  close?(id: string, found?: string): Promise<void>;
  /** Takes it up. */
  work?(id: string): Promise<void>;
  remove?(id: string): Promise<void>;
  merge?(id: string, into: string): Promise<void>;
}

/** A desk behind a proxy that loses what a test wants lost. */
export interface DeskRig {
  readonly desk: ServiceDesk;
  readonly proxy: FaultyProxy;
  readonly people: DeskPeople;
  /** The same desk with credentials that are none; absent where it has none. */
  readonly stranger?: ServiceDesk;
  /** The same desk with pages of two entries. */
  readonly paged?: ServiceDesk;
  /** Its word for worn-as-expected, where it has a field for that. */
  readonly wornWord?: string;
  /** The time has passed after which a look-up knows what was made. */
  settled?(): Promise<void>;
}

let count = 0;

/** A ticket of an episode of its own. */
export function newTicket(change: Partial<Ticket> = {}): Ticket {
  const number = ++count;
  const episodeKey = `${Date.now().toString(16)}${number.toString(16).padStart(6, '0')}`.padStart(32, '0');
  return sampleTicket({ id: `ticket-${number}`, number, episodeKey, ...change });
}

let told = 0;

export function deliveryOf(ticket: Ticket, event: DeliveryEvent, change: Partial<Delivery> = {}): Delivery {
  const document = presentTicket(ticket, { publicUrl: 'https://fettle.example', grafanaUrl: undefined });
  const { title, summary } = ticket;
  const body = { en: `${title.en}\n\n${summary.en}`, zh: `${title.zh}\n\n${summary.zh}` };
  return { key: `${ticket.episodeKey}:${event}:${++told}`, event, ticket, document, body, attempt: 1, ...change };
}

/** Closes when the test has finished. */
export function closing<T extends { close(): Promise<void> }>(part: T): T {
  onTestFinished(() => part.close());
  return part;
}
