import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY } from '../../src/domain/time.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { API_KEY } from '../support/installation.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { until } from '../support/until.ts';

const TOPIC = 'rigs-lwt/rig';
const PRESENCE = [{ id: 'lwt', topic: 'rigs-lwt/{asset}' }];

interface Known {
  readonly state: string;
  readonly since: string;
  readonly by: string;
  readonly retained: boolean;
}

async function connectivity(fettle: TestFettle): Promise<Known | undefined> {
  return (await fettle.api.get<{ state: { connectivity?: Known } }>('/assets/rig')).state.connectivity;
}

const untilIs = (fettle: TestFettle, expected: Partial<Known>) =>
  until(JSON.stringify(expected), async () => {
    const known = await connectivity(fettle);
    return Object.entries(expected).every(([key, value]) => known?.[key as keyof Known] === value);
  });

/** A device with a last will, which says that it is online whenever it connects. */
async function connectDevice(url: string, { clientId = 'rig', retain = true, reconnectPeriod = 0 } = {}) {
  const will = { topic: TOPIC, payload: Buffer.from('offline'), qos: 1 as const, retain };
  const device = await connectAsync(url, { clientId, reconnectPeriod, will });
  onTestFinished(() => device.endAsync(true));
  const greet = () => void device.publish(TOPIC, 'online', { qos: 1, retain });
  device.on('connect', greet);
  await device.publishAsync(TOPIC, 'online', { qos: 1, retain });
  return device;
}

/** The connection ends without a word. */
const cut = (device: MqttClient) => device.stream.destroy();

const telemetry = (device: MqttClient, retain = false) =>
  device.publishAsync('rigs/plant/rig', JSON.stringify({ ts: Date.now(), temperature: 60 }), { qos: 1, retain });

const rig = [rigAsset('rig', Date.now() - DAY)];

describe('presence on the embedded broker', () => {
  it('knows by the will that a connection is lost, and by telemetry that it is there', async () => {
    const fettle = await startFettle({ assets: rig, config: { presence: PRESENCE } });
    expect(await connectivity(fettle)).toBeUndefined();
    cut(await connectDevice(fettle.app.mqttUrl));
    await untilIs(fettle, { state: 'offline', by: 'lwt', retained: false });
    expect(await fettle.api.get('/fleet?connectivity=offline')).toMatchObject({ items: [{ id: 'rig' }], total: 1 });
    const metrics = await (
      await fetch(`${fettle.app.url}/metrics`, { headers: { authorization: `Bearer ${API_KEY}` } })
    ).text();
    expect(metrics).toContain('fettle_assets_connected{state="offline"} 1');

    await until('it to be proven online', async () => {
      await telemetry(fettle.device);
      return (await connectivity(fettle))?.state === 'online';
    });
    expect(await connectivity(fettle)).toMatchObject({ by: 'data' });
    await fettle.settled();
    expect(fettle.app.ledger.messages.stored).toBe(
      fettle.app.ledger.messages.received - fettle.app.ledger.messages.duplicate,
    );
  });

  it('takes no will of a device that says goodbye', async () => {
    const fettle = await startFettle({ assets: rig, config: { presence: PRESENCE } });
    const device = await connectDevice(fettle.app.mqttUrl);
    await device.endAsync();
    await telemetry(fettle.device);
    expect(await connectivity(fettle)).toMatchObject({ state: 'online', by: 'lwt' });
  });
});

describe.skipIf(!requireProgram('mosquitto'))('presence with a real Mosquitto', () => {
  async function start() {
    const mosquitto = await Mosquitto.start();
    onTestFinished(() => mosquitto.remove());
    const run = () => startFettle({ assets: rig, config: { mqtt: { url: mosquitto.url }, presence: PRESENCE } });
    return { mosquitto, run };
  }

  it('the will comes when the connection is lost', async () => {
    const { mosquitto, run } = await start();
    const fettle = await run();
    const device = await connectDevice(mosquitto.url);
    await untilIs(fettle, { state: 'online', by: 'lwt', retained: false });
    cut(device);
    await untilIs(fettle, { state: 'offline', by: 'lwt', retained: false });
  });

  it('a retained offline, old news, ends with the first telemetry that comes live', async () => {
    const { mosquitto, run } = await start();
    const before = await connectAsync(mosquitto.url);
    onTestFinished(() => before.endAsync(true));
    await before.publishAsync(TOPIC, 'offline', { qos: 1, retain: true });
    await telemetry(before, true);
    const fettle = await run();
    await untilIs(fettle, { state: 'offline', retained: true });
    await until('the retained telemetry', () => fettle.app.ledger.samples.stored === 1);
    expect(await connectivity(fettle)).toMatchObject({ state: 'offline', retained: true });
    await until('it to be proven online', async () => {
      await telemetry(before);
      return (await connectivity(fettle))?.state === 'online';
    });
    expect(await connectivity(fettle)).toMatchObject({ by: 'data', retained: false });
  });

  it('a broker that stops sends the wills of all: who is back after its restart is online', async () => {
    const { mosquitto, run } = await start();
    const fettle = await run();
    await connectDevice(mosquitto.url, { reconnectPeriod: 50 });
    await untilIs(fettle, { state: 'online' });
    const { since } = (await connectivity(fettle))!;
    await mosquitto.stop();
    await mosquitto.resume();
    const back = await connectAsync(mosquitto.url);
    onTestFinished(() => back.endAsync(true));
    const { stored } = fettle.app.ledger.messages;
    await until('the will and the greeting', () => fettle.app.ledger.messages.stored >= stored + 2);
    await untilIs(fettle, { state: 'online', by: 'lwt', retained: false });
    expect((await connectivity(fettle))!.since > since).toBe(true);
  });

  it('the will of a connection that hung comes after the device is back: telemetry says what is true', async () => {
    const { mosquitto, run } = await start();
    const fettle = await run();
    const hung = await connectDevice(mosquitto.url, { clientId: 'rig-1' });
    const device = await connectDevice(mosquitto.url, { clientId: 'rig-2' });
    await untilIs(fettle, { state: 'online' });
    cut(hung);
    await untilIs(fettle, { state: 'offline' });
    await until('it to be proven online', async () => {
      await telemetry(device);
      return (await connectivity(fettle))?.state === 'online';
    });
    expect(await connectivity(fettle)).toMatchObject({ by: 'data' });
  });
});
