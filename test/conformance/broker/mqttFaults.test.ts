import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMqttBroker, type MqttBrokerOptions } from '../../../src/adapters/broker/mqtt/index.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import type { Broker } from '../../../src/ports/broker.ts';
import { Mosquitto, type MosquittoOptions } from '../../support/mosquitto.ts';
import { type LogLine, recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { tempFolder } from '../../support/temp.ts';
import { until } from '../../support/until.ts';
import { connectDevice, Inbox, numbered, publishAll, WIDE } from './harness.ts';

async function startMosquitto(options?: MosquittoOptions): Promise<Mosquitto> {
  const mosquitto = await Mosquitto.start(options);
  onTestFinished(() => mosquitto.remove());
  return mosquitto;
}

describe.skipIf(!requireProgram('mosquitto')).each([4, 5] as const)(
  'mqtt on Mosquitto, protocol %i',
  (protocolVersion) => {
    async function startBroker(
      url: string,
      options: Partial<MqttBrokerOptions> = {},
    ): Promise<{ broker: Broker; inbox: Inbox; lines: LogLine[] }> {
      const { log, lines } = recordLog();
      const broker = createMqttBroker({
        url,
        clientId: 'fettle',
        subscriptions: ['plant/#'],
        protocolVersion,
        ...WIDE,
        log,
        clock: systemClock,
        ...options,
      });
      onTestFinished(() => broker.close());
      const inbox = new Inbox();
      await broker.start(inbox);
      return { broker, inbox, lines };
    }

    async function startConnected(url: string, options?: Partial<MqttBrokerOptions>): ReturnType<typeof startBroker> {
      const started = await startBroker(url, options);
      await until('the connection', () => started.broker.status().connected);
      return started;
    }

    async function startDevice(url: string): ReturnType<typeof connectDevice> {
      const device = await connectDevice(url, 'device');
      onTestFinished(() => device.endAsync(true));
      return device;
    }

    test("more messages than the broker's window all arrive, since a full window presses", async () => {
      const mosquitto = await startMosquitto({ maxInflight: 20 });
      const { broker, inbox } = await startConnected(mosquitto.url);
      const device = await startDevice(mosquitto.url);
      publishAll(device, numbered(20));
      await until('a full window', () => inbox.messages.length === 20);
      publishAll(device, numbered(980, 'n'));
      inbox.onPressed = () => broker.settle(inbox.messages);
      broker.settle(inbox.messages);
      await until('all', () => inbox.messages.length === 1000);
      expect(inbox.texts()).toEqual([...numbered(20), ...numbered(980, 'n')]);
    });

    test('what is published while it is away arrives when it comes back, and the unsettled first', async () => {
      const mosquitto = await startMosquitto();
      const device = await startDevice(mosquitto.url);
      const first = await startConnected(mosquitto.url);
      publishAll(device, ['unsettled']);
      await until('it', () => first.inbox.messages.length === 1);
      await first.broker.pause();
      publishAll(device, ['while paused']);
      await first.broker.close();
      const away = publishAll(device, ['while away']);
      await until('the broker to have it', () => away.acknowledged === 1);
      const second = await startConnected(mosquitto.url);
      await until('all', () => second.inbox.messages.length === 3);
      expect(second.inbox.texts()).toEqual(['unsettled', 'while paused', 'while away']);
    });

    test('a retained message from before is marked so, and a mere reconnect does not bring it again', async () => {
      const mosquitto = await startMosquitto();
      const device = await startDevice(mosquitto.url);
      await device.publishAsync('plant/a1', 'kept', { qos: 1, retain: true });
      const { broker, inbox } = await startConnected(mosquitto.url);
      await until('it', () => inbox.messages.length === 1);
      expect(inbox.messages[0]).toMatchObject({ retain: true, qos: 1 });
      broker.settle(inbox.take());
      await mosquitto.stop();
      await mosquitto.resume();
      await until('the next connection', () => broker.status().connected && broker.status().reconnects === 1);
      publishAll(device, ['marker']);
      await until('the marker', () => inbox.messages.length >= 1);
      expect(inbox.texts()).toEqual(['marker']);
    });

    test('a restart of the broker: what was unsettled comes again, the rest goes on', async () => {
      const mosquitto = await startMosquitto();
      const device = await startDevice(mosquitto.url);
      const { broker, inbox } = await startConnected(mosquitto.url);
      publishAll(device, numbered(10));
      await until('all', () => inbox.messages.length === 10);
      const stale = inbox.take();
      await mosquitto.stop();
      await until('deaf', () => !broker.status().connected);
      broker.settle(stale);
      await mosquitto.resume();
      publishAll(device, ['after']);
      await until('all again and the next', () => inbox.messages.length === 11);
      expect(inbox.texts()).toEqual([...numbered(10), 'after']);
      expect(inbox.heard).toEqual([true, false, true]);
      expect(broker.status().reconnects).toBe(1);
    });

    test('another client with our id: no busy loop, little noise, and it is named', async () => {
      const mosquitto = await startMosquitto();
      const { broker, lines } = await startConnected(mosquitto.url);
      const other = await connectAsync(mosquitto.url, { clientId: 'fettle', protocolVersion, reconnectPeriod: 20 });
      other.on('error', () => undefined);
      await systemClock.sleep(4000);
      await other.endAsync(true);
      // Waits of 0.25–0.5, 0.5–1, 1–2 and 2–4 s leave room for four at most.
      expect(broker.status().reconnects).toBeLessThanOrEqual(4);
      const warnings = lines.filter((line) => line.level >= 40);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.msg).toMatch(/another client/);
      await until('it to come back', () => broker.status().connected);
    });

    test('over the bounds for long: goes, comes back when drained, and everything arrives', async () => {
      const mosquitto = await startMosquitto({ maxInflight: 0 });
      const device = await startDevice(mosquitto.url);
      const { broker, inbox, lines } = await startConnected(mosquitto.url, { keepalive: 1, maxUnsettledMessages: 50 });
      publishAll(device, numbered(500));
      await until('deaf', () => inbox.heard.at(-1) === false);
      expect(lines.filter((line) => line.level >= 40).map((line) => line.reason)).toEqual(['over-bounds']);
      const seen = new Set(inbox.texts());
      inbox.onPressed = () => {
        for (const text of inbox.texts()) seen.add(text);
        broker.settle(inbox.take());
      };
      inbox.onPressed();
      await until('all', () => seen.size === 500);
      expect([...seen]).toEqual(numbered(500));
    });

    test('wrong password: reported as that; the right one gets in', async () => {
      const mosquitto = await startMosquitto({ users: { fettle: 'right' } });
      const wrong = await startBroker(mosquitto.url, { username: 'fettle', password: 'wrong' });
      await until('the report', () => wrong.lines.some((line) => line.reason === 'auth-refused'));
      expect(wrong.broker.status().detail).toMatch(/user name, password or certificate/);
      await startConnected(mosquitto.url, { clientId: 'fettle-2', username: 'fettle', password: 'right' });
    });

    test('a password in a file is read for each connection: the one put right gets in, and none is logged', async () => {
      const mosquitto = await startMosquitto({ users: { fettle: 'right-secret' } });
      const passwordFile = join(tempFolder(), 'password');
      writeFileSync(passwordFile, 'wrong-secret\n');
      const { broker, lines } = await startBroker(mosquitto.url, { username: 'fettle', passwordFile });
      await until('the refusal', () => lines.some((line) => line.reason === 'auth-refused'));
      rmSync(passwordFile);
      await until('the report', () => lines.some((line) => line.reason === 'credentials'));
      expect(broker.status().detail).toContain(`${passwordFile} can not be read (ENOENT)`);
      writeFileSync(passwordFile, 'right-secret\n');
      await until('the connection', () => broker.status().connected);
      expect(JSON.stringify([lines, broker.status()])).not.toContain('secret');
    });

    test('a host that nobody knows is told apart', async () => {
      const { broker, lines } = await startBroker('mqtt://no-such-host.invalid:1883');
      await until('the report', () => lines.some((line) => line.level >= 40));
      expect(broker.status().detail).toMatch(/the host name of the broker cannot be resolved/);
    });

    test("the broker's drop counter is read beside the telemetry, and not as telemetry", async () => {
      const mosquitto = await startMosquitto({ config: ['sys_interval 1', 'max_queued_messages 10'] });
      const device = await startDevice(mosquitto.url);
      const sleeper = await startConnected(mosquitto.url, { clientId: 'sleeper' });
      await sleeper.broker.close();
      const sent = publishAll(device, numbered(50));
      await until('the broker to have them', () => sent.acknowledged === 50);
      const { broker, inbox } = await startConnected(mosquitto.url, { watchDrops: true, subscriptions: ['other/#'] });
      await until('the count', () => (broker.status().dropped ?? 0) >= 40 - 20);
      expect(broker.status().detail).toMatch(/has dropped \d+ messages of its clients/);
      expect(inbox.messages).toEqual([]);
    });

    test('a broker that keeps its counters to itself is no trouble', async () => {
      const acl = ['user fettle', 'topic read plant/#'];
      const mosquitto = await startMosquitto({ users: { fettle: 'right' }, acl, config: ['sys_interval 1'] });
      const login = { username: 'fettle', password: 'right' };
      const { broker, lines } = await startConnected(mosquitto.url, { ...login, watchDrops: true });
      await until('it to be asked for', () => mosquitto.logged(/New client connected .* as fettle-drops-/) === 2);
      expect(broker.status()).toMatchObject({ connected: true, dropped: undefined, reconnects: 0 });
      expect(lines.filter((line) => line.level >= 40)).toEqual([]);
    });

    test('where all clients of a user have one id, the telemetry keeps its session', async () => {
      const mosquitto = await startMosquitto({ users: { fettle: 'right' }, config: ['use_username_as_clientid true'] });
      const login = { username: 'fettle', password: 'right' };
      const { broker, lines } = await startConnected(mosquitto.url, { ...login, watchDrops: true });
      await until('it to be found out', () => lines.some(({ msg }) => msg.includes('the same id')));
      await until('the connection again', () => broker.status().connected && broker.status().reconnects > 0);
      expect(lines.filter(({ sessionPresent }) => sessionPresent === true)).not.toEqual([]);
    });
  },
);
