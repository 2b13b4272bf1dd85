import { connect as connectTcp } from 'node:net';
import { connectAsync, connect as connectMqtt, type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createEmbeddedBroker,
  type EmbeddedBroker,
  type EmbeddedBrokerOptions,
} from '../../../../../src/adapters/broker/embedded/index.ts';
import { systemClock } from '../../../../../src/adapters/clock.ts';
import type { InboundMessage } from '../../../../../src/ports/broker.ts';
import { FakeClock } from '../../../../support/fakeClock.ts';
import { type LogLine, recordLog } from '../../../../support/recordLog.ts';
import { until } from '../../../../support/until.ts';

interface Started {
  readonly broker: EmbeddedBroker;
  readonly url: string;
  readonly messages: InboundMessage[];
  readonly heard: boolean[];
  readonly lines: LogLine[];
}

async function start(options: Partial<EmbeddedBrokerOptions> = {}): Promise<Started> {
  const { log, lines } = recordLog();
  const bounds = { maxUnsettledMessages: 1000, maxUnsettledBytes: 10_000_000 };
  const broker = createEmbeddedBroker({ host: '127.0.0.1', port: 0, ...bounds, log, clock: systemClock, ...options });
  const messages: InboundMessage[] = [];
  const heard: boolean[] = [];
  onTestFinished(() => broker.close());
  await broker.start({
    message: (message) => messages.push(message),
    listening: (listening) => heard.push(listening),
    pressed: () => undefined,
    dropped: () => undefined,
  });
  return { broker, url: `mqtt://127.0.0.1:${broker.address().port}`, messages, heard, lines };
}

async function connect(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(url, { reconnectPeriod: 0, ...options });
  onTestFinished(() => client.endAsync(true));
  return client;
}

/** What a client is sent, by packet kind and payload. */
function record(client: MqttClient): string[] {
  const got: string[] = [];
  client.on('packetreceive', (packet) => {
    got.push(packet.cmd === 'publish' ? `publish ${packet.payload} qos ${packet.qos}` : packet.cmd);
  });
  return got;
}

describe('acknowledging', () => {
  test('a device gets its PUBACK when its message is settled, not before', async () => {
    const { broker, url, messages } = await start();
    const device = await connect(url);
    const got = record(device);
    const published = device.publishAsync('plant/a1', 'x', { qos: 1 });
    await until('it', () => messages.length === 1);
    await roundTrip(url, broker, messages);
    expect(got).toEqual([]);
    broker.settle(messages);
    await published;
    expect(got).toEqual(['puback']);
  });

  test('QoS 2: PUBREC when settled, then the handshake goes on as usual', async () => {
    const { broker, url, messages } = await start();
    const device = await connect(url);
    const got = record(device);
    const published = device.publishAsync('plant/a1', 'x', { qos: 2 });
    await until('it', () => messages.length === 1);
    expect(messages[0]?.qos).toBe(2);
    await roundTrip(url, broker, messages);
    expect(got).toEqual([]);
    broker.settle(messages);
    await published;
    expect(got).toEqual(['pubrec', 'pubcomp']);
  });

  test.each([0, 1, 2] as const)('a device that left before its QoS %i message is settled does no harm', async (qos) => {
    const { broker, url, messages, lines } = await start();
    const device = await connect(url);
    device.publish('plant/a1', 'x', { qos }, () => undefined);
    await until('it', () => messages.length === 1);
    device.stream.destroy();
    await until('aedes to notice', () => broker.status().detail.includes('0 clients'));
    broker.settle(messages);
    expect(broker.status().unsettledMessages).toBe(0);
    await roundTrip(url, broker, messages);
    expect(lines.filter((line) => line.level >= 40)).toEqual([]);
  });
});

describe('routing', () => {
  test('those who watch get a message after it is settled', async () => {
    const { broker, url, messages } = await start();
    const watcher = await connect(url);
    await watcher.subscribeAsync('plant/#', { qos: 1 });
    const got = record(watcher);
    const device = await connect(url);
    device.publish('plant/a1', 'x', { qos: 1 });
    await until('it', () => messages.length === 1);
    await roundTrip(url, broker, messages);
    expect(got).toEqual([]);
    broker.settle(messages);
    await until('the watcher to get it', () => got.length === 1);
    expect(got).toEqual(['publish x qos 1']);
  });

  test('nothing is kept for a watcher that is away', async () => {
    const { broker, url, messages } = await start();
    const session = { clientId: 'watcher', clean: false };
    const away = await connect(url, session);
    await away.subscribeAsync('plant/#', { qos: 1 });
    await away.endAsync();
    const device = await connect(url);
    const published = device.publishAsync('plant/a1', 'x', { qos: 1 });
    await until('it', () => messages.length === 1);
    broker.settle(messages);
    await published;
    const back = connectMqtt(url, { ...session, reconnectPeriod: 0 });
    onTestFinished(() => back.endAsync(true));
    const got = record(back);
    await until('the connection', () => back.connected);
    await roundTrip(url, broker, messages);
    expect(got).toEqual(['connack']);
  });

  test('a will is handed over, and is routed once it is settled, though its device is gone', async () => {
    const { broker, url, messages } = await start();
    const watcher = await connect(url);
    await watcher.subscribeAsync('plant/#');
    const got = record(watcher);
    const device = await connect(url, {
      will: { topic: 'plant/a1', payload: Buffer.from('gone'), qos: 1, retain: false },
    });
    device.stream.destroy();
    await until('the will', () => messages.length === 1);
    expect(messages[0]).toMatchObject({ topic: 'plant/a1', payload: Buffer.from('gone'), qos: 1 });
    await roundTrip(url, broker, messages);
    expect(got).toEqual([]);
    broker.settle(messages);
    await until('the watcher to get it', () => got.length === 1);
    expect(got).toEqual(['publish gone qos 0']);
  });

  test('$SYS topics are refused and never handed over', async () => {
    const { url, messages, lines } = await start();
    const device = await connect(url);
    const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));
    device.publish('$SYS/x/heartbeat', 'forged', { qos: 0 });
    await closed;
    expect(messages).toEqual([]);
    expect(warnings(lines)[0]).toMatchObject({ reason: expect.stringContaining('$SYS') });
  });
});

