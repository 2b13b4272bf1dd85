import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { InfluxDbConflictError, openInfluxDbStore } from '../../src/adapters/timeseries/influxdb/index.ts';
import { isValidId } from '../../src/domain/ids.ts';
import type { Quality, Sample } from '../../src/domain/sample.ts';
import { DAY, fromMicros, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import { UnavailableError } from '../../src/errors.ts';
import { SamplesRefusedError, type StoredSample, type TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { influxDbOptions } from '../support/influxDbStore.ts';
import { InfluxDb } from '../support/influxdb.ts';
import { makeSample, makeSeries } from '../support/series.ts';
import { requireProgram } from '../support/services.ts';

/** Ids with everything that line protocol and InfluxQL give a meaning, and any other character an id may have. */
const anyId = fc
  .string({
    unit: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...' ,=\\"\'/#;:()[]{}$`%|*~\u00a0\u3000') },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('a', '1', '温', 'й', '🛗', 'e\u0301', '\\,', '\\=', '\\ ', "\\'", '\\\\'),
      },
    ),
    minLength: 1,
    maxLength: 20,
  })
  .filter(isValidId);

const anySample = fc
  .record({
    assetId: anyId,
    metricId: anyId,
    micros: fc.integer({ min: Date.UTC(1990, 0) * 1000, max: Date.UTC(2099, 0) * 1000 }),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
    quality: fc.constantFrom<Quality>(0, 1, 2),
    received: fc.integer({ min: Date.UTC(1990, 0) * 1000, max: Date.UTC(2099, 0) * 1000 }),
  })
  .map(
    ({ assetId, metricId, micros, value, quality, received }): Sample => ({
      series: makeSeries(assetId, metricId),
      time: fromMicros(micros),
      value,
      quality,
      receivedAt: fromMicros(received),
    }),
  );

function stored({ series: { assetId, metricId }, ...sample }: Sample): StoredSample {
  return { assetId, metricId, ...sample };
}

async function readBack(store: TimeSeriesStore, { series }: Sample): Promise<StoredSample[]> {
  const read: StoredSample[] = [];
  for await (const chunk of store.readFrom([series])) read.push(...chunk);
  return read;
}

