import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import { type Duration, SECOND } from '../../../domain/time.ts';
import type { TopicListener } from '../../../ports/topicListener.ts';
import { readCredentials } from './credentials.ts';
import { CONNECT_TIMEOUT, clientOptions, type MqttBrokerOptions } from './options.ts';

type Listened = Omit<MqttBrokerOptions, 'subscriptions'>;

/** Listens with QoS 0 in a session of its own that ends with the connection; `brokers` by their ids. */
export function createTopicListener(brokers: ReadonlyMap<string, Listened>): TopicListener {
  const stop = new AbortController();
  return {
    brokerIds: [...brokers.keys()],
    close: () => stop.abort(new Error('Fettle is stopping')),
    async listen(brokerId, filter, limit, hear) {
      stop.signal.throwIfAborted();
      const options = { ...brokers.get(brokerId)!, subscriptions: [] };
      const { properties: _session, ...plain } = clientOptions(options, readCredentials(options));
      const client = connect(options.url, { ...plain, clean: true });
      const failed = new AbortController();
      const enough = new AbortController();
      client.on('message', (topic, payload) => {
        if (!enough.signal.aborted && !hear(topic, payload)) enough.abort();
      });
      client.on('error', (error) => failed.abort(error));
      client.on('close', () => failed.abort(new Error('the broker closed the connection')));
      try {
        await subscribed(client, filter, options.connectTimeout ?? CONNECT_TIMEOUT, [failed.signal, stop.signal]);
        const signal = AbortSignal.any([failed.signal, stop.signal, enough.signal]);
        await sleep(limit, undefined, { signal }).catch(() => undefined);
        failed.signal.throwIfAborted();
      } finally {
        enough.abort();
        await client.endAsync(true);
      }
    },
  };
}

/** Resolves when the broker has taken the subscription; rejects when it takes too long, or with why a signal aborts. */
async function subscribed(
  client: MqttClient,
  filter: string,
  limit: Duration,
  signals: readonly AbortSignal[],
): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${limit / SECOND} s`)), limit);
  const signal = AbortSignal.any([late.signal, ...signals]);
  const given = once(signal, 'abort').then(() => signal.throwIfAborted());
  const connected = new Promise<void>((resolve) => client.once('connect', () => resolve()));
  const taken = connected.then(() => client.subscribeAsync(filter, { qos: 0 }));
  taken.catch(() => undefined);
  try {
    await Promise.race([taken, given]);
  } finally {
    clearTimeout(timer);
    late.abort();
  }
}
