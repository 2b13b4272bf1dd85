import type { Client, PublishPacket } from 'aedes';
import type { Timestamp } from '../../../domain/time.ts';
import type { InboundMessage } from '../../../ports/broker.ts';

/** Tells aedes to go on with a packet: acknowledge it to its publisher and route it to those who watch. */
export type GoOn = (error?: Error | null) => void;

/** A message a device published to the embedded broker. */
export class InboundDeviceMessage implements InboundMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  /** Never set: it comes fresh from its publisher, whatever else is to be done with it. */
  readonly retain = false;
  readonly receivedAt: Timestamp;
  readonly client: Client;
  /** Left behind by a device whose connection is gone: aedes hands over what the CONNECT packet held, which has no command. */
  readonly isWill: boolean;
  /** What it counts for in the bounds. */
  readonly bytes: number;
  #goOn: GoOn | undefined;

  constructor(packet: PublishPacket, client: Client, goOn: GoOn, receivedAt: Timestamp) {
    this.topic = packet.topic;
    this.payload = packet.payload as Buffer;
    this.qos = packet.qos;
    this.receivedAt = receivedAt;
    this.client = client;
    this.isWill = (packet as Partial<PublishPacket>).cmd !== 'publish';
    this.bytes = packet.payload.length + packet.topic.length;
    this.#goOn = goOn;
  }

  /** The first call gets what aedes waits for, further ones undefined. */
  takeGoOn(): GoOn | undefined {
    const goOn = this.#goOn;
    this.#goOn = undefined;
    return goOn;
  }
}
