import { beforeEach, expect, it } from 'vitest';
import {
  InvalidCursorError,
  TICKET_SORTS,
  type TicketFilter,
  type TicketSort,
} from '../../../../src/ports/database.ts';
import { asset, readAll, T0, ticket } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

/** Written so that every sort gives another order, with ties that only the id decides. */
const ROWS = [
  ticket({ id: 'a', openedAt: T0 + 1, updatedAt: T0 + 9, priority: 'P2', doBy: T0 + 5 }),
  ticket({ id: 'b', openedAt: T0 + 3, updatedAt: T0 + 8, priority: 'P1' }),
  ticket({ id: 'c', openedAt: T0 + 2, updatedAt: T0 + 9, priority: 'P4', doBy: T0 + 0.001 }),
  ticket({ id: 'd', openedAt: T0 + 2, updatedAt: T0 + 7, priority: 'P1', doBy: T0 }),
  ticket({ id: 'e', openedAt: T0 + 4, updatedAt: T0 + 6, priority: 'P2' }),
];

const EXPECTED: Readonly<Record<TicketSort, string>> = {
  '-openedAt': 'ebdca',
  openedAt: 'acdbe',
  '-updatedAt': 'cabde',
  priority: 'bdaec',
  doBy: 'dcabe',
};

export function describeTicketLists(harness: GetHarness): void {
  const tickets = () => harness().database.tickets;
  const joined = (items: readonly { id: string }[]) => items.map(({ id }) => id).join('');
  beforeEach(async () => {
    for (const row of ROWS) await tickets().insert(row);
  });

  it('filters by promises that were not kept, and by those that are to be kept soon', async () => {
    await tickets().insert(ticket({ id: 'late', respondBy: T0, responseBreachedAt: T0, solveBy: T0 + 50 }));
    await tickets().insert(ticket({ id: 'done', respondBy: T0, solveBy: T0 + 20, acknowledgedAt: T0, resolvedAt: T0 }));
    await tickets().insert(ticket({ id: 'soon', respondBy: T0, solveBy: T0 + 20, acknowledgedAt: T0 }));
    await tickets().insert(ticket({ id: 'over', status: 'cancelled', respondBy: T0, solutionBreachedAt: T0 }));
    const found = async (filter: TicketFilter) =>
      (await tickets().list(filter, 'openedAt', { limit: 9 })).items.map(({ id }) => id).sort();
    expect(await found({ breached: true })).toEqual(['late', 'over']);
    expect(await found({ breached: false })).toEqual(['a', 'b', 'c', 'd', 'done', 'e', 'soon']);
    expect(await found({ dueBefore: T0 + 1 })).toEqual(['late']);
    expect(await found({ dueBefore: T0 + 21 })).toEqual(['late', 'soon']);
    expect(await found({ dueBefore: T0 + 21, breached: false })).toEqual(['soon']);
  });

  it('finds what a component was closed with before, the newest first', async () => {
    const { componentId } = ROWS[0]!;
    const assetId = 'pump';
    const closed = (id: string, openedAt: number, closedAt: number, change: Parameters<typeof ticket>[0] = {}) =>
      ticket({ id, assetId, status: 'closed', openedAt, closedAt, closing: { outcome: 'failure-found' }, ...change });
    for (const row of [
      closed('old', T0 - 90, T0 - 80),
      closed('new', T0 - 70, T0 - 60),
      closed('long', T0 - 95, T0 - 50),
      closed('later', T0 + 1, T0 + 2),
      closed('other asset', T0 - 70, T0 - 60, { assetId: 'other' }),
      closed('other component', T0 - 70, T0 - 60, { componentId: 'other' }),
      closed('void', T0 - 70, T0 - 60, { status: 'cancelled' }),
    ])
      await tickets().insert(row);
    const found = async (limit: number) =>
      (await tickets().closedBefore({ assetId, componentId, openedAt: T0 }, limit)).map(({ id }) => id);
    expect(await found(9)).toEqual(['long', 'new', 'old']);
    expect(await found(2)).toEqual(['long', 'new']);
  });

  it('finds what a failure mode was closed with at a model, with what came back', async () => {
    const { assets } = harness().database;
    const { componentId, failureModeId } = ROWS[0]!;
    const assetId = 'pump';
    await assets.save([asset(assetId, { modelId: 'm' }), asset('twin', { modelId: 'm' })]);
    await assets.save([asset('stranger', { modelId: 'n' })]);
    const closing = (note: string) => ({ outcome: 'failure-found' as const, note });
    const closed = (id: string, closedAt: number, change: Parameters<typeof ticket>[0] = {}) =>
      ticket({ id, assetId, status: 'closed', closedAt, closing: closing(id), ...change });
    for (const row of [
      closed('lasted', T0 + 10),
      closed('recurred', T0 + 20, { assetId: 'twin' }),
      ticket({ id: 'again', assetId: 'twin', recurrenceOf: 'recurred', openedAt: T0 + 30 }),
      closed('voided', T0 + 40),
      ticket({ id: 'none', assetId, status: 'cancelled', recurrenceOf: 'voided', openedAt: T0 + 50 }),
      closed('reopened', T0 + 60, { formerClosings: [{ closing: closing('first'), closedAt: T0 + 5 }] }),
      closed('stranger', T0 + 70, { assetId: 'stranger' }),
      closed('other mode', T0 + 70, { failureModeId: 'other' }),
    ])
      await tickets().insert(row);
    const found = await tickets().pastClosings({ modelId: 'm', componentId, failureModeId }, 9);
    expect(found.map(({ closing: { note }, closedAt, cameBack }) => [note, closedAt - T0, cameBack])).toEqual([
      ['reopened', 60, false],
      ['voided', 40, false],
      ['recurred', 20, true],
      ['lasted', 10, false],
      ['first', 5, true],
    ]);
    expect(await tickets().pastClosings({ modelId: 'm', componentId, failureModeId }, 2)).toHaveLength(2);
  });

  it.each(TICKET_SORTS)('sorts by %s, page after page', async (sort) => {
    for (const limit of [1, 2, 5]) {
      expect(joined(await readAll((page) => tickets().list({}, sort, page), limit))).toBe(EXPECTED[sort]);
    }
  });

  it.each(TICKET_SORTS)('goes on by %s where it was when tickets come in between', async (sort) => {
    const seen = await readAll(
      (page) => tickets().list({}, sort, page),
      2,
      async (page) => {
        await tickets().insert(ticket({ id: `new at the start ${page}`, openedAt: T0, priority: 'P1', doBy: T0 }));
        await tickets().insert(ticket({ id: `new at the end ${page}`, openedAt: T0 + 9, priority: 'P4' }));
      },
    );
    expect(joined(seen.filter(({ id }) => id.length === 1))).toBe(EXPECTED[sort]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  });

  it('refuses the cursor of another sort or another list', async () => {
    const { nextCursor: cursor } = await tickets().list({}, 'openedAt', { limit: 1 });
    await expect(tickets().list({}, 'doBy', { limit: 1, cursor })).rejects.toThrow(InvalidCursorError);
    await expect(harness().database.outbox.list({}, { limit: 1, cursor })).rejects.toThrow(InvalidCursorError);
    await expect(tickets().list({}, 'openedAt', { limit: 1, cursor: `${cursor}A` })).rejects.toThrow(
      InvalidCursorError,
    );
  });

  it('filters by each property, and by several', async () => {
    const odd = {
      assetId: 'A',
      siteId: 'S',
      customerId: 'C',
      componentId: 'K',
      failureModeId: 'F',
      ruleId: 'R',
      ruleVersion: 'V',
      team: 'T',
      person: 'P',
      recurrenceOf: 'a',
    };
    await tickets().insert(ticket({ id: 'x', ...odd, kind: 'reactive', status: 'resolved', priority: 'P3' }));
    const list = async (filter: TicketFilter) => joined((await tickets().list(filter, 'openedAt', { limit: 9 })).items);
    for (const [name, value] of Object.entries(odd)) expect(await list({ [name]: value })).toBe('x');
    expect(await list({ ...odd, status: ['resolved'], priority: ['P3'] })).toBe('x');
    expect(await list({ ...odd, status: ['open'] })).toBe('');
    expect(await list({ status: ['resolved', 'closed'] })).toBe('x');
    expect(await list({ priority: ['P1', 'P3'] })).toBe('xdb');
    expect(await list({ kind: ['reactive'] })).toBe('x');
    expect(await list({ status: [] })).toBe('');
  });
}
