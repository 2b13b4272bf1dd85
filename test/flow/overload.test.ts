import { connectAsync, type MqttClient } from 'mqtt';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 20 * HOUR;
const MAX = 100;
const SAMPLES = 10;
const SURE = 1000;
const LOOSE = 3000;
/** Milliseconds that the store takes for a sample: some 10,000 a second, a tenth of what is published. */
const SLOWNESS = 0.1;
/** What a socket and its stream may have read already when the reading stops. */
const CHUNK = 64 * 1024 + 16 * 1024;
const DONE = 120 * SECOND;

const assets = ['sure', 'loose'].map((id) => rigAsset(id, T0 - DAY));
const mqtt = { maxUnsettledMessages: MAX, maxUnsettledBytes: '1MB' };

function payload(n: number): string {
  const items = Array.from({ length: SAMPLES }, (_, at) => ({ ts: T0 + (n * SAMPLES + at) * SECOND, hours: 1 }));
  return JSON.stringify(items);
}

/** Has the store take its time; tells the most that was ever in hand. */
function slowDown({ app: { pipeline } }: TestFettle) {
  const { store, broker, clock } = pipeline.parts;
  const most = { messages: 0, bytes: 0 };
  const look = () => {
    const { unsettledMessages, unsettledBytes } = broker.status();
    most.messages = Math.max(most.messages, unsettledMessages);
    most.bytes = Math.max(most.bytes, unsettledBytes);
  };
  for (const verb of ['append', 'replace'] as const) {
    const write = store[verb].bind(store);
    vi.spyOn(store, verb).mockImplementation(async (samples) => {
      look();
      await clock.sleep(samples.length * SLOWNESS);
      look();
      await write(samples);
    });
  }
  return most;
}

/** Publishes without waiting; counts what was acknowledged. */
function publish(device: MqttClient, asset: string, count: number, qos: 0 | 1) {
  const counter = { acknowledged: 0 };
  for (let n = 0; n < count; n++) {
    device.publish(`rigs/plant/${asset}`, payload(n), { qos }, (error) => {
      if (!error) counter.acknowledged++;
    });
  }
  return counter;
}

async function device(url: string): Promise<MqttClient> {
  const client = await connectAsync(url, { reconnectPeriod: 50 });
  onTestFinished(() => client.endAsync(true));
  return client;
}

async function messagesIn({ api }: TestFettle, asset: string): Promise<number> {
  const span = `from=${new Date(T0).toISOString()}&to=${new Date(T0 + 20 * HOUR).toISOString()}`;
  const samples = await api.all(`/assets/${asset}/telemetry?metrics=hours&${span}&limit=10000`);
  return samples.length / SAMPLES;
}

it('the embedded broker holds devices back: bounded in hand, and nothing is lost, not even at QoS 0', async () => {
  const fettle = await startFettle({ assets, config: { mqtt: { port: 0, ...mqtt } } });
  const most = slowDown(fettle);
  const sure = publish(await device(fettle.app.mqttUrl), 'sure', SURE, 1);
  publish(await device(fettle.app.mqttUrl), 'loose', LOOSE, 0);
  const { messages, dropped } = fettle.app.ledger;
  await until('all', () => messages.stored === SURE + LOOSE, DONE);
  expect(sure.acknowledged).toBe(SURE);
  expect(messages.received).toBe(SURE + LOOSE);
  expect(dropped.get('over-bounds')).toBe(0);
  expect(most.messages).toBeGreaterThanOrEqual(MAX);
  expect(most.messages).toBeLessThanOrEqual(MAX + (2 * CHUNK) / payload(0).length);
  expect([await messagesIn(fettle, 'sure'), await messagesIn(fettle, 'loose')]).toEqual([SURE, LOOSE]);
}, 180_000);

it.skipIf(!requireProgram('mosquitto'))(
  'of an outside broker QoS 0 is dropped by count beyond half of the bounds, and nothing of QoS 1',
  async () => {
    const mosquitto = await Mosquitto.start({ maxInflight: 0 });
    onTestFinished(() => mosquitto.remove());
    const fettle = await startFettle({ assets, config: { mqtt: { url: mosquitto.url, ...mqtt } } });
    await until('the connection', () => fettle.app.pipeline.parts.broker.status().connected);
    const most = slowDown(fettle);
    const loose = publish(await device(mosquitto.url), 'loose', LOOSE, 0);
    const sure = publish(await device(mosquitto.url), 'sure', SURE, 1);
    await until('all to be with the broker', () => loose.acknowledged === LOOSE && sure.acknowledged === SURE, DONE);
    const { messages, dropped } = fettle.app.ledger;
    await until('all', () => messages.received === SURE + LOOSE && messages.inFlight === 0, DONE);
    const gone = dropped.get('over-bounds')!;
    expect(gone).toBeGreaterThan(0);
    expect(messages.stored + gone).toBe(SURE + LOOSE);
    expect([await messagesIn(fettle, 'sure'), await messagesIn(fettle, 'loose')]).toEqual([SURE, LOOSE - gone]);
    expect(most.messages).toBeLessThanOrEqual(MAX);
    expect(await fettle.api.metrics()).toContain(`fettle_messages_dropped_total{reason="over-bounds"} ${gone}`);
    expect(fettle.lines.filter(({ msg }) => msg.includes('messages of QoS 0 are dropped'))).toHaveLength(1);
    expect(fettle.app.pipeline.parts.broker.status().reconnects).toBe(0);
  },
  180_000,
);
