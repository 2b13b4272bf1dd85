import type { MqttClient } from 'mqtt';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createMqttBroker } from '../../../src/adapters/broker/mqtt/index.ts';
import { joinBrokers } from '../../../src/adapters/broker/several.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import type { SessionBroker } from '../../../src/ports/broker.ts';
import { Mosquitto } from '../../support/mosquitto.ts';
import { recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { until } from '../../support/until.ts';
import { connectDevice, Inbox, numbered, publishAll, WIDE } from './harness.ts';

const IDS = ['main', 'hall'];

describe.skipIf(!requireProgram('mosquitto'))('several brokers as one', () => {
  let servers: Mosquitto[];
  let devices: MqttClient[];

  beforeEach(async () => {
    servers = await Promise.all(IDS.map(() => Mosquitto.start({ maxInflight: 0 })));
    devices = await Promise.all(servers.map(({ url }) => connectDevice(url, 'device')));
    return async () => {
      await Promise.all(devices.map((device) => device.endAsync(true)));
      await Promise.all(servers.map((server) => server.remove()));
    };
  });

  async function start(shareGroup?: string): Promise<{ broker: SessionBroker; inbox: Inbox }> {
    const { log } = recordLog();
    const made = servers.map(({ url }, index) => {
      const options = { id: IDS[index]!, url, clientId: 'fettle', subscriptions: ['plant/#'] };
      const shared = shareGroup === undefined ? {} : { shareGroup };
      const broker = createMqttBroker({ ...options, ...shared, protocolVersion: 5, ...WIDE, log, clock: systemClock });
      return [IDS[index]!, broker] as const;
    });
    const broker = joinBrokers(new Map(made));
    onTestFinished(() => broker.close());
    const inbox = new Inbox();
    await broker.start(inbox);
    await until('both', () => broker.status().connected);
    return { broker, inbox };
  }

  const from = (inbox: Inbox, id: string): string[] =>
    inbox.messages.filter(({ brokerId }) => brokerId === id).map(({ payload }) => payload.toString());

  test('hands over from both, says from which, and settles at the right one', async () => {
    const { broker, inbox } = await start();
    const acks = devices.map((device, index) => publishAll(device, numbered(100, `${IDS[index]} `)));
    await until('all', () => inbox.messages.length === 200);
    for (const id of IDS) expect(from(inbox, id)).toEqual(numbered(100, `${id} `));
    expect(broker.status()).toMatchObject({ unsettledMessages: 200 });
    broker.settle(inbox.messages.filter(({ brokerId }) => brokerId === 'hall'));
    const figures = () => [...(broker.status().brokers ?? [])].map(([id, status]) => [id, status.unsettledMessages]);
    expect(figures()).toEqual([
      ['main', 100],
      ['hall', 0],
    ]);
    broker.settle(inbox.messages);
    expect(broker.status().unsettledMessages).toBe(0);
    expect(acks.map(({ acknowledged }) => acknowledged)).toEqual([100, 100]);
    await broker.close();
    const again = await start();
    publishAll(devices[0]!, ['marker']);
    await until('the marker', () => again.inbox.messages.length > 0);
    expect(again.inbox.texts()).toEqual(['marker']);
  });

  test('one is down: deaf as a whole, while the other goes on; heard again, nothing is missing', async () => {
    const { broker, inbox } = await start();
    await servers[1]!.stop();
    await until('deaf', () => !broker.status().connected);
    expect(inbox.heard).toEqual([true, false]);
    expect(broker.status().detail).toMatch(/^main: connected to .*; hall: not connected to /);
    publishAll(devices[0]!, ['still here']);
    publishAll(devices[1]!, ['later']);
    await until('it', () => from(inbox, 'main').length === 1);
    broker.settle(inbox.messages);
    await servers[1]!.resume();
    await until('the later one', () => from(inbox, 'hall').length === 1);
    expect(inbox.heard).toEqual([true, false, true]);
  });

  test('pauses and leaves all of them', async () => {
    const { broker, inbox } = await start('fettle');
    inbox.onPressed = () => broker.settle(inbox.messages);
    for (const device of devices) publishAll(device, numbered(10));
    await until('all', () => inbox.messages.length === 20);
    expect(await broker.leave({ signal: AbortSignal.timeout(20_000), quiet: 200 })).toBe('left');
    expect(broker.status()).toMatchObject({ connected: false, detail: 'main: left; hall: left' });
    const again = await start();
    await again.broker.pause();
    expect(again.inbox.heard).toEqual([true, false]);
    expect(again.inbox.messages).toEqual([]);
  });
});
