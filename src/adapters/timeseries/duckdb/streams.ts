import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import type { Catalogue } from './catalogue.ts';
import { appendColumns, bigints, type Column, integers } from './chunks.ts';
import type { Partitions } from './partitions.ts';
import type { AggregateRequest, ReadFromRequest } from './protocol.ts';
import { BUCKETS, bucketOf, KINDS, storedRows } from './reader.ts';

/** Later than any time there is, in whole microseconds that a double holds. */
const FOREVER = Number.MAX_SAFE_INTEGER;

/** The samples after many watermarks, in one pass over the files however many watermarks there are. */
export async function samplesAfter(
  connection: DuckDBConnection,
  catalogue: Catalogue,
  months: Partitions,
  request: ReadFromRequest,
): Promise<DuckDBResult | undefined> {
  const watermarks = rank(catalogue, request);
  const earliest = watermarks.after.reduce((least, micros) => Math.min(least, micros), FOREVER);
  const stored = storedRows(months, earliest + 1, FOREVER);
  if (!stored) return undefined;
  await load(connection, 'watermark(asset INTEGER, position INTEGER, series INTEGER, after_time BIGINT)', [
    integers(watermarks.asset),
    integers(watermarks.position),
    integers(watermarks.series),
    bigints(watermarks.after),
  ]);
  return streamOf(
    connection,
    `SELECT position, time::DOUBLE, value, quality, received_at::DOUBLE
     FROM (${stored}) AS stored JOIN temp.watermark USING (series)
     WHERE stored.time > watermark.after_time${request.which === 'all' ? '' : ` AND ${KINDS.live}`}
     ORDER BY watermark.asset, stored.time, watermark.position`,
  );
}

/** Buckets of these series (catalogue ids); each row says the position of its series. */
export async function bucketsOf(
  connection: DuckDBConnection,
  months: Partitions,
  series: Int32Array,
  { from, to, width }: AggregateRequest,
): Promise<DuckDBResult | undefined> {
  const stored = storedRows(months, from, to);
  if (!stored || series.length === 0) return undefined;
  const positions = Int32Array.from(series.keys());
  await load(connection, 'wanted(position INTEGER, series INTEGER)', [integers(positions), integers(series)]);
  return streamOf(
    connection,
    `${BUCKETS} FROM (SELECT wanted.position, stored.time, stored.value, ${bucketOf(width)} AS bucket
                      FROM (${stored}) AS stored JOIN temp.wanted USING (series))
     GROUP BY bucket, position`,
  );
}

/** A temporary table, made as `definition` says and filled. */
async function load(connection: DuckDBConnection, definition: string, columns: readonly Column[]): Promise<void> {
  await connection.run(`CREATE TEMP TABLE ${definition}`);
  const appender = await connection.createAppender(definition.slice(0, definition.indexOf('(')), 'main', 'temp');
  appendColumns(appender, columns);
  appender.closeSync();
}

/**
 * A stream is planned first and run then. In between samples may be clustered, and a plan that left out a table because
 * it was empty would miss them: both have to see the same snapshot.
 */
async function streamOf(connection: DuckDBConnection, sql: string): Promise<DuckDBResult> {
  await connection.run('BEGIN');
  return connection.stream(sql);
}

/** The watermarks of series that are stored, with the rank of their asset; the first counts where one comes twice. */
function rank(catalogue: Catalogue, { assetIds, metricIds, after }: ReadFromRequest) {
  const ids = catalogue.find({ assetIds, metricIds });
  const assets = new Map<string, number>();
  for (const assetId of assetIds) if (!assets.has(assetId)) assets.set(assetId, assets.size);
  const seen = new Set<number>();
  const positions = Int32Array.from(ids.keys()).filter((position) => {
    const id = ids[position]!;
    if (id === -1 || seen.has(id)) return false;
    seen.add(id);
    return true;
  });
  return {
    asset: positions.map((position) => assets.get(assetIds[position]!)!),
    position: positions,
    series: positions.map((position) => ids[position]!),
    after: Float64Array.from(positions, (position) => after[position]!),
  };
}
