import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMqttBroker, type MqttBrokerOptions } from '../../../src/adapters/broker/mqtt/index.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import type { Broker, InboundMessage } from '../../../src/ports/broker.ts';
import { Mosquitto, type MosquittoOptions } from '../../support/mosquitto.ts';
import { type LogLine, recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { TcpProxy } from '../../support/tcpProxy.ts';
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

    test('a session that the broker lost: said aloud and counted, subscribed anew, and what comes then arrives', async () => {
      const mosquitto = await startMosquitto({ persistence: false });
      const device = await startDevice(mosquitto.url);
      const { broker, inbox, lines } = await startConnected(mosquitto.url);
      publishAll(device, ['before']);
      await until('it', () => inbox.messages.length === 1);
      expect(broker.status().sessionsLost).toBe(0);
      await mosquitto.stop();
      await until('deaf', () => !broker.status().connected);
      await mosquitto.resume();
      await until('the next connection', () => broker.status().connected);
      const since = lines.find(({ msg }) => msg.includes('no longer has the session'))?.since;
      expect(Date.parse(String(since))).toBeLessThanOrEqual(Date.now());
      expect(broker.status()).toMatchObject({ sessionsLost: 1, reconnects: 1 });
      publishAll(device, ['after']);
      await until('what comes then', () => inbox.texts().includes('after'));
    });

    test('a broker that stops and starts with its sessions has lost none', async () => {
      const mosquitto = await startMosquitto();
      const { broker, lines } = await startConnected(mosquitto.url);
      await mosquitto.stop();
      await until('deaf', () => !broker.status().connected);
      await mosquitto.resume();
      await until('the next connection', () => broker.status().connected);
      expect(broker.status()).toMatchObject({ sessionsLost: 0, reconnects: 1 });
      expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
      const reasons = [...broker.status().failures.keys()];
      expect(reasons).not.toContain('closed-again');
    });

    test('two with one client id wait for each other ever longer, and an error says what to do', async () => {
      const mosquitto = await startMosquitto();
      const waits: number[] = [];
      // Each wait is recorded and shortened a hundredfold: half a minute of it takes no half minute here.
      const clock = {
        ...systemClock,
        sleep: (duration: number, signal?: AbortSignal) => {
          waits.push(duration);
          return systemClock.sleep(duration / 100, signal);
        },
      };
      const one = await startBroker(mosquitto.url, { clock });
      const other = await startBroker(mosquitto.url, { clock });
      await until('both to wait for long', () => waits.filter((wait) => wait >= 15_000).length >= 6);
      const highest = waits.map((_, at) => Math.max(...waits.slice(0, at + 1)));
      expect(highest.findIndex((wait) => wait >= 15_000)).toBeGreaterThanOrEqual(10);
      const errors = [...one.lines, ...other.lines].filter(({ level }) => level >= 50);
      expect(errors.length).toBeGreaterThan(0);
      for (const { msg } of errors) expect(msg).toMatch(/same client id.*give each its own \(mqtt\.clientId/);
      const reasons = new Set(errors.map(({ reason }) => reason));
      // MQTT 5 has a word for it, which Mosquitto 2.0 does not say.
      expect(['taken-over', 'closed-again']).toEqual(expect.arrayContaining([...reasons]));
      expect(errors.length).toBeLessThanOrEqual(2);
    });

    test('a broker that has frozen is left after the keepalive, and nothing is lost or settled twice', async () => {
      const mosquitto = await startMosquitto();
      const device = await startDevice(mosquitto.url);
      const { broker, inbox } = await startConnected(mosquitto.url, { keepalive: 1, connectTimeout: 1000 });
      publishAll(device, numbered(5));
      await until('all', () => inbox.messages.length === 5);
      const held = inbox.take();
      mosquitto.freeze();
      await until('deaf', () => !broker.status().connected);
      broker.settle(held);
      await until(
        'an attempt that the frozen one does not answer',
        () => (broker.status().failures.get('timeout') ?? 0) >= 2,
      );
      expect(broker.status().detail).toMatch(/does not answer in time/);
      mosquitto.thaw();
      await until('all to come again', () => inbox.messages.length === 5);
      expect(inbox.texts()).toEqual(numbered(5));
      expect([...broker.status().failures.keys()]).toEqual(['timeout']);
    });

    test('a line that swallows everything is noticed by its silence; what was settled into it comes again', async () => {
      const mosquitto = await startMosquitto();
      const proxy = await TcpProxy.start(mosquitto.port);
      onTestFinished(() => proxy.close());
      const device = await startDevice(mosquitto.url);
      const { broker, inbox } = await startConnected(proxy.url, { keepalive: 1 });
      publishAll(device, ['one', 'two']);
      await until('both', () => inbox.messages.length === 2);
      proxy.stall();
      broker.settle(inbox.take());
      await until('deaf', () => inbox.heard.at(-1) === false);
      proxy.mend();
      proxy.cut();
      await until('both to come again', () => inbox.messages.length === 2);
      expect(inbox.texts()).toEqual(['one', 'two']);
      expect(broker.status().failures.get('timeout')).toBe(1);
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

    test('over the bounds, and stored too slowly for half of that in one connection: gets on all the same', async () => {
      const mosquitto = await startMosquitto({ maxInflight: 0 });
      const device = await startDevice(mosquitto.url);
      const { broker, inbox } = await startConnected(mosquitto.url, { keepalive: 1, maxUnsettledMessages: 60 });
      publishAll(device, numbered(150));
      const settled = new Set<string>();
      const waiting: InboundMessage[] = [];
      const storing = setInterval(() => {
        waiting.push(...inbox.take());
        const next = waiting.shift();
        if (!next) return;
        settled.add(Buffer.from(next.payload).toString());
        broker.settle([next]);
      }, 20);
      onTestFinished(() => clearInterval(storing));
      await until('all', () => settled.size === 150, 60_000);
    }, 90_000);

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