describe.skipIf(!requireProgram('influxd'))('a real InfluxDB', () => {
  let server: InfluxDb;
  let databases = 0;
  beforeAll(async () => {
    server = await InfluxDb.start();
  });
  afterAll(() => server?.remove());

  async function open(rest: Partial<Parameters<typeof influxDbOptions>[1]> = {}) {
    const database = `db${++databases}`;
    const store = await openInfluxDbStore(influxDbOptions(server.url, { database, ...rest }));
    onTestFinished(() => store.close());
    return { store, database };
  }

  it('gives back every sample, whatever the ids, values and times', async () => {
    const property = fc.asyncProperty(
      fc.uniqueArray(anySample, { selector: ({ series }) => series, minLength: 1, maxLength: 20 }),
      async (samples) => {
        const { store, database } = await open();
        await store.append(samples);
        for (const sample of samples) {
          const { assetId, metricId } = sample.series;
          const query = { assetId, metricIds: [metricId], from: sample.time, to: fromMicros(sample.time * 1000 + 1) };
          expect(await store.range(query, 10)).toEqual([stored(sample)]);
          expect(await readBack(store, sample)).toEqual([stored(sample)]);
          expect((await store.buckets(query, HOUR)).map(({ last, count }) => [last, count])).toEqual([
            [sample.value, 1],
          ]);
        }
        expect(await store.valuesAt(samples)).toEqual(samples.map(({ value }) => value));
        await server.query(`DROP DATABASE ${database}`);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  }, 120_000);

  it('refuses points beyond the retention by name, and stores all others of the call', async () => {
    const { store } = await open({ retention: 100 * DAY });
    const now = Date.now();
    const series = makeSeries('press 1', 'force');
    const samples = Array.from({ length: 12_000 }, (_, index) => makeSample(series, now - index * SECOND, index));
    const tooOld = [101, 102].map((days) => makeSample(series, now - days * DAY, 1));
    const mixed = samples.toSpliced(3, 0, tooOld[0]!).toSpliced(11_000, 0, tooOld[1]!);
    const error: unknown = await store.append(mixed).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SamplesRefusedError);
    const { refused, message } = error as SamplesRefusedError;
    expect(message).toMatch(/refuses 2 samples; the first is of force of press 1: partial write: points beyond/);
    expect(refused.map(({ sample }) => sample)).toEqual(tooOld);
    const query = { assetId: 'press 1', metricIds: ['force'], from: 0, to: now + 1 };
    expect(await store.range(query, 20_000)).toEqual(samples.map(stored).reverse());
  });

  it('tells a batch of which nothing can be stored in few requests', async () => {
    const { store } = await open({ retention: 100 * DAY });
    const before = Date.now() - 101 * DAY;
    const samples = Array.from({ length: 5000 }, (_, at) => makeSample(makeSeries('a', 'm'), before - at, at));
    const error: unknown = await store.append(samples).catch((reason: unknown) => reason);
    expect((error as SamplesRefusedError).refused).toHaveLength(5000);
  });

  it('fails as a whole when somebody else wrote with another type, and takes all once that is gone', async () => {
    const { store, database } = await open();
    const now = Date.now();
    await server.write(database, 'raw', `samples,asset=stranger,metric=m value=1i ${now * 1000}`);
    const samples = [0, 1].map((at) => makeSample(makeSeries('a', 'm'), now - at, at));
    const error: unknown = await store.append(samples).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InfluxDbConflictError);
    expect((error as Error).message).toMatch(
      /already exists as type integer.*measurement samples of .*stop that writer/,
    );
    const shards = (await server.query('SHOW SHARDS')).filter(([, of]) => of === database);
    for (const [id] of shards) await server.query(`DROP SHARD ${id}`);
    await store.append(samples);
    expect(await store.valuesAt(samples)).toEqual([0, 1]);
  });

  it('reads an asset with long history, a metric long silent and one that never reported, in order', async () => {
    const { store } = await open();
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    const [busy, silent, absent] = ['busy', 'silent', 'absent'].map((metric) => makeSeries('asset', metric));
    const samples = Array.from({ length: 120_000 }, (_, at) => makeSample(busy!, now - (120_000 - at) * SECOND, at));
    const rare = Array.from({ length: 40 }, (_, at) => makeSample(silent!, now - (40 - at) * HOUR, at));
    await store.append([...samples, ...rare]);
    const expected = [...rare, ...samples].map(stored).sort((a, b) => a.time - b.time || order(a) - order(b));
    const read: StoredSample[] = [];
    const watermarks = [{ ...silent!, after: now - 41 * HOUR }, { ...busy!, after: now - 3 * DAY }, absent!];
    for await (const chunk of store.readFrom(watermarks)) read.push(...chunk);
    expect(read).toEqual(expected);
  }, 60_000);

  /** Looks points up; what came back, and the statements that it took. */
  async function lookUp(store: TimeSeriesStore, points: readonly Sample[]) {
    const before = await server.statistics('queryExecutor');
    const values = await store.valuesAt(points);
    const after = await server.statistics('queryExecutor');
    return { values, statements: Number(after.queriesExecuted) - Number(before.queriesExecuted) - 1 };
  }

  it('looks up a backlog of late samples of many assets in few statements', async () => {
    const { store } = await open();
    const start = Date.now() - DAY;
    const backlog = Array.from({ length: 40 }, (_, asset) =>
      Array.from({ length: 50 }, (_, at) => makeSample(makeSeries(`asset ${asset}`, 'm'), start + at * 5 * MINUTE, at)),
    ).flat();
    const isStored = ({ time }: Sample): boolean => time % 7 !== 0;
    await store.append(backlog.filter(isStored));
    const { values, statements } = await lookUp(store, backlog);
    expect(values).toEqual(backlog.map((sample) => (isStored(sample) ? sample.value : undefined)));
    expect(statements).toBeLessThanOrEqual(2);
  });

  it('looks up points with much in between, some of them close together, without reading it all', async () => {
    const { store } = await open();
    const start = Date.now() - DAY;
    const metrics = ['m', 'n'].map((metric) => makeSeries('dense', metric));
    const stored = metrics.flatMap((series) =>
      Array.from({ length: 20_000 }, (_, at) => makeSample(series, start + at * SECOND, at)),
    );
    await store.append(stored);
    const rare = makeSeries('rare', 'm');
    const other = [0, 19_999].map((at) => makeSample(rare, start + at * SECOND, -at));
    await store.append(other);
    const asked = [...stored.filter(({ value }) => value % 1000 < 3), ...other, makeSample(rare, start + MINUTE, 0)];
    const { values, statements } = await lookUp(store, asked);
    expect(values).toEqual([...asked.slice(0, -1).map(({ value }) => value), undefined]);
    expect(statements).toBeLessThanOrEqual(25);
  });

  it('that is frozen makes calls reject in time, and serves again when it goes on', async () => {
    const { store } = await open({ timeout: 300 });
    const sample = makeSample(makeSeries('a', 'm'), Date.now(), 1);
    server.freeze();
    onTestFinished(() => server.thaw());
    await expect(store.append([sample])).rejects.toThrow(/does not answer: no answer within 0.3 s/);
    await expect(store.ping()).rejects.toThrow(UnavailableError);
    await expect(store.valuesAt([sample])).rejects.toThrow(UnavailableError);
    server.thaw();
    await store.append([sample]);
    expect(await store.valuesAt([sample])).toEqual([1]);
  });

  it('that is stopped makes calls reject, and serves again when it is back, with all that was stored', async () => {
    const { store } = await open();
    const before = makeSample(makeSeries('a', 'm'), Date.now(), 1);
    const after = { ...before, time: before.time + 1 };
    await store.append([before]);
    await server.stop();
    await expect(store.append([after])).rejects.toThrow(UnavailableError);
    await expect(store.ping()).rejects.toThrow(UnavailableError);
    await server.resume();
    await store.append([after]);
    expect(await store.valuesAt([before, after])).toEqual([1, 1]);
  });
});

function order({ metricId }: StoredSample): number {
  return ['silent', 'busy', 'absent'].indexOf(metricId);
}
