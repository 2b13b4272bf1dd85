import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { connect, type IConnackPacket } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { runProbes } from '../../src/config/probes.ts';
import { brokerProbes } from '../../src/probeBroker.ts';
import { TestAuthority } from '../support/certificates.ts';
import { Mosquitto, type MosquittoOptions } from '../support/mosquitto.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';

type Env = Readonly<Record<string, string>>;

async function startMosquitto(options?: MosquittoOptions): Promise<Mosquitto> {
  const mosquitto = await Mosquitto.start(options);
  onTestFinished(() => mosquitto.remove());
  return mosquitto;
}

/** What `fettle check --connect` says of the broker. */
async function check(env: Env): Promise<{ ok: boolean; detail: string }> {
  const loaded = loadConfig({ env, cwd: tempFolder() });
  if (!('config' in loaded)) throw new Error(JSON.stringify(loaded.problems));
  const [result] = await runProbes(brokerProbes(loaded.config, async () => undefined));
  return result!;
}

const SHARDED = {
  FETTLE_ASSESS_MODE: 'sharded',
  FETTLE_CLUSTER_NODE: 'n1',
  FETTLE_DATABASE_URL: 'postgres://db/x',
  FETTLE_STORE_URL: 'http://influxdb',
  FETTLE_STORE_TOKEN: 't',
  FETTLE_STORE_ORG: 'o',
  FETTLE_REDIS_URL: 'redis://redis',
};

describe.skipIf(!requireProgram('mosquitto'))('fettle check --connect on a broker', () => {
  it.each(['4', '5'])('says version, sessions, window and whether shares work, protocol %s', async (version) => {
    const { url } = await startMosquitto();
    const env = { ...SHARDED, FETTLE_MQTT_URL: url, FETTLE_MQTT_PROTOCOL_VERSION: version };
    const { ok, detail } = await check(env);
    expect({ ok, detail }).toMatchObject({ ok: true });
    expect(detail).toMatch(/^MQTT (5|3\.1\.1), keeps sessions, window of \d+ messages/);
    expect(detail).toMatch(/, shared subscriptions work$/);
  });

  it.skipIf(!requireProgram('openssl'))('says by whom the certificates are and until when', async () => {
    const authority = new TestAuthority(tempFolder());
    const { cert, key } = authority.issue('client');
    const { tlsUrl } = await startMosquitto({ tls: { ...authority.issue('server'), ca: authority.file } });
    const files = { FETTLE_MQTT_CA_FILE: authority.file, FETTLE_MQTT_CERT_FILE: cert, FETTLE_MQTT_KEY_FILE: key };
    const { detail } = await check({ FETTLE_MQTT_URL: tlsUrl, ...files });
    expect(detail).toMatch(
      /, client certificate by Test authority until \d{4}-\d\d-\d\d, its certificate by Test authority until /,
    );
    const strange = await check({ FETTLE_MQTT_URL: tlsUrl });
    expect(strange).toMatchObject({ ok: false, detail: expect.stringContaining('set caFile to') });
  });

  it('says who must act when the password is wrong', async () => {
    const { url } = await startMosquitto({ users: { fettle: 'right' } });
    const env = { FETTLE_MQTT_URL: url, FETTLE_MQTT_USERNAME: 'fettle', FETTLE_MQTT_PASSWORD: 'hunter2' };
    const { ok, detail } = await check(env);
    expect(ok).toBe(false);
    expect(detail).toMatch(/refuses the user name, password or certificate: check the credentials/);
    expect(detail).not.toContain('hunter2');
  });

  it('says what access rules keep it from finding out', async () => {
    const { url } = await startMosquitto({ users: { fettle: 'right' }, acl: ['user fettle', 'topic read plant/#'] });
    const env = { FETTLE_MQTT_URL: url, FETTLE_MQTT_USERNAME: 'fettle', FETTLE_MQTT_PASSWORD: 'right' };
    expect(await check(env)).toMatchObject({ ok: true, detail: expect.stringContaining('allow it there') });
  });

  it('keeps its hands off the session of Fettle where all clients of a user have one id', async () => {
    const options = { users: { fettle: 'right' }, config: ['use_username_as_clientid true'] };
    const { url } = await startMosquitto(options);
    const login = { username: 'fettle', password: 'right', clientId: 'x', clean: false, reconnectPeriod: 0 };
    const session = async (): Promise<boolean> => {
      const client = connect(url, login);
      const { sessionPresent } = await new Promise<IConnackPacket>((resolve) => client.once('connect', resolve));
      await client.endAsync();
      return sessionPresent;
    };
    await session();
    const env = { FETTLE_MQTT_URL: url, FETTLE_MQTT_USERNAME: 'fettle', FETTLE_MQTT_PASSWORD: 'right' };
    expect(await check(env)).toMatchObject({ ok: true, detail: expect.stringContaining('one id') });
    expect(await session()).toBe(true);
  });
});

describe('fettle check --connect on a broker that knows no shared subscriptions', () => {
  it('finds out, though it takes the subscription', async () => {
    const aedes = await Aedes.createBroker();
    const server = createServer((socket) => void aedes.handle(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => aedes.close(() => server.close(() => resolve()))));
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await check({ ...SHARDED, FETTLE_MQTT_URL: url, FETTLE_MQTT_PROTOCOL_VERSION: '4' });
    expect(result).toMatchObject({ ok: false, detail: expect.stringContaining('takes shared subscriptions ($share)') });
  });
});
