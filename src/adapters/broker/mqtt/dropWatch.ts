import { randomUUID } from 'node:crypto';
import { connect, type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { type Duration, MINUTE, SECOND } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type { Clock } from '../../../ports/clock.ts';
import { DROP_TOPICS, DropCounter } from './dropCounter.ts';

const AFTER_LOSS: Duration = 30 * SECOND;
const AFTER_REFUSAL: Duration = 10 * MINUTE;

export interface DropWatchOptions {
  readonly url: string;
  /** As of the connection beside it; read anew for each attempt, and may throw. */
  readonly login: () => IClientOptions;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Reads the broker's own drop counters on a connection of its own, without a session: in the session of the telemetry
 * they would queue up while Fettle is away, and some brokers end the connection of a client that asks for what it may
 * not see. A broker that refuses is asked again from time to time; nothing here is an error.
 */
export class DropWatch {
  readonly #options: DropWatchOptions;
  readonly #counter = new DropCounter();
  readonly #stop = new AbortController();
  #client: MqttClient | undefined;
  #running: Promise<void> | undefined;

  constructor(options: DropWatchOptions) {
    this.#options = options;
  }

  /** Undefined while the broker has not told. */
  get total(): number | undefined {
    return this.#counter.total;
  }

  /** Harmless when called again. */
  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#client?.end(true);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const clientId = await this.#ownClientId();
        if (clientId === undefined) return;
        if (!signal.aborted) await this.#listen(clientId);
      } catch (error) {
        log.debug({ err: error }, 'the drop counters of the broker can not be read');
      }
      const pause = this.total === undefined ? AFTER_REFUSAL : AFTER_LOSS;
      await clock.sleep(pause, signal).catch(() => undefined);
    }
  }

  /**
   * A client id that is no other client's. Some brokers give every client of a user one id: a connection without a
   * session would throw away the session of the telemetry there, so it is found out with one that keeps sessions.
   */
  async #ownClientId(): Promise<string | undefined> {
    const login = this.#options.login();
    const clientId = `${login.clientId}-drops-${randomUUID().slice(0, 8)}`;
    const { client, connack } = await this.#connect({ ...login, clientId, clean: false });
    await client.endAsync();
    if (!connack.sessionPresent) return clientId;
    this.#options.log.info('the broker gives every client of this user the same id: its drop counters are not read');
    return undefined;
  }

  async #listen(clientId: string): Promise<void> {
    const { properties: _session, ...login } = this.#options.login();
    const { client } = await this.#connect({ ...login, clientId, clean: true });
    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.on('message', (topic, payload) => this.#counter.take(topic, payload.toString()));
    client.subscribe(DROP_TOPICS, { qos: 0 }, (_error, _grants, suback) => {
      if (!suback?.granted.some((code) => Number(code) < 0x80)) client.end(true);
    });
    await ended;
  }

  async #connect(options: IClientOptions): Promise<{ client: MqttClient; connack: IConnackPacket }> {
    const client = connect(this.#options.url, options);
    this.#client = client;
    let failure = new Error('the broker closed the connection');
    client.on('error', (error) => {
      failure = error;
    });
    return new Promise((resolve, reject) => {
      client.once('connect', (connack) => resolve({ client, connack }));
      client.once('close', () => {
        reject(failure);
        client.end(true);
      });
      if (this.#stop.signal.aborted) client.end(true);
    });
  }
}
