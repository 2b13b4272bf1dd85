import {
  connect,
  type IClientOptions,
  type IConnackPacket,
  type IPublishPacket,
  type MqttClient,
  type Packet,
} from 'mqtt';
import { SECOND } from '../../../domain/time.ts';
import { type Failure, failure, failureOfDisconnect, failureOfError } from './failure.ts';
import { LateSettle } from './lateSettle.ts';
import type { MqttBrokerOptions } from './options.ts';

/** How long a clean goodbye may take before the stream is simply destroyed. */
const GOODBYE_LIMIT = 2 * SECOND;
const REFUSED = 0x80;

export interface ConnectionEvents {
  message(packet: IPublishPacket, line: LateSettle): void;
  /** A message of QoS 0 came while the connection was being given up. */
  missed(): void;
  /** Connected and subscribed; `refused` names the topic filters the broker did not grant. */
  ready(connack: IConnackPacket, refused: readonly string[]): void;
}

/** What a connection is to subscribe to. */
export interface Subscribing {
  readonly filters: readonly string[];
  /** A session that the broker still has holds them already. */
  readonly held: boolean;
}

/**
 * One network connection, from the attempt to its end, with a MQTT.js client of its own: nothing queued on one
 * connection can reach the next.
 */
export class MqttConnection {
  /** Resolves when the connection has ended or could not be made. */
  readonly ended: Promise<Failure>;
  readonly line: LateSettle;
  readonly #client: MqttClient;
  readonly #options: MqttBrokerOptions;
  readonly #events: ConnectionEvents;
  #failure: Failure | undefined;
  #ending = false;

  constructor(
    options: MqttBrokerOptions,
    client: IClientOptions,
    { filters, held }: Subscribing,
    events: ConnectionEvents,
  ) {
    this.#options = options;
    this.#events = events;
    this.#client = connect(options.url, client);
    this.line = new LateSettle(
      this.#client,
      (packet) => events.message(packet, this.line),
      () => events.missed(),
    );
    this.#client.on('error', (error) => this.#fail(failureOfError(error)));
    // What TLS says after the handshake, such as a client certificate refused, MQTT.js keeps to itself.
    this.#client.stream.on('error', (error) => {
      this.#failure ??= failureOfError(error);
    });
    this.#client.on('disconnect', ({ reasonCode }) => this.#fail(failureOfDisconnect(reasonCode)));
    this.#client.on('connect', (connack) => {
      if (filters.length === 0 || (held && connack.sessionPresent)) events.ready(connack, []);
      else this.#subscribe(connack, filters);
    });
    this.ended = new Promise((resolve) => {
      this.#client.once('close', () => resolve(this.#failure ?? failure('closed-by-broker')));
    });
  }

  /** Seconds; a broker of MQTT 5 may have shortened it. */
  get keepalive(): number {
    return this.#client.keepalive;
  }

  /**
   * Says goodbye, so that the broker keeps the session and no will; takes nothing more. `forget` (MQTT 5) has the
   * broker end the session as well. Resolves with `ended`.
   */
  end(reason?: Failure, forget = false): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#failure ??= reason;
    this.line.close();
    const { stream } = this.#client;
    const goodbye = forget ? { properties: { sessionExpiryInterval: 0 } } : {};
    this.#client.end(!this.#client.connected, goodbye);
    const limit = setTimeout(() => stream.destroy(), GOODBYE_LIMIT);
    stream.once('close', () => clearTimeout(limit));
  }

  /** Resolves with the filters that the broker refuses to unsubscribe; rejects when the connection ends first. */
  unsubscribe(filters: readonly string[]): Promise<string[]> {
    return new Promise((resolve, reject) => {
      if (filters.length === 0) {
        resolve([]);
        return;
      }
      this.#client.unsubscribe([...filters], (error, packet) => {
        if (error) reject(error);
        else resolve(filters.filter((_, index) => Number(reasonCodes(packet)[index] ?? 0) >= REFUSED));
      });
    });
  }

  /** Resolves when the broker has answered a ping, after all that it had sent before; rejects when the connection ends first. */
  roundTrip(): Promise<void> {
    return new Promise((resolve, reject) => {
      const onPacket = ({ cmd }: Packet): void => {
        if (cmd !== 'pingresp') return;
        this.#client.off('packetreceive', onPacket);
        resolve();
      };
      this.#client.on('packetreceive', onPacket);
      void this.ended.then(({ text }) => reject(new Error(text)));
      if (this.#client.connected) this.#client.sendPing();
    });
  }

  #fail(reason: Failure): void {
    this.#failure ??= reason;
    this.#client.stream.destroy();
  }

  #subscribe(connack: IConnackPacket, filters: readonly string[]): void {
    const { protocolVersion, shareGroup } = this.#options;
    if (shareGroup !== undefined && connack.properties?.sharedSubscriptionAvailable === false) {
      this.end(failure('share-refused'));
      return;
    }
    // `rh: 1` spares us the retained messages of a subscription the session has already; 3.1.1 sends them again.
    const options = protocolVersion === 5 ? { qos: 1 as const, rh: 1 } : { qos: 1 as const };
    this.#client.subscribe([...filters], options, (error, _grants, suback) => {
      if (!suback) {
        this.#fail(failure('protocol-error', error?.message));
        return;
      }
      const refused = filters.filter((_, index) => Number(suback.granted[index] ?? REFUSED) >= REFUSED);
      if (refused.length < filters.length) this.#events.ready(connack, refused);
      else this.end(failure(shareGroup === undefined ? 'subscription-refused' : 'share-refused', refused.join(', ')));
    });
  }
}

/** Of an UNSUBACK; MQTT 3.1.1 has none. */
function reasonCodes(packet: Packet | undefined): readonly unknown[] {
  const granted = packet && 'granted' in packet ? packet.granted : undefined;
  return Array.isArray(granted) ? granted : [];
}
