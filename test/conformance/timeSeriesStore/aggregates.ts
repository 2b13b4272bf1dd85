import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/domain/sample.ts';
import { DAY, HOUR, MINUTE, SECOND, type Timestamp } from '../../../src/domain/time.ts';
import {
  AGGREGATE_WIDTHS,
  type AggregateWidth,
  type AssetBucket,
  type TimeSeriesStore,
} from '../../../src/ports/timeSeriesStore.ts';
import { makeSample, makeSeries } from '../../support/series.ts';
import {
  DROPS_ITSELF,
  FEBRUARY_ENDS,
  hours,
  JANUARY_ENDS,
  NOON,
  other,
  pressure,
  type SuiteContext,
} from './context.ts';

const [FIVE_MINUTES, ONE_HOUR] = AGGREGATE_WIDTHS;
const EVER = { from: Date.UTC(2000, 0), to: Date.UTC(2100, 0) };

/** What aggregate, saveAggregates and aggregates promise. */
export function aggregateTests({ open, harness }: SuiteContext): void {
  describe('aggregate', () => {
    it('gives the buckets of all series of the assets asked for, as one works them out by hand', async () => {
      const store = await open();
      const points: [at: number, value: number][] = [
        [0, 4],
        [5 * MINUTE - 1, 6],
        [2 * MINUTE, -1],
        [7 * MINUTE, 5],
      ];
      await store.append([
        ...points.map(([at, value]) => makeSample(pressure, NOON + at, value)),
        makeSample(hours, NOON + MINUTE, 7),
        makeSample(other, NOON + MINUTE, 8),
        makeSample(makeSeries('compressor-3', 'pressure'), NOON + MINUTE, 9),
      ]);
      const assets = ['compressor-2', 'compressor-1', 'never-stored'];
      expect(await aggregated(store, assets, NOON, NOON + HOUR, FIVE_MINUTES)).toEqual([
        bucket('compressor-1', 'hours', NOON, { min: 7, max: 7, mean: 7, last: 7, count: 1 }),
        bucket('compressor-1', 'pressure', NOON, { min: -1, max: 6, mean: 3, last: 6, count: 3 }),
        bucket('compressor-1', 'pressure', NOON + 5 * MINUTE, { min: 5, max: 5, mean: 5, last: 5, count: 1 }),
        bucket('compressor-2', 'pressure', NOON, { min: 8, max: 8, mean: 8, last: 8, count: 1 }),
      ]);
      expect(await aggregated(store, ['compressor-1'], NOON, NOON + HOUR, ONE_HOUR)).toEqual([
        bucket('compressor-1', 'hours', NOON, { min: 7, max: 7, mean: 7, last: 7, count: 1 }),
        bucket('compressor-1', 'pressure', NOON, { min: -1, max: 6, mean: 3.5, last: 5, count: 4 }),
      ]);
    });

    it('takes samples from inclusive to exclusive, over months', async () => {
      const store = await open();
      const times = [-HOUR, -1, 0, HOUR - 1, HOUR].map((at) => FEBRUARY_ENDS + at);
      await store.append(times.map((time, index) => makeSample(pressure, time, index)));
      const buckets = await aggregated(
        store,
        ['compressor-1'],
        FEBRUARY_ENDS - HOUR,
        FEBRUARY_ENDS + HOUR,
        FIVE_MINUTES,
      );
      expect(buckets.map(({ time, last }) => [time - FEBRUARY_ENDS, last])).toEqual([
        [-HOUR, 0],
        [-5 * MINUTE, 1],
        [0, 2],
        [55 * MINUTE, 3],
      ]);
    });

    it('agrees with buckets for many assets, in chunks, and can be given up', async () => {
      const store = await open();
      const samples = fleetSamples(40, 3 * HOUR);
      await store.append(samples);
      const assets = [...new Set(samples.map(({ series }) => series.assetId))];
      const all = await aggregated(store, assets, NOON, NOON + DAY, FIVE_MINUTES);
      expect(all).toHaveLength(40 * 2 * 36);
      for (const assetId of ['unit-0', 'unit-39']) {
        const query = { assetId, metricIds: ['hours', 'pressure'], from: NOON, to: NOON + DAY };
        const expected = (await store.buckets(query, FIVE_MINUTES)).map((one) => ({ ...one, assetId }));
        expect(all.filter((one) => one.assetId === assetId)).toEqual(expected.sort(byName));
      }
      for await (const chunk of store.aggregate(assets, NOON, NOON + DAY, FIVE_MINUTES)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(await aggregated(store, assets, NOON, NOON + DAY, ONE_HOUR)).toHaveLength(40 * 2 * 3);
    });

    it('gives nothing without assets and from an empty store', async () => {
      const store = await open();
      expect(await aggregated(store, ['compressor-1'], NOON, NOON + DAY, ONE_HOUR)).toEqual([]);
      await store.append([makeSample(pressure, NOON, 1)]);
      expect(await aggregated(store, [], NOON, NOON + DAY, ONE_HOUR)).toEqual([]);
      expect(await aggregated(store, ['compressor-1'], NOON, NOON, ONE_HOUR)).toEqual([]);
    });
  });

  describe('aggregates', () => {
    it('are kept by width, as they were saved, and held when opened again', async () => {
      const store = await open();
      const fine = bucket('compressor-1', 'pressure', NOON, { min: -1.5, max: 6, mean: 3.125, last: 0, count: 3 });
      const coarse = { ...fine, min: -2, count: 40 };
      await store.saveAggregates(FIVE_MINUTES, [fine]);
      await store.saveAggregates(ONE_HOUR, [coarse]);
      await store.close();
      const again = await open();
      expect(await saved(again, FIVE_MINUTES)).toEqual([withoutAsset(fine)]);
      expect(await saved(again, ONE_HOUR)).toEqual([withoutAsset(coarse)]);
    });

    it('take the place of those at the same asset, metric and time; of equal ones in a call the last counts', async () => {
      const store = await open();
      const times = [NOON, NOON + HOUR, JANUARY_ENDS - HOUR];
      const first = times.map((time) => plain('compressor-1', 'pressure', time, 1));
      for (const width of AGGREGATE_WIDTHS) {
        await store.saveAggregates(width, [...first, plain('compressor-2', 'pressure', NOON, 1)]);
        await store.saveAggregates(width, [
          plain('compressor-1', 'pressure', NOON, 2),
          plain('compressor-1', 'hours', NOON + HOUR, 4),
          plain('compressor-1', 'pressure', JANUARY_ENDS - HOUR, 8),
          plain('compressor-1', 'pressure', NOON, 3),
        ]);
        expect((await saved(store, width)).map(({ time, max }) => [time, max])).toEqual([
          [JANUARY_ENDS - HOUR, 8],
          [NOON, 3],
          [NOON + HOUR, 1],
        ]);
        expect((await saved(store, width, 'compressor-2')).map(({ max }) => max)).toEqual([1]);
      }
    });

    it('come by time and then metric in the order asked, from inclusive to exclusive, over years', async () => {
      const store = await open();
      const times = [Date.UTC(2025, 11, 31, 23), Date.UTC(2026, 0), JANUARY_ENDS, NOON];
      const buckets = times.flatMap((time) => [
        plain('compressor-1', 'hours', time, 1),
        plain('compressor-1', 'pressure', time, 2),
      ]);
      for (const width of AGGREGATE_WIDTHS) {
        await store.saveAggregates(width, buckets);
        const metricIds = ['pressure', 'never-stored', 'hours'];
        const query = { assetId: 'compressor-1', metricIds, from: times[0]!, to: times[3]! };
        expect((await store.aggregates(query, width)).map(({ time, metricId }) => [time, metricId])).toEqual(
          times.slice(0, 3).flatMap((time) => [
            [time, 'pressure'],
            [time, 'hours'],
          ]),
        );
        expect(await store.aggregates({ ...query, from: times[0]! + 1, to: times[1]! }, width)).toEqual([]);
        expect(await store.aggregates({ ...query, assetId: 'nobody' }, width)).toEqual([]);
        expect(await store.aggregates({ ...query, metricIds: [] }, width)).toEqual([]);
      }
    });

    it('are saved by thousands beside appends and reads', async () => {
      const store = await open();
      const samples = fleetSamples(20, 2 * HOUR);
      const appended = store.append(samples);
      const buckets = Array.from({ length: 5000 }, (_, index) =>
        plain(`unit-${index % 20}`, 'pressure', NOON - Math.floor(index / 20) * 5 * MINUTE, index),
      );
      const saving = store.saveAggregates(FIVE_MINUTES, buckets);
      await Promise.all([appended, saving, store.applyRetention(NOON)]);
      expect(await saved(store, FIVE_MINUTES, 'unit-7')).toHaveLength(250);
      const raw = { assetId: 'unit-7', metricIds: ['pressure'], ...EVER };
      expect(await store.range(raw, 10_000)).toHaveLength(720);
    });

    it('are no samples: neither range nor buckets nor readFrom knows them', async () => {
      const store = await open();
      await store.saveAggregates(FIVE_MINUTES, [plain('compressor-1', 'pressure', NOON, 1)]);
      const query = { assetId: 'compressor-1', metricIds: ['pressure'], ...EVER };
      expect(await store.range(query, 10)).toEqual([]);
      expect(await store.buckets(query, HOUR)).toEqual([]);
      for await (const chunk of store.readFrom([{ assetId: 'compressor-1', metricId: 'pressure' }]))
        expect(chunk).toEqual([]);
    });

    it('outlive samples by their own retention', async ({ skip }) => {
      const store = await open(60 * DAY, { 300000: 120 * DAY, 3600000: 3000 * DAY });
      if (harness().dropsItself) return skip(DROPS_ITSELF);
      expect(store.aggregateRetention).toEqual({ 300000: 120 * DAY, 3600000: 3000 * DAY });
      const now = Date.UTC(2026, 5, 20);
      const kept = now - 100 * DAY;
      const gone = now - 170 * DAY;
      await store.append([makeSample(pressure, kept, 1)]);
      for (const width of AGGREGATE_WIDTHS)
        await store.saveAggregates(
          width,
          [kept, gone].map((time) => plain('compressor-1', 'pressure', time, 1)),
        );
      expect((await store.applyRetention(now)).droppedSamples).toBe(1);
      expect((await saved(store, FIVE_MINUTES)).map(({ time }) => time)).toEqual([kept]);
      expect((await saved(store, ONE_HOUR)).map(({ time }) => time)).toEqual([gone, kept]);
    });
  });
}

function bucket(
  assetId: string,
  metricId: string,
  time: Timestamp,
  rest: Omit<AssetBucket, 'assetId' | 'metricId' | 'time'>,
): AssetBucket {
  return { assetId, metricId, time, ...rest };
}

function plain(assetId: string, metricId: string, time: Timestamp, value: number): AssetBucket {
  return bucket(assetId, metricId, time, { min: value, max: value, mean: value, last: value, count: 1 });
}

function withoutAsset({ assetId: _, ...rest }: AssetBucket) {
  return rest;
}

async function aggregated(
  store: TimeSeriesStore,
  assetIds: readonly string[],
  from: Timestamp,
  to: Timestamp,
  width: AggregateWidth,
): Promise<AssetBucket[]> {
  const all: AssetBucket[] = [];
  for await (const chunk of store.aggregate(assetIds, from, to, width)) all.push(...chunk);
  return all.sort(byName);
}

function byName(a: AssetBucket, b: AssetBucket): number {
  const nameOf = ({ assetId, metricId }: AssetBucket) => `${assetId} ${metricId}`;
  if (nameOf(a) !== nameOf(b)) return nameOf(a) < nameOf(b) ? -1 : 1;
  return a.time - b.time;
}

function saved(store: TimeSeriesStore, width: AggregateWidth, assetId = 'compressor-1') {
  return store.aggregates({ assetId, metricIds: ['pressure'], ...EVER }, width);
}

/** Two metrics of each asset, every ten seconds from noon. */
function fleetSamples(assets: number, span: number): Sample[] {
  return Array.from({ length: assets }, (_, unit) =>
    ['pressure', 'hours'].flatMap((metricId) =>
      Array.from({ length: span / (10 * SECOND) }, (_, step) =>
        makeSample(makeSeries(`unit-${unit}`, metricId), NOON + step * 10 * SECOND, Math.sin(unit + step / 7)),
      ),
    ),
  ).flat();
}
