import { expect, it } from 'vitest';
import { SECOND } from '../../src/domain/time.ts';
import type { TicketDocument } from '../support/apiClient.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

it('the demo goes on after a kill -9 with what it had, and stops cleanly', async () => {
  const folder = tempFolder();
  const env = { FETTLE_DATA_DIR: `${folder}/demo`, FETTLE_HTTP_PORT: '0', FETTLE_MQTT_PORT: '0' };
  const first = FettleProcess.start(['demo'], folder, env);
  const before = await first.api();
  await until('some tickets', async () => (await before.all('/tickets')).length >= 3, 90_000);
  const tickets = await before.all<TicketDocument>('/tickets');
  const assetId = tickets[0]!.assetId;
  await first.end('SIGKILL');

  const second = FettleProcess.start(['demo'], folder, env);
  const after = await second.api();
  const known = (await after.all<TicketDocument>('/tickets')).map(({ id }) => id);
  expect(known).toEqual(expect.arrayContaining(tickets.map(({ id }) => id)));
  expect(await after.get(`/assets/${assetId}`)).toMatchObject({ state: { components: expect.any(Array) } });
  await until('new samples', async () => (await after.metric('fettle_samples_stored_total')) > 1000, 60_000);
  const all = await after.all<TicketDocument>('/tickets');
  expect(new Set(all.map(({ episodeKey }) => episodeKey)).size).toBe(all.length);
  const ongoing = all.filter(({ status }) => status !== 'closed' && status !== 'cancelled');
  const places = ongoing.map((ticket) => `${ticket.assetId} ${ticket.componentId} ${ticket.failureModeId}`);
  expect(new Set(places).size).toBe(places.length);
  const asked = Date.now();
  expect(await second.end('SIGINT')).toBe(0);
  expect(Date.now() - asked).toBeLessThan(10 * SECOND);
}, 240_000);
