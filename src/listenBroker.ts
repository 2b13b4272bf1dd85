import { randomUUID } from 'node:crypto';
import { createTopicListener } from './adapters/broker/mqtt/listener.ts';
import { systemClock } from './adapters/clock.ts';
import { outsideBrokers } from './config/brokers.ts';
import type { Config } from './config/schema.ts';
import type { Log } from './log.ts';
import type { TopicListener } from './ports/topicListener.ts';

/** Listens at the configured brokers under client ids of its own, each begun with Fettle's. */
export function topicListener(config: Config, log: Log): TopicListener {
  const { maxUnsettledMessages, maxUnsettledBytes } = config.mqtt;
  const own = { maxUnsettledMessages, maxUnsettledBytes, log, clock: systemClock };
  const brokers = outsideBrokers(config).map((broker) => {
    const clientId = `${broker.clientId}-listen-${randomUUID().slice(0, 8)}`;
    return [broker.id, { ...broker, ...own, clientId }] as const;
  });
  return createTopicListener(new Map(brokers));
}
