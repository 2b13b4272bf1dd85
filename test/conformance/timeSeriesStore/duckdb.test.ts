import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDbStore } from '../../../src/adapters/timeseries/duckdb/index.ts';
import { createLog } from '../../../src/log.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { type StoreHarness, timeSeriesStoreSuite } from './suite.ts';

async function makeHarness(options: { compactRows?: number } = {}): Promise<StoreHarness> {
  const directory = makeTempFolder();
  return {
    open: (retention, aggregateRetention) =>
      openDuckDbStore({ directory, retention, aggregateRetention, log: createLog('silent'), ...options }),
    failFromMonth: async (time) => {
      const date = new Date(time);
      const next = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)).toISOString().slice(0, 7);
      // A folder where the file of the next month would be: it can't be made.
      const obstacle = join(directory, `samples-${next}.duckdb`);
      mkdirSync(obstacle);
      return async () => rmdirSync(obstacle);
    },
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

timeSeriesStoreSuite('DuckDB', () => makeHarness());
timeSeriesStoreSuite('DuckDB, clustering all the time', () => makeHarness({ compactRows: 1 }));
