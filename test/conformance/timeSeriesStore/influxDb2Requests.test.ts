import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  InfluxDbAccessError,
  InfluxDbConflictError,
  InfluxDbError,
  InfluxDbMissingError,
  type InfluxStoreOptions,
  openInfluxDbStore,
  probeInfluxDb,
} from '../../../src/adapters/timeseries/influxdb/index.ts';
import { DAY } from '../../../src/domain/time.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { SamplesRefusedError } from '../../../src/ports/timeSeriesStore.ts';
import { ALL_ACCESS, InfluxDb2, READ_WRITE } from '../../support/influxDb2.ts';
import { influxDbOptions } from '../../support/influxDbStore.ts';
import { recordLog } from '../../support/recordLog.ts';
import { makeSample, makeSeries } from '../../support/series.ts';

const NOON = Date.UTC(2026, 2, 10, 12);
const series = makeSeries('pump 1', 'pressure');
const samples = Array.from({ length: 100 }, (_, at) => makeSample(series, NOON + at, at));
const DAY_SECONDS = 86_400;

describe('InfluxDB 2, as documented', () => {
  let server: InfluxDb2;
  beforeEach(async () => {
    server = await InfluxDb2.start();
    return () => server.close();
  });

  function options(rest: Partial<InfluxStoreOptions> = {}): InfluxStoreOptions {
    const retentions = { retention: 400 * DAY, aggregateRetention: { 300000: 1100 * DAY, 3600000: 3660 * DAY } };
    return influxDbOptions(server.url, { version: 2, org: 'plant', token: ALL_ACCESS, ...retentions, ...rest });
  }

  async function open(rest: Partial<InfluxStoreOptions> = {}) {
    const store = await openInfluxDbStore(options(rest));
    onTestFinished(() => store.close());
    return store;
  }

  it('gets buckets and explicit mappings, and its retention adjusted', async () => {
    await open();
    expect(server.buckets.map(({ name, retentionRules }) => [name, retentionRules[0]!.everySeconds])).toEqual([
      ['fettle/raw', 400 * DAY_SECONDS],
      ['fettle/5m', 1100 * DAY_SECONDS],
      ['fettle/1h', 3660 * DAY_SECONDS],
    ]);
    const [raw, fine, coarse] = server.buckets.map(({ id }) => id);
    const mapped = { database: 'fettle', virtual: false };
    expect(server.mappings).toEqual([
      { ...mapped, id: expect.any(String), bucketID: raw, retention_policy: 'raw', default: true },
      { ...mapped, id: expect.any(String), bucketID: fine, retention_policy: '5m', default: false },
      { ...mapped, id: expect.any(String), bucketID: coarse, retention_policy: '1h', default: false },
    ]);
    expect((await open({ retention: 30 * DAY })).retention).toBe(30 * DAY);
    expect(server.buckets[0]!.retentionRules).toMatchObject([{ type: 'expire', everySeconds: 30 * DAY_SECONDS }]);
    expect(server.buckets).toHaveLength(3);
    expect(server.mappings).toHaveLength(3);
  });

  it('is not touched when it may not be: the error lists the commands', async () => {
    const refused = openInfluxDbStore(options({ create: false }));
    await expect(refused).rejects.toThrow(InfluxDbMissingError);
    await expect(refused).rejects.toThrow(
      "run: influx bucket create --org 'plant' --name 'fettle/raw' --retention 34560000s; influx v1 dbrp create --org 'plant' --db 'fettle' --rp raw --bucket-id <id of fettle/raw> --default; influx bucket create --org 'plant' --name 'fettle/5m'",
    );
    const forbidden = openInfluxDbStore(options({ token: READ_WRITE }));
    await expect(forbidden).rejects.toThrow(InfluxDbAccessError);
    await expect(forbidden).rejects.toThrow(
      /and Fettle may not create it\. An administrator has to run: influx bucket/,
    );
    expect(server.buckets).toEqual([]);
  });

  it('works with a token that may only read and write, with virtual mappings and the retention in force', async () => {
    for (const policy of ['raw', '5m', '1h'])
      server.addBucket(`fettle/${policy}`, policy === 'raw' ? 10 * DAY_SECONDS : 0);
    const { log, lines } = recordLog();
    const store = await open({ token: READ_WRITE, log });
    expect(store.retention).toBe(10 * DAY);
    expect(store.aggregateRetention[300_000]).toBe(1100 * DAY);
    const commands = lines.flatMap((line) => (line.commands as string[] | undefined) ?? []);
    expect(commands).toContain(`influx bucket update --id ${server.buckets[0]!.id} --retention 34560000s`);
    expect(commands).toContainEqual(expect.stringMatching(/^influx v1 dbrp create .*--rp raw/));
    await store.append(samples);
  });

  it('gets its default mapping back, and is refused with a mapping to something else', async () => {
    await open();
    server.mappings[0]!.default = false;
    await open();
    expect(server.mappings[0]!.default).toBe(true);
    const elsewhere = server.addBucket('elsewhere', 0);
    server.mappings.splice(0, 1);
    server.addMapping(elsewhere.id, 'fettle', 'raw', true);
    const refused = openInfluxDbStore(options());
    await expect(refused).rejects.toThrow(InfluxDbError);
    await expect(refused).rejects.toThrow(
      /to another bucket than fettle\/raw\. Delete that mapping \(influx v1 dbrp delete/,
    );
  });

  it('with a wrong token or organisation is an error that says what to set', async () => {
    const wrongToken = openInfluxDbStore(options({ token: 'wrong-one' }));
    await expect(wrongToken).rejects.toThrow(InfluxDbAccessError);
    await expect(wrongToken).rejects.toThrow(
      /401 unauthorized access\. Set store\.token to a token that may read and write the buckets fettle\/raw, fettle\/5m, fettle\/1h of the organisation plant/,
    );
    await expect(wrongToken).rejects.not.toThrow(/wrong-one/);
    const wrongOrg = openInfluxDbStore(options({ org: 'elsewhere' }));
    await expect(wrongOrg).rejects.toThrow(InfluxDbMissingError);
    await expect(wrongOrg).rejects.toThrow(
      /organization name "elsewhere" not found\. Check store\.url, store\.database/,
    );
  });

  it('gets lines compressed, in microseconds, with its token; and queries by database and policy', async () => {
    const store = await open();
    await store.append(samples);
    expect(server.writes).toMatchObject([{ bucket: 'fettle/raw', org: 'plant', precision: 'us', gzip: true }]);
    expect(server.writes[0]!.lines).toHaveLength(100);
    expect(server.writes[0]!.lines[3]).toBe(
      `samples,asset=pump\\ 1,metric=pressure value=3,quality=0i,received=${NOON + 253}000i ${NOON + 3}000`,
    );
    await store.range({ assetId: 'pump 1', metricIds: ['pressure'], from: NOON, to: NOON + 1 }, 10);
    const query = server.queries.at(-1)!;
    expect(Object.fromEntries(query)).toMatchObject({ db: 'fettle', rp: 'raw', epoch: 'u', chunked: 'true' });
    expect(query.get('q')).toMatch(/"asset" = 'pump 1' AND \("metric" = 'pressure'\)/);
  });

  it('that refuses some lines has the others stored, and these named with its words', async () => {
    const store = await open();
    const isBad = (line: string) => / value=(7|50|51)[, ]/.test(line);
    server.answer = ({ lines }) => {
      const dropped = lines.filter(isBad).length;
      const message = `failure writing points to database: partial write: points beyond retention policy dropped=${dropped}`;
      return dropped > 0 ? { status: 422, code: 'unprocessable entity', message } : undefined;
    };
    const error: unknown = await store.append(samples).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SamplesRefusedError);
    const { refused } = error as SamplesRefusedError;
    expect(refused.map(({ sample }) => sample.value)).toEqual([7, 50, 51]);
    expect(refused[0]!.words).toMatch(/^failure writing points to database: partial write: points beyond/);
    const accepted = new Set(server.writes.filter(({ lines }) => !lines.some(isBad)).flatMap(({ lines }) => lines));
    expect(accepted.size).toBe(97);
  });

  it('that has a field with another type is for an administrator to mend, and refuses nothing for ever', async () => {
    const store = await open();
    const message = `failure writing points to database: partial write: field type conflict: input field "value" on measurement "samples" is type float, already exists as type integer dropped=3`;
    server.answer = () => ({ status: 422, code: 'unprocessable entity', message });
    await expect(store.append(samples)).rejects.toThrow(InfluxDbConflictError);
    expect(server.writes).toHaveLength(1);
  });

  it('that refuses a batch as a whole is asked once where it says so', async () => {
    const store = await open();
    const words = (dropped: number) =>
      `failure writing points to database: partial write: points beyond retention policy dropped=${dropped}`;
    server.answer = ({ lines }) => ({ status: 422, code: 'unprocessable entity', message: words(lines.length) });
    await expect(store.append(samples)).rejects.toThrow(/refuses 100 samples/);
    expect(server.writes).toHaveLength(1);
  });

  it('that can not take so much at once gets less at once', async () => {
    const store = await open();
    server.answer = ({ lines }) =>
      lines.length > 30
        ? { status: 413, code: 'request too large', message: 'cannot read data: too large' }
        : undefined;
    await store.append(samples);
    expect(server.writes.map(({ lines }) => lines.length)).toEqual([100, 50, 25, 25, 50, 25, 25]);
  });

  it('that finds fault with the request and not with lines makes the call fail, and nothing is refused', async () => {
    const store = await open();
    server.answer = () => ({ status: 400, code: 'invalid', message: 'invalid precision; valid values are ns, us, ms' });
    await expect(store.append(samples)).rejects.toThrow(InfluxDbError);
    expect(server.writes).toHaveLength(1);
  });

  it('that is overloaded is left alone for as long as it asks', async () => {
    const store = await open();
    for (const status of [429, 503]) {
      server.writes.length = 0;
      server.answer = () => ({ status, retryAfter: 1 });
      await expect(store.append(samples)).rejects.toThrow(UnavailableError);
      server.answer = () => undefined;
      await expect(store.append(samples)).rejects.toThrow(/asked for a pause of \d+ ms more/);
      expect(server.writes).toHaveLength(1);
      await expect.poll(() => store.append(samples).then(() => server.writes.length), { timeout: 5000 }).toBe(2);
    }
  });

  it('of which a bucket was deleted says so', async () => {
    const store = await open();
    server.buckets.length = 0;
    await expect(store.append(samples)).rejects.toThrow(InfluxDbMissingError);
    await expect(store.append(samples)).rejects.toThrow(/404 bucket "fettle\/raw" not found/);
  });

  it('tells version, rights and retention to the one who checks', async () => {
    expect(await probeInfluxDb(options())).toMatch(/; not set up yet, which the start does .*influx bucket create /);
    expect(server.buckets).toEqual([]);
    await open();
    expect(await probeInfluxDb(options())).toBe(
      'InfluxDB 2.7.12, fits store.version 2; may write and read; keeps raw 400 d, 5m 1100 d, 1h 3660 d',
    );
    expect(server.writes).toEqual([]);
  });
});
