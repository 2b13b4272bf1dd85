import { describe, expect, it, onTestFinished } from 'vitest';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { writeInstallation } from '../support/installation.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { requireProgram } from '../support/services.ts';
import { byAlias, metric, SparkplugEdge, sparkplugPayload } from '../support/sparkplugEdge.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** The requests and timeouts are as they are, only faster. */
const SOURCE = {
  id: 'plant',
  topic: 'spBv1.0/#',
  codec: 'sparkplug-b',
  metrics: { 'Motor/*/Temperature': { metric: 'temperature' }, Hours: { metric: 'hours' } },
  autoRegister: { model: 'rig', site: 'plant' },
  sparkplug: {
    hostId: 'fettle-test',
    reorderTimeout: '300ms',
    birthTimeout: '20s',
    rebirth: { interval: '1s', jitter: '50ms' },
  },
};

const REBIRTH = 'Node Control/Rebirth=true';
const DEVICE = 'plant/edge/pump';

async function startBroker(): Promise<Mosquitto> {
  const mosquitto = await Mosquitto.start();
  onTestFinished(() => mosquitto.remove());
  return mosquitto;
}

async function connectEdge(url: string, bdSeq = 1): Promise<SparkplugEdge> {
  const edge = await SparkplugEdge.connect(url, 'plant', 'edge', bdSeq);
  onTestFinished(() => edge.close());
  return edge;
}

async function temperatures({ api, settled }: TestFettle, asset = DEVICE): Promise<number[]> {
  await settled();
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const query = `metrics=temperature&from=${from}&to=${new Date(Date.now() + 60_000).toISOString()}&limit=1000`;
  const samples = await api.all<{ value: number }>(`/assets/${encodeURIComponent(asset)}/telemetry?${query}`);
  return samples.map(({ value }) => value);
}

const stored = (fettle: TestFettle) => fettle.app.ledger.samples.stored;

/** A birth of the node and of its device, with the temperature under alias 5. */
async function bear(edge: SparkplugEdge, bdSeq = 1, value = 20): Promise<void> {
  await edge.birth(bdSeq, []);
  const metrics = [metric('Motor/1/Temperature', 5, value), metric('Hours', 6, 100)];
  await edge.send('DBIRTH', sparkplugPayload(metrics, 1), 'pump');
}

const data = (seq: number, value: number) => sparkplugPayload([byAlias(5, value)], seq);

describe('Sparkplug over the embedded broker', () => {
  it('is as over one outside, and what hosts and commands say is no telemetry', async () => {
    const narrow = { ...SOURCE, topic: 'spBv1.0/plant/+/edge/#' };
    const fettle = await startFettle({ config: { sources: [narrow] } });
    const edge = await connectEdge(fettle.app.mqttUrl);
    await edge.send('DDATA', data(1, 20), 'pump');
    await until('the request', () => edge.commands.includes(REBIRTH));
    await bear(edge, 1, 21);
    await until('what waited, and the births', () => stored(fettle) === 3);
    expect((await temperatures(fettle)).toSorted()).toEqual([20, 21]);
    edge.die();
    await until('the death', () => fettle.app.pipeline.fleet.get(DEVICE)?.connectivity?.state === 'offline');
    expect(await fettle.api.all('/dead-letters')).toEqual([]);
    const metrics = await fettle.api.metrics();
    expect(metrics).toContain('fettle_rebirth_requests_total{source="plant"} 1');
    expect(metrics).toContain('fettle_edge_nodes_online{source="plant"} 0');
  }, 180_000);
});

describe.skipIf(!requireProgram('mosquitto'))('Sparkplug over a real Mosquitto', () => {
  it('lives with an edge node: births, aliases, disorder, gaps, deaths, and the state of the host', async () => {
    const { url } = await startBroker();
    const fettle = await startFettle({ config: { mqtt: { url }, sources: [SOURCE] } });
    const connectivity = () => fettle.app.pipeline.fleet.get(DEVICE)?.connectivity?.state;
    const old = await connectEdge(url, 1);
    await until('the birth of the host', () => old.states.some(({ online }) => online));
    await bear(old, 1);
    await until('the birth', () => stored(fettle) === 2);

    const edge = await connectEdge(url, 2);
    await bear(edge, 2, 21);
    const disorder = [
      [3, 23],
      [2, 22],
      [4, 24],
    ] as const;
    for (const [seq, value] of disorder) await edge.send('DDATA', data(seq, value), 'pump');
    await until('what came in disorder', () => stored(fettle) === 7);
    const { received } = fettle.app.ledger.messages;
    old.die();
    await until('the death of the session before', () => fettle.app.ledger.messages.received > received);
    await edge.send('DDATA', data(5, 25), 'pump');
    await until('data after it', () => stored(fettle) === 8);
    expect(connectivity()).toBe('online');
    expect(edge.commands).toEqual([]);

    await edge.send('DDATA', data(9, 29), 'pump');
    await until('the request after a gap', () => edge.commands.length > 0);
    expect(edge.commands).toEqual([REBIRTH]);
    expect((await temperatures(fettle)).toSorted()).toEqual([20, 21, 22, 23, 24, 25, 29]);

    edge.die();
    await until('the death', () => connectivity() === 'offline');
    const watcher = await connectEdge(url, 3);
    await until('the state as kept', () => watcher.states.length > 0);
    await fettle.stop();
    await until('the death of the host', () => watcher.states.at(-1)?.online === false);
    const [birth, death] = [watcher.states[0], watcher.states.at(-1)];
    expect(birth).toMatchObject({ host: 'fettle-test', online: true, timestamp: death?.timestamp });
  }, 180_000);

  it('keeps data that come before their birth, and after a restart asks for the births again', async () => {
    const { url } = await startBroker();
    const folder = tempFolder();
    writeInstallation(folder, { config: { mqtt: { url }, sources: [SOURCE] } });
    const first = await startFettle({ folder });
    const edge = await connectEdge(url);
    await bear(edge);
    await edge.send('DDATA', data(2, 21), 'pump');
    await until('the first samples', () => stored(first) === 3);
    await first.stop();

    const second = await startFettle({ folder });
    await edge.send('DDATA', data(3, 22), 'pump');
    await until('the request', () => edge.commands.includes(REBIRTH));
    await until('what waits to be all that is in flight', () => second.app.ledger.messages.inFlight === 1);
    await bear(edge, 1, 23);
    await until('what waited, and the births', () => stored(second) === 3);
    expect((await temperatures(second)).toSorted()).toEqual([20, 21, 22, 23]);
    expect(second.app.ledger.imbalance()).toEqual([]);
  }, 180_000);
});
