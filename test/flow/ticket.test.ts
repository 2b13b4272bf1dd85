import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const SECRET = 'desk-secret';
const ASSETS = ['hot', 'worse', 'clears', 'clears-late', 'again', 'worn', 'changed', 'closed', 'worsens', 'ink'];

let desk: WebhookReceiver;
beforeAll(async () => {
  desk = await startWebhookReceiver({ secret: SECRET });
  return () => desk.close();
});

const fettle = useFettle(() => ({
  assets: [
    ...ASSETS.map((id) => rigAsset(id, T0 - 5 * DAY)),
    { id: 'unknown-age', model: 'rig', site: 'plant' },
    rigAsset('dated', T0, { name: 'Rig 7', customer: 'acme', contract: { kind: 'service', reference: 'C-7' } }),
  ],
  config: { desk: { kind: 'webhook', url: desk.url, secret: SECRET } },
}));

afterEach(async () => {
  await fettle.settled();
  expect(fettle.app.ledger.imbalance()).toEqual([]);
});

/** Sends a metric as one message a minute from `from` on. */
async function minutely(asset: string, metric: string, from: number, values: readonly number[]): Promise<void> {
  await Promise.all(values.map((value, at) => fettle.send(asset, { ts: from + at * MINUTE, [metric]: value })));
  await fettle.settled();
}

const heard = (ticketId: string) =>
  desk.requests.filter(({ json }) => json.ticket?.id === ticketId).map(({ json }) => json);

/** What the desk was told of a ticket, when it has been told `count` things. */
async function told(ticketId: string, count: number): Promise<string[]> {
  await until(`${count} deliveries`, () => heard(ticketId).length >= count);
  return heard(ticketId).map(({ event }) => String(event));
}

describe('a ticket', () => {
  it('explains itself, at the desk as in the API', async () => {
    await minutely('hot', 'temperature', T0, [70, 82, 83, 85, 84]);
    const ticket = await fettle.ticket('hot');
    expect(ticket).toMatchObject({
      status: 'open',
      origin: 'device',
      mode: 'live',
      severity: 'warning',
      siteId: 'plant',
      componentId: 'bearing',
      failureModeId: 'overheated',
      ruleId: 'temperature-high',
      window: { from: new Date(T0 + MINUTE).toISOString(), to: new Date(T0 + 3 * MINUTE).toISOString() },
      evidence: {
        kind: 'threshold',
        metricId: 'temperature',
        unit: '°C',
        limit: 80,
        value: 85,
        extreme: 85,
        samples: 3,
      },
      part: { number: 'BRG-1', leadTimeSeconds: 3 * 86_400 },
    });
    expect(ticket.ruleVersion).toBeTruthy();
    expect(ticket.title.en).toBe('hot: Bearing, too hot');
    expect(ticket.summary.en).toContain('Temperature above 80 °C since');
    expect(ticket.summary.zh).toContain('温度');
    expect(ticket.findings.map(({ change }) => change)).toEqual(['raised']);
    expect(ticket.entries.map(({ kind }) => kind)).toContain('opened');

    await told(ticket.id, 1);
    const [request] = desk.requests.filter(({ json }) => json.ticket?.id === ticket.id);
    expect(request).toMatchObject({ method: 'POST', signatureValid: true });
    expect(request!.json).toMatchObject({
      event: 'ticket.opened',
      ticket: { number: ticket.number, evidence: { value: 85 }, part: { number: 'BRG-1' } },
    });
  });

  it('links to a chart that shows its evidence', async () => {
    const { chart } = await fettle.ticket('hot');
    const url = new URL(chart!);
    expect(url.origin).toBe(fettle.app.url);
    const { items } = await fettle.api.get<{ items: { value: number }[] }>(
      `${url.pathname.replace('/api/v1', '')}${url.search}`,
    );
    expect(items.map(({ value }) => value)).toEqual([70, 82, 83, 85, 84]);
  });

  it('carries a forecast with its spread, and the latest time to act', async () => {
    const days = Array.from({ length: 16 }, (_, day) => ({ ts: T0 + day * DAY, hours: 800 + day * 8 + (day % 3) }));
    for (const day of days) await fettle.send('dated', day);
    await fettle.settled();
    const ticket = await fettle.ticket('dated');
    expect(ticket).toMatchObject({
      componentId: 'filter',
      severity: 'warning',
      customerId: 'acme',
      contract: { kind: 'service', reference: 'C-7' },
      evidence: { kind: 'usage', life: 1000, unit: 'h' },
    });
    const [p10, p50, p90] = [ticket.forecast!.p10, ticket.forecast!.p50, ticket.forecast!.p90].map((time) =>
      Date.parse(time!),
    ) as [number, number, number];
    expect(p10).toBeLessThan(p50);
    expect(p50).toBeLessThan(p90);
    const lastDay = T0 + 15 * DAY;
    expect((p50 - lastDay) / DAY).toBeGreaterThan(6);
    expect((p50 - lastDay) / DAY).toBeLessThan(14);
    expect(Date.parse(ticket.doBy!)).toBe(Math.max(Date.parse(ticket.window!.to), p10 - 2 * DAY));
    expect(ticket.title.en).toContain('Rig 7');
  });
});

