import type { IPublishPacket } from 'mqtt';
import type { Timestamp } from '../../../domain/time.ts';
import type { InboundMessage } from '../../../ports/broker.ts';
import type { LateSettle, Settleable } from './lateSettle.ts';

/** A message of an outside broker, tied to the connection that brought it. */
export class InboundMqttMessage implements InboundMessage, Settleable {
  readonly brokerId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly receivedAt: Timestamp;
  readonly line: LateSettle;
  readonly messageId: number;
  /** What it counts for in the bounds. */
  readonly bytes: number;
  settled = false;

  constructor(brokerId: string, packet: IPublishPacket, line: LateSettle, receivedAt: Timestamp) {
    this.brokerId = brokerId;
    this.topic = packet.topic;
    this.payload = packet.payload as Buffer;
    this.qos = packet.qos;
    this.retain = packet.retain;
    this.receivedAt = receivedAt;
    this.line = line;
    this.messageId = packet.qos === 1 ? (packet.messageId ?? 0) : 0;
    this.bytes = packet.payload.length + packet.topic.length;
  }
}
