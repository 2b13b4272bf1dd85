import { expect, it } from 'vitest';
import { insertTicket, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeDeskLinks(harness: GetHarness): void {
  const links = () => harness().database.deskLinks;
  const ticket = (failureModeId: string, change: Parameters<typeof insertTicket>[1] = {}) =>
    insertTicket(harness().database, { failureModeId, episodeKey: failureModeId, ...change });
  const idsOf = (tickets: readonly { id: string }[]) => tickets.map(({ id }) => id);

  it('keeps what is known of a work order', async () => {
    const ticketId = await ticket('a');
    expect(await links().get(ticketId)).toBeUndefined();
    const link = { ticketId, readAt: T0, changedAt: T0 - 1, state: 'open|x', comments: ['1', 'ü'] };
    await links().save(link);
    await links().save({ ...link, comments: ['1', 'ü', '2'] });
    expect(await links().get(ticketId)).toEqual({ ...link, comments: ['1', 'ü', '2'] });
    await links().save({ ticketId, readAt: T0, comments: [] });
    expect(await links().get(ticketId)).toEqual({ ticketId, readAt: T0, comments: [] });
  });

  it('lets one at a time change what is known, from the first time on', async () => {
    const { database } = harness();
    const ticketId = await ticket('a');
    const add = (id: string) =>
      database.transaction(async (tx) => {
        const link = await tx.deskLinks.lock(ticketId);
        await tx.deskLinks.save({ ...link, comments: [...link.comments, id] });
      });
    await Promise.all(['1', '2', '3', '4'].map(add));
    expect([...(await links().get(ticketId))!.comments].sort()).toEqual(['1', '2', '3', '4']);
  });

  it('knows the tickets of a work order, and which work orders are known', async () => {
    const one = await ticket('a', { externalId: '17' });
    const two = await ticket('b', { externalId: '17', status: 'closed' });
    await ticket('c', { externalId: '18' });
    expect(idsOf(await links().ticketsOf('17'))).toEqual([one, two]);
    expect(await links().ticketsOf('19')).toEqual([]);
    expect((await links().known(['17', '18', '19'])).sort()).toEqual(['17', '18']);
    expect(await links().known([])).toEqual([]);
  });

  it('lists what was not read for long, that of which nothing is known first', async () => {
    const read = await ticket('a', { externalId: '1' });
    const stale = await ticket('b', { externalId: '2' });
    const never = await ticket('c', { externalId: '3' });
    const ended = await ticket('d', { externalId: '4', status: 'closed' });
    await ticket('e');
    await links().save({ ticketId: read, readAt: T0, comments: [] });
    await links().save({ ticketId: stale, readAt: T0 - 1, comments: [] });
    expect(idsOf(await links().unread(T0, 9))).toEqual([never, stale]);
    expect(idsOf(await links().unread(T0 + 1, 2))).toEqual([never, stale]);
    expect(idsOf(await links().unread(T0 + 1, 9))).not.toContain(ended);
  });

  it('lists tickets that a desk was to be told of and that have no work order', async () => {
    const { outbox } = harness().database;
    const told = await ticket('a');
    const linked = await ticket('b', { externalId: '1' });
    const proposed = await ticket('c', { status: 'proposed' });
    const ended = await ticket('d', { status: 'cancelled' });
    await ticket('e');
    for (const ticketId of [told, linked, proposed, ended]) {
      await outbox.add({ id: `o ${ticketId}`, ticketId, event: 'ticket.opened', key: ticketId, createdAt: T0 });
    }
    expect(idsOf(await links().unlinked(9))).toEqual([told]);
  });
}
