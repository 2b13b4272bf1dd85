import { connectAsync, type MqttClient } from 'mqtt';
import type { Broker, BrokerHandlers, InboundMessage } from '../../../src/ports/broker.ts';

/** What an adapter under test is made with; the rest is the rig's affair. */
export interface Bounds {
  readonly maxUnsettledMessages: number;
  readonly maxUnsettledBytes: number;
}

export const WIDE: Bounds = { maxUnsettledMessages: 100_000, maxUnsettledBytes: 64 * 1024 * 1024 };

/** An adapter in place, with a line that can be cut between it and whoever sends to it. */
export interface Rig {
  readonly broker: Broker;
  /** Where devices publish. */
  readonly deviceUrl: string;
  /** Breaks the connection over which unsettled messages came; it is made again by itself. */
  cut(): void;
  /** Resolves when a message sent now comes through. */
  ready(): Promise<void>;
  /** Closes the broker and what the rig started. */
  remove(): Promise<void>;
}

/** Handlers that keep what they are told. */
export class Inbox implements BrokerHandlers {
  readonly messages: InboundMessage[] = [];
  /** What came on `plant/probe`, kept apart. */
  readonly probes: InboundMessage[] = [];
  readonly heard: boolean[] = [];
  pressedCount = 0;
  droppedCount = 0;
  /** Called for each press, to settle at once where a test wants that. */
  onPressed: () => void = () => undefined;

  message(message: InboundMessage): void {
    if (message.topic === 'plant/probe') this.probes.push(message);
    else this.messages.push(message);
  }

  listening(listening: boolean): void {
    this.heard.push(listening);
  }

  pressed(): void {
    this.pressedCount++;
    this.onPressed();
  }

  dropped(): void {
    this.droppedCount++;
  }

  texts(): string[] {
    return this.messages.map((message) => message.payload.toString());
  }

  /** Takes what is there out of the inbox. */
  take(): InboundMessage[] {
    return this.messages.splice(0);
  }
}

/** A device: MQTT.js with a session, that sends again what was not acknowledged. */
export async function connectDevice(url: string, clientId: string, options: object = {}): Promise<MqttClient> {
  return connectAsync(url, { clientId, clean: false, reconnectPeriod: 50, ...options });
}

/** Publishes with QoS 1 and counts the PUBACKs; the order is that of the call. */
export function publishAll(device: MqttClient, texts: readonly string[], topic = 'plant/a1'): { acknowledged: number } {
  const counter = { acknowledged: 0 };
  for (const text of texts) {
    device.publish(topic, text, { qos: 1 }, (error) => {
      if (!error) counter.acknowledged++;
    });
  }
  return counter;
}

export function numbered(count: number, prefix = 'm'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