describe('one developing fault', () => {
  it('stays one ticket: evidence adds up, severity rises and is told once', async () => {
    await minutely('worse', 'temperature', T0, [82, 83, 84, 97, 98, 99, 99, 98, 97]);
    const ticket = await fettle.ticket('worse');
    expect(ticket).toMatchObject({ severity: 'critical', status: 'open', evidence: { limit: 95, extreme: 99 } });
    expect(ticket.entries.map(({ kind }) => kind).filter((kind) => kind !== 'delivered')).toEqual([
      'opened',
      'escalated',
    ]);
    expect(await told(ticket.id, 2)).toEqual(['ticket.opened', 'ticket.updated']);
    expect(heard(ticket.id)[1]!.ticket).toMatchObject({ severity: 'critical' });
  });

  it('that goes away resolves a ticket nobody has touched', async () => {
    await minutely('clears', 'temperature', T0, [82, 83, 84, 70, 70, 70, 70, 70, 70]);
    const ticket = await fettle.ticket('clears');
    expect(ticket).toMatchObject({ status: 'resolved', closing: { outcome: 'cleared-unconfirmed' } });
    expect(await told(ticket.id, 2)).toEqual(['ticket.opened', 'ticket.updated']);
  });

  it('that goes away only annotates a ticket somebody has acknowledged', async () => {
    await minutely('clears-late', 'temperature', T0, [82, 83, 84]);
    const { id } = await fettle.ticket('clears-late');
    await fettle.api.post(`/tickets/${id}/transition`, { to: 'acknowledged' });
    await minutely('clears-late', 'temperature', T0 + 3 * MINUTE, [70, 70, 70, 70, 70, 70]);
    const ticket = await fettle.ticket('clears-late');
    expect(ticket.status).toBe('acknowledged');
    expect(ticket.closing).toBeUndefined();
    expect(ticket.entries.map(({ kind }) => kind)).toContain('cleared');
  });

  it('that comes again reopens its resolved ticket', async () => {
    await minutely('again', 'temperature', T0, [82, 83, 84, 70, 70, 70, 70, 70, 70, 85, 86, 87]);
    const ticket = await fettle.ticket('again');
    expect(ticket).toMatchObject({ status: 'open', evidence: { value: 87 } });
    expect(ticket.closing).toBeUndefined();
    expect(await told(ticket.id, 3)).toEqual(['ticket.opened', 'ticket.updated', 'ticket.updated']);
  });
});

describe('renewal', () => {
  it('that the counter shows closes the ticket as detected', async () => {
    await minutely('ink', 'ink', T0, [12, 11, 9, 8, 7, 100, 99, 99, 98]);
    const ticket = await fettle.ticket('ink');
    expect(ticket).toMatchObject({ status: 'closed', closing: { outcome: 'replaced-detected' } });
    expect(await told(ticket.id, 2)).toEqual(['ticket.opened', 'ticket.closed']);
    expect((await componentOf('ink', 'cartridge')).wear).toBeCloseTo(0.02, 5);
    await minutely('ink', 'ink', T0 + HOUR, [97, 96, 95]);
    expect(await fettle.tickets('ink')).toHaveLength(1);
  });

  it('that a person reports, in the past, starts a new life and takes nothing back up', async () => {
    await minutely('changed', 'hours', T0, [880, 880.5]);
    for (let hour = 1; hour <= 30; hour++) await fettle.send('changed', { ts: T0 + hour * HOUR, hours: 881 + hour });
    await fettle.settled();
    const { id } = await fettle.ticket('changed');
    const at = new Date(T0 + 25 * HOUR).toISOString();
    await fettle.api.post(`/tickets/${id}/close`, { outcome: 'worn-as-expected', replaced: { at, reading: 906 } });
    await fettle.settled();
    expect(await fettle.ticket('changed')).toMatchObject({ status: 'closed', closing: { replaced: { reading: 906 } } });
    expect(await componentOf('changed', 'filter')).toMatchObject({ used: 5, health: 'good' });
    for (let hour = 31; hour <= 40; hour++) await fettle.send('changed', { ts: T0 + hour * HOUR, hours: 881 + hour });
    await fettle.settled();
    expect((await componentOf('changed', 'filter')).used).toBe(15);
    expect(await fettle.tickets('changed')).toHaveLength(1);
    expect(await told(id, 2)).toEqual(['ticket.opened', 'ticket.closed']);
  });
});

