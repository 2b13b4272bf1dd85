import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail } from '../support/apiClient.ts';
import { ZAMMAD_TOKEN, Zammad } from '../support/desks/zammad.ts';
import { FaultyProxy } from '../support/faultyProxy.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const SECRET = 'events of the desk';
const ASSETS = [
  'moved',
  'voided',
  'done',
  'asset-1',
  'asset-2',
  'asset-3',
  'asset-4',
  'other-4',
  'asset-5',
  'other-5',
  'asset-6',
  'asset-7',
  'asset-8',
  'asset-9',
  'other-9',
];

let zammad: Zammad;
let proxy: FaultyProxy;

/** With a Zammad that is asked only when a test wants that. */
const fettle = useFettle(async () => {
  zammad = await Zammad.start();
  proxy = await FaultyProxy.start(zammad.url);
  return {
    assets: ASSETS.map((id) => rigAsset(id, T0 - 5 * DAY)),
    config: {
      desk: {
        kind: 'rest',
        preset: 'zammad',
        url: proxy.url,
        token: ZAMMAD_TOKEN,
        settings: { group: 'Service', customer: 'fettle@example.com' },
        overrides: { find: { settle: '1ms' } },
        timeout: '2s',
        pollEvery: '1h',
        eventsSecret: SECRET,
      },
    },
    expectedErrors: /delivery failed for good/,
  };
});
afterAll(async () => {
  await proxy?.close();
  await zammad?.stop();
});

async function heat(asset: string): Promise<void> {
  for (const [at, temperature] of [82, 83, 84].entries()) {
    await fettle.send(asset, { ts: T0 + at * MINUTE, temperature });
  }
  await fettle.settled();
}

/** Opens a ticket of a hot bearing, which the desk has a work order of. */
async function overheat(asset: string): Promise<TicketDetail & { externalId: string }> {
  await heat(asset);
  return until(`a work order of ${asset}`, async () => {
    const ticket = await fettle.ticket(asset);
    return ticket.externalId === undefined ? undefined : { ...ticket, externalId: ticket.externalId };
  });
}

/** What the ticket has become when the desk was asked once more. */
async function polled(asset: string): Promise<TicketDetail> {
  zammad.settle();
  await fettle.app.pipeline.service.deskSync.poll();
  return fettle.ticket(asset);
}

const textsOf = ({ entries }: TicketDetail) => entries.filter(({ by }) => by === 'desk').map(({ text }) => text);

