import type { TicketDocument } from '../../../support/apiClient.ts';
import type { Desk } from '../desk.ts';

export interface DeskCheck {
  readonly deliveries: number;
  readonly requests: number;
  /** Tickets without a work order. */
  readonly missing: readonly string[];
  /** Tickets with more than one work order in a desk that honours keys. */
  readonly twice: readonly string[];
  /** Work orders too many in a desk that does not: after answers that never came. */
  readonly twiceWithoutKeys: number;
  /** Tickets whose last delivery told of another status. */
  readonly outdated: readonly string[];
}

/** Compares the tickets with what the desk made of their deliveries, once all were made. */
export function checkDesk(desk: Desk, tickets: readonly TicketDocument[]): DeskCheck {
  const { created, createdWithoutKeys, statuses } = desk;
  const name = ({ number, episodeKey }: TicketDocument) => `${number} (${episodeKey})`;
  const missing = tickets.filter(({ id }) => !created.has(id)).map(name);
  const twice = tickets.filter(({ id }) => (created.get(id) ?? 0) > 1).map(name);
  const twiceWithoutKeys = [...createdWithoutKeys.values()].reduce((sum, count) => sum + count - 1, 0);
  const outdated = tickets
    .filter(({ id, status }) => statuses.has(id) && statuses.get(id) !== status)
    .map((ticket) => `${name(ticket)} is ${ticket.status}, the desk was told ${statuses.get(ticket.id)}`);
  return { deliveries: desk.deliveries, requests: desk.requests, missing, twice, twiceWithoutKeys, outdated };
}
