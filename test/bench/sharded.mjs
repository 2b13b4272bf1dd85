// Measures samples/s stored and assessed in hand by one process, and from notes by one node and by two, on a real
// Mosquitto, InfluxDB 1.x and PostgreSQL, each way in turn; clocks start with the publisher. Run it after a build:
//   node test/bench/sharded.mjs [messages a run] [rounds]
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { stringify } from 'yaml';
import { startBroker } from './broker.mjs';
import { AMPLITUDE, METRICS, makeInstallation, SITE } from './installation.mjs';
import { median } from './statistics.mjs';

const [messages = 150_000, rounds = 3] = process.argv.slice(2).map(Number);
const ASSETS = 200;
const FETTLE = fileURLToPath(new URL('../../bin/fettle.js', import.meta.url));
const PUBLISHER = fileURLToPath(new URL('../../dist/simulators/load.js', import.meta.url));
const KEY = 'key-of-the-bench-and-nobody-else';
const LIMIT_MS = 120_000;
const WAYS = { inline: ['inline', 1], 'one node': ['sharded', 1], 'two nodes': ['sharded', 2] };

const run = promisify(execFile);
const folder = mkdtempSync('/tmp/fettle-bench-sharded-');
const stops = [() => rmSync(folder, { recursive: true, force: true })];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function start(program, args, options) {
  const child = spawn(program, args, { stdio: 'ignore', ...options });
  const exited = once(child, 'exit');
  const stop = async (signal = 'SIGINT') => {
    child.kill(signal);
    await exited;
  };
  return { child, stop };
}

async function until(what, condition) {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(50);
  }
}

async function startPostgres() {
  const bin = execFileSync('sh', ['-c', 'command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb | tail -1']);
  const programs = bin
    .toString()
    .trim()
    .replace(/\/initdb$/, '');
  const place = join(folder, 'postgres');
  mkdirSync(place);
  const isRoot = process.getuid() === 0;
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres']).toString());
  const user = isRoot ? { uid: id('-u'), gid: id('-g') } : {};
  if (isRoot) for (const path of [folder, place]) chownSync(path, user.uid, user.gid);
  const data = join(place, 'data');
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust'], { ...user, stdio: 'ignore' });
  const settings = ['listen_addresses=', `unix_socket_directories=${place}`].flatMap((setting) => ['-c', setting]);
  const { stop } = start(join(programs, 'postgres'), ['-D', data, ...settings], { ...user, cwd: place });
  stops.unshift(stop);
  const connection = { host: place, user: 'postgres', database: 'postgres' };
  await until('PostgreSQL', () => query(connection, 'SELECT 1').catch(() => undefined));
  return connection;
}

