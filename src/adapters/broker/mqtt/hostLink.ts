import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Timestamp } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { HostLink } from '../../../ports/hostLink.ts';
import { Backoff } from './backoff.ts';

export interface HostLinkOptions {
  readonly hostId: string;
  /** Read anew for each attempt. */
  readonly url: () => string;
  /** As of the telemetry; read anew for each attempt, and may throw. */
  readonly login: () => IClientOptions;
  /** Its own: two connections of one client id throw each other out. */
  readonly clientId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a goodbye may take. */
const GOODBYE_LIMIT = 2000;

/**
 * A host application's connection (Sparkplug 3.0.0, 5.2 and 6.4.24). Each connection has a timestamp that its will, its
 * birth and its death share, so that edge nodes know which of them is the newest.
 */
export function createHostLink(options: HostLinkOptions): HostLink {
  return new MqttHostLink(options);
}

class MqttHostLink implements HostLink {
  readonly #options: HostLinkOptions;
  readonly #topic: string;
  #client: MqttClient | undefined;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: HostLinkOptions) {
    this.#options = options;
    this.#topic = `spBv1.0/STATE/${options.hostId}`;
    this.#stop.abort();
  }

  setOnline(online: boolean): void {
    if (online !== this.#stop.signal.aborted) return;
    if (!online) {
      this.#stop.abort();
      return;
    }
    const stop = new AbortController();
    this.#stop = stop;
    this.#running = this.#running.then(() => this.#run(stop.signal));
  }

  send(topic: string, payload: Uint8Array): boolean {
    if (!this.#client?.connected) return false;
    this.#client.publish(topic, Buffer.from(payload), { qos: 0 });
    return true;
  }

  async close(): Promise<void> {
    this.setOnline(false);
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, log, hostId } = this.#options;
    const backoff = new Backoff();
    while (!signal.aborted) {
      const begun = clock.elapsed();
      try {
        await this.#connection(signal);
      } catch (error) {
        log.warn({ err: error, hostId }, 'the connection as a Sparkplug host failed; it is made again');
      }
      if (!signal.aborted) await clock.sleep(backoff.next(clock.elapsed() - begun), signal).catch(() => undefined);
    }
  }

  /** One connection, to its end. */
  async #connection(signal: AbortSignal): Promise<void> {
    const { url, login, clientId, clock } = this.#options;
    const at = clock.now();
    const { properties: _session, ...credentials } = login();
    const will = { topic: this.#topic, payload: stateOf(false, at), qos: 1 as const, retain: true };
    const client = connect(url(), { ...credentials, clientId, clean: true, reconnectPeriod: 0, will });
    this.#client = client;
    let failure: Error | undefined;
    client.on('error', (error) => {
      failure = error;
    });
    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.on('connect', () => this.#beBorn(client, at));
    client.on('message', (topic, payload) => {
      if (topic === this.#topic && saysOffline(payload)) this.#say(client, true, at);
    });
    const leave = () => void this.#leave(client, at);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    await ended;
    signal.removeEventListener('abort', leave);
    if (failure && !signal.aborted) throw failure;
  }

  /** What an earlier connection left behind, or its will that comes late, is answered: see `message`. */
  #beBorn(client: MqttClient, at: Timestamp): void {
    client.subscribe(this.#topic, { qos: 1 }, () => this.#say(client, true, at));
  }

  #say(client: MqttClient, online: boolean, at: Timestamp): void {
    if (client.connected && !client.disconnecting) {
      client.publish(this.#topic, stateOf(online, at), { qos: 1, retain: true });
    }
  }

  async #leave(client: MqttClient, at: Timestamp): Promise<void> {
    const limit = setTimeout(() => client.stream.destroy(), GOODBYE_LIMIT);
    if (client.connected) {
      client.removeAllListeners('message');
      await client.publishAsync(this.#topic, stateOf(false, at), { qos: 1, retain: true }).catch(() => undefined);
    }
    client.end(!client.connected, () => clearTimeout(limit));
  }
}

function stateOf(online: boolean, timestamp: Timestamp): Buffer {
  return Buffer.from(JSON.stringify({ online, timestamp }));
}

function saysOffline(payload: Buffer): boolean {
  try {
    return (JSON.parse(payload.toString()) as { online?: unknown } | null)?.online === false;
  } catch {
    return false;
  }
}