describe('bounds', () => {
  test('a packet larger than allowed ends its connection, with a reason in the log', async () => {
    const { url, messages, lines } = await start({ maxPayloadBytes: 1000 });
    const device = await connect(url, { clientId: 'talkative' });
    const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));
    device.publish('plant/a1', Buffer.alloc(70_000), { qos: 1 });
    await closed;
    expect(messages).toEqual([]);
    expect(warnings(lines)).toMatchObject([{ clientId: 'talkative', reason: expect.stringContaining('larger') }]);
  });

  test('many devices with one message at a time stay within the bound too', async () => {
    const { broker, url, messages } = await start({ maxUnsettledMessages: 10 });
    const devices = await Promise.all(Array.from({ length: 40 }, () => connect(url)));
    for (const device of devices) device.publish('plant/a1', 'x', { qos: 1 });
    await until('the bound', () => messages.length >= 10);
    await systemClock.sleep(100);
    expect(messages).toHaveLength(10);
    await until('all', () => {
      broker.settle(messages);
      return messages.length === 40;
    });
  });

  test('reading that stands still for long counts as not hearing', async () => {
    const clock = new FakeClock();
    const { broker, url, messages, heard } = await start({ maxUnsettledMessages: 1, clock });
    const device = await connect(url);
    device.publish('plant/a1', 'x', { qos: 1 });
    await until('it', () => messages.length === 1);
    await clock.advance(4000);
    expect(heard).toEqual([true]);
    await clock.advance(2000);
    expect(heard).toEqual([true, false]);
    broker.settle(messages);
    expect(heard).toEqual([true, false, true]);
    await clock.advance(10_000);
    expect(heard).toEqual([true, false, true]);
  });
});

describe('who may connect', () => {
  const credentials = { username: 'u', password: 'p' };

  test('a device that authenticates gets in, another is refused and named in the log', async () => {
    const seen: unknown[] = [];
    const { url, lines } = await start({
      authenticate: async (device) => {
        seen.push(device);
        return device.password === 'p';
      },
    });
    await connect(url, { clientId: 'good', ...credentials });
    await expect(connect(url, { clientId: 'bad', ...credentials, password: 'q' })).rejects.toThrow(/Not authorized/);
    expect(seen).toContainEqual({ clientId: 'good', ...credentials });
    await until('the warning', () => warnings(lines).some((line) => line.clientId === 'bad'));
  });

  test('authentication that fails refuses, and says why', async () => {
    const { url, lines } = await start({ authenticate: () => Promise.reject(new Error('database is down')) });
    await expect(connect(url, credentials)).rejects.toThrow(/Not authorized/);
    expect(lines.find((line) => line.level === 50)).toMatchObject({ err: { message: 'database is down' } });
  });

  test('MQTT 5 is refused with a reason', async () => {
    const { url, lines } = await start();
    await expect(connect(url, { clientId: 'five', protocolVersion: 5 })).rejects.toThrow();
    await until('the warning', () => warnings(lines).length > 0);
    expect(warnings(lines)[0]).toMatchObject({ reason: expect.stringMatching(/protocol version/) });
  });

  test('the network is not served', () => {
    const options = {
      port: 0,
      maxUnsettledMessages: 1,
      maxUnsettledBytes: 1,
      log: recordLog().log,
      clock: systemClock,
    };
    for (const host of ['0.0.0.0', '::', '192.168.1.1', '127.example.org']) {
      expect(() => createEmbeddedBroker({ host, ...options })).toThrow(/loopback only/);
    }
  });

  test('a port that is taken is said so', async () => {
    const { broker } = await start();
    await expect(start({ port: broker.address().port })).rejects.toThrow(/another program has that port/);
  });
});

test('close ends connections that have not said anything', async () => {
  const { broker, url } = await start();
  const silent = connectTcp(Number(new URL(url).port), '127.0.0.1');
  const closed = new Promise((resolve) => silent.once('close', resolve));
  await new Promise((resolve) => silent.once('connect', resolve));
  await connect(url);
  await broker.close();
  await closed;
});

/** Sends a message through another connection and settles it: what was on its way before has arrived. */
async function roundTrip(url: string, broker: EmbeddedBroker, messages: InboundMessage[]): Promise<void> {
  const probe = await connect(url);
  const published = probe.publishAsync('probe', '', { qos: 1 });
  const index = await until('the probe', () => messages.findIndex((message) => message.topic === 'probe') + 1);
  broker.settle(messages.splice(index - 1, 1));
  await published;
  await probe.endAsync(true);
}

function warnings(lines: readonly LogLine[]): LogLine[] {
  return lines.filter((line) => line.level === 40);
}
