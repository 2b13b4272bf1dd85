import { setTimeout as delay } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import type { Message } from './messages.ts';
import type { Pace } from './pace.ts';
import type { Sender } from './sender.ts';

/** Messages of a connection that wait for their PUBACK. */
const WINDOW = 40;
const CONNECT_TIMEOUT = 3000;
const TURN = 20;

/**
 * A gateway for some devices: sends messages in order at QoS 1, and again what got no PUBACK, on one connection after
 * the other, until all are acknowledged.
 */
export class Gateway implements Sender {
  published = 0;
  acknowledged = 0;
  readonly #url: string;
  readonly #clientId: string;
  readonly #pace: Pace;
  readonly #onAcknowledged: (message: Message) => void;
  /** Not acknowledged, the oldest first; those acknowledged out of turn are undefined. */
  #queue: (Message | undefined)[] = [];
  #next = 0;
  #inFlight = 0;
  #offered = 0;
  #client: MqttClient | undefined;
  #ending = false;
  readonly #loop: Promise<void>;

  constructor(url: string, clientId: string, pace: Pace, onAcknowledged: (message: Message) => void) {
    this.#url = url;
    this.#clientId = clientId;
    this.#pace = pace;
    this.#onAcknowledged = onAcknowledged;
    this.#loop = this.#run();
  }

  /** Messages that wait for their turn or their PUBACK. */
  get waiting(): number {
    return this.#queue.length;
  }

  offer(messages: readonly Message[]): void {
    this.#queue.push(...messages);
    this.#offered += messages.length;
  }

  async close(): Promise<void> {
    this.#ending = true;
    this.#client?.end(true);
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      await this.#connection();
      await delay(100);
    }
  }

  async #connection(): Promise<void> {
    const options = { clientId: this.#clientId, reconnectPeriod: 0, connectTimeout: CONNECT_TIMEOUT, keepalive: 5 };
    const client = connect(this.#url, options);
    this.#client = client;
    client.on('error', () => client.end(true));
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()).once('end', () => resolve()));
    client.once('connect', () => {
      this.#next = 0;
      this.#inFlight = 0;
      this.#send(client);
    });
    const timer = setInterval(() => client.connected && this.#send(client), TURN);
    await closed;
    clearInterval(timer);
    client.end(true);
  }

  #send(client: MqttClient): void {
    while (client.connected && this.#inFlight < WINDOW && this.#next < this.#queue.length) {
      const message = this.#queue[this.#next];
      if (message && this.#offered - this.#queue.length + this.#next > this.#pace.allowed) return;
      this.#next++;
      if (message) this.#publish(client, message);
    }
  }

  #publish(client: MqttClient, message: Message): void {
    this.#inFlight++;
    this.published++;
    client.publish(message.topic, message.payload, { qos: 1 }, (error) => {
      if (error || client !== this.#client) return;
      this.#inFlight--;
      this.#acknowledge(message);
      this.#send(client);
    });
  }

  #acknowledge(message: Message): void {
    const at = this.#queue.indexOf(message);
    if (at < 0) return;
    this.acknowledged++;
    this.#onAcknowledged(message);
    this.#queue[at] = undefined;
    let done = 0;
    while (done < this.#queue.length && this.#queue[done] === undefined) done++;
    this.#queue.splice(0, done);
    this.#next -= done;
  }
}