async function query(connection, sql) {
  const client = new pg.Client(connection);
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function startInfluxDb() {
  const [port, backup] = [await freePort(), await freePort()];
  const file = join(folder, 'influxdb.conf');
  const directory = join(folder, 'influxdb');
  const sections = [
    `reporting-disabled = true\nbind-address = "127.0.0.1:${backup}"`,
    `[meta]\ndir = "${directory}/meta"`,
    `[data]\ndir = "${directory}/data"\nwal-dir = "${directory}/wal"`,
    '[monitor]\nstore-enabled = false',
    `[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false`,
  ];
  writeFileSync(file, `${sections.join('\n')}\n`);
  const { stop } = start('influxd', ['-config', file]);
  stops.unshift(() => stop('SIGTERM'));
  const url = `http://127.0.0.1:${port}`;
  await until('InfluxDB', () => fetch(`${url}/ping`).catch(() => undefined));
  return url;
}

/** One process of `fettle serve`; nodes of a run differ by name and data folder. */
async function startNode(installation, name, config) {
  const port = await freePort();
  const file = join(installation.folder, `${config.run}-${name}.yaml`);
  const { run: _, ...others } = config;
  writeFileSync(
    file,
    stringify({
      dataDir: mkdtempSync(join(installation.folder, 'data-')),
      models: './models',
      assets: './assets.yaml',
      apiKey: KEY,
      log: { level: 'warn' },
      http: { port },
      ...others,
      cluster: { node: name },
    }),
  );
  const { child, stop } = start(process.execPath, [FETTLE, 'serve', '--config', file], {
    cwd: installation.folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const metric = async (metricName) => {
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } });
    const line = (await response.text()).split('\n').find((each) => each.split(/[ {]/)[0] === metricName);
    return Number(line?.slice(line.lastIndexOf(' ')) ?? 0);
  };
  await until(`${name} to listen`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}`);
    return (await metric('fettle_listening').catch(() => 0)) === 1;
  });
  return { metric, stop };
}

/** In a process of its own; `start` of the messages lies in the past. */
function publish(broker) {
  const options = {
    url: broker.url,
    'topic-prefix': `fettle/${SITE}`,
    assets: ASSETS,
    messages,
    metrics: METRICS.join(','),
    start: Date.now() - 60_000 - Math.ceil(messages / ASSETS) * 1000,
    period: 1000,
    amplitude: AMPLITUDE,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return run(process.execPath, [PUBLISHER, ...args]);
}

/** Samples/s until all are stored, and until all are assessed: from notes that has the rest of `assess.grace` in it. */
async function measure(name, [mode, nodes], servers) {
  const { postgres, influxDb, installation } = servers;
  // One of its own: an old one would keep for the sessions of other runs what is meant for this one.
  const broker = await startBroker();
  await query(postgres, `CREATE DATABASE ${name}`);
  const database = { ...postgres, database: name };
  const config = {
    run: name,
    assess: { mode },
    database: { url: `postgres://postgres@localhost/${name}?host=${encodeURIComponent(postgres.host)}` },
    store: { url: influxDb, version: 1, database: name },
    mqtt: { url: broker.url, protocolVersion: broker.protocolVersion, clientId: name },
  };
  const started = [];
  try {
    for (let at = 0; at < nodes; at++) started.push(await startNode(installation, `node-${at}`, config));
    const notes = async () => (await query(database, 'SELECT count(*)::integer AS n FROM fettle.refold_notes'))[0].n;
    await until('the assets to be registered', async () => (await notes()) === 0);
    const sum = async (metric) =>
      (await Promise.all(started.map((node) => node.metric(metric)))).reduce((a, b) => a + b);
    const began = performance.now();
    const published = publish(broker);
    await until('all to be stored', async () => (await sum('fettle_messages_stored_total')) >= messages);
    const stored = performance.now();
    await until('all to be assessed', async () => (await notes()) === 0);
    const assessed = performance.now();
    await published;
    const refolds = await sum('fettle_shard_refolds_total');
    const rate = (end) => (messages * METRICS.length * 1000) / (end - began);
    return { stored: rate(stored), assessed: rate(assessed), refolds };
  } finally {
    for (const node of started) await node.stop();
    await broker.stop();
  }
}

async function measureAll() {
  const installation = makeInstallation({ assets: ASSETS, tickets: 1 });
  stops.push(() => rmSync(installation.folder, { recursive: true, force: true }));
  const servers = { installation, postgres: await startPostgres(), influxDb: await startInfluxDb() };
  const results = [];
  // The first round warms up the servers.
  for (let round = 0; round <= rounds; round++) {
    const result = {};
    for (const [at, [way, what]] of Object.entries(WAYS).entries()) {
      result[way] = await measure(`bench_${round}_${at}`, what, servers);
    }
    if (round > 0) results.push(result);
  }
  return results;
}

function report(results) {
  for (const way of Object.keys(WAYS)) {
    const of = (value) => median(results.map((result) => value(result[way], result.inline)));
    const rates = `${Math.round(of((one) => one.stored))} stored, ${Math.round(of((one) => one.assessed))} assessed`;
    const ratios = [
      of((one, inline) => one.stored / inline.stored),
      of((one, inline) => one.assessed / inline.assessed),
    ];
    const [stored, assessed] = ratios.map((ratio) => ratio.toFixed(2));
    const refolds = of((one) => one.refolds);
    process.stdout.write(`${way}: samples/s ${rates}; of inline ${stored}, ${assessed}; ${refolds} refolds\n`);
  }
}

try {
  report(await measureAll());
} finally {
  for (const stop of stops) await stop();
}
