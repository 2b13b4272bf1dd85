import { connect, type MqttClient } from 'mqtt';

/** The part of a structured logger that the simulators use. */
export interface SimulatorLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

export interface PublisherOptions {
  readonly mqttUrl: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificates (PEM) to trust, for a broker with a private authority. */
  readonly ca?: string;
  readonly log?: SimulatorLog;
}

/** How long the broker may take to close a connection. */
const GRACE = 500;

/** An MQTT 3.1.1 client that reconnects by itself and keeps what is not acknowledged until then. */
export function connectPublisher(options: PublisherOptions): MqttClient {
  const { mqttUrl, clientId, username, password, ca, log } = options;
  const client = connect(mqttUrl, {
    clientId,
    clean: true,
    keepalive: 60,
    reconnectPeriod: 500,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  });
  let reported = false;
  client.on('connect', () => {
    reported = false;
  });
  client.on('error', (error) => {
    if (reported) return;
    reported = true;
    log?.warn({ clientId, mqttUrl, error: error.message }, 'the simulator has no connection to the broker');
  });
  return client;
}

/**
 * Publishes at QoS 1 until the broker has acknowledged. MQTT.js gives messages up that meet a connection which breaks
 * while it is being restored; those are published again.
 *
 * @param done told whether it was acknowledged; false only once `signal` has aborted
 */
export function publishSurely(
  client: MqttClient,
  topic: string,
  payload: string,
  signal: AbortSignal,
  done: (acknowledged: boolean) => void,
): void {
  client.publish(topic, payload, { qos: 1 }, (error) => {
    if (!error) done(true);
    else if (signal.aborted) done(false);
    // Not at once: MQTT.js calls back from a loop over the very queue that this would lengthen.
    else setImmediate(() => publishSurely(client, topic, payload, signal, done));
  });
}

/**
 * Ends the connection: properly when everything was acknowledged, else by cutting it, since MQTT.js would wait for the
 * acknowledgements for ever. A broker that does not answer is cut off as well.
 */
export async function endPublisher(client: MqttClient, acknowledged: boolean): Promise<void> {
  const cut = setTimeout(() => client.stream.destroy(), GRACE);
  try {
    await client.endAsync(!acknowledged || !client.connected);
  } finally {
    clearTimeout(cut);
  }
}

/** Bounds the messages that are published and not yet acknowledged. */
export class Window {
  readonly #size: number;
  #open = 0;
  #waiting: (() => void) | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  get open(): number {
    return this.#open;
  }

  take(): void {
    this.#open++;
  }

  release(): void {
    this.#open--;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  /** Resolves when there is room again, or when `signal` aborts. One waiter at a time. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#open >= this.#size && !signal.aborted) await this.#change(signal);
  }

  /** Resolves when everything is acknowledged, or when `signal` aborts. */
  async empty(signal: AbortSignal): Promise<void> {
    while (this.#open > 0 && !signal.aborted) await this.#change(signal);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
