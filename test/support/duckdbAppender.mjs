// Appends batch after batch to a DuckDB store and prints the number of each once it is stored, until it is killed.
// Arguments: folder, number of the first batch, samples per batch, time of sample 0. Sample n of all has value n.
import { openDuckDbStore } from '../../dist/src/adapters/timeseries/duckdb/index.js';
import { createLog } from '../../dist/src/log.js';

const [directory, first, size, start] = process.argv.slice(2);
const SERIES = Array.from({ length: 8 }, (_, index) => ({
  ordinal: index,
  assetId: 'killed',
  metricId: `metric-${index}`,
  metricIndex: index,
}));
const HOUR = 3_600_000;

const store = await openDuckDbStore({ directory, retention: 1e12, compactRows: 5000, log: createLog('warn') });
for (let batch = Number(first); ; batch++) {
  const samples = Array.from({ length: Number(size) }, (_, row) => {
    const value = batch * Number(size) + row;
    const time = Number(start) + value * (HOUR / 20);
    return { series: SERIES[value % SERIES.length], time, value, quality: 0, receivedAt: time };
  });
  await store.append(samples);
  process.stdout.write(`${batch}\n`);
}
