import { expect, it } from 'vitest';
import type { Sample } from '../../../src/domain/sample.ts';
import { type Batch, newBatch, type Pending } from '../../../src/pipeline/batch.ts';
import { placeHistory } from '../../../src/pipeline/placeHistory.ts';
import { makeSample, makeSeries } from '../../support/series.ts';

const T0 = Date.UTC(2026, 0, 5);
const series = makeSeries('p1', 'temperature');
const pending = {} as Pending;

function batchOf(values: readonly [time: number, value: number][], live: readonly Sample[] = []): Batch {
  const history = values.map(([time, value]) => ({
    sample: makeSample(series, T0 + time, value, { historical: true }),
    pending,
  }));
  return { ...newBatch(), fresh: [...live], history };
}

const valuesOf = (told: readonly { readonly sample: Sample }[]) => told.map(({ sample }) => sample.value);

it('takes what is new and what another import had told otherwise, and not what is there', () => {
  const batch = batchOf([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  const none = [undefined, undefined, undefined];
  const { taken, duplicates, conflicts } = placeHistory(batch, { live: none, history: [undefined, 2, 9] });
  expect([taken, duplicates, conflicts].map(valuesOf)).toEqual([[1, 3], [2], []]);
});

it('leaves their place to live samples, stored or in the same batch', () => {
  const batch = batchOf(
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ],
    [makeSample(series, T0 + 2, 3), makeSample(series, T0 + 3, 5)],
  );
  const none = [undefined, undefined, undefined, undefined];
  const { taken, duplicates, conflicts } = placeHistory(batch, { live: [1, 7, undefined, undefined], history: none });
  expect([taken, duplicates, conflicts].map(valuesOf)).toEqual([[], [1, 3], [2, 4]]);
});

it('keeps the last of two for the same time', () => {
  const batch = batchOf([
    [0, 1],
    [0, 2],
    [0, 2],
  ]);
  const none = [undefined, undefined, undefined];
  const { taken, duplicates } = placeHistory(batch, { live: none, history: none });
  expect([taken, duplicates].map(valuesOf)).toEqual([[2], [1, 2]]);
});

it('takes all when nobody can say what is stored', () => {
  const { taken } = placeHistory(batchOf([[0, 1]]), undefined);
  expect(valuesOf(taken)).toEqual([1]);
});
