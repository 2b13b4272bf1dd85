import type { Row } from '../../adapters/tables/tableFile.ts';
import type { PastReading } from '../../domain/past.ts';
import type { ReadRow } from './readings.ts';

/** Rows of a file, one after the other, and the readings of those that have values. */
export interface RowBatch {
  /** Of the first row, from 0. */
  readonly first: number;
  readonly rows: readonly Row[];
  readonly readings: readonly PastReading[];
  /** The place in `rows` of each reading. */
  readonly places: readonly number[];
}

export interface BatchLimits {
  /** Values in a batch: some ten times as many bytes. */
  readonly values: number;
  readonly readings: number;
  /** Characters of its texts. */
  readonly characters: number;
}

const LIMITS: BatchLimits = { values: 20_000, readings: 20_000, characters: 4_000_000 };

/** Cuts what is read into batches that can be held and sent. */
export async function* batchesOf(
  pieces: AsyncIterable<readonly Row[]>,
  readRow: ReadRow,
  from: number,
  limits: BatchLimits = LIMITS,
): AsyncGenerator<RowBatch> {
  let batch = newBatch(from);
  for await (const rows of pieces) {
    for (const row of rows) {
      const reading = readRow(row);
      const { characters, values } = weightOf(reading);
      const isFull =
        batch.values + values > limits.values ||
        batch.characters + characters > limits.characters ||
        batch.readings.length >= limits.readings ||
        batch.rows.length >= 10 * limits.readings;
      if (isFull && batch.rows.length > 0) {
        yield batch;
        batch = newBatch(batch.first + batch.rows.length);
      }
      if (reading) {
        batch.places.push(batch.rows.length);
        batch.readings.push(reading);
      }
      batch.rows.push(row);
      batch.values += values;
      batch.characters += characters;
    }
  }
  if (batch.rows.length > 0) yield batch;
}

/** Has the next one read while one is worked on. */
export async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = iterator.next();
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await iterator.return?.();
  }
}

function newBatch(first: number) {
  const rows: Row[] = [];
  const readings: PastReading[] = [];
  const places: number[] = [];
  return { first, rows, readings, places, values: 0, characters: 0 };
}

function weightOf(reading: PastReading | undefined): { readonly values: number; readonly characters: number } {
  if (!reading) return { values: 0, characters: 0 };
  let values = 0;
  let characters = 0;
  for (const name in reading.values) {
    const value = reading.values[name];
    values++;
    characters += name.length + (typeof value === 'string' ? value.length : 0);
  }
  return { values, characters };
}
