import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IPublishPacket } from 'mqtt-packet';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { createMqttBroker, type MqttBrokerOptions } from '../../../../../src/adapters/broker/mqtt/index.ts';
import { systemClock } from '../../../../../src/adapters/clock.ts';
import { MINUTE, SECOND } from '../../../../../src/domain/time.ts';
import type { Broker, InboundMessage } from '../../../../../src/ports/broker.ts';
import { type LogLine, recordLog } from '../../../../support/recordLog.ts';
import { ScriptedBroker } from '../../../../support/scriptedBroker.ts';
import { tempFolder } from '../../../../support/temp.ts';
import { until } from '../../../../support/until.ts';

interface Started {
  readonly broker: Broker;
  readonly messages: InboundMessage[];
  readonly heard: boolean[];
  readonly lines: LogLine[];
  readonly dropped: { count: number };
}

const PROTOCOLS = [4, 5] as const;
let server: ScriptedBroker;

afterEach(() => server?.close());

async function start(options: Partial<MqttBrokerOptions> = {}): Promise<Started> {
  const { log, lines } = recordLog();
  const broker = createMqttBroker(optionsFor(server.url, { log, ...options }));
  const messages: InboundMessage[] = [];
  const heard: boolean[] = [];
  const dropped = { count: 0 };
  onTestFinished(() => broker.close());
  await broker.start({
    message: (message) => messages.push(message),
    listening: (listening) => heard.push(listening),
    pressed: () => undefined,
    dropped: () => dropped.count++,
  });
  return { broker, messages, heard, lines, dropped };
}

/** A clock on which waits are recorded and take a hundredth of their time. */
function hurried() {
  const waits: number[] = [];
  const sleep = (duration: number, signal?: AbortSignal) => {
    waits.push(duration);
    return systemClock.sleep(duration / 100, signal);
  };
  return { waits, clock: { ...systemClock, sleep } };
}

function qos0(text: string): IPublishPacket {
  return { cmd: 'publish', topic: 'plant/a1', payload: text, qos: 0, dup: false, retain: false };
}

function optionsFor(url: string, options: Partial<MqttBrokerOptions>): MqttBrokerOptions {
  return {
    url,
    clientId: 'fettle',
    subscriptions: ['plant/#'],
    protocolVersion: 4,
    maxUnsettledMessages: 100,
    maxUnsettledBytes: 1_000_000,
    log: recordLog().log,
    clock: systemClock,
    ...options,
  };
}