describe('what happens in the desk', () => {
  it('comes back by polling, once, and is not told to the desk', async () => {
    const { externalId } = await overheat('asset-1');
    await zammad.work(externalId);
    await zammad.comment(externalId, 'Technician booked');
    const writes = proxy.writes.length;
    for (const _ of [1, 2]) {
      const ticket = await polled('asset-1');
      expect(ticket).toMatchObject({ status: 'in-progress' });
      expect(textsOf(ticket)).toEqual(['Anna Agent: Technician booked', 'open in the desk']);
    }
    await zammad.comment(externalId, 'Done.\noutcome: worn-as-expected');
    await zammad.close(externalId);
    expect(await polled('asset-1')).toMatchObject({ status: 'closed', closing: { outcome: 'worn-as-expected' } });
    expect(proxy.writes.length).toBe(writes);
  });

  it('without an outcome leaves the ticket awaiting it, which the desk may bring later', async () => {
    const { externalId } = await overheat('asset-2');
    await zammad.close(externalId);
    expect(await polled('asset-2')).toMatchObject({ status: 'awaiting-outcome' });
    await zammad.comment(externalId, 'outcome: no-fault-found');
    expect(await polled('asset-2')).toMatchObject({ status: 'closed', closing: { outcome: 'no-fault-found' } });
  });

  it('is heard at once by a webhook, which needs the secret and is only taken for a hint', async () => {
    const { externalId } = await overheat('asset-3');
    await zammad.work(externalId);
    const tell = (secret: string, body: object) =>
      fetch(`${fettle.app.url}/api/v1/desk/events/${encodeURIComponent(secret)}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await tell('guessed', { ticket: { id: externalId } })).status).toBe(404);
    expect(await fettle.ticket('asset-3')).toMatchObject({ status: 'open' });
    for (const _ of [1, 2]) {
      const answer = await tell(SECRET, { ticket: { id: Number(externalId), state: 'closed' }, status: 'closed' });
      expect(await answer.json()).toEqual({ tickets: 1 });
    }
    const ticket = await fettle.ticket('asset-3');
    expect(ticket).toMatchObject({ status: 'in-progress' });
    expect(textsOf(ticket)).toEqual(['open in the desk']);
    expect(await (await tell(SECRET, { ticket: { id: 4711 } })).json()).toEqual({ tickets: 0 });
    expect(JSON.stringify(fettle.lines)).not.toContain('events of the desk');
  });

  it('is not lost when a poll fails half-way', async () => {
    const [a, b] = [await overheat('asset-4'), await overheat('other-4')];
    await zammad.work(a.externalId);
    await zammad.work(b.externalId);
    zammad.settle();
    proxy.plan({ status: 500 }, ({ url }) => url.startsWith(`/api/v1/tickets/${b.externalId}`));
    await expect(polled('asset-4')).rejects.toThrow('500');
    expect(await polled('asset-4')).toMatchObject({ status: 'in-progress' });
    expect(await polled('other-4')).toMatchObject({ status: 'in-progress' });
  });

  it('follows a work order that was merged, for both of its tickets', async () => {
    const [a, b] = [await overheat('asset-5'), await overheat('other-5')];
    await polled('asset-5');
    await zammad.merge(a.externalId, b.externalId);
    await zammad.comment(b.externalId, 'One visit for both');
    expect(await polled('asset-5')).toMatchObject({ externalId: b.externalId, status: 'open' });
    for (const asset of ['asset-5', 'other-5'])
      expect(textsOf(await polled(asset))).toContain('Anna Agent: One visit for both');
  });

  it('ends the ticket of a work order that was deleted, and asks somebody to look after it', async () => {
    const ticket = await overheat('asset-6');
    await zammad.remove(ticket.externalId);
    await fettle.api.post(`/tickets/${ticket.id}/comments`, { text: 'Is anybody there?' });
    const tickets = await until('a task', async () => {
      const all = await fettle.tickets('asset-6');
      return all.length === 2 && all[1]?.externalId !== undefined ? all : undefined;
    });
    expect(tickets[0]).toMatchObject({ id: ticket.id, status: 'cancelled' });
    expect(tickets[1]).toMatchObject({ origin: 'staff', status: 'open' });
    expect(tickets[1]!.title.en).toContain(`Work order ${ticket.externalId} of ticket ${ticket.number} was deleted`);
    const created = proxy.writes.filter(({ method }) => method === 'POST').length;
    await fettle.app.pipeline.service.deskSync.poll();
    expect(await fettle.tickets('asset-6')).toHaveLength(2);
    expect(proxy.writes.filter(({ method }) => method === 'POST').length).toBe(created);
  });
});

describe('what happens here', () => {
  it('is told to the desk: people, comments and the end', async () => {
    const { id, externalId } = await overheat('asset-7');
    const order = async () => (await zammad.orders({ id: externalId }))[0]!;
    await fettle.api.post(`/tickets/${id}/transition`, { to: 'acknowledged', note: 'I am on it' });
    await fettle.api.post(`/tickets/${id}/comments`, { text: 'Part 4711 is on its way' });
    await until('both to be told', async () => (await order()).comments.some((text) => text.includes('Part 4711')));
    expect((await order()).comments.join()).toContain('open → acknowledged: I am on it');
    await fettle.api.post(`/tickets/${id}/close`, { outcome: 'worn-as-expected', note: 'Bearing was dry' });
    await until('it to be closed', async () => (await order()).isOver);
    expect((await order()).comments.join()).toContain('Bearing was dry');
  });

  it('moves the work order, which is no news from the desk then', async () => {
    const { id, externalId } = await overheat('moved');
    const state = async () => (await zammad.orders({ id: externalId }))[0]!.isOver;
    await fettle.api.post(`/tickets/${id}/transition`, { to: 'in-progress' });
    await zammad.close(externalId);
    expect(await polled('moved')).toMatchObject({ status: 'awaiting-outcome' });
    await fettle.api.post(`/tickets/${id}/transition`, { to: 'open', note: 'still hot' });
    await until('it to be open there', async () => !(await state()));
    await until('that to be noted', async () => (await fettle.ticket('moved')).entries.at(-1)?.kind === 'delivered');
    expect(await polled('moved')).toMatchObject({ status: 'open' });
  });

  it('ends in the desk too when the version of the rule is voided', async () => {
    const { id, externalId, ruleId, ruleVersion } = await overheat('voided');
    const done = await overheat('done');
    await fettle.api.post(`/tickets/${done.id}/transition`, { to: 'resolved' });
    const path = `/models/rig/rules/${ruleId}/versions/${ruleVersion}/void`;
    const voided = await fettle.api.post<{ voided: number; left: number }>(path, { reason: 'limit set too low' });
    expect(voided.left).toBeGreaterThan(0);
    await until('it to be closed', async () => (await zammad.orders({ id: externalId }))[0]?.isOver);
    expect(await fettle.ticket('voided')).toMatchObject({ id, status: 'cancelled' });
    expect(await fettle.ticket('done')).toMatchObject({ status: 'resolved' });
  });

  it('makes one work order although the answer got lost', async () => {
    proxy.plan('lost-answer');
    const settling = setInterval(() => zammad.settle(), 20);
    onTestFinished(() => clearInterval(settling));
    const { title } = await overheat('asset-8');
    expect(await zammad.orders({ title: title.en })).toHaveLength(1);
  });
});

describe('the reconciliation report', () => {
  it('lists tickets without a work order and work orders without a ticket', async () => {
    const { externalId } = await overheat('asset-9');
    const known = () => fettle.api.get('/desk/reconciliation');
    zammad.settle();
    expect(await known()).toEqual({ desk: 'zammad', withoutWorkOrder: [], withoutTicket: [] });
    proxy.plan({ status: 422, body: '{"error":"No such group"}' });
    await heat('other-9');
    const { id, number } = await until('the refusal', async () => {
      const ticket = await fettle.ticket('other-9');
      return ticket.entries.some(({ kind }) => kind === 'delivery-failed') ? ticket : undefined;
    });
    const stray = await fetch(`${zammad.url}/api/v1/tickets`, {
      method: 'POST',
      headers: { Authorization: `Token token=${ZAMMAD_TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ title: 'x', group: 'Service', tags: 'fettle,fettle0', article: { body: 'x' } }),
    });
    const { id: strayId } = (await stray.json()) as { id: number };
    zammad.settle();
    expect(await known()).toMatchObject({
      withoutWorkOrder: [
        { ticketId: id, number, delivery: { status: 'failed', lastError: expect.stringContaining('No such group') } },
      ],
      withoutTicket: [String(strayId)],
    });
    expect(externalId).not.toBe(String(strayId));
    proxy.plan({ status: 500 }, () => true);
    await expect(known()).rejects.toThrow(/503/);
  });
});
