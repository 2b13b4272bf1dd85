// Appends to a DuckDB store until that fails, says "failed", repeats the batch until it is stored, says "stored" and
// how many samples there are, distinct and in all, against those that are stored for certain. Argument: folder.
import { setTimeout as sleep } from 'node:timers/promises';
import { openDuckDbStore } from '../../dist/src/adapters/timeseries/duckdb/index.js';
import { createLog } from '../../dist/src/log.js';

const BATCH = 5000;
const START = Date.UTC(2026, 2, 2);
const series = { ordinal: 0, assetId: 'full', metricId: 'noise', metricIndex: 0 };
const store = await openDuckDbStore({ directory: process.argv[2], retention: 1e12, log: createLog('silent') });

function batch(number) {
  return Array.from({ length: BATCH }, (_, row) => ({
    series,
    time: START + number * BATCH + row,
    value: Math.random(),
    quality: 0,
    receivedAt: START + Math.random() * 1e9,
  }));
}

async function tryToStore(number) {
  return store.append(batch(number)).then(
    () => true,
    () => false,
  );
}

let batches = 0;
while (await tryToStore(batches)) batches++;
process.stdout.write('failed\n');
while (!(await tryToStore(batches))) await sleep(20);
await store.ping();
let samples = 0;
const times = new Set();
for await (const chunk of store.readFrom([{ assetId: 'full', metricId: 'noise' }])) {
  samples += chunk.length;
  for (const { time } of chunk) times.add(time);
}
process.stdout.write(`stored ${samples} ${times.size} ${(batches + 1) * BATCH}\n`);
await store.close();
