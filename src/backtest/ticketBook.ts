import type { ComponentInstalledEvent, TicketClosedEvent } from '../domain/asset.ts';
import type { Spell } from '../domain/backtest.ts';
import { type RuleMode, type Severity, severityRank } from '../domain/model.ts';
import { isOngoing, type Ticket } from '../domain/ticket.ts';
import type { Timestamp } from '../domain/time.ts';
import type { RaiseTables } from '../pipeline/raise.ts';
import { type FindingRow, type NewTicket, StaleVersionError, type TicketChange } from '../ports/database.ts';

/** A ticket of the book with the times in which it stood. */
export interface BookedTicket {
  ticket: Ticket;
  readonly openedAt: Timestamp;
  readonly mode: Exclude<RuleMode, 'observe'>;
  /** The worst it came to. */
  severity: Severity;
  readonly spells: Spell[];
  /** Since when it stands; undefined while it does not. */
  since: Timestamp | undefined;
}

/**
 * The tickets of one asset in memory, kept by the same hand as those in the database: raise.ts writes into it. Nobody
 * acknowledges here, and nothing is delivered.
 */
export class TicketBook implements RaiseTables {
  /** Event time of what is being written. */
  now: Timestamp = 0;
  readonly findings: RaiseTables['findings'];
  readonly tickets: RaiseTables['tickets'];
  readonly events: RaiseTables['events'];
  readonly states: RaiseTables['states'] = { note: async () => undefined };
  readonly outbox: RaiseTables['outbox'] = { add: async () => undefined };
  readonly #rows = new Map<string, FindingRow>();
  readonly #keys = new Set<string>();
  /** By rule and start: when it last cleared or was reset. */
  readonly #ends = new Map<string, Timestamp>();
  readonly #attached = new Map<string, FindingRow[]>();
  readonly #ongoing = new Map<string, BookedTicket>();
  readonly #episodes = new Set<string>();
  readonly #booked = new Map<string, BookedTicket>();
  readonly #closings: TicketClosedEvent[] = [];

  /** @param renewals installations of components, all of them */
  constructor(renewals: readonly ComponentInstalledEvent[] = []) {
    this.findings = {
      record: async (finding, recordedAt) => {
        if (this.#keys.has(finding.key)) return undefined;
        this.#keys.add(finding.key);
        const row = { ...finding, id: String(this.#keys.size), recordedAt };
        this.#rows.set(row.id, row);
        if (finding.change === 'cleared' || finding.change === 'reset') this.#ends.set(runOf(finding), finding.time);
        return row;
      },
      // Modes do not change here: what is observed is never promoted.
      promote: async () => undefined,
      attach: async (id, ticketId) => {
        const row = this.#rows.get(id);
        if (row) this.#attached.set(ticketId, [...(this.#attached.get(ticketId) ?? []), row]);
      },
      activeOf: async (ticketId) => (this.#attached.get(ticketId) ?? []).filter((row) => this.#isActive(row)),
    };
    this.tickets = {
      get: async (id) => this.#booked.get(id)?.ticket,
      ongoing: async (_, componentId, failureModeId) => this.#ongoing.get(placeOf(componentId, failureModeId))?.ticket,
      insert: async (ticket) => this.#open(ticket),
      update: async (id, version, change) => this.#update(id, version, change),
      addEntry: async () => undefined,
    };
    this.events = {
      of: async () => [...renewals, ...this.#closings],
      add: async (events) => {
        for (const event of events) if (event.type === 'ticket-closed') this.#closings.push(event);
      },
    };
  }

  /** In order of opening. */
  get booked(): readonly BookedTicket[] {
    return [...this.#booked.values()];
  }

  /** A person closed what there was of this component and failure mode. */
  close(event: TicketClosedEvent): void {
    this.now = event.at;
    const place = placeOf(event.componentId, event.failureModeId);
    const booked = this.#ongoing.get(place);
    if (booked) this.#change(booked, { status: 'closed', closedAt: event.at });
    // Here it was the ticket of these rules, even where a renewal had closed that already.
    this.#closings.push({ ...event, ticketId: (booked ?? this.#latestOf(place))?.ticket.id ?? event.ticketId });
  }

  /** What stands at the end, stands until the end. */
  end(at: Timestamp): void {
    for (const booked of this.#booked.values()) endSpell(booked, at, 'standing');
  }

  #open(opened: NewTicket): Ticket | undefined {
    const place = placeOf(opened.componentId, opened.failureModeId);
    if (this.#ongoing.has(place) || this.#episodes.has(opened.episodeKey)) return undefined;
    this.#episodes.add(opened.episodeKey);
    const ticket: Ticket = { ...opened, number: this.#booked.size + 1, reopened: 0, version: 1 };
    const booked: BookedTicket = {
      ticket,
      openedAt: this.now,
      mode: ticket.status === 'proposed' ? 'propose' : 'live',
      severity: ticket.severity,
      spells: [],
      since: this.now,
    };
    this.#booked.set(ticket.id, booked);
    this.#ongoing.set(place, booked);
    return ticket;
  }

  #update(id: string, version: number, change: TicketChange): Ticket {
    const booked = this.#booked.get(id);
    if (!booked || booked.ticket.version !== version) throw new StaleVersionError(`ticket ${id} is not at ${version}`);
    return this.#change(booked, change);
  }

  #change(booked: BookedTicket, change: TicketChange): Ticket {
    const before = booked.ticket.status;
    const wasOver = before === 'resolved' || !isOngoing(before);
    const ticket: Ticket = { ...booked.ticket, ...change, version: booked.ticket.version + 1 };
    booked.ticket = ticket;
    if (severityRank(ticket.severity) > severityRank(booked.severity)) booked.severity = ticket.severity;
    if (ticket.status === 'resolved' && before !== 'resolved') endSpell(booked, this.now, 'cleared');
    else if (!isOngoing(ticket.status)) {
      endSpell(booked, this.now, 'closed');
      this.#ongoing.delete(placeOf(ticket.componentId, ticket.failureModeId));
    } else if (wasOver && ticket.status !== 'resolved') {
      booked.since = this.now;
      this.#ongoing.set(placeOf(ticket.componentId, ticket.failureModeId), booked);
    }
    return ticket;
  }

  #latestOf(place: string): BookedTicket | undefined {
    const booked = [...this.#booked.values()];
    return booked.findLast(({ ticket }) => placeOf(ticket.componentId, ticket.failureModeId) === place);
  }

  #isActive(row: FindingRow): boolean {
    if (row.change !== 'raised' && row.change !== 'escalated') return false;
    return (this.#ends.get(runOf(row)) ?? Number.NEGATIVE_INFINITY) < row.time;
  }
}

function endSpell(booked: BookedTicket, to: Timestamp, end: Spell['end']): void {
  if (booked.since === undefined) return;
  booked.spells.push({ from: booked.since, to, end });
  booked.since = undefined;
}

function placeOf(componentId: string, failureModeId: string): string {
  return `${componentId}|${failureModeId}`;
}

function runOf({ ruleId, start }: Pick<FindingRow, 'ruleId' | 'start'>): string {
  return `${start}|${ruleId}`;
}
