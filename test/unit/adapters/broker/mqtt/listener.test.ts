import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTopicListener } from '../../../../../src/adapters/broker/mqtt/listener.ts';
import { systemClock } from '../../../../../src/adapters/clock.ts';
import { MINUTE } from '../../../../../src/domain/time.ts';
import type { TopicListener } from '../../../../../src/ports/topicListener.ts';
import { recordLog } from '../../../../support/recordLog.ts';
import { ScriptedBroker } from '../../../../support/scriptedBroker.ts';
import { until } from '../../../../support/until.ts';

let broker: ScriptedBroker;
let heard: string[];

beforeEach(async () => {
  broker = await ScriptedBroker.start();
  heard = [];
});
afterEach(() => broker.close());

function listenerOf(connectTimeout?: number): TopicListener {
  const { url } = broker;
  const bounds = { maxUnsettledMessages: 10, maxUnsettledBytes: 1000 };
  const options = {
    url,
    clientId: 'ear',
    protocolVersion: 4 as const,
    ...bounds,
    log: recordLog().log,
    clock: systemClock,
  };
  return createTopicListener(new Map([['main', { ...options, ...(connectTimeout && { connectTimeout }) }]]));
}

const listen = (listener: TopicListener) =>
  listener.listen('main', '#', MINUTE, (topic) => {
    heard.push(topic);
    return true;
  });

it('ends at once when it is closed, with what was heard until then', async () => {
  const listener = listenerOf();
  const listening = listen(listener);
  await until('the subscription', () => broker.of('subscribe').length === 1);
  broker.publish([{ id: 1, text: 'm' }]);
  await until('the message', () => heard.length === 1);
  listener.close();
  await listening;
  expect(heard).toEqual(['plant/a1']);
  await expect(listen(listener)).rejects.toThrow('Fettle is stopping');
  expect(broker.connections).toBe(1);
});

it.each(['connect', 'subscribe'] as const)('is closed while the broker has not answered a %s', async (cmd) => {
  broker.silent = cmd === 'connect';
  broker.ignoresSubscribe = true;
  const listener = listenerOf();
  const listening = expect(listen(listener)).rejects.toThrow('Fettle is stopping');
  await until(cmd, () => broker.of(cmd).length === 1);
  listener.close();
  await listening;
});

it('gives up where the broker does not answer the subscription, and may be asked again', async () => {
  broker.ignoresSubscribe = true;
  const listener = listenerOf(300);
  await expect(listen(listener)).rejects.toThrow('no answer within 0.3 s');
  await expect(listen(listener)).rejects.toThrow('no answer within 0.3 s');
  listener.close();
});

it('rejects when the broker goes while it is listened to', async () => {
  const listening = expect(listen(listenerOf())).rejects.toThrow('the broker closed the connection');
  await until('the subscription', () => broker.of('subscribe').length === 1);
  broker.publish([{ id: 1, text: 'm' }]);
  await until('the message', () => heard.length === 1);
  broker.cut();
  await listening;
});
