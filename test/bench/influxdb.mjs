// Measures appends to a real InfluxDB 1.x beside the plain client writing the same lines. Run it after a build:
//   node test/bench/influxdb.mjs [samples a run] [pairs]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfluxDB } from '@influxdata/influxdb-client';
import { openInfluxDbStore } from '../../dist/src/adapters/timeseries/influxdb/index.js';
import { Lines } from '../../dist/src/adapters/timeseries/influxdb/lines.js';
import { createLog } from '../../dist/src/log.js';
import { median } from './statistics.mjs';

const [total = 500_000, pairs = 5] = process.argv.slice(2).map(Number);
const BATCH = 5000;
const YEAR = 365 * 86_400_000;
const series = Array.from({ length: 600 }, (_, ordinal) => ({
  ordinal,
  assetId: `asset-${Math.floor(ordinal / 10)}`,
  metricId: `metric-${ordinal % 10}`,
  metricIndex: ordinal % 10,
}));

const batches = Array.from({ length: total / BATCH }, (_, batch) =>
  Array.from({ length: BATCH }, (__, row) => {
    const index = batch * BATCH + row;
    const time = Date.now() - 86_400_000 + Math.floor(index / series.length) * 100;
    const value = Math.sin(index / 1000) * 50 + Math.random();
    return { series: series[index % series.length], time, value, quality: 0, receivedAt: time + 20 };
  }),
);
const lines = new Lines();
const lineBatches = batches.map((samples) => samples.map((sample) => lines.ofSample(sample)));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startInfluxDb(folder) {
  const port = await freePort();
  const configuration = `reporting-disabled = true
bind-address = "127.0.0.1:${await freePort()}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
`;
  writeFileSync(join(folder, 'influxdb.conf'), configuration);
  const server = spawn('influxd', ['-config', join(folder, 'influxdb.conf')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/ping`).catch(() => undefined))) await sleep(50);
  return { server, url };
}

/** Samples/s, and processor time of this process a sample. */
async function measure(write) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await write();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { rate: total / seconds, micros: (user + system) / total };
}

async function plainClient(url, database) {
  const api = new InfluxDB({ url, timeout: 60_000 }).getWriteApi('', '', 'us', {
    maxRetries: 0,
    flushInterval: 0,
    batchSize: BATCH + 1,
    maxBatchBytes: Number.POSITIVE_INFINITY,
    gzipThreshold: 1024,
  });
  api.path = `/write?db=${database}&rp=raw&precision=u`;
  for (const batch of lineBatches) {
    api.writeRecords(batch);
    await api.flush();
  }
  await api.close();
}

const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-'));
const { server, url } = await startInfluxDb(folder);
const results = [];
try {
  for (let pair = 0; pair <= pairs; pair++) {
    const open = (database) =>
      openInfluxDbStore({
        url,
        version: 1,
        database,
        create: true,
        timeout: 60_000,
        retention: YEAR,
        aggregateRetention: { 300000: YEAR, 3600000: YEAR },
        log: createLog('warn'),
      });
    const store = await open(`store-${pair}`);
    await (await open(`plain-${pair}`)).close();
    const ours = async () => {
      for (const samples of batches) await store.append(samples);
    };
    const plain = () => plainClient(url, `plain-${pair}`);
    const both =
      pair % 2 === 0 ? [await measure(plain), await measure(ours)] : [await measure(ours), await measure(plain)];
    if (pair % 2 === 1) both.reverse();
    await store.close();
    // The first pair warms up.
    if (pair > 0) results.push({ plain: both[0], store: both[1] });
  }
} finally {
  server.kill('SIGTERM');
  await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
const of = (side, figure) => median(results.map((result) => result[side][figure]));
const ratio = median(results.map(({ store, plain }) => store.rate / plain.rate));
process.stdout.write(
  `plain client ${Math.round(of('plain', 'rate'))} samples/s, ${of('plain', 'micros').toFixed(2)} µs of processor a sample\n` +
    `store ${Math.round(of('store', 'rate'))} samples/s, ${of('store', 'micros').toFixed(2)} µs; ratio of rates ${ratio.toFixed(2)} (median of ${pairs} pairs)\n`,
);
