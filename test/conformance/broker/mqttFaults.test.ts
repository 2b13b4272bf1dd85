import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

    test.skipIf(!requireProgram('openssl'))('TLS with a client certificate; an unknown CA is told apart', async () => {
      const { ca, cert, key, files } = makeCertificate(tempFolder());
      const mosquitto = await startMosquitto({
        config: [`cafile ${files.cert}`, `certfile ${files.cert}`, `keyfile ${files.key}`, 'require_certificate true'],
      });
      const url = `mqtts://localhost:${mosquitto.port}`;
      await startConnected(url, { ca, cert, key });
      const untrusting = await startBroker(url, { clientId: 'other', cert, key });
      await until('the report', () => untrusting.lines.some((line) => line.reason === 'tls'));
    });
  },
);

/** A self-signed certificate for localhost that serves as CA, server and client. */
function makeCertificate(folder: string): {
  ca: string;
  cert: string;
  key: string;
  files: { cert: string; key: string };
} {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...request, ...subject, '-keyout', files.key, '-out', files.cert], { stdio: 'ignore' });
  const cert = readFileSync(files.cert, 'utf8');
  return { ca: cert, cert, key: readFileSync(files.key, 'utf8'), files };
}
