import { afterEach, describe, expect, it } from 'vitest';
import type { Duration } from '../../../src/domain/time.ts';
import type { TimeSeriesStore } from '../../../src/ports/timeSeriesStore.ts';
import { makeSample, makeSeries } from '../../support/series.ts';
import { aggregateTests } from './aggregates.ts';
import {
  AGGREGATE_RETENTION,
  everything,
  hours,
  JANUARY_ENDS,
  NOON,
  pressure,
  RETENTION,
  type StoreHarness,
  type SuiteContext,
} from './context.ts';
import { historyTests } from './history.ts';
import { readingTests } from './reading.ts';
import { writingTests } from './writing.ts';

export type { StoreHarness } from './context.ts';

/** What every TimeSeriesStore does. */
export function timeSeriesStoreSuite(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(`TimeSeriesStore: ${name}`, () => {
    let harness: StoreHarness | undefined;
    const opened: TimeSeriesStore[] = [];

    async function open(
      retention: Duration = RETENTION,
      aggregateRetention = AGGREGATE_RETENTION,
    ): Promise<TimeSeriesStore> {
      harness ??= await makeHarness();
      const store = await harness.open(retention, aggregateRetention);
      opened.push(store);
      return store;
    }

    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      await harness?.remove();
      harness = undefined;
    });

    const context: SuiteContext = { open, harness: () => harness! };
    writingTests(context);
    readingTests(context);
    aggregateTests(context);
    historyTests(context);

    it('holds what was stored when opened again, series of before included', async () => {
      const store = await open();
      const samples = [makeSample(pressure, NOON, 1), makeSample(hours, JANUARY_ENDS - 1, 2)];
      await store.append(samples);
      await store.close();
      const again = await open();
      const late = makeSample(makeSeries('compressor-3', 'pressure'), NOON, 3);
      await again.append([late, makeSample(pressure, NOON + 1, 4)]);
      expect((await everything(again, pressure)).map(({ value }) => value)).toEqual([1, 4]);
      expect(await again.valuesAt([...samples, late])).toEqual([1, 2, 3]);
    });

    it('answers a ping while open; once closed, everything rejects and closing again is harmless', async () => {
      const store = await open();
      await store.ping();
      await store.close();
      await store.close();
      await expect(store.ping()).rejects.toThrow();
      await expect(store.append([makeSample(pressure, NOON, 1)])).rejects.toThrow();
    });
  });
}
