import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type IClientOptions } from 'mqtt';
import { createMqttBroker } from './adapters/broker/mqtt/index.ts';
import { systemClock } from './adapters/clock.ts';
import type { Config } from './config/schema.ts';
import { portInUse, tryPort } from './listenPort.ts';
import { createLog } from './log.ts';
import { brokerLogin } from './parts.ts';

/** So many messages are sent to find the broker's window; a larger window limits nothing. */
const MESSAGES = 500;
/** Nothing more for so long: the window is full, or all is there. */
const QUIET = 500;
/** What a durable write and a round trip take together on an ordinary disk and network. */
const ASSUMED_CYCLE_MS = 10;
const ENOUGH_PER_SECOND = 20_000;

/** Tries to use the broker as Fettle does and finds how many messages it hands out before it waits for PUBACKs. */
export function probeBroker(config: Config, signal: AbortSignal): Promise<string> {
  const { url, port } = config.mqtt;
  return url === undefined
    ? probePort('127.0.0.1', port, 'mqtt.port', 'FETTLE_MQTT_PORT')
    : probeServer(config, url, signal);
}

/** Whether Fettle could listen there. */
export async function probePort(host: string, port: number, option: string, variable: string): Promise<string> {
  try {
    await tryPort(host, port);
    return `port ${port} is free`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(portInUse(port, option, variable), { cause: error });
  }
}

async function probeServer(config: Config, url: string, signal: AbortSignal): Promise<string> {
  const login = brokerLogin(config, url);
  const clientId = `fettle-check-${randomUUID()}`;
  const topic = `fettle-check/${randomUUID()}`;
  const bounds = { maxUnsettledMessages: 2 * MESSAGES, maxUnsettledBytes: 1024 * 1024 };
  const broker = createMqttBroker({
    ...login,
    ...bounds,
    clientId,
    subscriptions: [topic],
    sessionExpiry: 0,
    log: createLog('silent'),
    clock: systemClock,
  });
  let received = 0;
  try {
    await started(broker, signal, () => received++);
    const publisher = await connectAsync(url, { ...plainLogin(login), clientId: `${clientId}-p` });
    for (let i = 0; i < MESSAGES; i++) publisher.publish(topic, String(i), { qos: 1 });
    await quiet(() => received, signal);
    await publisher.endAsync(true);
  } finally {
    await broker.close();
    await forgetSession(url, { ...plainLogin(login), clientId });
  }
  return describeWindow(received, login.protocolVersion);
}

function started(
  broker: ReturnType<typeof createMqttBroker>,
  signal: AbortSignal,
  onMessage: () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(broker.status().detail)), { once: true });
    broker
      .start({ message: onMessage, pressed: () => undefined, listening: (heard) => heard && resolve() })
      .catch(reject);
  });
}

async function quiet(count: () => number, signal: AbortSignal): Promise<void> {
  for (let before = -1; before !== count() || before === 0; ) {
    before = count();
    await sleep(QUIET, undefined, { signal });
  }
}

/** A session of MQTT 3.1.1 would stay at the broker for ever. */
async function forgetSession(url: string, options: IClientOptions): Promise<void> {
  const client = await connectAsync(url, { ...options, clean: true });
  await client.endAsync();
}

function plainLogin(login: ReturnType<typeof brokerLogin>): IClientOptions {
  const { username, password, protocolVersion, ca, cert, key } = login;
  return { username, password, protocolVersion, ca, cert, key, reconnectPeriod: 0 };
}

function describeWindow(window: number, protocolVersion: number): string {
  const found = `MQTT ${protocolVersion === 5 ? '5' : '3.1.1'}`;
  if (window >= MESSAGES) return `${found}, window of ${MESSAGES} messages or more`;
  const rate = Math.round((window * 1000) / ASSUMED_CYCLE_MS);
  const text = `${found}, window of ${window} messages: about ${rate.toLocaleString('en')} messages/s at ${ASSUMED_CYCLE_MS} ms a write`;
  if (rate >= ENOUGH_PER_SECOND) return text;
  return `${text}; for more, raise max_inflight_messages (Mosquitto) or mqtt.max_inflight (EMQX)`;
}
