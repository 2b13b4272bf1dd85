import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import type { Catalogue } from './catalogue.ts';
import { appendColumns, bigints, integers, readChunks, readSamples } from './chunks.ts';
import type { Months } from './months.ts';
import type { ReadFromRequest, SampleColumns } from './protocol.ts';
import { storedSamples } from './reader.ts';

/** Rows handed over at a time. */
const ROWS = 16_384;
/** Later than any time there is, in whole microseconds that a double holds. */
const FOREVER = Number.MAX_SAFE_INTEGER;

/** The samples after many watermarks, read in one pass over the files however many watermarks there are. */
export class Stream {
  readonly #connection: DuckDBConnection;
  readonly #result: DuckDBResult | undefined;
  #fetching: Promise<unknown> = Promise.resolve();

  private constructor(connection: DuckDBConnection, result: DuckDBResult | undefined) {
    this.#connection = connection;
    this.#result = result;
  }

  /** Takes the connection over and closes it with the stream. */
  static async open(
    connection: DuckDBConnection,
    catalogue: Catalogue,
    months: Months,
    request: ReadFromRequest,
  ): Promise<Stream> {
    try {
      return new Stream(connection, await query(connection, catalogue, months, request));
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  }

  /** Undefined at the end. */
  async next(): Promise<SampleColumns | undefined> {
    if (!this.#result) return undefined;
    const fetching = readChunks(this.#result, ROWS);
    this.#fetching = fetching.catch(() => undefined);
    const chunks = await fetching;
    return chunks && readSamples(chunks);
  }

  /** Waits for the fetch under way. */
  async close(): Promise<void> {
    await this.#fetching;
    this.#connection.closeSync();
  }
}

async function query(
  connection: DuckDBConnection,
  catalogue: Catalogue,
  months: Months,
  request: ReadFromRequest,
): Promise<DuckDBResult | undefined> {
  const watermarks = rank(catalogue, request);
  const earliest = watermarks.after.reduce((least, micros) => Math.min(least, micros), FOREVER);
  const stored = storedSamples(months, earliest + 1, FOREVER);
  if (!stored) return undefined;
  await connection.run(
    'CREATE TEMP TABLE watermark(asset INTEGER, position INTEGER, series INTEGER, after_time BIGINT)',
  );
  const appender = await connection.createAppender('watermark', 'main', 'temp');
  appendColumns(appender, [
    integers(watermarks.asset),
    integers(watermarks.position),
    integers(watermarks.series),
    bigints(watermarks.after),
  ]);
  appender.closeSync();
  // A stream is planned first and run then. In between samples may be clustered, and a plan that left out a table
  // because it was empty would miss them: both have to see the same snapshot.
  await connection.run('BEGIN');
  return connection.stream(
    `SELECT position, time::DOUBLE, value, quality, received_at::DOUBLE
     FROM (${stored}) AS stored JOIN temp.watermark USING (series)
     WHERE stored.time > watermark.after_time
     ORDER BY watermark.asset, stored.time, watermark.position`,
  );
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
