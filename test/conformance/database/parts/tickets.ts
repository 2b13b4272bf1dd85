import { expect, it } from 'vitest';
import { TICKET_STATUSES } from '../../../../src/domain/ticket.ts';
import { AlreadyOngoingError, StaleVersionError } from '../../../../src/ports/database.ts';
import { asset, FULL_TICKET, T0, ticket } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeTickets(harness: GetHarness): void {
  const tickets = () => harness().database.tickets;
  const episode = { assetId: 'a1', componentId: 'filter', failureModeId: 'clogged' };
  const ongoing = () => tickets().ongoing('a1', 'filter', 'clogged');

  it('returns a ticket as it was inserted, numbered and at version 1', async () => {
    const plain = ticket();
    expect(await tickets().insert(plain)).toStrictEqual({ ...plain, number: 1, reopened: 0, version: 1 });
    const full = await tickets().insert(FULL_TICKET);
    expect(full).toStrictEqual({ ...FULL_TICKET, number: 2, reopened: 0, version: 1 });
    expect(await tickets().get(FULL_TICKET.id)).toStrictEqual(full);
    expect(await tickets().get('unknown')).toBeUndefined();
  });

  it.each(TICKET_STATUSES)('knows whether an episode goes on in status %s', async (status) => {
    await tickets().insert(ticket({ ...episode, status }));
    const ended = status === 'closed' || status === 'cancelled';
    expect(Boolean(await ongoing())).toBe(!ended);
    expect(Boolean(await tickets().insert(ticket(episode)))).toBe(ended);
  });

  it('counts ongoing tickets by priority', async () => {
    expect(await tickets().countOngoing()).toEqual({});
    for (const [n, status] of TICKET_STATUSES.entries()) {
      await tickets().insert(ticket({ ...episode, assetId: `a${n}`, status, priority: n % 2 === 0 ? 'P1' : 'P3' }));
    }
    expect(await tickets().countOngoing()).toEqual({ P1: 4, P3: 4 });
  });

  it('takes up an ended ticket again, unless another one of its matter goes on', async () => {
    const ended = (await tickets().insert(ticket({ ...episode, status: 'closed' })))!;
    const other = (await tickets().insert(ticket(episode)))!;
    const again = { status: 'open', reopened: 1 } as const;
    await expect(tickets().update(ended.id, 1, again)).rejects.toThrow(AlreadyOngoingError);
    expect(await tickets().get(ended.id)).toStrictEqual(ended);
    await tickets().update(other.id, 1, { status: 'cancelled' });
    expect(await tickets().update(ended.id, 1, again)).toStrictEqual({ ...ended, ...again, version: 2 });
    expect(await ongoing()).toMatchObject({ id: ended.id, reopened: 1 });
  });

  it('takes tickets that differ in asset, component or failure mode', async () => {
    for (const other of [{}, { assetId: 'a2' }, { componentId: 'belt' }, { failureModeId: 'leak' }]) {
      expect(await tickets().insert(ticket({ ...episode, ...other }))).toBeDefined();
    }
  });

  it('never takes an episode key twice, closed or not', async () => {
    await tickets().insert(ticket({ ...episode, status: 'closed', episodeKey: 'k' }));
    expect(await tickets().insert(ticket({ ...episode, episodeKey: 'k' }))).toBeUndefined();
    expect(await tickets().insert(ticket({ assetId: 'elsewhere', episodeKey: 'k' }))).toBeUndefined();
  });

  it('opens one ticket when many transactions insert for the same episode at once', async () => {
    const database = harness().database;
    const inserted = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        database.transaction(async (tx) => {
          if (n % 2 === 0) await tx.tickets.ongoing('a1', 'filter', 'clogged');
          return tx.tickets.insert(ticket({ ...episode, episodeKey: n % 3 === 0 ? 'same' : `other ${n}` }));
        }),
      ),
    );
    expect(inserted.filter((row) => row !== undefined)).toHaveLength(1);
    expect(await tickets().countByStatus()).toEqual({ open: 1 });
  });

  it('locks the ongoing ticket until the transaction ends', async () => {
    await tickets().insert(ticket(episode));
    const other = await harness().open(1);
    const steps = Array.from({ length: 6 }, (_, n) =>
      (n % 2 === 0 ? harness().database : other).transaction(async (tx) => {
        const found = await tx.tickets.ongoing('a1', 'filter', 'clogged');
        // Without the lock two would read the same version, and one update would be stale.
        return tx.tickets.update(found!.id, found!.version, { updatedAt: T0 + n });
      }),
    );
    await Promise.all(steps);
    await other.close();
    expect(await ongoing()).toMatchObject({ version: 7 });
  });

  it('changes what is given, empties what is given as undefined, and counts the version up', async () => {
    const { id } = (await tickets().insert({ ...FULL_TICKET, ...episode }))!;
    const changed = await tickets().update(id, 1, {
      status: 'resolved',
      summary: { en: 'new', zh: '新 \0' },
      updatedAt: T0 + 0.001,
      doBy: undefined,
      forecast: undefined,
    });
    const { doBy: _, forecast: __, ...kept } = FULL_TICKET;
    expect(changed).toStrictEqual({
      ...kept,
      ...episode,
      number: 1,
      reopened: 0,
      version: 2,
      status: 'resolved',
      summary: { en: 'new', zh: '新 \uFFFD' },
      updatedAt: T0 + 0.001,
    });
    expect(await tickets().get(id)).toStrictEqual(changed);
    expect(await tickets().update(id, 2, {})).toStrictEqual({ ...changed, version: 3 });
  });

  it('refuses to change a ticket that somebody else changed, or that is not there', async () => {
    const { id } = (await tickets().insert(ticket()))!;
    const results = await Promise.allSettled(
      ['P1', 'P2'].map((priority) => tickets().update(id, 1, { priority: priority as 'P1' })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: expect.any(StaleVersionError) });
    expect(await tickets().get(id)).toMatchObject({ version: 2 });
    await expect(tickets().update('unknown', 1, {})).rejects.toThrow(StaleVersionError);
  });

  it('counts the tickets of a rule and model since a time, cancelled ones included', async () => {
    await harness().database.assets.save([asset('a1'), asset('a2', { modelId: 'other' })]);
    const opened = (assetId: string, openedAt: number, more = {}) =>
      tickets().insert(ticket({ assetId, openedAt, ruleId: 'r', ...more }));
    await opened('a1', T0, { status: 'cancelled' });
    await opened('a1', T0 + 1, { componentId: 'belt' });
    await opened('a1', T0 - 0.001, { componentId: 'too early' });
    await opened('a1', T0, { componentId: 'other rule', ruleId: 'r2' });
    await opened('a2', T0);
    expect(await tickets().countByRule('r', 'compressor', T0)).toBe(2);
    expect(await tickets().countByRule('none', 'compressor', T0)).toBe(0);
  });

  it('counts by status', async () => {
    expect(await tickets().countByStatus()).toEqual({});
    for (const status of ['open', 'open', 'closed'] as const) await tickets().insert(ticket({ status }));
    expect(await tickets().countByStatus()).toEqual({ open: 2, closed: 1 });
  });

  it('keeps the entries of a ticket in order of time', async () => {
    const { id: ticketId } = (await tickets().insert(ticket()))!;
    const base = { ticketId, by: '服务台' };
    const moved = { ...base, id: '1', at: T0 + 1, kind: 'transition', text: '', from: 'open', to: 'closed' } as const;
    const changes = [{ field: 'person', from: 'Ann' }];
    const opened = { ...base, id: '2', at: T0, kind: 'opened', text: 'é 🛠️', changes } as const;
    await tickets().addEntry(moved);
    await tickets().addEntry(opened);
    expect(await tickets().entries(ticketId)).toStrictEqual([opened, moved]);
    expect(await tickets().entries('unknown')).toEqual([]);
  });
}
