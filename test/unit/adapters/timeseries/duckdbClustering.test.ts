import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDuckDbStore } from '../../../../src/adapters/timeseries/duckdb/index.ts';
import { DAY } from '../../../../src/domain/time.ts';
import { createLog } from '../../../../src/log.ts';
import type { TimeSeriesStore } from '../../../../src/ports/timeSeriesStore.ts';
import { makeSample, makeSeries } from '../../../support/series.ts';
import { makeTempFolder } from '../../../support/temp.ts';

const START = Date.UTC(2026, 2, 10);
const series = makeSeries('clustered', 'pressure');
const name = { assetId: series.assetId, metricId: series.metricId };

let directory: string;
let store: TimeSeriesStore;

beforeEach(async () => {
  directory = makeTempFolder();
  store = await openDuckDbStore({ directory, retention: 400 * DAY, compactRows: 1, log: createLog('silent') });
});

afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Each append opens a month and starts clustering it, so that the reads after it meet it at any stage. */
it('shows every sample once to reads that run beside clustering', async () => {
  for (let index = 0; index < 40; index++) {
    const time = START + index * 31 * DAY;
    await store.append([makeSample(series, time, index)]);
    const expected = Array.from({ length: index + 1 }, (_, position) => position);
    const [streamed, ranged, single] = await Promise.all([
      collectValues(),
      store.range({ assetId: name.assetId, metricIds: [name.metricId], from: 0, to: time + DAY }, 1000),
      store.valuesAt([{ series, time }]),
    ]);
    expect(streamed).toEqual(expected);
    expect(ranged.map(({ value }) => value)).toEqual(expected);
    expect(single).toEqual([index]);
  }
});

it('replaces samples whose clustering is under way', async () => {
  for (let index = 0; index < 100; index++) {
    await store.append([makeSample(series, START + index, -1)]);
    await store.replace([makeSample(series, START + index, index)]);
  }
  expect(await collectValues()).toEqual(Array.from({ length: 100 }, (_, position) => position));
});

async function collectValues(): Promise<number[]> {
  const values: number[] = [];
  for await (const chunk of store.readFrom([name])) values.push(...chunk.map(({ value }) => value));
  return values;
}
