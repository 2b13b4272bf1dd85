import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type IConnackPacket, type MqttClient } from 'mqtt';
import { Certificates } from './adapters/broker/mqtt/certificates.ts';
import { MqttConnection } from './adapters/broker/mqtt/connection.ts';
import { readCredentials } from './adapters/broker/mqtt/credentials.ts';
import { forgetSession } from './adapters/broker/mqtt/forgetSession.ts';
import { createMqttBroker } from './adapters/broker/mqtt/index.ts';
import { addressOf, clientOptions, type MqttBrokerOptions } from './adapters/broker/mqtt/options.ts';
import { systemClock } from './adapters/clock.ts';
import { MAIN_BROKER, type OutsideBroker, outsideBrokers } from './config/brokers.ts';
import type { Probe } from './config/probes.ts';
import type { Config } from './config/schema.ts';
import { createLog } from './log.ts';
import { probePort, type RunningFettle } from './probePort.ts';

/** So many messages are sent to find the broker's window; a larger window limits nothing. */
const MESSAGES = 500;
/** Nothing more for so long: the window is full, or all is there. */
const QUIET = 500;
/** Nothing at all for so long: nothing will come. */
const SILENCE = 2500;
/** What a durable write and a round trip take together on an ordinary disk and network. */
const ASSUMED_CYCLE_MS = 10;
const ENOUGH_PER_SECOND = 20_000;

/** One probe a broker. */
export function brokerProbes(config: Config, running: RunningFettle): Probe[] {
  const { port } = config.mqtt;
  const outside = outsideBrokers(config);
  if (outside.length === 0) {
    const run = (signal: AbortSignal) =>
      probePort('127.0.0.1', port, 'mqtt.port', 'FETTLE_MQTT_PORT', async () => {
        const version = await running(signal);
        return version && `port ${port} is taken, as it seems by the running Fettle ${version}`;
      });
    return [{ name: `broker embedded, port ${port}`, run }];
  }
  const sharded = config.assess.mode === 'sharded';
  return outside.map((broker) => ({
    name: `broker ${broker.id === MAIN_BROKER ? '' : `${broker.id} `}${addressOf(broker.url)}`,
    run: (signal) => probeServer(broker, sharded, signal),
  }));
}

/** Uses the broker as Fettle does, under a client id of its own, and says what it found; leaves nothing there. */
async function probeServer(broker: OutsideBroker, sharded: boolean, signal: AbortSignal): Promise<string> {
  const options: MqttBrokerOptions = {
    ...broker,
    clientId: `fettle-check-${randomUUID()}`,
    subscriptions: [`fettle-check/${randomUUID()}`],
    maxUnsettledMessages: 2 * MESSAGES,
    maxUnsettledBytes: 1024 * 1024,
    watchDrops: false,
    log: createLog('silent'),
    clock: systemClock,
  };
  const certificates = new Certificates('', options.log, systemClock);
  const first = await greet(options, certificates);
  const found = [`MQTT ${broker.protocolVersion === 5 ? '5' : '3.1.1'}`, ...describeTls(certificates)];
  if (first.sessionPresent) {
    // Going on would throw away the session of Fettle's own, which this is.
    return [...found, 'gives all clients of this user one id; nothing more was tried'].join(', ');
  }
  try {
    const window = await deliveries(options, MESSAGES, signal);
    const { sessionPresent } = await greet(options, certificates);
    if (!sessionPresent) {
      throw new Error(
        'the broker keeps no session: what devices send while Fettle is away would be lost; allow persistent sessions there',
      );
    }
    found.push('keeps sessions');
    if (window === 0) found.push('lets no message through on fettle-check/#: allow it there to find the window');
    else found.push(describeWindow(window), ...(sharded ? [await probeShare(options, signal)] : []));
    return found.join(', ');
  } finally {
    await forgetSession(options, signal);
  }
}

/** Connects and goes again; rejects with what is wrong and who must act. */
async function greet(options: MqttBrokerOptions, certificates: Certificates): Promise<IConnackPacket> {
  const credentials = readCredentials(options);
  if (credentials.cert !== undefined) certificates.sawClient(credentials.cert);
  const client = clientOptions(options, credentials, (certificate) => certificates.sawBroker(certificate));
  let connack: IConnackPacket | undefined;
  const connection = new MqttConnection(
    options,
    client,
    { filters: [], held: false },
    {
      message: () => undefined,
      missed: () => undefined,
      ready: (answer) => {
        connack = answer;
        connection.end();
      },
    },
  );
  const { text } = await connection.ended;
  if (!connack) throw new Error(text);
  return connack;
}

/** How many of so many messages to itself arrive before the first is settled. */
async function deliveries(options: MqttBrokerOptions, messages: number, signal: AbortSignal): Promise<number> {
  let received = 0;
  const broker = createMqttBroker(options);
  let publisher: MqttClient | undefined;
  try {
    await broker.start({
      message: () => received++,
      pressed: () => undefined,
      dropped: () => undefined,
      listening: () => undefined,
    });
    while (!broker.status().connected) {
      const { detail } = broker.status();
      if (detail.startsWith('not connected')) throw new Error(detail);
      await sleep(20, undefined, { signal });
    }
    publisher = await connectPublisher(options);
    for (let i = 0; i < messages; i++) publisher.publish(options.subscriptions[0] ?? '', String(i), { qos: 1 });
    for (let waited = 0, before = -1; before !== received || (received === 0 && waited < SILENCE); waited += QUIET) {
      before = received;
      await sleep(QUIET, undefined, { signal });
    }
    return received;
  } finally {
    await publisher?.endAsync(true);
    await broker.close();
  }
}

function connectPublisher(options: MqttBrokerOptions): Promise<MqttClient> {
  const { properties: _session, ...plain } = clientOptions(options, readCredentials(options));
  return connectAsync(options.url, { ...plain, clientId: `${options.clientId}-p`, clean: true }, false);
}

async function probeShare(options: MqttBrokerOptions, signal: AbortSignal): Promise<string> {
  const own = { clientId: `${options.clientId}-s`, shareGroup: 'fettle-check' };
  const shared = { ...options, ...own, subscriptions: [`fettle-check/${randomUUID()}`] };
  try {
    if ((await deliveries(shared, 1, signal)) === 1) return 'shared subscriptions work';
    throw new Error(
      'the broker takes shared subscriptions ($share) and delivers nothing by them: use one that supports them, or assess.mode inline with a single Fettle',
    );
  } finally {
    await forgetSession(shared, signal);
  }
}

function describeTls(certificates: Certificates): string[] {
  return certificates.list().map(({ whose, issuer, expires }) => {
    const until = new Date(expires).toISOString().slice(0, 10);
    return `${whose === 'broker' ? 'its' : 'client'} certificate by ${issuer} until ${until}`;
  });
}

function describeWindow(window: number): string {
  if (window >= MESSAGES) return `window of ${MESSAGES} messages or more`;
  const rate = Math.round((window * 1000) / ASSUMED_CYCLE_MS);
  const text = `window of ${window} messages: about ${rate.toLocaleString('en')} messages/s at ${ASSUMED_CYCLE_MS} ms a write`;
  if (rate >= ENOUGH_PER_SECOND) return text;
  return `${text}; for more, raise max_inflight_messages (Mosquitto) or mqtt.max_inflight (EMQX)`;
}
