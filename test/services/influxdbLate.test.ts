import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  InfluxDbAccessError,
  openInfluxDbStore,
  openInfluxDbStoreWhenThere,
} from '../../src/adapters/timeseries/influxdb/index.ts';
import { DAY } from '../../src/domain/time.ts';
import { UnavailableError } from '../../src/errors.ts';
import { influxDbOptions } from '../support/influxDbStore.ts';
import { InfluxDb } from '../support/influxdb.ts';
import { recordLog } from '../support/recordLog.ts';
import { makeSample, makeSeries } from '../support/series.ts';
import { requireProgram } from '../support/services.ts';
import { until } from '../support/until.ts';

const NOW = Date.now();
const SAMPLE = makeSample(makeSeries('rig', 'temperature'), NOW, 20);
const RANGE = { assetId: 'rig', metricIds: ['temperature'], from: NOW - DAY, to: NOW + DAY };

describe.skipIf(!requireProgram('influxd'))('a store whose InfluxDB is away when it is opened', () => {
  let server: InfluxDb;
  beforeAll(async () => {
    server = await InfluxDb.start();
  });
  afterAll(() => server?.remove());
  beforeEach(() => server.stop());

  async function opened(options = influxDbOptions(server.url)) {
    const store = await openInfluxDbStoreWhenThere(options);
    onTestFinished(() => store.close());
    return store;
  }

  it('is there and rejects with the reason; when the server has come it sets it up and works', async () => {
    const { log, lines } = recordLog();
    const store = await opened(influxDbOptions(server.url, { database: 'late', log }));
    const rejecting = [
      store.ping(),
      store.append([SAMPLE]),
      store.replace([SAMPLE]),
      store.valuesAt([SAMPLE]),
      store.range(RANGE, 10),
      store.buckets(RANGE, 60_000),
      store.aggregates(RANGE, 300_000),
      store.saveAggregates(300_000, []),
      store.applyRetention(NOW),
      store.readFrom([])[Symbol.asyncIterator]().next(),
      store.aggregate(['rig'], 0, NOW, 300_000)[Symbol.asyncIterator]().next(),
    ];
    for (const asked of rejecting) {
      await expect(asked).rejects.toThrow(UnavailableError);
      await expect(asked).rejects.toThrow(/the time-series store does not answer: .*ECONNREFUSED/);
    }
    expect(store.retention).toBe(36_500 * DAY);

    await server.resume();
    await until('the store to be open', () => lines.some(({ msg }) => /answers and is open/.test(msg)));
    expect(await server.query('SHOW DATABASES')).toContainEqual(['late']);
    await store.ping();
    await store.append([SAMPLE]);
    expect(await store.range(RANGE, 10)).toMatchObject([{ value: 20, time: NOW }]);
  });

  it('then tells the retention in force', async () => {
    await server.resume();
    await (await openInfluxDbStore(influxDbOptions(server.url, { database: 'short', retention: 10 * DAY }))).close();
    await server.stop();
    const store = await opened(influxDbOptions(server.url, { database: 'short', create: false }));
    await server.resume();
    await until('the store to answer', () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(store.retention).toBe(10 * DAY);
  });

  it('names what only a person can mend as soon as the server says it, and goes on when it is mended', async () => {
    const { log, lines } = recordLog();
    const store = await opened(influxDbOptions(server.url, { database: 'not-made', create: false, log }));
    await server.resume();
    const reason = () => store.ping().catch((error: Error) => error.message);
    await until('the reason', async () => /An administrator has to run: CREATE DATABASE/.test(String(await reason())));
    expect(lines.filter(({ level }) => level === 50).map(({ msg }) => msg)).toEqual([
      'the time-series store can not be opened; trying again',
    ]);
    await (await openInfluxDbStore(influxDbOptions(server.url, { database: 'not-made' }))).close();
    await until('the store to answer', () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    await store.append([SAMPLE]);
  });

  it('may be closed before the server has ever answered', async () => {
    const store = await openInfluxDbStoreWhenThere(influxDbOptions(server.url));
    await store.close();
    await expect(store.ping()).rejects.toThrow(UnavailableError);
  });
});

describe('what only a person can mend', () => {
  it.each([
    [401, InfluxDbAccessError],
    [502, undefined],
  ])('at status %d', async (status, error) => {
    const server = createServer((_, response) => response.writeHead(status).end('no')).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await until('the port', () => server.listening);
    const { port } = server.address() as AddressInfo;
    const opening = openInfluxDbStoreWhenThere(influxDbOptions(`http://127.0.0.1:${port}`));
    if (error) return expect(opening).rejects.toThrow(error);
    const store = await opening;
    await expect(store.ping()).rejects.toThrow(/does not answer: .* 502/);
    await store.close();
  });
});
