import { describe, expect, it } from 'vitest';
import type { Sample, Series } from '../../../src/domain/sample.ts';
import { MINUTE } from '../../../src/domain/time.ts';
import { makeSample } from '../../support/series.ts';
import { collect, everything, FEBRUARY_ENDS, NOON, other, pressure, type SuiteContext, stored } from './context.ts';

const WATERMARK = [{ assetId: pressure.assetId, metricId: pressure.metricId }];

/** What is told of samples of the past. */
export function historyTests({ open }: Pick<SuiteContext, 'open'>): void {
  describe('history', () => {
    it('comes back marked, with its quality, and only where all is asked for', async () => {
      const store = await open();
      const past = [
        makeHistory(pressure, FEBRUARY_ENDS - 1, 1),
        makeHistory(pressure, NOON, 2, { quality: 1 }),
        makeHistory(pressure, NOON + MINUTE, 3, { quality: 2 }),
      ];
      const live = makeSample(pressure, NOON + 2 * MINUTE, 4, { quality: 2 });
      await store.replace(past);
      await store.append([live]);
      const all = [...past, live].map(stored);
      expect(await everything(store, pressure)).toEqual(all);
      expect(await collect(store, WATERMARK, 'all')).toEqual(all);
      expect(await collect(store, WATERMARK)).toEqual([stored(live)]);
    });

    it('is looked up apart from live samples', async () => {
      const store = await open();
      const [past, live] = [makeHistory(pressure, NOON, 1), makeSample(pressure, NOON + 1, 2)];
      await store.replace([past, makeHistory(other, NOON + 1, 5)]);
      await store.append([live]);
      expect(await store.valuesAt([past, live])).toEqual([undefined, 2]);
      expect(await store.valuesAt([past, live], 'live')).toEqual([undefined, 2]);
      expect(await store.valuesAt([past, live], 'history')).toEqual([1, undefined]);
    });

    it('gives way to live samples that are appended, also when the store was opened anew', async () => {
      const store = await open();
      await store.replace([0, 1, 2].map((minute) => makeHistory(pressure, NOON + minute * MINUTE, minute)));
      await store.append([makeSample(pressure, NOON, 10)]);
      await store.close();
      const again = await open();
      await again.append([makeSample(pressure, NOON + MINUTE, 11), makeSample(pressure, NOON + 3 * MINUTE, 13)]);
      const all = await everything(again, pressure);
      expect(all.map(({ value, historical }) => [value, historical])).toEqual([
        [10, undefined],
        [11, undefined],
        [2, true],
        [13, undefined],
      ]);
    });

    it('is part of what buckets and aggregates tell', async () => {
      const store = await open();
      await store.replace([makeHistory(pressure, NOON, 1)]);
      await store.append([makeSample(pressure, NOON + MINUTE, 3)]);
      const query = { assetId: pressure.assetId, metricIds: [pressure.metricId], from: NOON, to: NOON + 5 * MINUTE };
      expect(await store.buckets(query, 5 * MINUTE)).toMatchObject([{ min: 1, max: 3, mean: 2, count: 2 }]);
    });
  });
}

function makeHistory(series: Series, time: number, value: number, rest: Partial<Sample> = {}): Sample {
  return makeSample(series, time, value, { receivedAt: NOON + 1000, ...rest, historical: true });
}
