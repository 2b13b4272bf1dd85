import { expect, it } from 'vitest';
import { MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { STORM_MODEL } from '../support/stormRig.ts';
import { until } from '../support/until.ts';

const COUNT = 60;
/** Beyond the window, also on a busy machine. */
const LONG = 90_000;
const site = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `${name}-${at}`, model: 'meter', site: name }));
const fettle = useFettle(() => ({
  models: [STORM_MODEL],
  assets: [...site('north', COUNT), ...site('south', COUNT), ...site('lone', 40)],
  config: { storms: { window: '20s' } },
}));

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
/** All at once: one message of each. */
const say = (name: string, count: number, at: number, values: object) =>
  Promise.all(
    Array.from({ length: count }, (_, n) => fettle.send(`${name}-${n}`, { ts: T0 + at * MINUTE, ...values }, name)),
  );
const tickets = (siteId: string) => fettle.api.all<TicketDocument>(`/tickets?sort=openedAt&siteId=${siteId}`);

it('a site that loses power is one ticket, a few assets are tickets of their own, and nothing critical waits', async () => {
  for (const name of ['north', 'south']) await say(name, COUNT, 0, { mains: 230 });
  await say('lone', 40, 0, { mains: 230 });
  await say('north', COUNT, 1, { mains: 20 });
  await say('lone', 4, 1, { mains: 20 });
  await fettle.send('lone-9', { ts: T0 + MINUTE, mains: 0 }, 'lone');
  await fettle.send('north-3', { ts: T0 + MINUTE, temperature: 120 }, 'north');
  await fettle.settled();
  await until('the storm', async () => (await tickets('north')).length > 1, LONG);
  await until('the others', async () => (await tickets('lone')).length === 5, LONG);
  expect((await tickets('north')).map(({ failureModeId }) => failureModeId)).toEqual(['hot', 'storm']);
  const lone = await tickets('lone');
  expect(lone.map(({ severity }) => severity)).toEqual(['critical', ...Array(4).fill('warning')]);
  expect(lone[0]!.assetId).toBe('lone-9');
  const storms = (await tickets('north')).filter(({ storm }) => storm);
  expect(storms).toMatchObject([
    { status: 'open', storm: { scope: { kind: 'site', id: 'north' }, assets: COUNT, out: COUNT, of: COUNT } },
  ]);
  expect(await tickets('south')).toEqual([]);
  const { id } = storms[0]!;
  const members = await fettle.api.all<{ assetId: string; backAt?: string }>(`/tickets/${id}/members`);
  expect(new Set(members.map(({ assetId }) => assetId)).size).toBe(COUNT);

  await say('north', COUNT, 2, { mains: 230 });
  await fettle.settled();
  await until('all are back', async () => (await fettle.api.get<TicketDetail>(`/tickets/${id}`)).status === 'resolved');
  const over = await fettle.api.get<TicketDetail>(`/tickets/${id}`);
  expect(over).toMatchObject({ closing: { outcome: 'cleared-unconfirmed' }, storm: { out: 0 } });
  expect(over.entries.map(({ kind }) => kind)).toEqual(['opened', 'cleared']);
  expect(await tickets('north')).toHaveLength(2);
  expect(await fettle.api.get('/rules/tripped')).toMatchObject({ items: [] });
});

it('a site that is shut down as planned is no storm', async () => {
  const to = new Date(Date.now() + 60 * MINUTE).toISOString();
  const shutdown = await fettle.api.post<{ id: string }>('/sites/south/shutdowns', { to, note: 'holidays' });
  expect(await fettle.api.all('/sites/south/shutdowns')).toMatchObject([{ id: shutdown.id, note: 'holidays', to }]);
  await say('south', COUNT, 1, { mains: 20 });
  await fettle.settled();
  await fettle.app.pipeline.storms.sweep();
  expect(await tickets('south')).toEqual([]);
  await say('south', COUNT, 2, { mains: 230 });
  await fettle.settled();
  await fettle.api.delete(`/sites/south/shutdowns/${shutdown.id}`);
  await expect(fettle.api.delete(`/sites/south/shutdowns/${shutdown.id}`)).rejects.toThrow(/404/);
  const { storms } = fettle.app.pipeline.parts.database;
  await until('what was held is let go', async () => (await storms.held()).length === 0, LONG);
  expect(await tickets('south')).toEqual([]);
});
