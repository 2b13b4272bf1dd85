import { afterAll, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { lessonsOf } from '../support/fleetLessons.ts';
import { startSmtpServer } from '../support/smtpServer.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver } from '../support/webhookReceiver.ts';

const DAYS = 40;
const NOW = Date.now();
const T0 = NOW - DAYS * DAY;
const SECRET = 'a secret of the desk and Fettle';
/** Days after which the bearings of the others failed. */
const FAILED = [19, 21, 23, 25, 27];
const OTHERS = FAILED.map((_, at) => `fan-${at + 2}`);

const FAN = {
  id: 'fan',
  name: { en: 'Fan', zh: '风机' },
  metrics: [{ id: 'vibration', kind: 'number', unit: 'mm/s', range: [0, 100], name: { en: 'Vibration', zh: '振动' } }],
  components: [
    {
      id: 'bearing',
      name: { en: 'Bearing', zh: '轴承' },
      part: { number: 'BRG-7', name: { en: 'Roller bearing', zh: '滚子轴承' }, leadTime: '10d' },
      failureModes: [{ id: 'worn-out', name: { en: 'Worn out', zh: '磨损失效' } }],
      rules: [
        {
          id: 'vibration-rising',
          kind: 'trend',
          failureMode: 'worn-out',
          mode: 'live',
          metric: 'vibration',
          direction: 'above',
          limit: 10,
          model: 'linear',
          updateEvery: '1m',
          life: { time: { median: '400d', spread: 0.4 } },
          risk: { planningMargin: '5d', levels: [{ probability: 0.5, severity: 'warning' }] },
        },
      ],
    },
  ],
};

const iso = (time: number) => new Date(time).toISOString();
const asset = (id: string) => ({
  id,
  model: 'fan',
  site: 'plant',
  customer: 'acme',
  commissionedAt: iso(T0),
  components: { bearing: { installedAt: iso(T0) } },
});

const mail = await startSmtpServer();
const desk = await startWebhookReceiver({ secret: SECRET });
afterAll(() => Promise.all([mail.close(), desk.close()]));

const fettle = useFettle(() => ({
  models: [FAN],
  assets: ['fan-1', ...OTHERS].map(asset),
  config: {
    desk: { kind: 'webhook', url: desk.url, secret: SECRET, allowPrivateAddresses: true },
    followUps: { after: '1s' },
    notifications: {
      channels: [
        {
          id: 'mail',
          kind: 'email',
          host: '127.0.0.1',
          port: mail.port,
          security: 'none',
          from: 'fettle@example.com',
          allowPrivateAddresses: true,
        },
      ],
      routes: [{ id: 'acme', channel: 'mail', to: ['kim@acme.example'], events: ['follow-up'] }],
    },
  },
}));

interface Detail {
  readonly state: {
    readonly components: readonly { readonly componentId: string; readonly forecast?: { readonly p50?: string } }[];
  };
}

const ticket = () => fettle.ticket('fan-1');
const act = (id: string, path: string, body: object) => fettle.api.post<TicketDocument>(`/tickets/${id}/${path}`, body);
const toldOf = (event: string) => desk.requests.filter(({ json }) => json.event === event);

/** The middle of the forecast for the bearing that is in now. */
async function middle(): Promise<number> {
  const { state } = await fettle.api.get<Detail>('/assets/fan-1');
  return Date.parse(state.components.find(({ componentId }) => componentId === 'bearing')!.forecast!.p50!);
}

it('a drift of the sensor becomes a ticket that explains itself, and a work order', async () => {
  for (let hour = 0; hour < DAYS * 24; hour += 6) {
    const ts = T0 + hour * HOUR;
    const vibration = 2 + (6 * hour) / (DAYS * 24) + 0.05 * Math.sin(hour);
    await fettle.send('fan-1', { ts, vibration });
  }
  for (const id of OTHERS) {
    for (let day = 0; day < DAYS; day++) await fettle.send(id, { ts: T0 + day * DAY + HOUR, vibration: 2 });
  }
  await fettle.settled();
  expect(await ticket()).toMatchObject({
    kind: 'planned',
    status: 'open',
    severity: 'warning',
    ruleId: 'vibration-rising',
    part: { number: 'BRG-7' },
    forecast: { p10: expect.any(String), p50: expect.any(String), p90: expect.any(String) },
    doBy: expect.any(String),
    evidence: { kind: 'trend' },
  });
  await until('the work order', async () => (await ticket()).externalId === desk.workOrders[0]?.id);
  expect(desk.workOrders).toHaveLength(1);
});

it('is worked until it is closed with what was found, which the desk is told', async () => {
  const { id } = await ticket();
  await act(id, 'transition', { to: 'acknowledged' });
  await act(id, 'assign', { team: 'north', person: 'li' });
  await act(id, 'schedule', { at: iso(NOW + DAY) });
  await act(id, 'transition', { to: 'in-progress' });
  const replaced = { at: iso(Date.now()), serial: 'SN-2', removed: 'worn' };
  await act(id, 'close', { outcome: 'worn-as-expected', replaced, labourMinutes: 90 });
  await until('the desk to be told', () => toldOf('ticket.closed').length > 0);
  const closed = await ticket();
  expect(closed).toMatchObject({ status: 'closed', score: { score: 'hit', ruleId: 'vibration-rising' } });
  expect(closed.entries.flatMap(({ to }) => to ?? [])).toEqual(['acknowledged', 'scheduled', 'in-progress', 'closed']);
  expect(toldOf('ticket.opened')).toHaveLength(1);
});

it('is rated by the customer, through a signed link', async () => {
  await until('the mail', () => mail.mails.length > 0);
  const text = mail.mails[0]!.data.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
  const [link] = /http:\/\/[^\s"<]+\/r\/[\w.-]+/.exec(text)!;
  const sent = await fetch(link, { method: 'POST', body: new URLSearchParams({ score: '5' }), redirect: 'manual' });
  expect(sent.status).toBe(303);
  expect(await ticket()).toMatchObject({ rating: { score: 5 } });
});

it('and what the fleet went through changes the forecast of the next bearing', async () => {
  await fettle.send('fan-1', { ts: Date.now(), vibration: 2 });
  await fettle.settled();
  const asRated = await middle();
  expect(asRated).toBeGreaterThan(NOW + 200 * DAY);
  for (const [index, id] of OTHERS.entries()) {
    const at = iso(T0 + FAILED[index]! * DAY);
    const replaced = { at, removed: 'failed' };
    await fettle.api.post('/failures', {
      assetId: id,
      componentId: 'bearing',
      failureModeId: 'worn-out',
      at,
      replaced,
    });
  }
  await fettle.settled();
  await lessonsOf(fettle, 0).run();
  await fettle.send('fan-1', { ts: Date.now() + 2 * MINUTE, vibration: 2 });
  await fettle.settled();
  const learned = await middle();
  expect(learned).toBeLessThan(NOW + 60 * DAY);
  expect(learned).toBeGreaterThan(NOW + 15 * DAY);
  const { entries }: TicketDetail = await ticket();
  expect(entries.at(-1)).toMatchObject({ kind: 'rated' });
});
