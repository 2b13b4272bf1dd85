// Measures the DuckDB store: appends of 2,000 samples, each made durable, then the reads. Run it after a build:
//   node test/bench/timeSeriesStore.mjs [samples] [samples after which to cluster]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbStore } from '../../dist/src/adapters/timeseries/duckdb/index.js';
import { createLog } from '../../dist/src/log.js';

const [total = 12_000_000, compactRows = 2_000_000] = process.argv.slice(2).map(Number);
const BATCH = 2000;
const STEP_MS = 100;
const START = Date.UTC(2026, 2, 2);
const METRICS = Array.from({ length: 10 }, (_, index) => `metric-${index}`);
const series = Array.from({ length: 600 }, (_, ordinal) => ({
  ordinal,
  assetId: `asset-${Math.floor(ordinal / METRICS.length)}`,
  metricId: METRICS[ordinal % METRICS.length],
  metricIndex: ordinal % METRICS.length,
}));

function makeBatch(first) {
  return Array.from({ length: BATCH }, (_, row) => {
    const index = first + row;
    const time = START + Math.floor(index / series.length) * STEP_MS;
    const value = Math.sin(index / 1000) * 50 + Math.random();
    return { series: series[index % series.length], time, value, quality: 0, receivedAt: time + 20 };
  });
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
}

async function measureAppend(store) {
  const latencies = [];
  const start = performance.now();
  for (let first = 0; first < total; first += BATCH) {
    const batch = makeBatch(first);
    const before = performance.now();
    await store.append(batch);
    latencies.push(performance.now() - before);
  }
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  say(`append: ${Math.round(total / seconds)} samples/s in batches of ${BATCH}, ms per batch: `);
  say(`p50 ${quantile(latencies, 0.5)}, p99 ${quantile(latencies, 0.99)}, max ${quantile(latencies, 1)}\n`);
}

async function measureRead(what, read) {
  const times = [];
  let rows = 0;
  for (let run = 0; run < 5; run++) {
    const before = performance.now();
    rows = (await read()).length;
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  say(`${what}: ${rows} rows in ${quantile(times, 0.5)} ms\n`);
}

async function collect(chunks) {
  const samples = [];
  for await (const chunk of chunks) for (const sample of chunk) samples.push(sample);
  return samples;
}

function say(text) {
  process.stdout.write(text);
}

const directory = mkdtempSync(join(tmpdir(), 'fettle-bench-'));
const store = await openDuckDbStore({ directory, retention: 1e12, compactRows, log: createLog('warn') });
try {
  await measureAppend(store);
  const end = START + (total / series.length) * STEP_MS;
  const asset = { assetId: 'asset-7', metricIds: METRICS, from: START, to: end };
  const metric = { ...asset, metricIds: METRICS.slice(3, 4) };
  const points = series.map((one, row) => ({ series: one, time: START + row * STEP_MS }));
  const marks = series.map(({ assetId, metricId }) => ({ assetId, metricId, after: end - 60_000 }));
  await measureRead('raw, ten metrics, all of the time', () => store.range(asset, 1e7));
  await measureRead('raw, ten metrics, 1 % of the time', () =>
    store.range({ ...asset, to: START + (end - START) / 100 }, 1e7),
  );
  await measureRead('raw, one metric, all of the time', () => store.range(metric, 1e7));
  await measureRead('500 buckets of one metric', () => store.buckets(metric, Math.ceil((end - START) / 500)));
  await measureRead('single values', () => store.valuesAt(points));
  await measureRead('from watermarks of 600 series', () => collect(store.readFrom(marks)));
} finally {
  await store.close();
  rmSync(directory, { recursive: true });
}
