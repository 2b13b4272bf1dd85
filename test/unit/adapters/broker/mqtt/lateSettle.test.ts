import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LateSettle, type Settleable } from '../../../../../src/adapters/broker/mqtt/lateSettle.ts';
import { ScriptedBroker } from '../../../../support/scriptedBroker.ts';
import { until } from '../../../../support/until.ts';

describe.each([
  4, 5,
] as const)('LateSettle, protocol %i (fails when an upgrade of MQTT.js changes what it rests on)', (protocolVersion) => {
  let broker: ScriptedBroker;
  let client: MqttClient;
  let line: LateSettle;
  let taken: IPublishPacket[];
  const errors: Error[] = [];

  beforeEach(async () => {
    broker = await ScriptedBroker.start(protocolVersion);
    client = connect(broker.url, { clientId: 'late', clean: false, protocolVersion, reconnectPeriod: 0, keepalive: 1 });
    taken = [];
    errors.length = 0;
    client.on('error', (error) => errors.push(error));
    line = new LateSettle(client, (packet) => taken.push(packet));
    await until('the connection', () => client.connected);
  });

  afterEach(async () => {
    await client.endAsync(true);
    await broker.close();
    expect(errors).toEqual([]);
  });

  const texts = (): string[] => taken.map((packet) => packet.payload.toString());
  const messages = (ids: readonly number[]): Settleable[] => ids.map((messageId) => ({ line, messageId }));
  const publish = (ids: readonly number[]): void => broker.publish(ids.map((id) => ({ id, text: `m${id}` })));

  test('sends no PUBACK by itself, hands over the next packets all the same, and pings go on', async () => {
    publish([1, 2, 3]);
    publish([4]);
    await until('all four', () => taken.length === 4);
    expect(texts()).toEqual(['m1', 'm2', 'm3', 'm4']);
    await until('two pings', () => broker.of('pingreq').length >= 2);
    publish([5]);
    await until('the fifth', () => taken.length === 5);
    expect(broker.pubacks()).toEqual([]);
    expect(client.connected).toBe(true);
  });

  test('settles in one write, in order, with the bytes of mqtt-packet', async () => {
    const ids = [1, 255, 256, 65535];
    publish(ids);
    await until('all', () => taken.length === ids.length);
    const write = vi.spyOn(client.stream, 'write');
    line.settle(messages(ids));
    expect(write).toHaveBeenCalledTimes(1);
    const expected = ids.map((messageId) => generate({ cmd: 'puback', messageId }, { protocolVersion: 4 }));
    expect(write.mock.calls[0]?.[0]).toEqual(Buffer.concat(expected));
    await until('the PUBACKs', () => broker.pubacks().length === ids.length);
    expect(broker.pubacks()).toEqual(ids);
  });

  test('writes nothing for messages of another line, of QoS 0, or when the stream is gone', async () => {
    const write = vi.spyOn(client.stream, 'write');
    const other = new LateSettle({ stream: client.stream } as MqttClient, () => undefined);
    line.settle([{ line: other, messageId: 1 }, ...messages([0])]);
    broker.cut();
    await until('the end', () => !client.connected);
    line.settle(messages([1]));
    expect(write).not.toHaveBeenCalled();
  });

  test('a message sent again on the same connection is in hand already, until it was settled', async () => {
    broker.publish([{ id: 1, text: 'first' }]);
    broker.publish([
      { id: 1, text: 'first', dup: true },
      { id: 2, text: 'second' },
    ]);
    await until('the second', () => texts().includes('second'));
    expect(texts()).toEqual(['first', 'second']);
    line.settle(messages([1]));
    broker.publish([{ id: 1, text: 'third' }]);
    await until('the third', () => texts().includes('third'));
  });

  test('held, hands over no more; released, goes on where it was', async () => {
    line.hold();
    publish([1, 2, 3]);
    await until('the first', () => taken.length === 1);
    await nextTurns();
    expect(texts()).toEqual(['m1']);
    line.release();
    await until('the rest', () => taken.length === 3);
    expect(texts()).toEqual(['m1', 'm2', 'm3']);
  });

  test('stopped, lets messages pass unsettled and still settles those before', async () => {
    publish([1]);
    await until('the first', () => taken.length === 1);
    line.stopTaking();
    publish([2]);
    line.settle(messages([1]));
    await until('the PUBACK', () => broker.pubacks().length === 1);
    await until('a ping', () => broker.of('pingreq').length >= 1);
    expect({ texts: texts(), pubacks: broker.pubacks() }).toEqual({ texts: ['m1'], pubacks: [1] });
  });

  test('closed, settles nothing', async () => {
    publish([1]);
    await until('the first', () => taken.length === 1);
    const write = vi.spyOn(client.stream, 'write');
    line.close();
    line.settle(messages([1]));
    expect(write).not.toHaveBeenCalled();
  });
});

async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
