import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TicketDocument } from '../support/apiClient.ts';
import { startFettle } from '../support/fettle.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { requireProgram } from '../support/services.ts';
import { STORM_MODEL } from '../support/stormRig.ts';
import { until } from '../support/until.ts';

const ASSETS = ['a1', 'a2'].map((id) => ({ id, model: 'rig', site: 'plant' }));

async function startMosquitto(): Promise<{ mosquitto: Mosquitto; device: MqttClient }> {
  const mosquitto = await Mosquitto.start({ config: ['sys_interval 1'] });
  onTestFinished(() => mosquitto.remove());
  const device = await connectAsync(mosquitto.url, { clientId: 'device', reconnectPeriod: 50 });
  onTestFinished(() => device.endAsync(true));
  return { mosquitto, device };
}

describe.skipIf(!requireProgram('mosquitto'))('several brokers at once', () => {
  it('one topic on two brokers is read by two sources, and each broker has figures of its own', async () => {
    const [main, hall] = [await startMosquitto(), await startMosquitto()];
    const fettle = await startFettle({
      assets: ASSETS,
      config: {
        mqtt: { url: main.mosquitto.url, brokers: [{ id: 'hall', url: hall.mosquitto.url, protocolVersion: 4 }] },
        sources: [
          { id: 'ours', topic: 'rigs/{asset}', broker: 'main' },
          {
            id: 'theirs',
            topic: 'rigs/{asset}',
            broker: 'hall',
            metrics: { t: { metric: 'temperature', unit: '°F' } },
          },
        ],
      },
    });
    await until('both brokers', async () => (await fettle.ready()).ok);
    const { ledger } = fettle.app;
    const ts = Date.now();
    await main.device.publishAsync('rigs/a1', JSON.stringify({ ts, temperature: 40 }), { qos: 1 });
    await hall.device.publishAsync('rigs/a2', JSON.stringify({ ts, t: 104 }), { qos: 1 });
    await until('both samples', () => ledger.samples.stored === 2);
    const newest = async (asset: string): Promise<unknown> => {
      const [sample] = await fettle.api.all<{ value: number }>(`/assets/${asset}/telemetry?metrics=temperature`);
      return sample?.value;
    };
    expect(await newest('a1')).toBe(40);
    expect(await newest('a2')).toBeCloseTo(40);

    const metrics = await until('the drop counters', async () => {
      const text = await fettle.api.metrics();
      return /fettle_broker_messages_dropped_total\{broker="hall"\} 0/.test(text) ? text : undefined;
    });
    for (const id of ['main', 'hall']) expect(metrics).toContain(`fettle_broker_connected{broker="${id}"} 1`);
    expect(ledger.messages.received).toBe(2);
  });

  it('devices that lose power behind one broker are a storm of that broker', async () => {
    const [main, hall] = [await startMosquitto(), await startMosquitto()];
    const sites = (prefix: string) =>
      [0, 1, 2].flatMap((at) => [0, 1].map((n) => ({ id: `${prefix}${at}-${n}`, site: `${prefix}${at}` })));
    const [ours, theirs] = [sites('m'), sites('h')];
    const fettle = await startFettle({
      models: [STORM_MODEL],
      assets: [...ours, ...theirs].map((asset) => ({ ...asset, model: 'meter' })),
      config: {
        mqtt: { url: main.mosquitto.url, brokers: [{ id: 'hall', url: hall.mosquitto.url }] },
        sources: [{ id: 'meters', topic: 'meters/{asset}' }],
        storms: { window: '5s' },
        assess: { checkpointEvery: '100ms' },
      },
    });
    await until('both brokers', async () => (await fettle.ready()).ok);
    const say = (device: MqttClient, assets: readonly { id: string }[], ts: number, mains: number) =>
      Promise.all(
        assets.map(({ id }) => device.publishAsync(`meters/${id}`, JSON.stringify({ ts, mains }), { qos: 1 })),
      );
    const now = Date.now();
    await say(main.device, ours, now - 60_000, 230);
    await say(hall.device, theirs, now - 60_000, 230);
    await say(hall.device, theirs, now, 20);
    const [ticket] = await until('the storm', async () => {
      const tickets = await fettle.api.all<TicketDocument>('/tickets');
      return tickets.length > 0 ? tickets : undefined;
    });
    expect(ticket).toMatchObject({ storm: { scope: { kind: 'broker', id: 'hall' }, assets: 6, of: 6 } });
    expect(ticket!.title.en).toBe('Broker hall: 6 assets out at once');
  });

  it('a kept message is taken again as one of the broker that its source is meant for', async () => {
    const [main, hall] = [await startMosquitto(), await startMosquitto()];
    const fettle = await startFettle({
      assets: ASSETS.slice(0, 1),
      config: {
        mqtt: { url: main.mosquitto.url, brokers: [{ id: 'hall', url: hall.mosquitto.url }] },
        sources: [
          { id: 'ours', topic: 'rigs/{asset}', broker: 'main' },
          { id: 'theirs', topic: 'rigs/{asset}', broker: 'hall', metrics: { t: { metric: 'temperature' } } },
        ],
      },
    });
    await until('both brokers', async () => (await fettle.ready()).ok);
    await hall.device.publishAsync('rigs/a2', JSON.stringify({ ts: Date.now(), t: 21 }), { qos: 1 });
    const letter = await until('the dead letter', async () => {
      const [first] = await fettle.api.all<{ id: string; sourceId: string }>('/dead-letters');
      return first;
    });
    expect(letter.sourceId).toBe('theirs');
    await fettle.api.post('/assets', { id: 'a2', modelId: 'rig', siteId: 'plant' });
    expect(await fettle.api.post(`/dead-letters/${letter.id}/retry`)).toMatchObject({ stored: true });
  });
});
