import { afterAll, expect, it } from 'vitest';
import { DAY } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { startSmtpServer } from '../support/smtpServer.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const mail = await startSmtpServer();
afterAll(() => mail.close());

const fettle = useFettle(() => ({
  assets: [rigAsset('pump', T0, { customer: 'acme', name: 'Pump <1>' }), rigAsset('own', T0)],
  config: {
    followUps: { after: '1s' },
    notifications: {
      channels: [
        {
          id: 'mail',
          kind: 'email',
          host: '127.0.0.1',
          port: mail.port,
          security: 'none',
          from: 'f@example.com',
          allowPrivateAddresses: true,
        },
      ],
      routes: [{ id: 'acme', channel: 'mail', to: ['kim@acme.example'], events: ['follow-up'], customers: ['acme'] }],
    },
  },
}));

const report = (assetId: string) =>
  fettle.api.post<TicketDocument>('/tickets', { assetId, origin: 'customer', title: 'Loud since this morning' });
const get = (id: string) => fettle.api.get<TicketDetail>(`/tickets/${id}`);
const close = (id: string) => fettle.api.post(`/tickets/${id}/close`, { outcome: 'other-cause' });
const kinds = ({ entries }: TicketDetail) => entries.map(({ kind }) => kind);
/** As a browser sends the form. */
const rate = (url: string, score: number, comment = '') =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ score: String(score), comment }), redirect: 'manual' });

let ticket: TicketDocument;
let url: string;

it('a customer is asked once a ticket of theirs is closed, and by nobody else', async () => {
  const own = await report('own');
  await close(own.id);
  ticket = await report('pump');
  await close(ticket.id);
  await until('the mail', () => mail.mails.length > 0);
  expect(kinds(await get(ticket.id))).toEqual(['opened', 'transition', 'follow-up']);
  expect(kinds(await get(own.id))).toEqual(['opened', 'transition']);
  const [only, ...others] = mail.mails;
  expect(others).toEqual([]);
  const text = only!.data.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
  url = /http:\/\/[^\s"<]+\/r\/[\w.-]+/.exec(text)![0];
  expect(text).toContain(`#${ticket.number}`);
  // The link is the customer's alone: who reads tickets does not find it there.
  expect(JSON.stringify(await get(ticket.id))).not.toContain('/r/');
});

it('says what they think by the link, and a low rating opens a ticket', async () => {
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('Pump &lt;1&gt;');
  const sent = await rate(url, 2, 'came late');
  expect([sent.status, new URL(sent.headers.get('location')!, url).href]).toEqual([303, url]);
  const { rating, entries } = await get(ticket.id);
  expect(rating).toMatchObject({ score: 2, comment: 'came late', taskId: expect.any(String) });
  expect(entries.at(-1)).toMatchObject({ kind: 'rated', by: 'customer', text: '2 of 5: came late' });
  const task = await get(rating!.taskId!);
  expect(task).toMatchObject({
    assetId: 'pump',
    customerId: 'acme',
    origin: 'customer',
    kind: 'reactive',
    status: 'open',
    failureModeId: 'low-rating',
    title: { en: `Ticket ${ticket.number} was rated 2 of 5`, zh: `工单 ${ticket.number} 的评分为 2/5` },
  });
  expect(task.summary.en).toContain('came late');
});

it('may be corrected by the same link, which its ticket is told of', async () => {
  await rate(url, 2, 'came late');
  await rate(url, 5);
  const { rating, entries } = await get(ticket.id);
  expect(rating).toMatchObject({ score: 5 });
  expect(rating).not.toHaveProperty('comment');
  expect(entries.filter(({ kind }) => kind === 'rated')).toHaveLength(2);
  expect((await get(rating!.taskId!)).entries.at(-1)).toMatchObject({
    kind: 'comment',
    text: `ticket ${ticket.number} is now rated 5 of 5`,
  });
});

it('is not asked again, nor to rate what their rating led to', async () => {
  const { rating } = await get(ticket.id);
  await fettle.api.post(`/tickets/${ticket.id}/transition`, { to: 'open', note: 'once more' });
  await close(ticket.id);
  await close(rating!.taskId!);
  const later = await report('pump');
  await close(later.id);
  await until('the next mail', () => mail.mails.length > 1);
  expect(kinds(await get(later.id))).toContain('follow-up');
  expect(kinds(await get(ticket.id)).filter((kind) => kind === 'follow-up')).toHaveLength(1);
  expect(kinds(await get(rating!.taskId!))).not.toContain('follow-up');
});

it('by a link that an agent hands over', async () => {
  const open = await report('own');
  await expect(fettle.api.post(`/tickets/${open.id}/rating-link`)).rejects.toThrow(/409.*only a closed one/);
  await close(open.id);
  const link = await fettle.api.post<{ url: string; expiresAt: string }>(`/tickets/${open.id}/rating-link`);
  expect(Date.parse(link.expiresAt) - Date.now()).toBeGreaterThan(29.9 * DAY);
  expect((await rate(link.url, 3)).status).toBe(303);
  expect((await get(open.id)).rating).toMatchObject({ score: 3 });
  expect((await rate(`${link.url}x`, 3)).status).toBe(404);
});
