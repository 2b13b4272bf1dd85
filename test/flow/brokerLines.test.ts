import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { startFettle } from '../support/fettle.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { rigAsset } from '../support/rig.ts';
import { ScriptedBroker } from '../support/scriptedBroker.ts';
import { requireProgram } from '../support/services.ts';
import { TcpProxy } from '../support/tcpProxy.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * HOUR;
const payload = (n: number) => JSON.stringify({ ts: T0 + n * MINUTE, temperature: 50 });

describe.skipIf(!requireProgram('mosquitto'))('a message id that is used again', () => {
  it('by a broker that lost the session: the old message, settled late, does not settle the new one', async () => {
    const mosquitto = await Mosquitto.start({ persistence: false });
    onTestFinished(() => mosquitto.remove());
    const proxy = await TcpProxy.start(mosquitto.port);
    onTestFinished(() => proxy.close());
    const fettle = await startFettle({
      assets: [rigAsset('rig', T0 - DAY)],
      config: { mqtt: { url: proxy.url } },
      expectedErrors: /no longer has the session/,
    });
    const { broker, store } = fettle.app.pipeline.parts;
    const { messages } = fettle.app.ledger;
    const connected = (times: number) =>
      until(`connection ${times}`, () => broker.status().connected && broker.status().reconnects === times);
    await connected(0);
    const device = await connectAsync(mosquitto.url, { reconnectPeriod: 50 });
    onTestFinished(() => device.endAsync(true));

    const write = store.append.bind(store);
    const gates: (() => void)[] = [];
    const append = vi.spyOn(store, 'append').mockImplementation(async (samples) => {
      await new Promise<void>((open) => gates.push(open));
      await write(samples);
    });
    await device.publishAsync('rigs/plant/rig', payload(1), { qos: 1 });
    await until('the old one to be under way', () => gates.length === 1);
    await mosquitto.stop();
    await mosquitto.resume();
    await connected(1);
    expect(broker.status().sessionsLost).toBe(1);
    await device.publishAsync('rigs/plant/rig', payload(2), { qos: 1 });
    await until('the new one', () => messages.received === 2);
    gates.shift()!();
    await until('the new one to be under way', () => gates.length === 1);
    expect(broker.status().unsettledMessages).toBe(1);
    // Goes through the broker after whatever was written to it before.
    await device.publishAsync('rigs/plant/rig', payload(3), { qos: 1 });
    await until('the third', () => messages.received === 3);

    proxy.cut();
    await connected(2);
    await until('both to come again', () => messages.received === 5);
    append.mockImplementation(write);
    gates.shift()!();
    await until('all to be settled', () => messages.inFlight === 0);
    expect(messages).toMatchObject({ stored: 3, duplicate: 2 });
  });
});

describe('a message that comes again without the DUP flag', () => {
  it('under another id is known as a duplicate and settled', async () => {
    const broker = await ScriptedBroker.start(4);
    broker.sessionPresent = true;
    onTestFinished(() => broker.close());
    const fettle = await startFettle({
      assets: [rigAsset('a1', T0 - DAY)],
      config: {
        mqtt: { url: broker.url, protocolVersion: 4, watchDrops: false },
        sources: [{ id: 'plant', topic: '{site}/{asset}' }],
      },
    });
    const { messages } = fettle.app.ledger;
    await until('the subscription', () => broker.of('subscribe').length === 1);
    broker.publish([{ id: 7, text: payload(1) }]);
    await until('its PUBACK', () => broker.of('puback').length === 1);
    broker.publish([{ id: 9, text: payload(1) }]);
    await until('the PUBACK of the other', () => broker.of('puback').length === 2);
    expect(broker.of('puback').map(({ messageId }) => messageId)).toEqual([7, 9]);
    expect(messages).toMatchObject({ received: 2, stored: 1, duplicate: 1, inFlight: 0 });
  });
});
