import { afterAll, beforeAll, describe } from 'vitest';
import { openInfluxDbStore } from '../../../src/adapters/timeseries/influxdb/index.ts';
import { influxDbOptions } from '../../support/influxDbStore.ts';
import { InfluxDb } from '../../support/influxdb.ts';
import { requireProgram } from '../../support/services.ts';
import { type StoreHarness, timeSeriesStoreSuite } from './suite.ts';

describe.skipIf(!requireProgram('influxd'))('with a real InfluxDB', () => {
  let server: InfluxDb;
  let places = 0;
  beforeAll(async () => {
    server = await InfluxDb.start();
  });
  afterAll(() => server?.remove());

  async function makeHarness(): Promise<StoreHarness> {
    const database = `fettle-${++places}`;
    return {
      dropsItself: true,
      open: (retention, aggregateRetention) =>
        openInfluxDbStore(influxDbOptions(server.url, { database, retention, aggregateRetention })),
      remove: async () => void (await server.query(`DROP DATABASE "${database}"`)),
    };
  }

  timeSeriesStoreSuite('InfluxDB', makeHarness);
});
