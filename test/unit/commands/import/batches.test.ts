import { expect, it } from 'vitest';
import type { Row } from '../../../../src/adapters/tables/tableFile.ts';
import { batchesOf, oneAhead } from '../../../../src/commands/import/batches.ts';

async function* pieces(...all: readonly (readonly Row[])[]): AsyncGenerator<readonly Row[]> {
  yield* all;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A row has so many values of so many characters; without any it is none. */
const readRow = ([values, length]: Row) => {
  if (values === 0) return undefined;
  const of = Array.from({ length: Number(values) }, (_, at) => [`${at}`, 'x'.repeat(Number(length))]);
  return { time: 1, values: Object.fromEntries(of) };
};

async function sizes(limits: Partial<Parameters<typeof batchesOf>[3]>, ...rows: readonly Row[]) {
  const most = { values: 1000, readings: 1000, characters: 1000, ...limits };
  const batches = await all(batchesOf(pieces(rows.slice(0, 2), rows.slice(2)), readRow, 7, most));
  let first = 7;
  for (const batch of batches) {
    expect(batch.first).toBe(first);
    expect(batch.places.map((place) => batch.rows[place]![0] !== 0)).not.toContain(false);
    first += batch.rows.length;
  }
  return batches.map(({ rows: own, readings }) => [own.length, readings.length]);
}

it('cuts by values, by readings, by text and by rows without values, and never an empty batch', async () => {
  const one: Row = [1, 1];
  expect(await sizes({}, one, [0, 0], one)).toEqual([[3, 2]]);
  expect(await sizes({ values: 3 }, [2, 1], one, [2, 1], [5, 1], one)).toEqual([
    ...[
      [2, 2],
      [1, 1],
      [1, 1],
      [1, 1],
    ],
  ]);
  expect(await sizes({ readings: 2 }, one, one, [0, 0], one)).toEqual([
    [2, 2],
    [2, 1],
  ]);
  expect(await sizes({ characters: 20 }, [1, 10], [1, 100], [1, 10])).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  expect(await sizes({ readings: 1 }, ...Array.from({ length: 25 }, (): Row => [0, 0]))).toEqual([
    [10, 0],
    [10, 0],
    [5, 0],
  ]);
  expect(await sizes({})).toEqual([]);
});

it('reads one ahead, in order, and ends what it reads from', async () => {
  const log: string[] = [];
  async function* source() {
    try {
      for (const n of [1, 2, 3]) {
        log.push(`read ${n}`);
        yield n;
      }
    } finally {
      log.push('closed');
    }
  }
  for await (const n of oneAhead(source())) {
    await Promise.resolve();
    log.push(`used ${n}`);
  }
  expect(log).toEqual(['read 1', 'read 2', 'used 1', 'read 3', 'used 2', 'closed', 'used 3']);
  log.splice(0);
  for await (const _ of oneAhead(source())) break;
  expect(log.at(-1)).toBe('closed');

  async function* broken() {
    yield 1;
    throw new Error('cut off');
  }
  const got: number[] = [];
  await expect(
    (async () => {
      for await (const n of oneAhead(broken())) got.push(n);
    })(),
  ).rejects.toThrow('cut off');
  expect(got).toEqual([1]);
});
