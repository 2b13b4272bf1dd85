import type { DuckDBConnection } from '@duckdb/node-api';
import { HISTORY_MARK } from '../../../domain/sample.ts';
import type { SampleKind } from '../../../ports/timeSeriesStore.ts';
import type { Catalogue } from './catalogue.ts';
import {
  appendColumns,
  bigints,
  type Chunks,
  integers,
  NO_CHUNKS,
  readBuckets,
  readChunks,
  readColumn,
  readSamples,
} from './chunks.ts';
import type { Partitions } from './partitions.ts';
import type { BucketColumns, PointColumns, RangeRequest, SampleColumns } from './protocol.ts';

/** Queries over the month files. */
export class Reader {
  readonly #catalogue: Catalogue;
  readonly #months: Partitions;

  constructor(catalogue: Catalogue, months: Partitions) {
    this.#catalogue = catalogue;
    this.#months = months;
  }

  async range(connection: DuckDBConnection, request: RangeRequest, limit: number): Promise<SampleColumns> {
    const selection = this.#select(request);
    return readSamples(
      await rows(
        connection,
        selection &&
          `SELECT position, time::DOUBLE, value, quality, received_at::DOUBLE FROM (${selection})
           ORDER BY time, position LIMIT ${limit}`,
      ),
    );
  }

  async buckets(connection: DuckDBConnection, request: RangeRequest, width: number): Promise<BucketColumns> {
    const selection = this.#select(request);
    return readBuckets(
      await rows(
        connection,
        selection &&
          `${BUCKETS} FROM (SELECT *, ${bucketOf(width)} AS bucket FROM (${selection}))
           GROUP BY bucket, position ORDER BY bucket, position`,
      ),
    );
  }

  /** Needs `CREATE_POINT` to have run on the connection. NaN where nothing is stored. */
  async valuesAt(
    connection: DuckDBConnection,
    { series, time, kind }: PointColumns & { readonly kind: SampleKind },
  ): Promise<Float64Array> {
    const values = new Float64Array(time.length).fill(Number.NaN);
    const from = time.reduce((least, micros) => Math.min(least, micros), Number.POSITIVE_INFINITY);
    const to = time.reduce((most, micros) => Math.max(most, micros), Number.NEGATIVE_INFINITY);
    const stored = storedRows(this.#months, from, to + 1);
    if (!stored) return values;
    await connection.run('DELETE FROM temp.point');
    const appender = await connection.createAppender('point', 'main', 'temp');
    const positions = Int32Array.from(time.keys());
    appendColumns(appender, [integers(positions), integers(series), bigints(time)]);
    appender.closeSync();
    const found = await rows(
      connection,
      `SELECT point.position, stored.value FROM (${stored}) AS stored JOIN temp.point USING (series, time)
       WHERE ${KINDS[kind]}`,
    );
    const at = readColumn(found, 0, new Int32Array(found.rows));
    const value = readColumn(found, 1, new Float64Array(found.rows));
    at.forEach((position, row) => {
      values[position] = value[row]!;
    });
    return values;
  }

  #select(request: RangeRequest): string | undefined {
    return selectOf(this.#catalogue, this.#months, request);
  }
}

/** The rows asked for, with the position of their metric in the request; undefined when there can't be any. */
export function selectOf(
  catalogue: Catalogue,
  partitions: Partitions,
  { assetId, metricIds, from, to }: RangeRequest,
): string | undefined {
  const positions = new Map<number, number>();
  metricIds.forEach((metricId, position) => {
    const id = catalogue.id(assetId, metricId);
    if (id !== undefined && !positions.has(id)) positions.set(id, position);
  });
  const stored = storedRows(partitions, from, to);
  if (!stored || positions.size === 0) return undefined;
  const wanted = [...positions].map(([id, position]) => `(${id}, ${position})`).join(', ');
  return `SELECT wanted.position, stored.* FROM (${stored}) AS stored
          JOIN (VALUES ${wanted}) AS wanted(series, position) USING (series)
          WHERE stored.series IN (${[...positions.keys()].join(', ')})`;
}

/** Which rows of the samples are of a kind; blocks without any are passed over. */
export const KINDS: Readonly<Record<SampleKind, string>> = {
  live: `stored.quality < ${HISTORY_MARK}`,
  history: `stored.quality >= ${HISTORY_MARK}`,
};

/** The start of the bucket that holds `time`; the width is in microseconds. */
export function bucketOf(width: number): string {
  return `time - ((time % ${width}) + ${width}) % ${width}`;
}

/** What `readBuckets` reads, of rows (position, bucket, time, value) grouped by position and bucket. */
export const BUCKETS =
  'SELECT position, bucket::DOUBLE, min(value), max(value), avg(value), arg_max(value, time), count(*)::DOUBLE';

export const CREATE_POINT = 'CREATE TEMP TABLE point(position INTEGER, series INTEGER, time BIGINT)';

/** All rows with from ≤ time < to, in microseconds; undefined when no file can hold any. */
export function storedRows(partitions: Partitions, from: number, to: number): string | undefined {
  const parts = partitions
    .between(from, to)
    .flatMap(({ name }) => [`${name}.clustered`, `${name}.hot`])
    .map((table) => `SELECT * FROM ${table} WHERE time >= ${from} AND time < ${to}`);
  return parts.length === 0 ? undefined : parts.join(' UNION ALL ');
}

async function rows(connection: DuckDBConnection, sql: string | undefined): Promise<Chunks> {
  if (!sql) return NO_CHUNKS;
  return (await readChunks(await connection.run(sql))) ?? NO_CHUNKS;
}
