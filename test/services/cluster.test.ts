import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import type { ApiClient, TicketDocument } from '../support/apiClient.ts';
import { ClusterRig, clusterServers, nodesSeenBy } from '../support/cluster.ts';
import { startFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / HOUR) * HOUR - 20 * HOUR;
const RIGS = ['rig-0', 'rig-1', 'rig-2', 'rig-3'];
const installation = { assets: RIGS.map((id) => rigAsset(id, T0 - DAY)) };
const LANES = 8;
/** Between two messages of a lane, in ms: some hundred messages a second. */
const PAUSE = 25;
const PATIENCE = 60 * SECOND;

/** Message n: a sample every ten seconds of each rig in turn; hot for 40 of 100 samples, ink low for 75 of 150. */
function message(n: number) {
  const at = Math.floor(n / RIGS.length);
  const payload = {
    ts: T0 + at * 10 * SECOND,
    temperature: at % 100 < 40 ? 84 + (at % 3) : 60,
    hours: 899 + at / 360,
    ink: at % 150 < 75 ? 9 : 95,
    running: 'running',
  };
  return { asset: RIGS[n % RIGS.length]!, payload };
}

/** A plant that publishes message after message until it is told to stop. */
async function startPlant(url: string) {
  const device = await connectAsync(url, { clientId: 'plant', reconnectPeriod: 100 });
  onTestFinished(() => device.endAsync(true));
  const plant = { published: 0, acknowledged: 0 };
  let stopped = false;
  const lane = async () => {
    while (!stopped) {
      const { asset, payload } = message(plant.published++);
      await device.publishAsync(`rigs/plant/${asset}`, JSON.stringify(payload), { qos: 1 });
      plant.acknowledged++;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  // A test that fails ends the connection under them; `stop` says so where it matters.
  lanes.catch(() => undefined);
  return {
    /** Resolves when so many more are with the broker. */
    more: (count: number) => {
      const goal = plant.acknowledged + count;
      return until(`${count} messages more`, () => plant.acknowledged >= goal, PATIENCE);
    },
    /** Resolves with how many messages it has published, all with the broker. */
    stop: async () => {
      stopped = true;
      await lanes;
      return plant.published;
    },
  };
}

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

/** When each rig's samples among the first so many messages were taken. */
function expectedTimes(asset: string, messages: number): number[] {
  const times: number[] = [];
  for (let n = RIGS.indexOf(asset); n < messages; n += RIGS.length) times.push(message(n).payload.ts);
  return times;
}

/** What is published before anybody has subscribed is nobody's. */
async function bothListen(api: ApiClient): Promise<void> {
  await until('both to listen', async () => {
    const seen = await nodesSeenBy(api);
    return seen.a === 'listening' && seen.b === 'listening';
  });
}

async function allStored(api: ApiClient, messages: number): Promise<void> {
  for (const asset of RIGS) {
    const expected = expectedTimes(asset, messages);
    await until(
      `the samples of ${asset}`,
      async () => (await timesOf(api, asset)).length >= expected.length,
      PATIENCE,
    ).catch(() => undefined);
    expect(await timesOf(api, asset)).toEqual(expected);
  }
}

async function allAssessed(api: ApiClient, messages: number): Promise<void> {
  for (const asset of RIGS) {
    const last = new Date(expectedTimes(asset, messages).at(-1)!).toISOString();
    await until(
      `${asset} to be assessed`,
      async () => (await api.get<{ state: { stateTime?: string } }>(`/assets/${asset}`)).state.stateTime === last,
      PATIENCE,
    );
  }
}

describe.skipIf(!clusterServers())('several nodes on one configuration', () => {
  it('one killed, one added, one retired, while data flow: nothing is lost and no fault has two tickets', async () => {
    const rig = await ClusterRig.start(installation);
    const [a, b] = [await rig.node('a'), await rig.node('b')];
    await bothListen(a.api);
    const plant = await startPlant(rig.mosquitto.url);
    await plant.more(800);
    expect(await b.api.metric('fettle_messages_received_total')).toBeGreaterThan(200);
    await b.process.end('SIGKILL');
    await plant.more(400);
    await until('a to adopt b', async () => (await nodesSeenBy(a.api)).b === undefined, PATIENCE);
    expect(await rig.hasSession('fettle-b')).toBe(false);

    const c = await rig.node('c');
    await until('c to listen', async () => (await nodesSeenBy(a.api)).c === 'listening');
    await plant.more(400);
    expect(await c.api.metric('fettle_messages_received_total')).toBeGreaterThan(100);
    await c.api.post('/nodes/a/retire');
    expect(await a.process.exited()).toBe(0);
    expect(await nodesSeenBy(c.api)).toEqual({ c: 'listening' });
    expect(await rig.hasSession('fettle-a')).toBe(false);
    await expect(c.api.post('/nodes/c/retire')).rejects.toThrow('409');
    await plant.more(400);
    const messages = await plant.stop();
    await allStored(c.api, messages);
    await allAssessed(c.api, messages);
    await sameTickets(c.api, messages);
    expect(await c.process.end('SIGINT')).toBe(0);
  }, 300_000);

  it('of two processes with one name the older stops', async () => {
    const rig = await ClusterRig.start(installation);
    const first = await rig.node('a', 'first');
    const second = await rig.node('a', 'second');
    expect(await first.process.exited()).toBe(3);
    expect(first.process.output).toContain('another Fettle was started under the name of this node');
    await until('the second to listen', async () => (await nodesSeenBy(second.api)).a === 'listening');
    expect(await second.process.end('SIGINT')).toBe(0);
  });

  it('a node that is back before it is adopted goes on with what waited for it', async () => {
    const rig = await ClusterRig.start(installation);
    const [a, b] = [await rig.node('a'), await rig.node('b')];
    await bothListen(a.api);
    const plant = await startPlant(rig.mosquitto.url);
    await plant.more(100);
    expect(await b.process.end('SIGINT')).toBe(0);
    await plant.more(100);
    const again = await rig.node('b');
    await until('b to listen', async () => (await nodesSeenBy(a.api)).b === 'listening');
    const messages = await plant.stop();
    await allStored(again.api, messages);
  });

  it('the session of the single node that was there before is taken over, and then gone', async () => {
    const rig = await ClusterRig.start(installation);
    const single = await rig.node('single', 'single', 'inline');
    await until('it to listen', async () => (await nodesSeenBy(single.api)).single === 'listening');
    const plant = await startPlant(rig.mosquitto.url);
    await plant.more(50);
    await single.process.end('SIGKILL');
    await plant.more(50);
    const a = await rig.node('a');
    await until('a to listen', async () => (await nodesSeenBy(a.api)).a === 'listening');
    const messages = await plant.stop();
    await a.api.post('/nodes/single/retire');
    await until('its session to be taken over', async () => (await nodesSeenBy(a.api)).single === undefined, PATIENCE);
    expect(await rig.hasSession('fettle')).toBe(false);
    await allStored(a.api, messages);
  });

  it('what is registered on one node is taken by the other', async () => {
    const rig = await ClusterRig.start(installation);
    const [a, b] = [await rig.node('a'), await rig.node('b')];
    const asset = { name: 'Late', modelId: 'rig', siteId: 'plant', tier: 'standard', criticality: 'medium' };
    await a.api.put('/assets/late', asset);
    await until('b to know it', () => b.api.get('/assets/late').catch(() => undefined));
    const device = await connectAsync(rig.mosquitto.url);
    onTestFinished(() => device.endAsync(true));
    await bothListen(a.api);
    await until('b to have synchronized', async () => (await b.api.metric('fettle_assets')) === RIGS.length + 1);
    for (let at = 0; at < 20; at++) {
      await device.publishAsync('rigs/plant/late', JSON.stringify({ ts: T0 + at * MINUTE, temperature: 50 }), {
        qos: 1,
      });
    }
    const received = async () => {
      const counts = await Promise.all([a, b].map(({ api }) => api.metric('fettle_messages_stored_total')));
      return counts.every((count) => count > 0) && counts[0]! + counts[1]! === 20;
    };
    await until('both to have stored some of it', received);
    expect(await a.api.all('/dead-letters')).toEqual([]);
  });
});

/** One ticket for each fault of the reference, a single quiet run of the same messages, and no other. */
async function sameTickets(api: ApiClient, messages: number): Promise<void> {
  const quiet = await startFettle(installation);
  for (let n = 0; n < messages; n++) {
    const { asset, payload } = message(n);
    await quiet.send(asset, payload);
  }
  await quiet.settled();
  const expected = faultsOf(await quiet.api.all<TicketDocument>('/tickets'));
  expect(expected.length).toBeGreaterThan(RIGS.length);
  const actual = async () => faultsOf(await api.all<TicketDocument>('/tickets'));
  await until(
    'the tickets of the quiet run',
    async () => JSON.stringify(await actual()) === JSON.stringify(expected),
    PATIENCE,
  ).catch(() => undefined);
  expect(await actual()).toEqual(expected);
}

function faultsOf(tickets: readonly TicketDocument[]) {
  return tickets
    .map(({ episodeKey, assetId, componentId, failureModeId, status, severity }) => {
      return { assetId, componentId, failureModeId, episodeKey, status, severity };
    })
    .sort((a, b) => a.episodeKey.localeCompare(b.episodeKey));
}