describe.each(PROTOCOLS)('the mqtt adapter, protocol %i', (protocolVersion) => {
  test('asks for a session that is kept, under its own id, and subscribes with QoS 1', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    const { broker } = await start({ protocolVersion, keepalive: 7, username: 'u', password: 'p' });
    await until('the connection', () => broker.status().connected);
    expect(server.of('connect')[0]).toMatchObject({ clientId: 'fettle', clean: false, keepalive: 7, username: 'u' });
    expect(server.of('subscribe')[0]).toMatchObject({ subscriptions: [{ topic: 'plant/#', qos: 1 }] });
    const properties = { sessionExpiryInterval: 7 * 24 * 3600, receiveMaximum: 100 };
    if (protocolVersion === 5) expect(server.of('connect')[0]).toMatchObject({ properties });
  });

  test('a late settle does not settle a stranger with the same message id on the next connection', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.sessionPresent = true;
    const { broker, messages } = await start({ protocolVersion });
    await until('the connection', () => broker.status().connected);
    server.publish([{ id: 7, text: 'before' }]);
    await until('it', () => messages.length === 1);
    server.cut();
    await until('the next connection', () => server.connections === 2 && broker.status().connected);
    server.publish([{ id: 7, text: 'stranger' }]);
    await until('the stranger', () => messages.length === 2);
    broker.settle(messages.slice(0, 1));
    server.publish([{ id: 8, text: 'marker' }]);
    await until('the marker', () => messages.length === 3);
    broker.settle(messages.slice(2));
    await until('its PUBACK', () => server.pubacks().includes(8));
    expect(server.pubacks()).toEqual([8]);
    broker.settle(messages);
    await until("the stranger's PUBACK", () => server.pubacks().includes(7));
  });

  test('subscribes once, and again only when the broker has lost the session', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.sessionPresent = true;
    const { broker } = await start({ protocolVersion });
    await until('the connection', () => broker.status().connected);
    server.cut();
    await until('the second connection', () => server.connections === 2 && broker.status().connected);
    expect(server.of('subscribe')).toHaveLength(1);
    server.sessionPresent = false;
    server.cut();
    await until('the third connection', () => server.connections === 3 && broker.status().connected);
    expect(server.of('subscribe')).toHaveLength(2);
    expect(broker.status().reconnects).toBe(2);
  });

  test('a broker that ends each connection right after it took it is tried ever more rarely', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.endsAfterConnack = true;
    const { clock, waits } = hurried();
    const { broker, lines, heard } = await start({ protocolVersion, clock });
    await until('many attempts', () => waits.length >= 8);
    expect(waits.slice(0, 8).map((wait, at) => wait >= Math.min(30_000, 500 * 2 ** at) / 2)).toEqual(
      Array(8).fill(true),
    );
    expect(warnings(lines).map(({ reason }) => reason)).toEqual(['closed-by-broker']);
    expect(heard).toEqual([]);
    server.endsAfterConnack = false;
    await until('the connection', () => broker.status().connected);
  });

  test('connections that are made and ended by the broker again and again point to another client, once', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    const { clock } = hurried();
    const { broker, lines } = await start({ protocolVersion, clock });
    for (let round = 1; round <= 6; round++) {
      await until('the connection', () => server.connections === round && broker.status().connected);
      server.cut();
    }
    await until('the last end', () => (broker.status().failures.get('closed-again') ?? 0) === 4);
    const said = lines
      .filter(({ level }) => level >= 40 && level < 60)
      .map(({ level, reason }) => `${level} ${reason}`);
    expect(said.filter((line) => !line.includes('undefined'))).toEqual(['40 closed-by-broker', '50 closed-again']);
    expect(broker.status().failures).toEqual(
      new Map([
        ['closed-by-broker', 2],
        ['closed-again', 4],
      ]),
    );
  });

  test('a broker that takes the connection and says nothing is told apart', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.silent = true;
    const { broker, lines } = await start({ protocolVersion, connectTimeout: 100 });
    await until('another attempt', () => server.connections >= 2);
    expect(warnings(lines).map(({ reason }) => reason)).toEqual(['timeout']);
    server.silent = false;
    await until('the connection', () => broker.status().connected);
  });

  test('of QoS 0 no more than half of the bounds is taken; the rest is counted, and the line goes on', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    const { broker, messages, lines, dropped } = await start({ protocolVersion, maxUnsettledMessages: 10 });
    await until('the connection', () => broker.status().connected);
    server.send(Array.from({ length: 20 }, (_, n) => qos0(`m${n}`)));
    server.publish([{ id: 1, text: 'must come' }]);
    await until('what may not be dropped', () => messages.some(({ qos }) => qos === 1));
    expect(messages.map(({ payload }) => payload.toString())).toEqual([
      'm0',
      'm1',
      'm2',
      'm3',
      'm4',
      'm5',
      'must come',
    ]);
    expect(dropped.count).toBe(14);
    expect(warnings(lines).map(({ messages: told, msg }) => [told, msg])).toEqual([
      [1, expect.stringMatching(/QoS 0 are dropped/)],
    ]);
    broker.settle(messages);
    server.send([qos0('again')]);
    await until('QoS 0 again', () => messages.length === 8);
    expect(dropped.count).toBe(14);
  });

  test('of QoS 0 what comes while an overfull connection is given up is counted too', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    const { broker, dropped } = await start({ protocolVersion, keepalive: 1, maxUnsettledMessages: 2 });
    await until('the connection', () => broker.status().connected);
    const both = [1, 2].map((messageId) => ({ ...qos0(`m${messageId}`), qos: 1, messageId }) as const);
    server.send([...both, qos0('lost'), qos0('lost too')]);
    await until('the goodbye', () => server.of('disconnect').length === 1);
    await until('both to be counted', () => dropped.count === 2);
  });

  test.each([
    [protocolVersion === 5 ? 135 : 5, 'auth-refused'],
    [protocolVersion === 5 ? 133 : 2, 'client-id-refused'],
    [protocolVersion === 5 ? 136 : 3, 'broker-unavailable'],
    [protocolVersion === 5 ? 132 : 1, 'protocol-refused'],
  ])('CONNACK code %i is reported as %s, once, and tried again', async (code, reason) => {
    server = await ScriptedBroker.start(protocolVersion);
    server.connackCode = code;
    const { broker, lines, heard } = await start({ protocolVersion });
    await until('another attempt', () => server.connections >= 2);
    expect(warnings(lines).map((line) => line.reason)).toEqual([reason]);
    expect(broker.status()).toMatchObject({ connected: false, detail: expect.stringContaining('not connected to') });
    server.connackCode = 0;
    await until('the connection', () => broker.status().connected);
    expect(heard).toEqual([true]);
  });

  test('says which subscriptions the broker refuses, and hears the others', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.granted = [1, 0x80];
    const { broker, lines } = await start({ protocolVersion, subscriptions: ['plant/#', 'secret/#'] });
    await until('the connection', () => broker.status().connected);
    expect(broker.status().detail).toContain('secret/#');
    expect(broker.status().detail).not.toContain('plant/#');
    expect(lines.find((line) => line.level === 50)).toMatchObject({ refused: ['secret/#'] });
  });

  test('with every subscription refused it is deaf, says so and tries again', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.granted = [0x80];
    const { broker, lines } = await start({ protocolVersion });
    await until('a second attempt', () => server.connections >= 2);
    expect(warnings(lines)[0]).toMatchObject({ reason: 'subscription-refused' });
    expect(broker.status().connected).toBe(false);
  });

  test('a share group is part of the filters, and its refusal is told apart', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.granted = [protocolVersion === 5 ? 0x9e : 0x80];
    const { lines } = await start({ protocolVersion, shareGroup: 'fettle' });
    await until('the report', () => warnings(lines).length > 0);
    expect(server.of('subscribe')[0]).toMatchObject({ subscriptions: [{ topic: '$share/fettle/plant/#', qos: 1 }] });
    expect(warnings(lines)[0]).toMatchObject({ reason: 'share-refused', msg: expect.stringContaining('$share') });
  });

  test('drop counters that the broker does not give out are no error and cost the telemetry nothing', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    const { broker, lines, heard } = await start({ protocolVersion, watchDrops: true });
    await until('the connection', () => broker.status().connected);
    server.granted = [0x80, 0x80, 0x80];
    await until('the refusal', () => server.of('subscribe').length === 2);
    expect(server.of('subscribe')[1]).toMatchObject({
      connection: 3,
      subscriptions: [{ qos: 0 }, { qos: 0 }, { qos: 0 }],
    });
    expect(server.of('connect').map((packet) => packet.cmd === 'connect' && packet.clean)).toEqual([
      false,
      false,
      true,
    ]);
    expect(broker.status()).toMatchObject({ connected: true, dropped: undefined, reconnects: 0 });
    expect({ heard, warnings: warnings(lines) }).toEqual({ heard: [true], warnings: [] });
  });

  test('over the bounds for long: says goodbye, and comes back when all is settled', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.sessionPresent = true;
    const { broker, messages, heard, lines } = await start({ protocolVersion, keepalive: 1, maxUnsettledMessages: 4 });
    await until('the connection', () => broker.status().connected);
    server.publish([1, 2, 3, 4, 5, 6].map((id) => ({ id, text: `m${id}` })));
    await until('the goodbye', () => server.of('disconnect').length === 1);
    await until('being deaf', () => heard.length === 2);
    expect(messages).toHaveLength(4);
    expect(heard).toEqual([true, false]);
    expect(broker.status().detail).toContain('unsettled');
    broker.settle(messages.slice(0, 3));
    await systemClock.sleep(100);
    expect(server.connections).toBe(1);
    broker.settle(messages);
    await until('the next connection', () => server.connections === 2 && broker.status().connected);
    expect(warnings(lines)[0]).toMatchObject({ reason: 'over-bounds' });
    server.publish([{ id: 1, text: 'm1' }]);
    await until('more', () => messages.length === 5);
  });

  test('over the bounds again and again: says so each minute, and not each time', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.sessionPresent = true;
    let ahead = 0;
    const clock = { ...systemClock, elapsed: () => systemClock.elapsed() + ahead };
    const { broker, messages, lines } = await start({ protocolVersion, keepalive: 1, maxUnsettledMessages: 2, clock });
    for (const [round, wait] of [0, 10 * SECOND, MINUTE].entries()) {
      ahead += wait;
      await until('the connection', () => server.connections === round + 1 && broker.status().connected);
      server.publish([1, 2].map((id) => ({ id, text: `m${id}` })));
      await until('the goodbye', () => server.of('disconnect').length === round + 1 && !broker.status().connected);
      broker.settle(messages);
    }
    expect(warnings(lines).map(({ reason }) => reason)).toEqual(['over-bounds', 'over-bounds']);
    expect(warnings(lines)[0]!.msg).toMatch(/not stored in time.*\(2 messages\)/);
  });

  test('paused while not connected, stops trying', async () => {
    server = await ScriptedBroker.start(protocolVersion);
    server.connackCode = protocolVersion === 5 ? 136 : 3;
    const { broker } = await start({ protocolVersion });
    await until('an attempt', () => server.connections === 1);
    await broker.pause();
    await broker.close();
    const { connections } = server;
    await systemClock.sleep(700);
    expect(server.connections).toBe(connections);
  });
});

