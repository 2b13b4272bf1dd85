import { createEmbeddedBroker } from './adapters/broker/embedded/index.ts';
import { createMqttBroker } from './adapters/broker/mqtt/index.ts';
import { joinBrokers } from './adapters/broker/several.ts';
import { systemClock } from './adapters/clock.ts';
import { MAIN_BROKER, type OutsideBroker, outsideBrokers, topicsOf } from './config/brokers.ts';
import type { Config } from './config/schema.ts';
import type { Log } from './log.ts';
import type { OpenSession } from './pipeline/adoption.ts';
import { subscriptionsOf } from './pipeline/topicTemplate.ts';
import type { Broker, SessionBroker } from './ports/broker.ts';

/** The embedded broker, or this node's sessions at the configured ones. */
export function openBroker(config: Config, log: Log): Broker {
  const { maxUnsettledMessages, maxUnsettledBytes, url, port } = config.mqtt;
  if (url === undefined) {
    const bounds = { maxUnsettledMessages, maxUnsettledBytes };
    return createEmbeddedBroker({ host: '127.0.0.1', port, ...bounds, log, clock: systemClock });
  }
  const { clientId, subscriptions } = sessionOf(config);
  return openSessions(config, log, {
    clientId,
    shareGroup: subscriptions.shareGroup,
    filters: ({ id }) => subscriptionsOf(topicsOf(config, id)),
  });
}

/** Opens the sessions that another node has left at the outside brokers, as they are; undefined where there are none. */
export function sessionOpener(config: Config, log: Log): OpenSession | undefined {
  if (config.mqtt.url === undefined) return undefined;
  return (clientId, { shareGroup }) => openSessions(config, log, { clientId, shareGroup, filters: () => [] });
}

/**
 * Under which client id this node is known to the main broker, and what it subscribes to. At a further broker it is that
 * broker's client id with the same ending.
 */
export function sessionOf({ mqtt, sources, presence, assess, cluster }: Config) {
  const filters = subscriptionsOf([...sources, ...presence].map(({ topic }) => topic));
  if (assess.mode === 'inline') return { clientId: mqtt.clientId, subscriptions: { filters } };
  return {
    clientId: `${mqtt.clientId}-${cluster.node}`,
    subscriptions: { filters, shareGroup: cluster.group },
  };
}

interface Sessions {
  /** At the main broker. */
  readonly clientId: string;
  readonly shareGroup: string | undefined;
  readonly filters: (broker: OutsideBroker) => readonly string[];
}

function openSessions(config: Config, log: Log, { clientId, shareGroup, filters }: Sessions): SessionBroker {
  const { mqtt } = config;
  const outside = outsideBrokers(config);
  const ending = clientId.startsWith(mqtt.clientId) ? clientId.slice(mqtt.clientId.length) : undefined;
  const made = outside.flatMap((broker) => {
    const own = ending === undefined ? clientId : broker.clientId + ending;
    // A session from under another configuration is known at the main broker only.
    if (ending === undefined && broker.id !== MAIN_BROKER) return [];
    const adapter = createMqttBroker({
      ...broker,
      clientId: own,
      subscriptions: filters(broker),
      shareGroup,
      maxUnsettledMessages: part(mqtt.maxUnsettledMessages, outside.length),
      maxUnsettledBytes: part(mqtt.maxUnsettledBytes, outside.length),
      log,
      clock: systemClock,
    });
    return [[broker.id, adapter] as const];
  });
  return joinBrokers(new Map(made));
}

/** Each broker has its own part of a bound, so that one that floods does not hold up the others. */
function part(bound: number, brokers: number): number {
  return Math.max(1, Math.floor(bound / brokers));
}
