import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  InfluxDbAccessError,
  InfluxDbMissingError,
  type InfluxStoreOptions,
  openInfluxDbStore,
} from '../../../src/adapters/timeseries/influxdb/index.ts';
import { DAY } from '../../../src/domain/time.ts';
import { ADMIN_TOKEN, InfluxDb3 } from '../../support/influxDb3.ts';
import { influxDbOptions } from '../../support/influxDbStore.ts';
import { makeSample, makeSeries } from '../../support/series.ts';

describe('InfluxDB 3, as documented', () => {
  let server: InfluxDb3;
  beforeEach(async () => {
    server = await InfluxDb3.start();
    return () => server.close();
  });

  function options(rest: Partial<InfluxStoreOptions> = {}): InfluxStoreOptions {
    return influxDbOptions(server.url, { version: 3, token: ADMIN_TOKEN, retention: 400 * DAY, ...rest });
  }

  it('gets a database for each policy, once', async () => {
    for (let time = 0; time < 2; time++) {
      const store = await openInfluxDbStore(options());
      expect(store.retention).toBe(400 * DAY);
      await store.close();
    }
    expect([...server.databases.keys()]).toEqual(['fettle/raw', 'fettle/5m', 'fettle/1h']);
    expect(server.databases.get('fettle/raw')).toBe('9600h');
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
  });

  it('gets writes in the form of version 2 and one statement a query', async () => {
    const store = await openInfluxDbStore(options());
    onTestFinished(() => store.close());
    // More assets than one statement names.
    const ids = Array.from({ length: 51 }, (_, at) => `asset ${at}`);
    const samples = ids.map((asset) => makeSample(makeSeries(asset, 'm'), Date.UTC(2026, 2), 1));
    await store.append(samples);
    const write = server.requests.at(-1)!;
    expect(write).toMatchObject({ path: '/api/v2/write', query: { bucket: 'fettle/raw', precision: 'us' } });
    server.requests.length = 0;
    expect(await store.valuesAt(samples)).toEqual(ids.map(() => undefined));
    const queries = server.requests.map(({ query, body }) => [
      query.db,
      query.rp,
      new URLSearchParams(`${body}`).get('q'),
    ]);
    expect(queries).toEqual(
      ['asset 0', 'asset 50'].map((id) => [
        'fettle',
        'raw',
        expect.stringMatching(`^SELECT[^;]*"asset" = '${id}'[^;]*$`),
      ]),
    );
  });

  it('is an error that says what to do where it lets Fettle not in or may not be set up', async () => {
    await expect(openInfluxDbStore(options({ token: 'other' }))).rejects.toThrow(InfluxDbAccessError);
    const refused = openInfluxDbStore(options({ create: false }));
    await expect(refused).rejects.toThrow(InfluxDbMissingError);
    await expect(refused).rejects.toThrow('run: influxdb3 create database --retention-period 9600h fettle/raw; ');
  });
});
