import { beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import type { FindingDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset, rigModel } from '../support/rig.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 2 * DAY;
const SECRET = 'desk-secret';

let desk: WebhookReceiver;
beforeAll(async () => {
  desk = await startWebhookReceiver({ secret: SECRET });
  return () => desk.close();
});

const fettle = useFettle(() => ({
  models: [rigModel({ pressureCap: 3 })],
  assets: [
    rigAsset('watched', T0 - DAY, { site: 'lab' }),
    rigAsset('asked-1', T0 - DAY, { site: 'hall' }),
    rigAsset('asked-2', T0 - DAY, { site: 'hall' }),
    rigAsset('asked-3', T0 - DAY, { site: 'hall' }),
    ...['late-1', 'late-2', 'refused', 'cancelled'].map((id) => rigAsset(id, T0 - DAY)),
    ...[1, 2, 3, 4, 5, 6].map((at) => rigAsset(`storm-${at}`, T0 - DAY)),
  ],
  config: { desk: { kind: 'webhook', url: desk.url, secret: SECRET } },
  expectedErrors: /rule opened more tickets|delivery failed for good/,
}));

async function overheat(asset: string, site = 'plant', from = T0): Promise<void> {
  for (const [at, temperature] of [82, 83, 84].entries()) {
    await fettle.send(asset, { ts: from + at * MINUTE, temperature }, site);
  }
  await fettle.settled();
}

async function overpressure(asset: string): Promise<void> {
  await fettle.send(asset, { ts: T0, pressure: 11, running: 'running' });
  await fettle.send(asset, { ts: T0 + MINUTE, pressure: 12, running: 'running' });
  await fettle.settled();
}

const eventsFor = (ticketId: string) =>
  desk.requests.filter(({ json }) => json.ticket?.id === ticketId).map(({ json }) => json.event);

const deliveries = (status: string) =>
  fettle.api.all<{ id: string; ticketId: string; attempts: number; lastError?: string }>(
    `/deliveries?status=${status}`,
  );

describe('the mode of a rule at a site', () => {
  it('observe: a finding, no ticket', async () => {
    await overheat('watched', 'lab');
    expect(await fettle.tickets('watched')).toEqual([]);
    const findings = await fettle.api.all<FindingDocument>('/findings?assetId=watched');
    expect(findings.map(({ change, ruleId }) => [change, ruleId])).toEqual([['raised', 'temperature-high']]);
  });

  it('propose: a person releases the ticket, and only then the desk hears of it', async () => {
    await overheat('asked-1', 'hall');
    const proposed = await fettle.ticket('asked-1');
    expect(proposed).toMatchObject({ status: 'proposed', mode: 'propose' });
    expect(await deliveries('pending')).toEqual([]);
    expect(eventsFor(proposed.id)).toEqual([]);
    await fettle.api.post(`/tickets/${proposed.id}/release`);
    expect((await fettle.ticket('asked-1')).status).toBe('open');
    await until('the delivery', () => eventsFor(proposed.id).length > 0);
    expect(eventsFor(proposed.id)).toEqual(['ticket.opened']);
  });

  it('propose: what cleared and comes back is proposed again, and a person who reopens it tells the desk', async () => {
    const cool = async (from: number) => {
      for (let at = 0; at < 8; at++) await fettle.send('asked-3', { ts: from + at * MINUTE, temperature: 60 }, 'hall');
      await fettle.settled();
    };
    await overheat('asked-3', 'hall');
    await cool(T0 + 3 * MINUTE);
    const { id, status } = await fettle.ticket('asked-3');
    expect(status).toBe('resolved');
    await overheat('asked-3', 'hall', T0 + 20 * MINUTE);
    expect(await fettle.ticket('asked-3')).toMatchObject({ id, status: 'proposed' });
    await cool(T0 + 23 * MINUTE);
    expect(eventsFor(id)).toEqual([]);

    await fettle.api.post(`/tickets/${id}/transition`, { to: 'open', note: 'look at it all the same' });
    await until('the delivery', () => eventsFor(id).length > 0);
    expect(eventsFor(id)).toEqual(['ticket.opened']);
  });

  it('propose: a voided ticket stays away, also when its evidence comes again', async () => {
    await overheat('asked-2', 'hall');
    const { id } = await fettle.ticket('asked-2');
    await fettle.api.post(`/tickets/${id}/void`, { reason: 'sensor under repair' });
    await fettle.send('asked-2', { ts: T0 - MINUTE, temperature: 83 }, 'hall');
    await overheat('asked-2', 'hall', T0 + 3 * MINUTE);
    expect(await fettle.ticket('asked-2')).toMatchObject({ status: 'cancelled' });
    expect(eventsFor(id)).toEqual([]);
  });
});

it('a cancelled ticket ends its episode', async () => {
  await overheat('cancelled');
  const { id } = await fettle.ticket('cancelled');
  await fettle.api.post(`/tickets/${id}/transition`, { to: 'cancelled', note: 'duplicate of a phone call' });
  await fettle.send('cancelled', { ts: T0 - MINUTE, temperature: 83 });
  await overheat('cancelled', 'plant', T0 + 3 * MINUTE);
  const ticket = await fettle.ticket('cancelled');
  expect(ticket.status).toBe('cancelled');
  expect(ticket.closedAt).toBeTruthy();
});

it('a rule that opens more tickets than its cap only proposes, until it is reset', async () => {
  for (const at of [1, 2, 3, 4]) await overpressure(`storm-${at}`);
  const statuses = await Promise.all([1, 2, 3, 4].map(async (at) => (await fettle.ticket(`storm-${at}`)).status));
  expect(statuses).toEqual(['open', 'open', 'open', 'proposed']);
  const tripped = await fettle.api.all<{ modelId: string; ruleId: string }>('/rules/tripped');
  expect(tripped).toMatchObject([{ modelId: 'rig', ruleId: 'pressure-high' }]);
  await fettle.api.post('/models/rig/rules/pressure-high/reset');
  expect(await fettle.api.all('/rules/tripped')).toEqual([]);
});

describe('deliveries', () => {
  it('wait while they are paused', async () => {
    await fettle.api.put('/deliveries/switch', { paused: true });
    await overheat('late-1');
    const { id } = await fettle.ticket('late-1');
    expect(await deliveries('pending')).toMatchObject([{ ticketId: id, attempts: 0 }]);
    await fettle.api.put('/deliveries/switch', { paused: false });
    await until('the delivery', () => eventsFor(id).length > 0);
    expect(eventsFor(id)).toEqual(['ticket.opened']);
    const delivered = await until('the ticket to know', async () => {
      const ticket = await fettle.ticket('late-1');
      return ticket.externalId === undefined ? undefined : ticket;
    });
    expect(delivered.externalUrl).toMatch(/^http:\/\/desk\.example\//);
    expect(delivered.entries.map(({ kind }) => kind)).toContain('delivered');
  });

  it('that a desk can not take now are tried again, with the same key', async () => {
    desk.script({ status: 503 }, 'hang-up');
    await overheat('late-2');
    const { id } = await fettle.ticket('late-2');
    await until('the third attempt', () => eventsFor(id).length >= 3);
    await until('no pending delivery', async () => (await deliveries('pending')).length === 0);
    const keys = desk.requests
      .filter(({ json }) => json.ticket?.id === id)
      .map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
  });

  it('that a desk refuses fail visibly and can be made again', async () => {
    desk.script({ status: 422, body: { message: 'no such site' } });
    await overheat('refused');
    const { id } = await fettle.ticket('refused');
    const [failed] = await until('the failure', async () => {
      const rows = await deliveries('failed');
      return rows.length > 0 ? rows : undefined;
    });
    expect(failed).toMatchObject({ ticketId: id, attempts: 1 });
    expect(failed!.lastError).toContain('422');
    expect((await fettle.ticket('refused')).entries.map(({ kind }) => kind)).toContain('delivery-failed');
    await fettle.api.post(`/deliveries/${failed!.id}/retry`);
    await until('the delivery', () => eventsFor(id).length === 2);
    await until('no failed delivery', async () => (await deliveries('failed')).length === 0);
  });
});
