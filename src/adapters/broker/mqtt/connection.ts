import { connect, type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt';
import { SECOND } from '../../../domain/time.ts';
import { type Failure, failure, failureOfDisconnect, failureOfError } from './failure.ts';
import { LateSettle } from './lateSettle.ts';
import { clientOptions, type MqttBrokerOptions } from './options.ts';

/** How long a clean goodbye may take before the stream is simply destroyed. */
const GOODBYE_LIMIT = 2 * SECOND;
const REFUSED = 0x80;

export interface ConnectionEvents {
  message(packet: IPublishPacket, line: LateSettle): void;
  /** Connected and subscribed; `refused` names the topic filters the broker did not grant. */
  ready(connack: IConnackPacket, refused: readonly string[]): void;
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

  /** `subscribed`: the session, if the broker still has it, holds the subscriptions already. */
  constructor(options: MqttBrokerOptions, subscribed: boolean, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#client = connect(options.url, clientOptions(options));
    this.line = new LateSettle(this.#client, (packet) => events.message(packet, this.line));
    this.#client.on('error', (error) => this.#fail(failureOfError(error)));
    this.#client.on('disconnect', ({ reasonCode }) => this.#fail(failureOfDisconnect(reasonCode)));
    this.#client.on('connect', (connack) => {
      if (subscribed && connack.sessionPresent) events.ready(connack, []);
      else this.#subscribe(connack);
    });
    this.ended = new Promise((resolve) => {
      this.#client.once('close', () => resolve(this.#failure ?? failure('closed-by-broker')));
    });
  }

  /** Seconds; a broker of MQTT 5 may have shortened it. */
  get keepalive(): number {
    return this.#client.keepalive;
  }

  /** Says goodbye, so that the broker keeps the session and no will; takes nothing more. Resolves with `ended`. */
  end(reason?: Failure): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#failure ??= reason;
    this.line.close();
    const { stream } = this.#client;
    this.#client.end(!this.#client.connected);
    const limit = setTimeout(() => stream.destroy(), GOODBYE_LIMIT);
    stream.once('close', () => clearTimeout(limit));
  }

  #fail(reason: Failure): void {
    this.#failure ??= reason;
    this.#client.stream.destroy();
  }

  #subscribe(connack: IConnackPacket): void {
    const { subscriptions, protocolVersion } = this.#options;
    // `rh: 1` spares us the retained messages of a subscription the session has already; 3.1.1 sends them again.
    const options = protocolVersion === 5 ? { qos: 1 as const, rh: 1 } : { qos: 1 as const };
    this.#client.subscribe([...subscriptions], options, (error, _grants, suback) => {
      if (!suback) {
        this.#fail(failure('protocol-error', error?.message));
        return;
      }
      const refused = subscriptions.filter((_, index) => Number(suback.granted[index] ?? REFUSED) >= REFUSED);
      if (refused.length < subscriptions.length) this.#events.ready(connack, refused);
      else this.end(failure('subscription-refused', refused.join(', ')));
    });
  }
}
