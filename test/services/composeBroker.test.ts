import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { installationFolder } from '../../src/config/installation.ts';
import { freePort } from '../support/freePort.ts';
import { findProgram, requireProgram } from '../support/services.ts';
import { makeTempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const program = requireProgram('mosquitto');
const openssl = requireProgram('openssl');

/** The broker of docker-compose.yml as a process here: its own files, with the container's paths and ports replaced. */
describe.skipIf(!program || !openssl)('the broker of docker-compose.yml', () => {
  const folder = makeTempFolder();
  const secrets = join(folder, '.secrets');
  const clients: MqttClient[] = [];
  let broker: ChildProcess;
  let tlsPort: number;
  let plainPort: number;

  beforeAll(async () => {
    [tlsPort, plainPort] = [await freePort(), await freePort()];
    cpSync(join(installationFolder(), '.compose'), join(folder, '.compose'), { recursive: true });
    execFileSync('sh', [join(folder, '.compose/secrets.sh')], { stdio: 'pipe' });
    chmodSync(join(secrets, 'device-accounts'), 0o644);
    writeFileSync(join(secrets, 'device-accounts'), '# by asset\n\ncompressor-1:its own password\n');
    const config = join(folder, '.compose/mosquitto');
    for (const name of readdirSync(config)) replacePlaces(join(config, name), folder, tlsPort, plainPort);
    for (const name of ['data', 'run']) mkdirSync(join(folder, name));
    broker = spawn('sh', [join(config, 'start.sh')], {
      env: { ...process.env, PATH: pathOf('mosquitto', 'mosquitto_passwd') },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await until('the broker to take Fettle', async () => {
      if (broker.exitCode !== null) throw new Error(`the broker ended with ${broker.exitCode}`);
      return asFettle().catch(() => undefined);
    });
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    const ended = once(broker, 'exit');
    broker.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(url: string, username: string, password: string): Promise<MqttClient> {
    const ca = readFileSync(join(secrets, 'ca.pem'));
    const client = await connectAsync(url, { username, password, ca, protocolVersion: 5, reconnectPeriod: 0 });
    clients.push(client);
    return client;
  }

  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8');
  const asFettle = () => open(`mqtt://127.0.0.1:${plainPort}`, 'fettle', secret('mqtt-password'));
  const asDevices = () => open(`mqtts://localhost:${tlsPort}`, 'devices', secret('device-password'));

  it('takes what devices report over TLS, and hands it to Fettle', async () => {
    const fettle = await asFettle();
    const received: string[] = [];
    fettle.on('message', (topic, payload) => received.push(`${topic} ${payload.toString()}`));
    await fettle.subscribeAsync('fettle/#', { qos: 1 });
    const devices = await asDevices();
    await devices.publishAsync('fettle/site/pump-1/telemetry', '1', { qos: 1 });
    await until('the message', () => received.length > 0);
    expect(received).toEqual(['fettle/site/pump-1/telemetry 1']);
  });

  it('lets a device with an account of its own report for itself alone', async () => {
    const device = await open(`mqtts://localhost:${tlsPort}`, 'compressor-1', 'its own password');
    const publish = (asset: string) => device.publishAsync(`fettle/site/${asset}/telemetry`, '1', { qos: 1 });
    await publish('compressor-1');
    await expect(publish('compressor-2')).rejects.toThrow(/not authorized/i);
  });

  it('is found healthy by the check of docker-compose.yml', () => {
    const text = readFileSync(join(installationFolder(), 'docker-compose.yml'), 'utf8');
    const { services } = parse(text, { merge: true }) as {
      services: { mosquitto: { healthcheck: { test: [string, string] } } };
    };
    const [, check] = services.mosquitto.healthcheck.test;
    const here = check
      .replaceAll('$$', '$')
      .replace('/run/mosquitto', join(folder, 'run'))
      .replace('127.0.0.1', `127.0.0.1 -p ${plainPort}`);
    const version = execFileSync('sh', ['-c', here], { encoding: 'utf8' });
    expect(version).toContain('mosquitto version');
  });

  it('refuses strangers, and devices that listen', async () => {
    await expect(open(`mqtts://localhost:${tlsPort}`, 'devices', 'wrong')).rejects.toThrow(/not authorized/i);
    const devices = await asDevices();
    const received: string[] = [];
    devices.on('message', (topic) => received.push(topic));
    await devices.subscribeAsync('fettle/#', { qos: 1 }).catch(() => undefined);
    await devices.publishAsync('fettle/site/pump-1/telemetry', '2', { qos: 1 });
    await devices.publishAsync('fettle/site/pump-1/telemetry', '3', { qos: 1 });
    expect(received).toEqual([]);
  });
});

function replacePlaces(file: string, folder: string, tlsPort: number, plainPort: number): void {
  const places: readonly (readonly [string, string])[] = [
    ['/run/secrets', join(folder, '.secrets')],
    ['/mosquitto/config', join(folder, '.compose/mosquitto')],
    ['/mosquitto/data', join(folder, 'data')],
    ['/run/mosquitto', join(folder, 'run')],
    ['listener 8883', `user ${userInfo().username}\nlistener ${tlsPort} 127.0.0.1`],
    ['listener 1883', `listener ${plainPort} 127.0.0.1`],
  ];
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of places) text = text.replaceAll(from, to);
  writeFileSync(file, text);
}

/** A PATH with the folders of these programs first. */
function pathOf(...programs: string[]): string {
  const folders = programs.map((name) => dirname(findProgram(name) ?? name));
  return [...folders, process.env.PATH].join(':');
}
