import { describe, expect, it } from 'vitest';
import { DAY, fromMicros, HOUR, MINUTE, SECOND } from '../../../src/domain/time.ts';
import type { StoredSample } from '../../../src/ports/timeSeriesStore.ts';
import { makeSample, makeSeries } from '../../support/series.ts';
import {
  collect,
  FEBRUARY_ENDS,
  hours,
  JANUARY_ENDS,
  NOON,
  other,
  pressure,
  type SuiteContext,
  stored,
} from './context.ts';

/** What valuesAt, range, buckets and readFrom promise. */
export function readingTests({ open }: SuiteContext): void {
  describe('valuesAt', () => {
    it('answers in the order asked, undefined where nothing is stored', async () => {
      const store = await open();
      await store.append([
        makeSample(pressure, NOON, 1),
        makeSample(hours, NOON, 2),
        makeSample(pressure, JANUARY_ENDS - 1, 0),
      ]);
      const unknown = makeSeries('never-stored', 'pressure');
      const points = [
        { series: hours, time: NOON },
        { series: pressure, time: NOON + 1 },
        { series: unknown, time: NOON },
        { series: pressure, time: JANUARY_ENDS - 1 },
        { series: pressure, time: NOON },
        { series: hours, time: NOON },
        { series: pressure, time: NOON - 3 * 365 * DAY },
      ];
      expect(await store.valuesAt(points)).toEqual([2, undefined, undefined, 0, 1, 2, undefined]);
      expect(await store.valuesAt([{ series: unknown, time: NOON }])).toEqual([undefined]);
    });

    it('answers for thousands of points', async () => {
      const store = await open();
      const samples = Array.from({ length: 5000 }, (_, index) => makeSample(pressure, NOON + index, index));
      await store.append(samples.filter((_, index) => index % 2 === 0));
      expect(await store.valuesAt(samples)).toEqual(samples.map(({ value }) => (value % 2 === 0 ? value : undefined)));
    });
  });

  describe('range', () => {
    it('gives from inclusive to exclusive, by time and then metric in the order asked', async () => {
      const store = await open();
      const samples = [0, 1, 2, 3].flatMap((index) => [
        makeSample(hours, NOON + index, index),
        makeSample(pressure, NOON + index, index),
      ]);
      await store.append(samples);
      await store.append([makeSample(other, NOON + 1, 99)]);
      const metricIds = ['pressure', 'never-stored', 'hours'];
      const range = await store.range({ assetId: 'compressor-1', metricIds, from: NOON + 1, to: NOON + 3 }, 100);
      expect(range.map(({ metricId, time }) => [metricId, time - NOON])).toEqual([
        ['pressure', 1],
        ['hours', 1],
        ['pressure', 2],
        ['hours', 2],
      ]);
    });

    it('gives both sides of the end of a month', async () => {
      const store = await open();
      const times = [-2, -1, 0, 1].map((offset) => FEBRUARY_ENDS + offset);
      await store.append(times.map((time) => makeSample(pressure, time, 1)));
      const query = { assetId: 'compressor-1', metricIds: ['pressure'], from: times[1]!, to: times[3]! };
      expect((await store.range(query, 10)).map(({ time }) => time)).toEqual([times[1], times[2]]);
      expect((await store.range({ ...query, from: times[2]! }, 10)).map(({ time }) => time)).toEqual([times[2]]);
      expect((await store.range({ ...query, to: times[2]! }, 10)).map(({ time }) => time)).toEqual([times[1]]);
    });

    it('gives the earliest when there are more than the limit', async () => {
      const store = await open();
      const times = [NOON, FEBRUARY_ENDS - 1, JANUARY_ENDS];
      await store.append(times.map((time) => makeSample(pressure, time, 1)));
      const query = { assetId: 'compressor-1', metricIds: ['pressure'], from: 0, to: NOON + 1 };
      expect((await store.range(query, 2)).map(({ time }) => time)).toEqual([JANUARY_ENDS, FEBRUARY_ENDS - 1]);
      expect(await store.range(query, 0)).toEqual([]);
    });

    it('ends between metrics of one time in the order asked', async () => {
      const store = await open();
      await store.append([0, 1].flatMap((at) => [makeSample(pressure, NOON + at, 1), makeSample(hours, NOON + at, 2)]));
      for (const metricIds of [
        ['pressure', 'hours'],
        ['hours', 'pressure'],
      ]) {
        const range = await store.range({ assetId: 'compressor-1', metricIds, from: NOON, to: NOON + 2 }, 3);
        expect(range.map(({ metricId }) => metricId)).toEqual([...metricIds, metricIds[0]]);
      }
    });

    it('is empty for an unknown asset, no metrics, an empty span and an empty store', async () => {
      const store = await open();
      const query = { assetId: 'compressor-1', metricIds: ['pressure'], from: NOON, to: NOON + 1 };
      expect(await store.range(query, 10)).toEqual([]);
      await store.append([makeSample(pressure, NOON, 1)]);
      expect(await store.range(query, 10)).toHaveLength(1);
      expect(await store.range({ ...query, assetId: 'nobody' }, 10)).toEqual([]);
      expect(await store.range({ ...query, metricIds: [] }, 10)).toEqual([]);
      expect(await store.range({ ...query, to: NOON }, 10)).toEqual([]);
    });
  });

  describe('buckets', () => {
    it('aggregates over buckets aligned to the epoch and leaves empty ones out', async () => {
      const store = await open();
      const points: [at: number, value: number][] = [
        [-1, 100],
        [1, 4],
        [59_999, 6],
        [30_000, -1],
        [3 * MINUTE, 5],
      ];
      await store.append(points.map(([at, value]) => makeSample(pressure, NOON + at, value)));
      const query = { assetId: 'compressor-1', metricIds: ['pressure'], from: NOON, to: NOON + HOUR };
      expect(await store.buckets(query, MINUTE)).toEqual([
        { metricId: 'pressure', time: NOON, min: -1, max: 6, mean: 3, last: 6, count: 3 },
        { metricId: 'pressure', time: NOON + 3 * MINUTE, min: 5, max: 5, mean: 5, last: 5, count: 1 },
      ]);
    });

    it('orders by time and then metric in the order asked, over months', async () => {
      const store = await open();
      const times = [FEBRUARY_ENDS - MINUTE, FEBRUARY_ENDS];
      await store.append(times.flatMap((time) => [makeSample(hours, time, 1), makeSample(pressure, time, 2)]));
      const query = { assetId: 'compressor-1', metricIds: ['pressure', 'hours'], from: JANUARY_ENDS, to: NOON };
      const buckets = await store.buckets(query, MINUTE);
      expect(buckets.map(({ metricId, time }) => [metricId, time])).toEqual(
        times.flatMap((time) => [
          ['pressure', time],
          ['hours', time],
        ]),
      );
      const week = await store.buckets(query, 7 * DAY);
      expect(week.map(({ metricId, count }) => [metricId, count])).toEqual([
        ['pressure', 2],
        ['hours', 2],
      ]);
      expect(week[0]!.time % (7 * DAY)).toBe(0);
    });

    it('counts only what lies in the range, though a bucket reaches beyond it', async () => {
      const store = await open();
      await store.append([0, 10, 20, 30].map((at) => makeSample(pressure, NOON + at * SECOND, at)));
      const query = {
        assetId: 'compressor-1',
        metricIds: ['pressure'],
        from: NOON + 10 * SECOND,
        to: NOON + 30 * SECOND,
      };
      expect(await store.buckets(query, MINUTE)).toEqual([
        { metricId: 'pressure', time: NOON, min: 10, max: 20, mean: 15, last: 20, count: 2 },
      ]);
    });
  });

  describe('readFrom', () => {
    it('gives what is after each watermark: assets as given, then time, then metric as given', async () => {
      const store = await open();
      const both = [0, 1, 2].flatMap((index) =>
        [pressure, hours, other].map((series) => makeSample(series, NOON + index, index)),
      );
      await store.append(both);
      await store.append([makeSample(hours, JANUARY_ENDS - 1, -1)]);
      const read = await collect(store, [
        { assetId: 'compressor-2', metricId: 'pressure', after: NOON },
        { assetId: 'compressor-1', metricId: 'hours' },
        { assetId: 'compressor-1', metricId: 'pressure', after: NOON + 1 },
        { assetId: 'never-stored', metricId: 'pressure' },
      ]);
      expect(read.map(({ assetId, metricId, time }) => [assetId, metricId, time])).toEqual([
        ['compressor-2', 'pressure', NOON + 1],
        ['compressor-2', 'pressure', NOON + 2],
        ['compressor-1', 'hours', JANUARY_ENDS - 1],
        ['compressor-1', 'hours', NOON],
        ['compressor-1', 'hours', NOON + 1],
        ['compressor-1', 'hours', NOON + 2],
        ['compressor-1', 'pressure', NOON + 2],
      ]);
    });

    it('gives whole samples', async () => {
      const store = await open();
      const sample = makeSample(pressure, fromMicros(NOON * 1000 + 7), 3.5, { quality: 1, receivedAt: NOON + 9 });
      await store.append([sample]);
      expect(await collect(store, [{ assetId: 'compressor-1', metricId: 'pressure' }])).toEqual([stored(sample)]);
    });

    it('takes a watermark to the microsecond', async () => {
      const store = await open();
      const times = [1, 2, 3].map((micros) => fromMicros(NOON * 1000 + micros));
      await store.append(times.map((time, index) => makeSample(pressure, time, index)));
      const read = await collect(store, [{ assetId: 'compressor-1', metricId: 'pressure', after: times[1]! }]);
      expect(read.map(({ time }) => time)).toEqual(times.slice(2));
    });

    it('reads thousands of watermarks, in chunks', async () => {
      const store = await open();
      const series = Array.from({ length: 2000 }, (_, index) => makeSeries(`fleet-${index}`, 'pressure'));
      const samples = Array.from({ length: 60_000 }, (_, index) =>
        makeSample(series[index % 2000]!, NOON + Math.floor(index / 2000) * MINUTE, index),
      );
      await store.append(samples);
      const watermarks = series.map(({ assetId, metricId }, index) => ({
        assetId,
        metricId,
        after: NOON + (index % 30) * MINUTE,
      }));
      let chunks = 0;
      const read: StoredSample[] = [];
      for await (const chunk of store.readFrom(watermarks)) {
        chunks++;
        read.push(...chunk);
      }
      const expected = series.flatMap((one, index) =>
        Array.from({ length: 29 - (index % 30) }, (_, step) => [one.assetId, (index % 30) + 1 + step]),
      );
      expect(read.map(({ assetId, time }) => [assetId, (time - NOON) / MINUTE])).toEqual(expected);
      expect(chunks).toBeGreaterThan(1);
    });

    it('gives no empty chunk where much lies between the watermarks of an asset', async () => {
      const store = await open();
      const watermarks = Array.from({ length: 100 }, (_, index) => [
        { assetId: `fleet-${index}`, metricId: 'hours', after: NOON - 59 * MINUTE },
        { assetId: `fleet-${index}`, metricId: 'pressure', after: NOON },
      ]).flat();
      const series = makeSeries('fleet-0', 'pressure');
      const seconds = Array.from({ length: 59 * 60 + 6 }, (_, index) => NOON - 59 * MINUTE + index * SECOND);
      await store.append(seconds.map((time) => makeSample(series, time, 1)));
      const sizes: number[] = [];
      for await (const chunk of store.readFrom(watermarks)) sizes.push(chunk.length);
      expect(sizes).toEqual([5]);
    });

    it('can be given up, and read beside appends and other reads', async () => {
      const store = await open();
      const samples = Array.from({ length: 50_000 }, (_, index) => makeSample(pressure, NOON + index, index));
      await store.append(samples);
      const watermarks = [{ assetId: 'compressor-1', metricId: 'pressure' }];
      for await (const chunk of store.readFrom(watermarks)) {
        expect(chunk[0]!.time).toBe(NOON);
        await store.append([makeSample(hours, NOON, 1)]);
        break;
      }
      expect(await collect(store, watermarks)).toHaveLength(50_000);
    });

    it('gives nothing without watermarks, and from an empty store', async () => {
      const store = await open();
      expect(await collect(store, [{ assetId: 'compressor-1', metricId: 'pressure' }])).toEqual([]);
      await store.append([makeSample(pressure, NOON, 1)]);
      expect(await collect(store, [])).toEqual([]);
      expect(await collect(store, [{ assetId: 'compressor-1', metricId: 'pressure', after: NOON }])).toEqual([]);
    });
  });
}
