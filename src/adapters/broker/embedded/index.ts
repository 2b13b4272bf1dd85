import type { Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import { type Duration, MINUTE, SECOND } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type { Broker, BrokerHandlers, BrokerStatus, InboundMessage } from '../../../ports/broker.ts';
import type { Clock } from '../../../ports/clock.ts';
import { after } from '../after.ts';
import { NoiseLimit } from '../noiseLimit.ts';
import { QuietLine } from '../quietLine.ts';
import { Unsettled, type UnsettledBounds } from '../unsettled.ts';
import { checkLoopback, LoopbackServer } from './loopbackServer.ts';
import { type GoOn, InboundDeviceMessage } from './message.ts';
import { PacketSizeLimit } from './packetSizeLimit.ts';
import { ReadGate } from './readGate.ts';

export interface DeviceCredentials {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export interface EmbeddedBrokerOptions extends UnsettledBounds {
  /** A loopback address: this broker has no TLS and is not for the network. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Whether a device may connect; all may when absent. */
  readonly authenticate?: (credentials: DeviceCredentials) => boolean | Promise<boolean>;
  /** A packet with a larger payload (give or take 64 KiB of topic) ends its connection; 16 MiB by default. */
  readonly maxPayloadBytes?: number;
  readonly log: Log;
  readonly clock: Clock;
}

export type EmbeddedBroker = Broker & { address(): { readonly port: number } };

const DEFAULT_MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
/** Reading stands still for so long: devices are not heard. */
const DEAF_AFTER: Duration = 5 * SECOND;
/** How long somebody who watches may hold up the others by not reading. */
const SLOW_WATCHER_LIMIT: Duration = 5 * SECOND;
const SYSTEM_TOPICS = '$SYS/';

/**
 * An MQTT 3.1.1 broker in this process (aedes). A device's PUBACK (QoS 1) or PUBREC (QoS 2) is sent by `settle`, so it
 * means stored. aedes looks for a repeated QoS 2 message only afterwards: one that is sent again before is handed over
 * twice. Wills are routed but not handed over: when the device last spoke is not in them. Whoever watches with a
 * subscription gets messages after `settle`; every session ends with its connection, so that nothing queues up in
 * memory for those who are away.
 * Throws when the host is not a loopback address; `start` rejects when the port can't be taken.
 */
export function createEmbeddedBroker(options: EmbeddedBrokerOptions): EmbeddedBroker {
  checkLoopback(options.host);
  return new AedesBroker(options);
}

class AedesBroker implements EmbeddedBroker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #unsettled: Unsettled;
  readonly #gate = new ReadGate();
  readonly #noise = new NoiseLimit(MINUTE);
  readonly #server = new LoopbackServer((socket) => this.#accept(socket));
  #aedes: Aedes | undefined;
  #handlers: BrokerHandlers | undefined;
  #quiet: QuietLine | undefined;
  #listening = false;
  #paused = false;
  #cancelDeaf: (() => void) | undefined;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#unsettled = new Unsettled(options);
  }

  async start(handlers: BrokerHandlers): Promise<void> {
    if (this.#handlers) throw new Error('the broker was started already');
    this.#handlers = handlers;
    this.#quiet = new QuietLine(() => handlers.pressed());
    this.#aedes = await Aedes.createBroker(this.#aedesOptions());
    this.#logTroubles(this.#aedes);
    const { host, port, log } = this.#options;
    try {
      await this.#server.listen(host, port, (error) => log.error({ err: error }, 'the embedded broker failed'));
    } catch (error) {
      await closeAedes(this.#aedes);
      throw error;
    }
    this.#hear(true);
    log.info({ host, port: this.#server.port }, 'the embedded broker listens');
  }

  address(): { readonly port: number } {
    return { port: this.#server.port };
  }

  /** Calls aedes back in the order given. What came from a device that has gone is left to come again. */
  settle(messages: readonly InboundMessage[]): void {
    for (const message of messages) {
      const goOn = message instanceof InboundDeviceMessage ? message.takeGoOn() : undefined;
      if (!goOn) continue;
      const { bytes, qos, client, isWill } = message as InboundDeviceMessage;
      this.#unsettled.remove(bytes);
      if (!this.#aedes?.closed && (isWill || qos === 0 || !client.closed)) goOn();
    }
    if (!this.#paused && !this.#gate.isOpen && this.#unsettled.drained) this.#openGate();
  }

  status(): BrokerStatus {
    const held = this.#gate.isOpen ? '' : '; reading stands still until more is settled';
    return {
      connected: this.#listening,
      detail: this.#paused
        ? 'paused'
        : `embedded MQTT 3.1.1 broker on ${this.#options.host}:${this.#server.port}, ${this.#aedes?.connectedClients ?? 0} clients${held}`,
      unsettledMessages: this.#unsettled.messages,
      unsettledBytes: this.#unsettled.bytes,
      reconnects: 0,
      sessionsLost: 0,
      failures: new Map(),
      dropped: undefined,
      certificates: [],
    };
  }

  async pause(): Promise<void> {
    if (this.#paused) return;
    this.#paused = true;
    this.#gate.shut();
    this.#cancelDeaf?.();
    this.#hear(false);
    this.#server.stopAccepting();
  }

  async close(): Promise<void> {
    await this.pause();
    if (this.#aedes) await closeAedes(this.#aedes);
    await this.#server.close();
  }

  #aedesOptions(): AedesOptions {
    const { authenticate, log } = this.#options;
    return {
      drainTimeout: SLOW_WATCHER_LIMIT,
      preConnect: (_client, packet, done) => {
        packet.clean = true;
        done(null, true);
      },
      authorizePublish: (client, packet, goOn) => this.#authorize(client, packet, goOn),
      ...(authenticate && {
        authenticate: async (client, username, password, done) => {
          try {
            done(null, await authenticate({ clientId: client.id, username, password: password?.toString() }));
          } catch (error) {
            log.error({ err: error, clientId: client.id }, 'a device could not be authenticated');
            done(null, false);
          }
        },
      }),
    };
  }

  #accept(socket: Socket): void {
    const size = new PacketSizeLimit(this.#options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES);
    this.#gate.guard(socket, (chunk) => {
      if (size.accepts(chunk)) return true;
      socket.destroy(new Error('the packet is larger than the embedded broker takes'));
      return false;
    });
    this.#aedes?.handle(socket);
  }

  #authorize(client: Client | null, packet: PublishPacket, goOn: GoOn): void {
    if (packet.topic.startsWith(SYSTEM_TOPICS)) goOn(new Error(`${SYSTEM_TOPICS} topics are the broker's own`));
    else if (!client) goOn();
    else if (!this.#paused) this.#take(client, packet, goOn);
  }

  #take(client: Client, packet: PublishPacket, goOn: GoOn): void {
    const message = new InboundDeviceMessage(packet, client, goOn, this.#options.clock.now());
    this.#unsettled.add(message.bytes);
    if (this.#unsettled.full && this.#gate.isOpen) this.#shutGate();
    this.#handlers?.message(message);
    this.#quiet?.messageArrived();
  }

  #shutGate(): void {
    this.#gate.shut();
    this.#cancelDeaf = after(this.#options.clock, DEAF_AFTER, () => this.#hear(false));
  }

  #openGate(): void {
    this.#cancelDeaf?.();
    this.#hear(true);
    this.#gate.open();
  }

  #hear(listening: boolean): void {
    if (listening === this.#listening) return;
    this.#listening = listening;
    this.#handlers?.listening(listening);
  }

  #logTroubles(aedes: Aedes): void {
    const { log, clock } = this.#options;
    const trouble = (client: Client, error: Error): void => {
      const clientId = client.id ?? undefined;
      if (!this.#noise.worthSaying(`${clientId} ${error.message}`, clock.elapsed())) return;
      log.warn({ clientId, reason: error.message }, 'the embedded broker ended a connection');
    };
    aedes.on('clientError', trouble);
    aedes.on('connectionError', trouble);
    aedes.addListener('error', (error: unknown) => log.error({ err: error }, 'the embedded broker failed'));
  }
}

function closeAedes(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(() => resolve()));
}
