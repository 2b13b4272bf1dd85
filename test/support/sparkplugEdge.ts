import { connectAsync, type MqttClient } from 'mqtt';
import { get } from 'sparkplug-payload';
import type { UMetric } from 'sparkplug-payload/lib/sparkplugbpayload.js';

const codec = get('spBv1.0')!;

let last = 0;

/** The time, never the same again: two values of one metric at one time would be a conflict. */
function stamp(): number {
  last = Math.max(Date.now(), last + 1);
  return last;
}

/** A payload by an encoder that shares nothing with Fettle's reader. */
export function sparkplugPayload(metrics: readonly UMetric[], seq?: number, timestamp = Date.now()): Buffer {
  return Buffer.from(codec.encodePayload({ timestamp, metrics: [...metrics], ...(seq !== undefined && { seq }) }));
}

/** A metric as births have it; data leave the name out where there is an alias. */
export function metric(name: string, alias: number | undefined, value: number, timestamp = stamp()): UMetric {
  return { name, ...(alias !== undefined && { alias }), type: 'Double', value, timestamp };
}

/** As data have it: called by its alias alone. */
export function byAlias(alias: number, value: number, timestamp = stamp()): UMetric {
  return { alias, type: 'Double', value, timestamp } as UMetric;
}

/** An edge node driven by hand: it sends what it is told to, in whatever order. */
export class SparkplugEdge {
  readonly #client: MqttClient;
  readonly #topic: (type: string, device?: string) => string;
  /** Commands that came. */
  readonly commands: string[] = [];
  /** What host applications said, with whether the broker had kept it. */
  readonly states: { readonly host: string; readonly online: boolean; readonly timestamp: number }[] = [];

  private constructor(client: MqttClient, group: string, node: string) {
    this.#client = client;
    this.#topic = (type, device) => ['spBv1.0', group, type, node, ...(device === undefined ? [] : [device])].join('/');
    client.on('message', (topic, payload) => {
      if (topic.startsWith('spBv1.0/STATE/')) {
        this.states.push({
          host: topic.slice(14),
          ...(JSON.parse(payload.toString()) as { online: boolean; timestamp: number }),
        });
      } else {
        const { metrics } = codec.decodePayload(payload);
        for (const { name, value } of metrics ?? []) this.commands.push(`${name}=${value}`);
      }
    });
  }

  /** Connects with a will that is the death of session `bdSeq`. */
  static async connect(url: string, group: string, node: string, bdSeq: number): Promise<SparkplugEdge> {
    const will = {
      topic: `spBv1.0/${group}/NDEATH/${node}`,
      payload: deathPayload(bdSeq),
      qos: 1 as const,
      retain: false,
    };
    const client = await connectAsync(url, {
      clientId: `${group}-${node}-${bdSeq}`,
      clean: true,
      reconnectPeriod: 0,
      will,
    });
    const edge = new SparkplugEdge(client, group, node);
    await client.subscribeAsync([`spBv1.0/${group}/NCMD/${node}`, 'spBv1.0/STATE/+'], { qos: 1 });
    return edge;
  }

  birth(bdSeq: number, metrics: readonly UMetric[], seq = 0): Promise<unknown> {
    const own: UMetric[] = [
      { name: 'bdSeq', type: 'UInt64', value: bdSeq, timestamp: Date.now() },
      { name: 'Node Control/Rebirth', type: 'Boolean', value: false, timestamp: Date.now() },
    ];
    return this.send('NBIRTH', sparkplugPayload([...own, ...metrics], seq));
  }

  send(type: string, payload: Buffer, device?: string): Promise<unknown> {
    return this.#client.publishAsync(this.#topic(type, device), payload, { qos: 0 });
  }

  /** Ends without a goodbye: the broker publishes the will. */
  die(): void {
    this.#client.stream.destroy();
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

export function deathPayload(bdSeq: number): Buffer {
  return sparkplugPayload([{ name: 'bdSeq', type: 'UInt64', value: bdSeq, timestamp: Date.now() }]);
}

/** As the independent reader has it. */
export function decodeSparkplug(payload: Uint8Array) {
  return codec.decodePayload(payload);
}
