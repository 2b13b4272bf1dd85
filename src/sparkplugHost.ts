import { readCredentials } from './adapters/broker/mqtt/credentials.ts';
import { createHostLink } from './adapters/broker/mqtt/hostLink.ts';
import { clientOptions } from './adapters/broker/mqtt/options.ts';
import { systemClock } from './adapters/clock.ts';
import { type OutsideBroker, outsideBrokers } from './config/brokers.ts';
import type { Config } from './config/schema.ts';
import { type SourceDefinition, SPARKPLUG_DEFAULTS } from './domain/source.ts';
import type { Log } from './log.ts';
import type { SessionKeeper } from './pipeline/sessions.ts';
import type { Broker } from './ports/broker.ts';
import type { HostLink } from './ports/hostLink.ts';
import { SparkplugHost } from './sparkplug/host.ts';

/** What waits for births may take this part of what may be unsettled. */
const WAITING_PART = 4;

/** Fettle as a host application, at each broker that a source of Sparkplug is read from; undefined without such a source. */
export function openSparkplugHost(config: Config, broker: Broker, log: Log): SessionKeeper | undefined {
  const sources = config.sources.filter(({ codec }) => codec === 'sparkplug-b');
  if (sources.length === 0) return undefined;
  const { maxUnsettledMessages, maxUnsettledBytes } = config.mqtt;
  const links = new Links(config, broker, log);
  return new SparkplugHost({
    sources,
    bounds: { messages: Math.ceil(maxUnsettledMessages / WAITING_PART), bytes: maxUnsettledBytes / WAITING_PART },
    links: (source) => links.of(source),
    clock: systemClock,
    log,
  });
}

/** One connection for each host id and broker. */
class Links {
  readonly #config: Config;
  readonly #broker: Broker;
  readonly #log: Log;
  readonly #made = new Map<string, HostLink>();

  constructor(config: Config, broker: Broker, log: Log) {
    this.#config = config;
    this.#broker = broker;
    this.#log = log;
  }

  of(source: SourceDefinition): ReadonlyMap<string | undefined, HostLink> {
    const { hostId } = source.sparkplug ?? SPARKPLUG_DEFAULTS;
    const outside = outsideBrokers(this.#config).filter(
      ({ id }) => source.broker === undefined || source.broker === id,
    );
    if (this.#config.mqtt.url === undefined) return new Map([[undefined, this.#link(hostId, undefined)]]);
    return new Map(outside.map((broker) => [broker.id, this.#link(hostId, broker)]));
  }

  #link(hostId: string, outside: OutsideBroker | undefined): HostLink {
    const key = JSON.stringify([hostId, outside?.id]);
    const known = this.#made.get(key);
    if (known) return known;
    const made = outside ? this.#outsideLink(hostId, outside) : this.#embeddedLink(hostId);
    this.#made.set(key, made);
    return made;
  }

  #outsideLink(hostId: string, outside: OutsideBroker): HostLink {
    const { maxUnsettledMessages, maxUnsettledBytes } = this.#config.mqtt;
    const common = { clock: systemClock, log: this.#log };
    const options = { ...outside, subscriptions: [], maxUnsettledMessages, maxUnsettledBytes, ...common };
    return createHostLink({
      ...common,
      hostId,
      url: () => outside.url,
      login: () => clientOptions(options, readCredentials(options)),
      clientId: `${outside.clientId}-host-${hostId}`,
    });
  }

  #embeddedLink(hostId: string): HostLink {
    const address = this.#broker as Broker & { address(): { readonly port: number } };
    return createHostLink({
      hostId,
      url: () => `mqtt://127.0.0.1:${address.address().port}`,
      login: () => ({}),
      clientId: `fettle-host-${hostId}`,
      clock: systemClock,
      log: this.#log,
    });
  }
}
