// Measures how long a day of telemetry takes to aggregate: 200 assets with 10 metrics every 10 s unless said otherwise;
// then a chart of one asset from samples and from aggregates. Run it after a build:
//   node test/bench/rollups.mjs [assets] [days]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbStore } from '../../dist/src/adapters/timeseries/duckdb/index.js';
import { createLog } from '../../dist/src/log.js';
import { readHistory } from '../../dist/src/pipeline/history.js';
import { Rollups } from '../../dist/src/pipeline/rollups.js';

const [assets = 200, days = 2] = process.argv.slice(2).map(Number);
const DAY = 86_400_000;
const STEP = 10_000;
const METRICS = Array.from({ length: 10 }, (_, index) => `metric-${index}`);
const START = Date.UTC(2026, 2, 2);
const END = START + days * DAY;
const assetIds = Array.from({ length: assets }, (_, index) => `asset-${index}`);
const series = assetIds.flatMap((assetId, asset) =>
  METRICS.map((metricId, metricIndex) => ({
    ordinal: asset * METRICS.length + metricIndex,
    assetId,
    metricId,
    metricIndex,
  })),
);

const directory = mkdtempSync(join(tmpdir(), 'fettle-bench-'));
const store = await openDuckDbStore({ directory, retention: 40 * DAY, log: createLog('silent') });

/** The progress in memory: what is measured is the store and the worker. */
let rolledTo = START;
let due = [];
const rollups = {
  claim: async () => ({ rolledTo }),
  moveTo: async (_holder, to) => {
    rolledTo = to;
    return true;
  },
  release: async () => undefined,
  due: async () => due.splice(0),
  done: async () => undefined,
  stateOf: async () => ({ rolledTo, due: [] }),
};
const clock = { now: () => END + 5 * 60_000 };
const database = { rollups, assets: { all: async () => assetIds.map((id) => ({ id })) } };
const worker = new Rollups({ store, database, clock, log: createLog('silent') });

async function timed(what, work) {
  const before = performance.now();
  const result = await work();
  process.stdout.write(`${what}: ${((performance.now() - before) / 1000).toFixed(2)} s\n`);
  return result;
}

try {
  const samples = days * (DAY / STEP) * series.length;
  await timed(`store ${samples / 1e6} M samples`, async () => {
    for (let time = START; time < END; time += 5 * STEP)
      await store.append(
        [0, 1, 2, 3, 4].flatMap((step) => {
          const at = time + step * STEP;
          return series.map((one) => ({ series: one, time: at, value: Math.random(), quality: 0, receivedAt: at }));
        }),
      );
  });
  await timed(`aggregate ${days} days of ${series.length} series`, () => worker.run());
  rolledTo = END - 5 * 60_000;
  await timed('aggregate five minutes', () => worker.run());
  due = assetIds.map((assetId) => ({ assetId, day: START, revision: 1 }));
  await timed('aggregate a day of all assets anew', () => worker.run());
  due = [{ assetId: assetIds[0], day: START, revision: 1 }];
  await timed('aggregate a day of one asset anew', () => worker.run());
  const query = { assetId: assetIds[0], metricIds: METRICS, from: START, to: END };
  await timed('hourly buckets of one asset from samples', () => store.buckets(query, 3_600_000));
  await timed('hourly buckets of one asset from aggregates', () => store.aggregates(query, 3_600_000));
  await timed('both merged as the API answers', () =>
    readHistory({ ...query, to: END + 1 }, 3_600_000, { store, rollups, clock }),
  );
} finally {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
}
