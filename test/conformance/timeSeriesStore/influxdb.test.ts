import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { openInfluxDbStore, openInfluxDbStoreWhenThere } from '../../../src/adapters/timeseries/influxdb/index.ts';
import type { TimeSeriesStore } from '../../../src/ports/timeSeriesStore.ts';
import { influxDbOptions } from '../../support/influxDbStore.ts';
import { InfluxDb } from '../../support/influxdb.ts';
import { requireProgram } from '../../support/services.ts';
import { TcpProxy } from '../../support/tcpProxy.ts';
import { until } from '../../support/until.ts';
import { AGGREGATE_RETENTION, RETENTION } from './context.ts';
import { historyTests } from './history.ts';
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

  describe('that was away when the store was opened', () => {
    const closing: (() => Promise<unknown>)[] = [];
    let place: string;
    beforeEach(() => {
      place = `fettle-${++places}`;
    });
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
      await server.query(`DROP DATABASE "${place}"`);
    });

    async function open(retention = RETENTION, aggregateRetention = AGGREGATE_RETENTION): Promise<TimeSeriesStore> {
      const proxy = await TcpProxy.start(Number(new URL(server.url).port));
      proxy.refuse();
      const url = `http://127.0.0.1:${proxy.port}`;
      const options = influxDbOptions(url, { database: place, retention, aggregateRetention });
      const store = await openInfluxDbStoreWhenThere(options);
      closing.push(
        () => store.close(),
        () => proxy.close(),
      );
      expect(await isAway(store)).toBe(true);
      proxy.mend();
      await until('the store to be open', async () => !(await isAway(store)));
      return store;
    }

    historyTests({ open });
  });
});

function isAway(store: TimeSeriesStore): Promise<boolean> {
  return store.ping().then(
    () => false,
    () => true,
  );
}
