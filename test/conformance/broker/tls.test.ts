import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createMqttBroker, type MqttBrokerOptions } from '../../../src/adapters/broker/mqtt/index.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { DAY } from '../../../src/domain/time.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { Mosquitto, type MosquittoOptions } from '../../support/mosquitto.ts';
import { recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { makeTempFolder, tempFolder } from '../../support/temp.ts';
import { until } from '../../support/until.ts';
import { WebSocketBridge } from '../../support/webSocketBridge.ts';
import { connectDevice, Inbox, publishAll, WIDE } from './harness.ts';

const able = requireProgram('mosquitto') && requireProgram('openssl');

describe.skipIf(!able).each([4, 5] as const)('TLS to Mosquitto, protocol %i', (protocolVersion) => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  const folder = makeTempFolder();

  beforeAll(() => {
    authority = new TestAuthority(folder);
    stranger = new TestAuthority(folder, 'Another authority');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function startMosquitto(tls: MosquittoOptions['tls']): Promise<Mosquitto> {
    const mosquitto = await Mosquitto.start({ ...(tls && { tls }) });
    onTestFinished(() => mosquitto.remove());
    return mosquitto;
  }

  async function startBroker(url: string, options: Partial<MqttBrokerOptions> = {}) {
    const { log, lines } = recordLog();
    const broker = createMqttBroker({
      url,
      clientId: 'fettle',
      subscriptions: ['plant/#'],
      protocolVersion,
      caFile: authority.file,
      ...WIDE,
      log,
      clock: systemClock,
      ...options,
    });
    onTestFinished(() => broker.close());
    const inbox = new Inbox();
    await broker.start(inbox);
    const trouble = async (reason: string): Promise<string> => {
      await until(`the report of ${reason}`, () => {
        const reasons = lines.flatMap((line) => (line.level >= 40 && line.reason !== undefined ? [line.reason] : []));
        expect(reasons.filter((each) => each !== reason)).toEqual([]);
        return reasons.length > 0;
      });
      const attempts = lines.length;
      expect(attempts).toBeLessThan(5);
      return broker.status().detail;
    };
    return { broker, inbox, lines, trouble };
  }

  test('an authority that is not trusted', async () => {
    const { tlsUrl } = await startMosquitto(stranger.issue('server'));
    const { trouble } = await startBroker(tlsUrl);
    expect(await trouble('tls-authority')).toMatch(/set caFile to the certificate of the broker's authority/);
  });

  test('a certificate that has expired', async () => {
    const { tlsUrl } = await startMosquitto(authority.issue('expired', { days: -1 }));
    const { trouble } = await startBroker(tlsUrl);
    expect(await trouble('tls-expired')).toMatch(/renew it at the broker/);
  });

  test('a certificate for another host', async () => {
    const { tlsUrl } = await startMosquitto(authority.issue('elsewhere', { names: 'DNS:broker.example.com' }));
    const { trouble } = await startBroker(tlsUrl);
    expect(await trouble('tls-name')).toMatch(/certificate is for another host/);
  });

  test('a port without TLS', async () => {
    const { port } = await startMosquitto(undefined);
    const { lines } = await startBroker(`mqtts://localhost:${port}`);
    await until('a report', () => lines.some(({ level }) => level >= 40));
    expect(['tls', 'closed-by-broker', 'unreachable']).toContain(lines.find(({ level }) => level >= 40)?.reason);
  });

  test.each([
    ['none', undefined],
    ['an expired one', () => authority.issue('bad-client', { days: -1 })],
    ['one of another authority', () => stranger.issue('bad-client')],
  ])('a client certificate is wanted, and there is %s', async (_what, issue) => {
    const mosquitto = await startMosquitto({ ...authority.issue('server'), ca: authority.file });
    const made = issue?.();
    const { trouble } = await startBroker(mosquitto.tlsUrl, made ? { certFile: made.cert, keyFile: made.key } : {});
    expect(await trouble('tls-client')).toMatch(/set certFile and keyFile to a valid certificate/);
  });

  test('certificates renewed in place are taken at the next connection, and their ends are known', async () => {
    const mosquitto = await startMosquitto({ ...authority.issue('server'), ca: authority.file });
    const installed = tempFolder();
    const [certFile, keyFile] = [`${installed}/client.pem`, `${installed}/client.key`];
    const install = (made: { cert: string; key: string }): void => {
      writeFileSync(certFile, readFileSync(made.cert));
      writeFileSync(keyFile, readFileSync(made.key));
    };
    install(authority.issue('late-client', { days: -1 }));
    const { broker, lines } = await startBroker(mosquitto.tlsUrl, { certFile, keyFile });
    await until('the refusal', () => lines.some(({ reason }) => reason === 'tls-client'));
    install(authority.issue('new-client', { days: 5 }));
    await until('the connection', () => broker.status().connected);
    const [client, server] = ['client', 'broker'].map((whose) =>
      broker.status().certificates.find((certificate) => certificate.whose === whose),
    );
    expect(client?.issuer).toBe('Test authority');
    expect((client?.expires ?? 0) - Date.now()).toBeGreaterThan(4 * DAY);
    expect((server?.expires ?? 0) - Date.now()).toBeGreaterThan(19 * DAY);
    const warned = lines.filter(({ certificate }) => certificate !== undefined).map(({ msg }) => msg);
    expect(warned).toEqual([
      expect.stringContaining('expires in 0 days: renew certFile and keyFile'),
      expect.stringMatching(/expires in [45] days: renew certFile and keyFile/),
    ]);
    expect(JSON.stringify(lines)).not.toContain('PRIVATE');
  });

  test('over websocket with TLS: messages come, are settled, and the certificate is known', async () => {
    const { cert, key } = authority.issue('gateway', { days: 10 });
    const mosquitto = await startMosquitto(undefined);
    const pem = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    const gateway = await WebSocketBridge.start(mosquitto.port, pem);
    onTestFinished(() => gateway.close());
    const { broker, inbox, lines } = await startBroker(`wss://localhost:${gateway.port}/mqtt`);
    await until('the connection', () => broker.status().connected);
    const device = await connectDevice(mosquitto.url, 'device');
    onTestFinished(() => device.endAsync(true));
    publishAll(device, ['over the web']);
    await until('it', () => inbox.messages.length === 1);
    broker.settle(inbox.messages);
    expect(broker.status().certificates).toMatchObject([{ whose: 'broker', issuer: 'Test authority' }]);
    expect(lines.find(({ certificate }) => certificate === 'broker')?.msg).toMatch(/renew it at the broker/);
  });

  test('a web server that knows no MQTT at this path', async () => {
    const mosquitto = await startMosquitto(undefined);
    const gateway = await WebSocketBridge.start(mosquitto.port);
    onTestFinished(() => gateway.close());
    const { trouble } = await startBroker(`ws://localhost:${gateway.port}/elsewhere`);
    expect(await trouble('no-websocket')).toMatch(/check the path in the url/);
  });
});