describe('after closing', () => {
  it('evidence from before raises nothing; a new crossing reopens the ticket, and the desk hears of it', async () => {
    await minutely('closed', 'temperature', T0, [82, 83, 84, 85]);
    const { id } = await fettle.ticket('closed');
    await fettle.api.post(`/tickets/${id}/close`, { outcome: 'failure-found' });
    await fettle.send('closed', { ts: T0 - MINUTE, temperature: 86 });
    await fettle.send('closed', { ts: T0 - 2 * MINUTE, temperature: 86 });
    await minutely('closed', 'temperature', T0 + 4 * MINUTE, [84, 84]);
    expect(await fettle.tickets('closed')).toHaveLength(1);
    await minutely('closed', 'temperature', T0 + 6 * MINUTE, [70, 70, 70, 70, 70, 70, 82, 83, 84]);
    const ticket = await fettle.ticket('closed');
    expect(ticket).toMatchObject({ id, status: 'open', reopened: 1 });
    expect(ticket.window!.from).toBe(new Date(T0 + 12 * MINUTE).toISOString());
    expect(await told(id, 3)).toEqual(['ticket.opened', 'ticket.closed', 'ticket.updated']);
  });

  it('a fault that gets worse reopens its ticket', async () => {
    await minutely('worsens', 'temperature', T0, [82, 83, 84, 85]);
    const { id } = await fettle.ticket('worsens');
    await fettle.api.post(`/tickets/${id}/close`, { outcome: 'no-fault-found' });
    await minutely('worsens', 'temperature', T0 + 4 * MINUTE, [96, 97, 98, 99]);
    expect(await fettle.ticket('worsens')).toMatchObject({ id, status: 'open', severity: 'critical', reopened: 1 });
  });
});

describe('an asset of unknown age', () => {
  it('asks once for its installation data, and is content when they come', async () => {
    await minutely('unknown-age', 'hours', T0, [32_000, 32_000.1, 32_000.2]);
    const request = await fettle.ticket('unknown-age');
    expect(request).toMatchObject({
      componentId: 'asset',
      failureModeId: 'installation-unknown',
      severity: 'info',
      evidence: { kind: 'installation-unknown', componentIds: ['belt', 'filter'] },
    });
    expect((await componentOf('unknown-age', 'filter')).wear).toBeNull();
    for (const [componentId, reading] of [
      ['filter', 31_800],
      ['belt', 31_000],
    ]) {
      const at = new Date(T0 - 10 * DAY).toISOString();
      await fettle.api.post('/assets/unknown-age/events', { type: 'component-replaced', componentId, at, reading });
      await fettle.settled();
    }
    expect((await fettle.ticket('unknown-age')).status).toBe('resolved');
    expect((await componentOf('unknown-age', 'filter')).wear).toBeCloseTo(0.2002, 6);
  });
});

it('the metrics tell what the ledgers do', async () => {
  const { messages, samples } = fettle.app.ledger;
  for (const [name, value] of [
    ['fettle_messages_received_total', messages.received],
    ['fettle_messages_stored_total', messages.stored],
    ['fettle_samples_stored_total', samples.stored],
    ['fettle_samples_assessed_total', samples.assessed],
    ['fettle_samples_waiting', 0],
    ['fettle_messages_in_flight', 0],
    ['fettle_tickets_opened_total', fettle.app.ledger.ticketsOpened],
  ] as const) {
    expect([name, await fettle.api.metric(name)]).toEqual([name, value]);
  }
});

interface ComponentDocument {
  readonly componentId: string;
  readonly health: string;
  readonly wear: number | null;
  readonly used: number;
}

async function componentOf(assetId: string, componentId: string): Promise<ComponentDocument> {
  const asset = await fettle.api.get<{ state: { components: ComponentDocument[] } }>(`/assets/${assetId}`);
  return asset.state.components.find((component) => component.componentId === componentId)!;
}
