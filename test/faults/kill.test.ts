import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { uniform } from '../../simulators/random.ts';
import { DAY, HOUR, SECOND } from '../../src/domain/time.ts';
import type { ApiClient, TicketDocument } from '../support/apiClient.ts';
import { startFettle } from '../support/fettle.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / HOUR) * HOUR - 20 * HOUR;
const KILLS = 5;
const IN_FLIGHT = 40;
const RIGS = ['rig-0', 'rig-1', 'rig-2', 'rig-3'];
const installation = { assets: RIGS.map((id) => rigAsset(id, T0 - DAY)) };

/** Message n: a sample every ten seconds of each rig in turn, with crossings, a renewal and a life used up. */
function message(n: number) {
  const at = Math.floor(n / RIGS.length);
  return {
    asset: RIGS[n % RIGS.length]!,
    payload: {
      ts: T0 + at * 10 * SECOND,
      temperature: at % 100 < 40 ? 84 + (at % 3) : 60,
      hours: 899 + at / 360,
      ink: at % 150 < 75 ? 9 : 95,
      pressure: at % 50 === 20 ? 11 : 8,
      running: 'running',
    },
  };
}

/** Publishes messages `from` to `to` (exclusive) or until the connection is gone; enters those whose PUBACK came. */
async function publish(mqttUrl: string, from: number, to: number, acknowledged: Set<number>): Promise<void> {
  const device = await connectAsync(mqttUrl, { reconnectPeriod: 0, clientId: 'rigs' });
  device.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => device.once('close', () => resolve()));
  let next = from;
  const lane = async () => {
    while (next < to && device.connected) {
      const n = next++;
      const { asset, payload } = message(n);
      const sent = device.publishAsync(`rigs/plant/${asset}`, JSON.stringify(payload), { qos: 1 }).then(
        () => acknowledged.add(n),
        () => undefined,
      );
      await Promise.race([sent, gone]);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  await device.endAsync(true);
}

const byEpisode = (tickets: readonly TicketDocument[]) =>
  tickets
    .map(({ episodeKey, assetId, componentId, failureModeId, status, severity, closing }) => {
      return { episodeKey, assetId, componentId, failureModeId, status, severity, closing };
    })
    .sort((a, b) => a.episodeKey.localeCompare(b.episodeKey));

async function timesOf(api: ApiClient, asset: string): Promise<number[]> {
  const query = new URLSearchParams({
    metrics: 'hours',
    from: new Date(T0).toISOString(),
    to: new Date(T0 + 20 * HOUR).toISOString(),
    limit: '10000',
  });
  const samples = await api.all<{ time: string }>(`/assets/${asset}/telemetry?${query}`);
  return samples.map(({ time }) => Date.parse(time));
}

it('kill -9, again and again: what was acknowledged is stored once, and the tickets are those of a quiet run', async () => {
  const folder = tempFolder();
  writeInstallation(folder, installation);
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 100_000);
  process.stderr.write(`kill test: KILL_SEED=${seed}\n`);
  const acknowledged = new Set<number>();
  /** As a device does: it goes on with the first message that was not acknowledged. */
  const next = () => {
    let first = 0;
    while (acknowledged.has(first)) first++;
    return first;
  };
  for (let kill = 0; kill < KILLS; kill++) {
    const fettle = FettleProcess.start(['serve'], folder);
    const url = await fettle.mqttUrl();
    const before = acknowledged.size;
    const delay = 100 + 900 * uniform(seed, kill);
    const killed = new Promise((resolve) => setTimeout(() => resolve(fettle.end('SIGKILL')), delay));
    await publish(url, next(), Number.POSITIVE_INFINITY, acknowledged);
    await killed;
    expect(acknowledged.size).toBeGreaterThan(before);
  }
  const fettle = FettleProcess.start(['serve'], folder);
  const url = await fettle.mqttUrl();
  const api = await fettle.api();
  for (const [at, asset] of RIGS.entries()) {
    const sent = [...acknowledged].filter((n) => n % RIGS.length === at).map((n) => message(n).payload.ts);
    const stored = await timesOf(api, asset);
    expect(stored).toEqual(expect.arrayContaining(sent.sort((a, b) => a - b)));
    expect(new Set(stored).size).toBe(stored.length);
  }
  const total = Math.max(...acknowledged) + RIGS.length * 50;
  await publish(url, next(), total, acknowledged);
  expect(acknowledged.size).toBe(total);

  const quiet = await startFettle(installation);
  await publish(quiet.app.mqttUrl, 0, total, new Set());
  await quiet.settled();
  const expected = byEpisode(await quiet.api.all<TicketDocument>('/tickets'));
  expect(expected.length).toBeGreaterThan(RIGS.length);
  const actual = async () => byEpisode(await api.all<TicketDocument>('/tickets'));
  await until(
    'the tickets of the quiet run',
    async () => JSON.stringify(await actual()) === JSON.stringify(expected),
  ).catch(() => undefined);
  expect(await actual()).toEqual(expected);
  for (const asset of RIGS) expect(await timesOf(api, asset)).toEqual(await timesOf(quiet.api, asset));
  expect(await fettle.end('SIGINT')).toBe(0);
}, 180_000);

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
