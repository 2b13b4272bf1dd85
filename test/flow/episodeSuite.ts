import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset, rigModel } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const ASSETS = ['lasts', 'again', 'later', 'void', 'proposed', 'ink', 'worse', 'older', 'late', 'renewed', 'not-again'];
const [HOT, COLD] = [[82, 83, 84], Array<number>(6).fill(70)];

/** What happens to a closed ticket, the same whether assessed in hand or from notes. */
export function describeEpisodes(config: Readonly<Record<string, unknown>>): void {
  const fettle = useFettle(() => ({
    config,
    models: [rigModel({ reopenWithin: '2d' })],
    assets: ASSETS.map((id) => rigAsset(id, T0 - 5 * DAY, id === 'proposed' ? { site: 'hall' } : {})),
  }));

  afterEach(async () => {
    await fettle.settled();
    expect(fettle.app.ledger.imbalance()).toEqual([]);
  });

  async function minutely(asset: string, metric: string, from: number, values: readonly number[]): Promise<void> {
    const site = asset === 'proposed' ? 'hall' : 'plant';
    for (const [at, value] of values.entries()) {
      await fettle.send(asset, { ts: from + at * MINUTE, [metric]: value }, site);
    }
    await fettle.settled();
  }

  const post = (id: string, act: string, body: object) => fettle.api.post(`/tickets/${id}/${act}`, body);
  const close = async (id: string, closing: object = { outcome: 'failure-found' }) => {
    await post(id, 'close', closing);
    await fettle.settled();
  };
  const statuses = async (asset: string) => (await fettle.tickets(asset)).map(({ status }) => status);

  describe('a closed ticket', () => {
    it('stays closed while its condition lasts', async () => {
      await minutely('lasts', 'temperature', T0, HOT);
      await close((await fettle.ticket('lasts')).id);
      await minutely('lasts', 'temperature', T0 + HOUR, [85, 86, 87, 88]);
      await minutely('lasts', 'temperature', T0 + 3 * DAY, [85, 86, 87, 88]);
      expect(await statuses('lasts')).toEqual(['closed']);
    });

    it('goes on when its condition comes again within the window, with what is found then', async () => {
      await minutely('again', 'temperature', T0, [...HOT, 97, 98, 99]);
      const before = await fettle.ticket('again');
      await post(before.id, 'assign', { person: 'ann' });
      await close(before.id);
      await minutely('again', 'temperature', T0 + HOUR, [...COLD, ...HOT]);
      const ticket = await fettle.ticket('again');
      expect(ticket).toMatchObject({ id: before.id, status: 'open', severity: 'warning', reopened: 1, person: 'ann' });
      expect(ticket.window!.from).toBe(new Date(T0 + HOUR + 6 * MINUTE).toISOString());
      const fields = ticket.entries.at(-1)!.changes!.map(({ field }) => field);
      expect(ticket.entries.at(-1)).toMatchObject({ kind: 'transition', by: 'fettle', from: 'closed', to: 'open' });
      expect(fields).toEqual(['severity', 'priority', 'closing']);
      expect(ticket.findings.at(0)).toMatchObject({ change: 'raised', severity: 'warning' });
    });

    it('is followed by another one that names it when its condition comes again later', async () => {
      await minutely('later', 'temperature', T0, HOT);
      const { id, number } = await fettle.ticket('later');
      await close(id);
      await minutely('later', 'temperature', T0 + 2 * DAY, [...COLD, ...HOT]);
      const tickets = await fettle.tickets('later');
      expect(tickets).toMatchObject([{ status: 'closed' }, { status: 'open', reopened: 0, recurrenceOf: id }]);
      const { entries } = await fettle.api.get<TicketDetail>(`/tickets/${tickets[1]!.id}`);
      expect(entries[0]!.text).toContain(`again, after ticket ${number}`);
    });

    it('goes on when it gets worse, although it never cleared', async () => {
      await minutely('worse', 'temperature', T0, HOT);
      await close((await fettle.ticket('worse')).id);
      await minutely('worse', 'temperature', T0 + HOUR, [96, 97, 98]);
      expect(await fettle.ticket('worse')).toMatchObject({ status: 'open', severity: 'critical', reopened: 1 });
    });

    it('is not reopened by what is older than its closing', async () => {
      await minutely('older', 'temperature', T0 + HOUR, HOT);
      await minutely('older', 'temperature', T0 + 2 * HOUR, COLD);
      const { id } = await fettle.ticket('older');
      await close(id, { outcome: 'other-cause' });
      await minutely('older', 'temperature', T0, [...HOT, ...COLD]);
      await minutely('older', 'temperature', T0 + 90 * MINUTE, [...COLD, ...HOT]);
      expect(await statuses('older')).toEqual(['closed']);
    });

    it('of a part that was replaced is over: what its successor does is another ticket that names it', async () => {
      await minutely('renewed', 'temperature', T0, HOT);
      const { id } = await fettle.ticket('renewed');
      await close(id, { outcome: 'failure-found', replaced: { at: new Date(T0 + 3 * MINUTE).toISOString() } });
      await minutely('renewed', 'temperature', T0 + HOUR, [...COLD, ...HOT]);
      expect(await fettle.tickets('renewed')).toMatchObject([
        { status: 'closed' },
        { status: 'open', recurrenceOf: id },
      ]);
    });

    it('of a worn part that was renewed is over: the next part has a ticket of its own', async () => {
      await minutely('ink', 'ink', T0, [12, 11, 9, 8, 7, 100, 99, 99, 98]);
      expect(await statuses('ink')).toEqual(['closed']);
      await minutely('ink', 'ink', T0 + DAY, [60, 50, 30, 20, 8, 7, 6]);
      const tickets = await fettle.tickets('ink');
      expect(tickets).toMatchObject([{ status: 'closed' }, { status: 'open', reopened: 0 }]);
      expect(tickets[1]).not.toHaveProperty('recurrenceOf');
    });

    it('of a rule that only proposes is not reopened: what is found again is proposed', async () => {
      await minutely('proposed', 'temperature', T0, HOT);
      const { id } = await fettle.ticket('proposed');
      await post(id, 'release', {});
      await close(id);
      await minutely('proposed', 'temperature', T0 + HOUR, [...COLD, ...HOT]);
      const tickets = await fettle.tickets('proposed');
      expect(tickets).toMatchObject([{ status: 'closed' }, { status: 'proposed', recurrenceOf: id }]);
    });
  });

  it('a cancelled ticket is neither reopened nor named', async () => {
    await minutely('void', 'temperature', T0, HOT);
    await post((await fettle.ticket('void')).id, 'transition', { to: 'cancelled' });
    await fettle.settled();
    await minutely('void', 'temperature', T0 + HOUR, [...COLD, ...HOT]);
    const tickets = await fettle.tickets('void');
    expect(tickets.map(({ status }) => status)).toEqual(['cancelled', 'open']);
    expect(tickets[1]).not.toHaveProperty('recurrenceOf');
  });

  it('is closed as it was where late samples show that it did not come again', async () => {
    await minutely('not-again', 'temperature', T0, HOT);
    const { id } = await fettle.ticket('not-again');
    await close(id, { outcome: 'other-cause', note: 'fan off' });
    await minutely('not-again', 'temperature', T0 + HOUR, COLD);
    await minutely('not-again', 'temperature', T0 + 2 * HOUR, [82, 83, 84]);
    expect(await fettle.ticket('not-again')).toMatchObject({
      status: 'open',
      reopened: 1,
      formerClosings: [{ closing: { outcome: 'other-cause', note: 'fan off' } }],
    });
    // A minute between them was cold: it was never hot for long enough.
    await fettle.send('not-again', { ts: T0 + 2 * HOUR + 90_000, temperature: 60 });
    await fettle.settled();
    const ticket = await fettle.ticket('not-again');
    expect(ticket).toMatchObject({
      status: 'closed',
      reopened: 0,
      closing: { outcome: 'other-cause', note: 'fan off' },
    });
    expect(ticket).not.toHaveProperty('formerClosings');
    expect(ticket.entries.at(-1)).toMatchObject({ kind: 'retracted', from: 'open', to: 'closed' });
  });

  it('late samples that show it cleared in between do not undo that a ticket was reopened', async () => {
    await minutely('late', 'temperature', T0, HOT);
    await close((await fettle.ticket('late')).id);
    await minutely('late', 'temperature', T0 + HOUR, [...COLD, ...HOT]);
    await minutely('late', 'temperature', T0 + 30 * MINUTE, [70]);
    expect(await fettle.ticket('late')).toMatchObject({ status: 'open', reopened: 1 });
  });
}
