import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import type { TopicListener } from '../../../ports/topicListener.ts';
import { readCredentials } from './credentials.ts';
import { clientOptions, type MqttBrokerOptions } from './options.ts';

type Listened = Omit<MqttBrokerOptions, 'subscriptions'>;

/** Listens with QoS 0 in a session of its own that ends with the connection; `brokers` by their ids. */
export function createTopicListener(brokers: ReadonlyMap<string, Listened>): TopicListener {
  return {
    brokerIds: [...brokers.keys()],
    async listen(brokerId, filter, limit, hear) {
      const options = { ...brokers.get(brokerId)!, subscriptions: [] };
      const { properties: _session, ...plain } = clientOptions(options, readCredentials(options));
      const client = await connectAsync(options.url, { ...plain, clean: true }, false);
      const enough = new AbortController();
      let trouble: Error | undefined;
      client.on('message', (topic, payload) => {
        if (!enough.signal.aborted && !hear(topic, payload)) enough.abort();
      });
      client.on('error', (error) => {
        trouble = error;
      });
      client.on('close', () => {
        trouble ??= new Error('the broker closed the connection');
        enough.abort();
      });
      try {
        await client.subscribeAsync(filter, { qos: 0 });
        await sleep(limit, undefined, { signal: enough.signal }).catch(() => undefined);
        if (trouble) throw trouble;
      } finally {
        client.removeAllListeners('close');
        await client.endAsync(true);
      }
    },
  };
}