test('a DISCONNECT that says taken over is an error that says what to do', async () => {
  server = await ScriptedBroker.start(5);
  const { broker, lines } = await start({ protocolVersion: 5 });
  await until('the connection', () => broker.status().connected);
  server.send([{ cmd: 'disconnect', reasonCode: 142 }]);
  const report = await until('the report', () => lines.find(({ level }) => level === 50));
  expect(report).toMatchObject({
    reason: 'taken-over',
    clientId: 'fettle',
    msg: expect.stringMatching(/give each its own/),
  });
});

test.each([
  ['connection-refused', () => 'mqtt://127.0.0.1:1'],
  ['tls', () => server.url.replace('mqtt:', 'mqtts:')],
])('%s is told apart', async (reason, url) => {
  server = await ScriptedBroker.start();
  const { lines } = await start({ url: url() });
  await until('the report', () => warnings(lines).length > 0, 5000);
  expect(warnings(lines)[0]).toMatchObject({ reason });
});

test('refuses options that cannot work, saying what would', () => {
  expect(() => createMqttBroker(optionsFor('http://host', {}))).toThrow(/url must be like mqtt:\/\/.*"http:\/\/host"/);
  expect(() => createMqttBroker(optionsFor('mqtt://h', { clientId: '' }))).toThrow(/client id/);
  expect(() => createMqttBroker(optionsFor('mqtt://h', { shareGroup: 'a/b' }))).toThrow(/share group must be a name/);
  expect(() => createMqttBroker(optionsFor('mqtt://h', { keepalive: 0 }))).toThrow(/1 to 65535 seconds/);
  const file = join(tempFolder(), 'no.pem');
  expect(() => createMqttBroker(optionsFor('mqtts://h', { certFile: file }))).toThrow(
    `${file} can not be read (ENOENT)`,
  );
  writeFileSync(file, 'no PEM');
  expect(() => createMqttBroker(optionsFor('mqtts://h', { certFile: file }))).toThrow(/no\.pem must be PEM files/);
});

function warnings(lines: readonly LogLine[]): LogLine[] {
  return lines.filter((line) => line.level === 40);
}
