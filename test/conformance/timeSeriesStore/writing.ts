import { describe, expect, it } from 'vitest';
import { DAY, fromMicros, HOUR, SECOND } from '../../../src/domain/time.ts';
import { makeSample, makeSeries } from '../../support/series.ts';
import {
  byTime,
  DROPS_ITSELF,
  everything,
  FEBRUARY_ENDS,
  hours,
  JANUARY_ENDS,
  NOON,
  other,
  pressure,
  type SuiteContext,
  stored,
} from './context.ts';

/** What append, replace and retention promise. */
export function writingTests({ open, harness }: SuiteContext): void {
  describe('append', () => {
    it('stores each field as it was given', async () => {
      const store = await open();
      const sample = makeSample(pressure, NOON, 7.125, { quality: 1, receivedAt: NOON + 1234 });
      await store.append([sample]);
      expect(await everything(store, pressure)).toEqual([stored(sample)]);
    });

    it('keeps every value a double can have', async () => {
      const store = await open();
      const values = [0, -1, 0.1, 1e-300, -1.7976931348623157e308, 2 ** 53 - 1];
      const samples = values.map((value, index) => makeSample(pressure, NOON + index, value));
      await store.append(samples);
      expect((await everything(store, pressure)).map(({ value }) => value)).toEqual(values);
    });

    it('keeps times and times of receipt to the microsecond', async () => {
      const store = await open();
      const micros = NOON * 1000 + 1;
      const sample = makeSample(pressure, fromMicros(micros), 1, { receivedAt: fromMicros(micros + 333) });
      const next = makeSample(pressure, fromMicros(micros + 1), 2);
      await store.append([next, sample]);
      expect(await everything(store, pressure)).toEqual([stored(sample), stored(next)]);
      expect(await store.valuesAt([sample, next, { series: pressure, time: NOON }])).toEqual([1, 2, undefined]);
    });

    it('takes an empty batch', async () => {
      const store = await open();
      await store.append([]);
      await store.replace([]);
      expect(await store.valuesAt([])).toEqual([]);
      expect(await everything(store, pressure)).toEqual([]);
    });

    it('takes ids of any script, with quotes, spaces and separators', async () => {
      const store = await open();
      const ids = ['空压机-07', 'Verdichter "Süd" 1', "l'ascenseur, 2=3", 'насос\\4 %', '🛗 lift'];
      const samples = ids.map((id, index) => makeSample(makeSeries(id, `${id}:温度`), NOON, index));
      await store.append(samples);
      for (const sample of samples) expect(await everything(store, sample.series)).toEqual([stored(sample)]);
    });

    it('takes a batch out of order, of several assets, over several months', async () => {
      const store = await open();
      const times = [FEBRUARY_ENDS, FEBRUARY_ENDS - 1, JANUARY_ENDS, JANUARY_ENDS - 1, NOON];
      const samples = times.flatMap((time, index) => [
        makeSample(pressure, time, index),
        makeSample(other, time, -index),
      ]);
      await store.append(samples);
      expect(await everything(store, pressure)).toEqual(
        samples
          .filter(({ series }) => series === pressure)
          .map(stored)
          .sort(byTime),
      );
      expect(await everything(store, other)).toHaveLength(times.length);
    });

    it('takes 100,000 samples at once', async () => {
      const store = await open();
      const many = Array.from({ length: 10 }, (_, index) => makeSeries('large', `metric-${index}`, index));
      const samples = Array.from({ length: 100_000 }, (_, index) =>
        makeSample(many[index % 10]!, NOON + Math.floor(index / 10) * SECOND, index),
      );
      await store.append(samples);
      const metricIds = many.map(({ metricId }) => metricId);
      const query = { assetId: 'large', metricIds, from: NOON, to: NOON + DAY };
      const range = await store.range(query, 200_000);
      expect(range.map(({ value }) => value)).toEqual(samples.map(({ value }) => value));
    });

    it('takes several batches at once', async () => {
      const store = await open();
      const batches = Array.from({ length: 20 }, (_, batch) =>
        Array.from({ length: 50 }, (_, row) => makeSample(pressure, NOON + batch * 50 + row, batch)),
      );
      await Promise.all(batches.map((batch) => store.append(batch)));
      expect((await everything(store, pressure)).map(({ time }) => time - NOON)).toEqual([...Array(1000).keys()]);
    });

    it('leaves the samples it is given unchanged', async () => {
      const store = await open();
      const samples = [makeSample(pressure, NOON, 1), makeSample(hours, NOON, 2)];
      const copy = structuredClone(samples);
      await store.append(samples);
      expect(samples).toEqual(copy);
    });

    it('has stored each sample once when a call that failed half way is repeated', async ({ skip }) => {
      const store = await open();
      const { failFromMonth } = harness();
      if (!failFromMonth) return skip('the adapter writes a batch as a whole');
      const before = makeSample(pressure, FEBRUARY_ENDS - 2, 1);
      const samples = [
        makeSample(pressure, FEBRUARY_ENDS - 1, 2),
        makeSample(hours, FEBRUARY_ENDS - 1, 3),
        makeSample(pressure, FEBRUARY_ENDS, 4),
      ];
      await store.append([before]);
      const undo = await failFromMonth(FEBRUARY_ENDS - 1);
      await expect(store.append(samples)).rejects.toThrow();
      await expect(store.append(samples)).rejects.toThrow();
      await undo();
      await store.append(samples.slice(0, 1));
      await store.append(samples.slice(1));
      const after = makeSample(pressure, FEBRUARY_ENDS + 1, 5);
      await store.append([after]);
      expect(await everything(store, pressure)).toEqual([before, samples[0]!, samples[2]!, after].map(stored));
      expect(await everything(store, hours)).toEqual([stored(samples[1]!)]);
    });
  });

  describe('replace', () => {
    it('puts the new value in the place of the old and stores what is new', async () => {
      const store = await open();
      const old = [0, 1, 2].map((index) => makeSample(pressure, NOON + index, index));
      await store.append([...old, makeSample(other, NOON + 1, 70)]);
      const changed = makeSample(pressure, NOON + 1, 10, { quality: 2, receivedAt: NOON + HOUR });
      const fresh = makeSample(pressure, NOON + 3, 3);
      await store.replace([changed, fresh]);
      expect(await everything(store, pressure)).toEqual([old[0]!, changed, old[2]!, fresh].map(stored));
      expect(await everything(store, other)).toHaveLength(1);
    });

    it('changes nothing when repeated', async () => {
      const store = await open();
      const samples = [makeSample(pressure, NOON, 1), makeSample(pressure, FEBRUARY_ENDS - 1, 2)];
      for (let time = 0; time < 3; time++) await store.replace(samples);
      expect(await everything(store, pressure)).toEqual(samples.map(stored).sort(byTime));
    });

    it('keeps the last of several values for one time', async () => {
      const store = await open();
      await store.replace([1, 2, 3].map((value) => makeSample(pressure, NOON, value)));
      expect((await everything(store, pressure)).map(({ value }) => value)).toEqual([3]);
    });

    it('replaces over several months', async () => {
      const store = await open();
      const times = [JANUARY_ENDS - 1, FEBRUARY_ENDS - 1, FEBRUARY_ENDS];
      await store.append(times.map((time) => makeSample(pressure, time, 1)));
      await store.replace(times.map((time) => makeSample(pressure, time, 2)));
      expect((await everything(store, pressure)).map(({ time, value }) => [time, value])).toEqual(
        times.map((time) => [time, 2]),
      );
    });
  });

  describe('retention', () => {
    it('drops what is older, keeps the rest and goes on storing', async ({ skip }) => {
      const store = await open(60 * DAY);
      if (harness().dropsItself) return skip(DROPS_ITSELF);
      expect(store.retention).toBe(60 * DAY);
      const now = Date.UTC(2026, 5, 20);
      const old = Array.from({ length: 5000 }, (_, index) => makeSample(pressure, JANUARY_ENDS + index, index));
      const kept = makeSample(pressure, now - 30 * DAY, 1);
      await store.append([...old, kept]);
      const result = await store.applyRetention(now);
      expect(result.droppedSamples).toBe(5000);
      expect(result.freedBytes).toBeGreaterThan(0);
      expect(await everything(store, pressure)).toEqual([stored(kept)]);
      expect(await store.applyRetention(now)).toEqual({ droppedSamples: 0, freedBytes: 0 });
      const later = makeSample(pressure, now, 2);
      await store.append([later]);
      expect(await everything(store, pressure)).toEqual([kept, later].map(stored));
    });

    it('keeps everything that is not older', async ({ skip }) => {
      const store = await open(60 * DAY);
      if (harness().dropsItself) return skip(DROPS_ITSELF);
      const now = Date.UTC(2026, 5, 20);
      const samples = [now - 60 * DAY, now - 59 * DAY, now].map((time) => makeSample(pressure, time, 1));
      await store.append(samples);
      expect(await store.applyRetention(now)).toEqual({ droppedSamples: 0, freedBytes: 0 });
      expect(await everything(store, pressure)).toEqual(samples.map(stored));
    });
  });
}
