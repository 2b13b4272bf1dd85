import {
  BIGINT,
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  type DuckDBResult,
  type DuckDBType,
  INTEGER,
  UTINYINT,
} from '@duckdb/node-api';
import type { BucketColumns, SampleColumns } from './protocol.ts';

/** The rows of a DuckDB vector. */
const CHUNK_ROWS = 2048;

export type Numbers = Int32Array | Uint8Array | Float64Array;

/** A column to write: BIGINT values come as whole numbers in doubles. */
export interface Column {
  readonly type: DuckDBType;
  readonly values: Numbers;
}

export const integers = (values: Int32Array): Column => ({ type: INTEGER, values });
export const bigints = (values: Float64Array): Column => ({ type: BIGINT, values });
const doubles = (values: Float64Array): Column => ({ type: DOUBLE, values });
const bytes = (values: Uint8Array): Column => ({ type: UTINYINT, values });

/** In the order of the sample tables' columns. */
export function columnsOf(samples: SampleColumns): Column[] {
  return [
    integers(samples.series),
    bigints(samples.time),
    doubles(samples.value),
    bytes(samples.quality),
    bigints(samples.receivedAt),
  ];
}

/** In the order of the aggregate tables' columns. */
export function aggregateColumnsOf(buckets: BucketColumns): Column[] {
  return [
    integers(buckets.series),
    bigints(buckets.time),
    doubles(buckets.min),
    doubles(buckets.max),
    doubles(buckets.mean),
    doubles(buckets.last),
    bigints(buckets.count),
  ];
}

/**
 * Appends whole columns and flushes: outside a transaction the rows are durable when this returns. After a failure
 * nothing stays in the appender, so that none of it is stored later.
 */
export function appendColumns(appender: DuckDBAppender, columns: readonly Column[]): void {
  try {
    appendChunks(appender, columns);
    appender.flushSync();
  } catch (error) {
    appender.clear();
    throw error;
  }
}

function appendChunks(appender: DuckDBAppender, columns: readonly Column[]): void {
  const rows = columns[0]?.values.length ?? 0;
  const chunk = DuckDBDataChunk.create(columns.map((column) => column.type));
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    chunk.reset();
    chunk.rowCount = Math.min(CHUNK_ROWS, rows - start);
    columns.forEach((column, index) => {
      fillVector(chunk, index, column, start);
    });
    appender.appendDataChunk(chunk);
  }
}

function fillVector(chunk: DuckDBDataChunk, index: number, { type, values }: Column, start: number): void {
  const vector = chunk.getColumnVector(index);
  const rows = chunk.rowCount;
  if (type === BIGINT) for (let row = 0; row < rows; row++) vector.setItem(row, BigInt(values[start + row]!));
  else for (let row = 0; row < rows; row++) vector.setItem(row, values[start + row]!);
  vector.flush();
}

/** Reads at most about `maxRows` rows of a result: undefined when it is at its end. */
export async function readChunks(result: DuckDBResult, maxRows = Number.POSITIVE_INFINITY) {
  const chunks: DuckDBDataChunk[] = [];
  let rows = 0;
  while (rows < maxRows) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    chunks.push(chunk);
    rows += chunk.rowCount;
  }
  return rows === 0 ? undefined : { chunks, rows };
}

export interface Chunks {
  readonly chunks: readonly DuckDBDataChunk[];
  readonly rows: number;
}

/** Copies one column of numbers into `into`, which has a place for each row, and returns it. */
export function readColumn<T extends Numbers>({ chunks }: Chunks, index: number, into: T): T {
  let position = 0;
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(index);
    const rows = chunk.rowCount;
    for (let row = 0; row < rows; row++) into[position++] = Number(vector.getItem(row));
  }
  return into;
}

/** Of rows (series, time, value, quality, received at), the times as doubles. */
export function readSamples(chunks: Chunks): SampleColumns {
  return {
    series: readColumn(chunks, 0, new Int32Array(chunks.rows)),
    time: readColumn(chunks, 1, new Float64Array(chunks.rows)),
    value: readColumn(chunks, 2, new Float64Array(chunks.rows)),
    quality: readColumn(chunks, 3, new Uint8Array(chunks.rows)),
    receivedAt: readColumn(chunks, 4, new Float64Array(chunks.rows)),
  };
}

/** Of rows (series, time, min, max, mean, last, count), times and counts as doubles. */
export function readBuckets(chunks: Chunks): BucketColumns {
  return {
    series: readColumn(chunks, 0, new Int32Array(chunks.rows)),
    time: readColumn(chunks, 1, new Float64Array(chunks.rows)),
    min: readColumn(chunks, 2, new Float64Array(chunks.rows)),
    max: readColumn(chunks, 3, new Float64Array(chunks.rows)),
    mean: readColumn(chunks, 4, new Float64Array(chunks.rows)),
    last: readColumn(chunks, 5, new Float64Array(chunks.rows)),
    count: readColumn(chunks, 6, new Float64Array(chunks.rows)),
  };
}

export const NO_CHUNKS: Chunks = { chunks: [], rows: 0 };
