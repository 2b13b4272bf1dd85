import { type Finding, statementKey } from '../../../src/domain/finding.ts';
import { isOngoing, type Ticket, type TicketEntry } from '../../../src/domain/ticket.ts';
import { DAY, type Timestamp } from '../../../src/domain/time.ts';
import {
  AlreadyOngoingError,
  type FindingRow,
  type NewTicket,
  StaleVersionError,
  type TicketChange,
} from '../../../src/ports/database.ts';
import type { OutboxRow } from '../../../src/ports/outbox.ts';
import type { Transaction } from './tables.ts';

export function findingVerbs(tx: Transaction) {
  const find = (of: (row: FindingRow) => boolean) => tx.all('findings').filter(of).sort(byId);
  const byKey = (key: string) => find((row) => row.key === key)[0];
  const change = (id: string, more: Partial<FindingRow>): FindingRow => {
    const row = { ...tx.get('findings', id)!, ...more };
    tx.set('findings', id, row);
    return row;
  };
  return {
    ...ticketVerbs(tx),
    findings: {
      record(finding: Finding, at: Timestamp): FindingRow | undefined {
        tx.lock(`finding|${finding.key}`);
        const known = byKey(finding.key);
        const { retractedAt, ...kept } = known ?? { id: String(tx.next()).padStart(9, '0'), recordedAt: at };
        const { forecast: _forecast, dormant: _dormant, ...rest } = kept as FindingRow;
        const row: FindingRow = { ...rest, ...finding };
        tx.set('findings', row.id, row);
        return known && retractedAt === undefined ? undefined : row;
      },
      promote(assetId: string, ruleId: string, start: Timestamp): FindingRow | undefined {
        const [observed] = find(
          (row) =>
            row.assetId === assetId &&
            row.ruleId === ruleId &&
            row.start === start &&
            row.change === 'raised' &&
            row.dormant === 'observed',
        );
        if (!observed || byKey(statementKey(observed))) return undefined;
        return change(observed.id, { key: statementKey(observed), dormant: undefined });
      },
      attach: (id: string, ticketId: string) => void change(id, { ticketId }),
      activeOf: (ticketId: string) =>
        find((row) => row.ticketId === ticketId && raises(row) && !tx.all('findings').some((end) => ends(end, row))),
      recordedAfter: (assetId: string, after: Timestamp) =>
        find(
          (row) =>
            row.assetId === assetId && row.time > after && row.change !== 'updated' && row.retractedAt === undefined,
        ),
      beyondStates: () =>
        find(({ assetId, time, recordedAt, change, retractedAt }) => {
          const state = tx.get('states', assetId);
          const beyond =
            state === undefined || time > state.time || (time > state.time - DAY && recordedAt >= state.savedAt);
          return beyond && change !== 'updated' && retractedAt === undefined;
        }),
      list: ({ ticketId }: { readonly ticketId?: string }) => ({
        items: find((row) => row.ticketId === ticketId).reverse(),
      }),
      retract: (id: string, retractedAt: Timestamp) => void change(id, { retractedAt }),
    },
  };
}

function ticketVerbs(tx: Transaction) {
  return {
    tickets: {
      insert(ticket: NewTicket): Ticket | undefined {
        const { assetId, componentId, failureModeId, episodeKey } = ticket;
        tx.lock(`ongoing|${assetId}|${componentId}|${failureModeId}`);
        tx.lock(`episode|${episodeKey}`);
        const rivals = tx.all('tickets').filter((other) => other.episodeKey === episodeKey || rival(other, ticket));
        if (rivals.length > 0) return undefined;
        const row = { ...ticket, number: tx.next(), reopened: 0, version: 1 };
        tx.set('tickets', row.id, row);
        return row;
      },
      get: (id: string) => tx.get('tickets', id),
      ongoing(assetId: string, componentId: string, failureModeId: string): Ticket | undefined {
        const found = tx.all('tickets').find((ticket) => rival(ticket, { assetId, componentId, failureModeId }));
        if (found) tx.lock(`tickets|${found.id}`);
        return found;
      },
      update(id: string, version: number, change: TicketChange): Ticket {
        tx.lock(`tickets|${id}`);
        const known = tx.get('tickets', id);
        if (known?.version !== version) throw new StaleVersionError(`ticket ${id} is at version ${known?.version}`);
        const row = { ...known, ...change, version: version + 1 };
        const others = tx.all('tickets').filter((other) => other.id !== id && rival(other, row));
        if (isOngoing(row.status) && others.length > 0) throw new AlreadyOngoingError(`ticket ${others[0]!.id} is`);
        tx.set('tickets', id, row);
        return row;
      },
      countByRule: (ruleId: string) => tx.all('tickets').filter((ticket) => ticket.ruleId === ruleId).length,
      addEntry: (entry: TicketEntry) => tx.set('entries', entry.id, entry),
    },
    timers: { due: () => [] },
    outbox: {
      add: (row: Pick<OutboxRow, 'id' | 'ticketId' | 'event' | 'key' | 'createdAt'>) =>
        tx.set('outbox', row.id, { ...row, status: 'pending', attempts: 0 }),
      pending: (limit: number) => tx.all('outbox').slice(0, limit),
    },
  };
}

function raises({ change, retractedAt }: FindingRow): boolean {
  return (change === 'raised' || change === 'escalated') && retractedAt === undefined;
}

function ends(end: FindingRow, row: FindingRow): boolean {
  return (
    (end.change === 'cleared' || end.change === 'reset') &&
    end.retractedAt === undefined &&
    end.assetId === row.assetId &&
    end.ruleId === row.ruleId &&
    end.start === row.start &&
    end.time >= row.time
  );
}

type Subject = Pick<Ticket, 'assetId' | 'componentId' | 'failureModeId'>;

function rival(ticket: Ticket, { assetId, componentId, failureModeId }: Subject): boolean {
  return (
    isOngoing(ticket.status) &&
    ticket.assetId === assetId &&
    ticket.componentId === componentId &&
    ticket.failureModeId === failureModeId
  );
}

function byId(a: FindingRow, b: FindingRow): number {
  return a.id < b.id ? -1 : 1;
}
