import { afterAll, expect, it } from 'vitest';
import { DAY } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { startChatServer } from '../support/chatServer.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { startSmtpServer } from '../support/smtpServer.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const [mail, chat] = await Promise.all([startSmtpServer(), startChatServer('dingtalk', 'SEC-1')]);
afterAll(async () => void (await Promise.all([mail.close(), chat.close()])));

const allowed = { allowPrivateAddresses: true };
const fettle = useFettle(() => ({
  assets: [rigAsset('pump', T0), rigAsset('quiet', T0)],
  expectedErrors: /notification failed for good/,
  config: {
    sla: {
      targets: { P1: { response: '2s' }, P2: { response: '2s' }, P3: { response: '2s' }, P4: { response: '2s' } },
      escalation: { raisePriority: true },
    },
    notifications: {
      channels: [
        {
          id: 'mail',
          kind: 'email',
          host: '127.0.0.1',
          port: mail.port,
          security: 'none',
          from: 'f@example.com',
          ...allowed,
        },
        { id: 'chat', kind: 'dingtalk', url: chat.url, secret: 'SEC-1', ...allowed },
      ],
      routes: [
        { id: 'service', channel: 'mail', to: ['ann@example.com'] },
        { id: 'group', channel: 'chat', events: ['sla-breach', 'comment'], language: 'zh' },
      ],
    },
  },
}));

const subjects = () => mail.mails.map(({ data }) => /^Subject: (.*)$/m.exec(data)?.[1]);
const report = (assetId: string) =>
  fettle.api.post<TicketDocument>('/tickets', { assetId, origin: 'customer', title: 'Loud since this morning' });
const get = (id: string) => fettle.api.get<TicketDetail>(`/tickets/${id}`);

it('a ticket that nobody takes note of is warned of and escalated, and people are told', async () => {
  const { id, number, respondBy, priority } = await report('pump');
  expect(respondBy).toBeDefined();
  await until('the breach', async () => (await get(id)).responseBreachedAt !== undefined && chat.posts.length > 0);
  const ticket = await get(id);
  expect(ticket.entries.map(({ kind }) => kind)).toEqual(['opened', 'sla-warning', 'sla-breach']);
  expect(ticket).toMatchObject({ responseBreachedAt: respondBy, paused: false });
  expect(ticket.priority < priority).toBe(true);
  expect(JSON.stringify(chat.posts[0]!.body)).toContain(`#${number} 已超时`);
  await until('the mails', () => mail.mails.length === 3);
  expect(subjects()).toEqual([
    expect.stringContaining(`#${number} New ticket`),
    expect.stringContaining(`#${number} Soon due`),
    expect.stringContaining(`#${number} Overdue`),
  ]);
  const breached = await fettle.api.all<TicketDocument>('/tickets?breached=true');
  expect(breached.map((one) => one.id)).toEqual([id]);

  const waiting = await fettle.api.post<TicketDocument>(`/tickets/${id}/wait`, { reason: 'keys' });
  expect(waiting).toMatchObject({ paused: true, waiting: { reason: 'keys' } });
  expect(waiting.solveBy).toBeUndefined();
  const resumed = await fettle.api.post<TicketDocument>(`/tickets/${id}/resume`, {});
  expect(resumed).toMatchObject({ paused: false });
  expect(await fettle.api.all(`/tickets?dueBefore=${new Date(Date.now() + 3 * DAY).toISOString()}`)).toHaveLength(1);
});

it('what a group refuses can be sent again', async () => {
  const { id } = await report('quiet');
  await fettle.api.post(`/tickets/${id}/wait`, { reason: 'keys' });
  chat.script({ body: { errcode: 300001, errmsg: 'token is not exist' } });
  await fettle.api.post(`/tickets/${id}/comments`, { text: 'Part ordered' });
  const failed = () => fettle.api.all<{ id: string; lastError: string }>('/notifications?status=failed');
  await until('the failure', async () => (await failed()).length === 1);
  const [one] = await failed();
  expect(one!.lastError).toContain('token is not exist');
  expect(one!.lastError).not.toContain('top-secret');
  const posts = chat.posts.length;
  await fettle.api.post(`/notifications/${one!.id}/retry`, {});
  await until('it is sent', () => chat.posts.length === posts + 1);
  await until('it is known', async () => (await failed()).length === 0);
  await expect(fettle.api.post(`/notifications/${one!.id}/retry`, {})).rejects.toThrow(/409/);
});
