import { expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/finding.ts';
import type { Shutdown } from '../../../../src/domain/storm.ts';
import type { FindingRow } from '../../../../src/ports/database.ts';
import { finding, insertTicket, readAll, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const NORTH = { kind: 'site', id: 'north' } as const;

/** What is held back to see whether others follow, and the storms that come of it. */
export function describeStorms(harness: GetHarness): void {
  const database = () => harness().database;
  const storms = () => harness().database.storms;
  const held = async () => (await storms().held()).map(({ finding: { id } }) => id);
  const members = async (ticketId: string) => (await storms().members(ticketId)).map(({ finding: { id } }) => id);

  async function recorded(change: Partial<Finding> = {}): Promise<FindingRow> {
    const row = await database().findings.record(finding(change), T0);
    if (!row) throw new Error('recorded already');
    return row;
  }

  async function hold(assetId: string, heldAt = T0): Promise<FindingRow> {
    const row = await recorded({ assetId });
    await storms().hold({ finding: row, alike: true, heldAt, dueAt: heldAt + 9 });
    return row;
  }

  async function storm(...assets: readonly string[]) {
    const ticketId = await insertTicket(database());
    expect(await storms().begin({ ticketId, scope: NORTH })).toBe(true);
    const rows = [];
    for (const one of assets) rows.push(await hold(one));
    await storms().join(
      ticketId,
      rows.map(({ id }) => id),
      T0 + 1,
    );
    return { ticketId, rows };
  }

  it('holds findings by time, as they are, once', async () => {
    const parentId = await insertTicket(database());
    const [late, early] = [await recorded({ assetId: 'a2' }), await recorded({ assetId: 'a1' })];
    await storms().hold({ finding: late, alike: false, heldAt: T0 + 2, dueAt: T0 + 4, parentId });
    await storms().hold({ finding: early, alike: true, heldAt: T0 + 1, dueAt: T0 + 3 });
    await storms().hold({ finding: early, alike: true, heldAt: T0 + 8, dueAt: T0 + 9 });
    expect(await storms().held()).toStrictEqual([
      { finding: early, alike: true, heldAt: T0 + 1, dueAt: T0 + 3 },
      { finding: late, alike: false, heldAt: T0 + 2, dueAt: T0 + 4, parentId },
    ]);
  });

  it('keeps through which broker each asset was last heard', async () => {
    expect(await storms().brokers()).toEqual(new Map());
    await storms().heardThrough(
      new Map([
        ['b', 'hall'],
        ['a', 'main'],
      ]),
    );
    await storms().heardThrough(
      new Map([
        ['b', 'main'],
        ['c', 'hall'],
      ]),
    );
    expect(await storms().brokers()).toEqual(
      new Map([
        ['a', 'main'],
        ['b', 'main'],
        ['c', 'hall'],
      ]),
    );
  });

  it('lets one go once, but not one that has cleared, which is forgotten', async () => {
    const [gone, cleared] = [await hold('a1'), await hold('a2')];
    await storms().back(cleared, T0 + 5);
    expect((await storms().held()).map(({ backAt }) => backAt)).toEqual([undefined, T0 + 5]);
    expect(await storms().release(cleared.id)).toBe(false);
    await storms().forget([gone.id, cleared.id]);
    expect(await held()).toEqual([gone.id]);
    expect(await storms().release(gone.id)).toBe(true);
    expect(await storms().release(gone.id)).toBe(false);
  });

  it('takes a clearing back: what is held is as before, what was forgotten is held again, what has a ticket is not', async () => {
    const [known, forgotten, ticketed] = [await hold('a1'), await hold('a2'), await hold('a3')];
    for (const one of [known, forgotten, ticketed]) await storms().back(one, T0 + 5);
    await storms().forget([forgotten.id, ticketed.id]);
    await database().findings.attach(ticketed.id, await insertTicket(database()));
    for (const one of [known, forgotten, ticketed]) await storms().outAgain(one, T0 + 7);
    expect(await storms().held()).toStrictEqual([
      { finding: known, alike: true, heldAt: T0, dueAt: T0 + 9 },
      { finding: forgotten, alike: true, heldAt: T0 + 7, dueAt: T0 + 7 },
    ]);
  });

  it('makes of what was held one storm, whose findings are those of its ticket', async () => {
    const { ticketId, rows } = await storm('a1', 'a2');
    expect(await held()).toEqual([]);
    expect(await storms().members(ticketId)).toStrictEqual(
      rows.map((row) => ({ finding: { ...row, ticketId }, joinedAt: T0 + 1 })),
    );
    expect(await storms().ongoing()).toEqual([{ ticketId, scope: NORTH }]);
    expect(await storms().begin({ ticketId: await insertTicket(database()), scope: NORTH })).toBe(false);
    await storms().widen(ticketId, { kind: 'fleet', id: '' });
    expect(await storms().ongoing()).toEqual([{ ticketId, scope: { kind: 'fleet', id: '' } }]);
    expect(await storms().begin({ ticketId: await insertTicket(database()), scope: NORTH })).toBe(true);
  });

  it('counts who is part of a storm and who is still out', async () => {
    const { ticketId, rows } = await storm('a1', 'a2', 'a3');
    const size = () => storms().sizeOf(ticketId);
    expect(await size()).toEqual({ assets: 3, out: 3 });
    await storms().back(rows[0]!, T0 + 5);
    await storms().retracted(rows[1]!.id, T0 + 6);
    expect(await size()).toEqual({ assets: 3, out: 1 });
    expect((await storms().members(ticketId)).map(({ backAt }) => backAt)).toEqual([T0 + 5, T0 + 6, undefined]);
    await storms().outAgain(rows[0]!, T0 + 7);
    await storms().hold({ finding: rows[1]!, alike: true, heldAt: T0 + 8, dueAt: T0 + 9 });
    expect([await size(), await held()]).toEqual([{ assets: 3, out: 3 }, []]);
  });

  it('ends with who is still out leaving it; what is held afterwards is held, and the same storm may go on', async () => {
    const { ticketId, rows } = await storm('a1', 'a2');
    await storms().back(rows[0]!, T0 + 3);
    await storms().end(ticketId, T0 + 5);
    expect(await storms().ongoing()).toEqual([]);
    expect((await storms().members(ticketId)).map(({ leftAt }) => leftAt)).toEqual([T0 + 5, T0 + 5]);
    await storms().back(rows[1]!, T0 + 6);
    expect((await storms().members(ticketId))[1]).not.toHaveProperty('backAt');
    await storms().hold({ finding: rows[1]!, alike: true, heldAt: T0 + 7, dueAt: T0 + 9 });
    expect(await held()).toEqual([rows[1]!.id]);
    expect(await storms().begin({ ticketId, scope: NORTH })).toBe(true);
    await storms().join(ticketId, [rows[1]!.id], T0 + 8);
    expect((await storms().members(ticketId))[1]).not.toHaveProperty('leftAt');
    expect(await members(ticketId)).toEqual(rows.map(({ id }) => id));
  });

  it('tells tickets of single assets that are ongoing and were opened since', async () => {
    const evidence = { kind: 'silence', lastHeardAt: T0, silentFor: 1, expectedEvery: 1 } as never;
    await insertTicket(database(), { id: 's1', openedAt: T0, assetId: 'a1', evidence });
    await insertTicket(database(), { id: 's2', openedAt: T0 + 1, assetId: 'a2' });
    await insertTicket(database(), { openedAt: T0 - 1 });
    await insertTicket(database(), { openedAt: T0, status: 'cancelled' });
    await insertTicket(database(), {
      openedAt: T0,
      storm: { scope: NORTH, assets: 5, out: 5, of: 5, told: 5 },
    });
    const found = await storms().ticketsSince(T0);
    const place = { componentId: 'filter', failureModeId: 'clogged' };
    expect([...found].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: 's1', assetId: 'a1', ...place, isSilence: true },
      { id: 's2', assetId: 'a2', ...place, isSilence: false },
    ]);
  });

  it('tells assets in maintenance: until its end, or the next one where none was said', async () => {
    const maintenance = (id: string, assetId: string, at: number, until?: number) => ({
      ...{ id, assetId, type: 'maintenance' as const, at, recordedAt: T0, by: 'ann' },
      ...(until !== undefined && { until }),
    });
    await database().events.add([
      maintenance('e1', 'closed', T0, T0 + 10),
      maintenance('e2', 'open', T0 + 1),
      maintenance('e3', 'ended', T0 + 2),
      maintenance('e4', 'ended', T0 + 4, T0 + 4),
    ]);
    const at = async (time: number) => [...(await storms().inMaintenance(time))].sort();
    expect(await at(T0 - 1)).toEqual([]);
    expect(await at(T0 + 3)).toEqual(['closed', 'ended', 'open']);
    expect(await at(T0 + 5)).toEqual(['closed', 'open']);
    expect(await at(T0 + 10)).toEqual(['open']);
  });

  it('keeps planned shutdowns, ends one that lasts and removes one that is still to come', async () => {
    const shutdown = (id: string, from: number, to: number, more: Partial<Shutdown> = {}): Shutdown => ({
      ...{ id, siteId: 'north', from, to, by: 'ann', recordedAt: T0 },
      ...more,
    });
    const [past, now, later] = [
      shutdown('d1', T0, T0 + 2),
      shutdown('d2', T0 + 1, T0 + 9, { note: 'stock "taking" 盘点' }),
      shutdown('d3', T0 + 6, T0 + 8),
    ];
    const elsewhere = shutdown('d4', T0, T0 + 9, { siteId: 'south' });
    for (const one of [later, now, past, elsewhere]) await storms().addShutdown(one);
    expect(await storms().shutdownsSince(T0 + 2)).toStrictEqual([elsewhere, now, later]);
    expect(await readAll((page) => storms().shutdowns('north', page), 1)).toStrictEqual([later, now, past]);
    expect(await storms().endShutdown('d1', T0 + 5)).toBe(false);
    expect(await storms().endShutdown('d0', T0 + 5)).toBe(false);
    expect(await storms().endShutdown('d2', T0 + 5)).toBe(true);
    expect(await storms().endShutdown('d3', T0 + 5)).toBe(true);
    expect(await readAll((page) => storms().shutdowns('north', page), 9)).toStrictEqual([{ ...now, to: T0 + 5 }, past]);
  });
}
