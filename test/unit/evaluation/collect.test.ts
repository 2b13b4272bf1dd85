import { expect, it } from 'vitest';
import type { TicketClosedEvent } from '../../../src/domain/asset.ts';
import { DAY } from '../../../src/domain/time.ts';
import { collectTickets } from '../../../src/evaluation/collect.ts';
import type { FindingRow } from '../../../src/ports/database.ts';
import { sampleTicket } from '../../support/ticket.ts';

const T0 = Date.UTC(2024, 0, 1);
const day = (days: number) => T0 + days * DAY;

function raised(id: string, at: number, more: Partial<FindingRow> = {}): FindingRow {
  const { assetId, componentId, failureModeId } = sampleTicket();
  const times = { start: at, time: at, window: { from: at, to: at }, recordedAt: at };
  const about = { assetId, componentId, failureModeId, ruleId: 'rule', ruleVersion: '1', key: id };
  const evidence = { kind: 'silence', lastHeard: at, silentFor: 1 } as const;
  return { id, change: 'raised', severity: 'warning', ...about, ...times, evidence, ...more };
}

it('gives a ticket whose evidence was taken back its own time, and not the raise of the next', async () => {
  const closing = { outcome: 'worn-as-expected' as const, at: day(5), by: 'technician' };
  const first = sampleTicket({ id: 'first', status: 'closed', closing, window: { from: day(1), to: day(2) } });
  const second = sampleTicket({ id: 'second', openedAt: day(50) });
  const { assetId, componentId, failureModeId } = first;
  const closed: TicketClosedEvent = {
    ...{ id: 'e', type: 'ticket-closed', assetId, componentId, failureModeId, ticketId: 'first' },
    ...{ at: day(5), recordedAt: day(5), by: 'technician' },
  };
  const rows = [raised('a', day(2), { retractedAt: day(3) }), raised('b', day(40))];
  const reads = {
    tickets: { list: async () => ({ items: [first, second] }) },
    findings: { list: async () => ({ items: rows }) },
    events: { of: async () => [closed] },
  } as unknown as Parameters<typeof collectTickets>[0];
  const times = (await collectTickets(reads)).map(({ openedAt, closedAt }) => [openedAt, closedAt]);
  expect(times).toEqual([
    [day(2), day(5)],
    [day(40), undefined],
  ]);
});

it('gives a ticket that was reopened after its closing a record for each time, with the outcome of that time', async () => {
  const closing = { outcome: 'no-fault-found' } as const;
  const formerClosings = [{ closing, closedAt: day(5), findingId: 'b' }];
  const ticket = sampleTicket({
    id: 'first',
    reopened: 1,
    formerClosings,
    ruleId: 'rule',
    window: { from: 0, to: day(9) },
  });
  const { assetId, componentId, failureModeId } = ticket;
  const closed: TicketClosedEvent = {
    ...{ id: 'e', type: 'ticket-closed', assetId, componentId, failureModeId, ticketId: 'first' },
    ...{ at: day(5), recordedAt: day(5), by: 'technician' },
  };
  const collect = (rows: readonly FindingRow[]) =>
    collectTickets({
      tickets: { list: async () => ({ items: [ticket] }) },
      findings: { list: async () => ({ items: rows }) },
      events: { of: async () => [closed] },
    } as unknown as Parameters<typeof collectTickets>[0]);
  const first = { openedAt: day(2), closedAt: day(5), status: 'closed', outcome: 'no-fault-found' };
  const rounds = await collect([raised('a', day(2)), raised('b', day(8), { severity: 'critical' })]);
  expect(rounds).toMatchObject([first, { openedAt: day(8), status: 'open', severity: 'critical' }]);
  expect(rounds[1]).not.toHaveProperty('outcome');
  expect(await collect([raised('a', day(2))])).toMatchObject([first]);
});
