import { fromMicros, type Timestamp } from '../../../domain/time.ts';
import type { StoredSample, Watermark } from '../../../ports/timeSeriesStore.ts';
import type { Connection } from './connection.ts';
import { oneOf, select, text, toBound } from './influxql.ts';
import { KINDS, MEASUREMENT } from './layout.ts';
import { groupBy, isSample, positionsOf, RAW_COLUMNS, sorted, toSample } from './reader.ts';

/** Assets that are asked for in one request. */
const ASSETS = 100;
/** Rows that one request may bring. */
const ROWS = 50_000;
/** Watermarks of one asset that lie so close are read from the earliest of them on. */
const NEAR = 3_600_000;

/** Metrics of one asset to be read on from the same time. */
interface Cursor {
  readonly metricIds: readonly string[];
  /** Whole microseconds, included; undefined from the first sample on. */
  from: number | undefined;
}

interface AssetCursors {
  readonly assetId: string;
  readonly positions: ReadonlyMap<string, number>;
  /** By metric: where its watermark is. */
  readonly after: ReadonlyMap<string, Timestamp>;
  readonly cursors: readonly Cursor[];
}

/**
 * The samples after the watermarks, asset by asset in the order given. A hundred assets are asked for in one request,
 * since after a restart each has little; one that has more is read on page by page.
 */
export async function* readOn(
  connection: Connection,
  watermarks: readonly Watermark[],
  which: 'live' | 'all',
): AsyncGenerator<readonly StoredSample[]> {
  const assets = [...groupBy(watermarks, ({ assetId }) => assetId).values()].map(cursorsOf);
  for (let start = 0; start < assets.length; start += ASSETS) {
    const group = assets.slice(start, start + ASSETS);
    const pages = await readPages(connection, group, which);
    let ready: StoredSample[] = [];
    for (const [at, asset] of group.entries()) {
      let page = pages[at]!;
      while (!page.last) {
        // All that was read may be at or before its watermark, or from where the next page begins.
        if (ready.length + page.samples.length > 0) yield [...ready, ...page.samples];
        ready = [];
        page = (await readPages(connection, [asset], which))[0]!;
      }
      ready.push(...page.samples);
    }
    if (ready.length > 0) yield ready;
  }
}

interface Page {
  readonly samples: StoredSample[];
  readonly last: boolean;
}

/** What came of one cursor. */
interface Batch {
  readonly samples: StoredSample[];
  rows: number;
  /** Microseconds of the last row. */
  lastTime: number;
}

/** The next samples of each asset; moves its cursors on. */
async function readPages(
  connection: Connection,
  assets: readonly AssetCursors[],
  which: 'live' | 'all',
): Promise<Page[]> {
  const asked = assets.flatMap((asset) => asset.cursors.map((cursor) => ({ asset, cursor })));
  const limitOf = ({ positions }: AssetCursors) => Math.max(Math.floor(ROWS / asked.length), 2 * positions.size);
  const statements = asked.map(
    ({ asset, cursor }) => `${statement(asset.assetId, cursor, which)} LIMIT ${limitOf(asset)}`,
  );
  const batches = new Map(asked.map(({ cursor }): [Cursor, Batch] => [cursor, { samples: [], rows: 0, lastTime: 0 }]));
  for await (const { statement: at, values } of select(connection, 'raw', statements)) {
    const { asset, cursor } = asked[at]!;
    const batch = batches.get(cursor)!;
    batch.rows += values.length;
    batch.lastTime = (values.at(-1)?.[0] as number | undefined) ?? batch.lastTime;
    for (const row of values) if (isSample(row)) batch.samples.push(toSample(asset.assetId, row));
  }
  return assets.map((asset) => cut(asset, limitOf(asset), batches));
}

/**
 * Everything before the earliest time at which a cursor was cut off; of that time itself rows may be missing. All
 * cursors go on from there.
 */
function cut({ cursors, after, positions }: AssetCursors, limit: number, batches: ReadonlyMap<Cursor, Batch>): Page {
  let until = Number.POSITIVE_INFINITY;
  for (const cursor of cursors) {
    const { rows, lastTime } = batches.get(cursor)!;
    if (rows >= limit) until = Math.min(until, lastTime);
  }
  const last = until === Number.POSITIVE_INFINITY;
  const end = fromMicros(until);
  const samples: StoredSample[] = [];
  for (const cursor of cursors) {
    for (const sample of batches.get(cursor)!.samples) {
      if (sample.time < end && sample.time > after.get(sample.metricId)!) samples.push(sample);
    }
    if (!last) cursor.from = Math.max(cursor.from ?? until, until);
  }
  return { samples: sorted(samples, positions), last };
}

function statement(assetId: string, { metricIds, from }: Cursor, which: 'live' | 'all'): string {
  const live = which === 'live' ? ` AND ${KINDS.live}` : '';
  const start = from === undefined ? '' : ` AND time >= ${from}u`;
  return `SELECT ${RAW_COLUMNS} FROM ${MEASUREMENT} WHERE "asset" = ${text(assetId)} AND ${oneOf('metric', metricIds)}${start}${live}`;
}

function cursorsOf(watermarks: readonly Watermark[]): AssetCursors {
  const after = new Map<string, Timestamp>();
  for (const watermark of watermarks) {
    if (!after.has(watermark.metricId)) after.set(watermark.metricId, watermark.after ?? Number.NEGATIVE_INFINITY);
  }
  return {
    assetId: watermarks[0]!.assetId,
    positions: positionsOf([...after.keys()]),
    after,
    cursors: groupByNearness([...after]),
  };
}

/** A metric that never reported, or one long silent, must not make all others be read from the beginning. */
function groupByNearness(metrics: [metricId: string, after: Timestamp][]): Cursor[] {
  const cursors: { metricIds: string[]; from: number | undefined; start: Timestamp }[] = [];
  for (const [metricId, after] of metrics.sort((a, b) => (a[1] < b[1] ? -1 : 1))) {
    const last = cursors.at(-1);
    if (last && (after === last.start || after - last.start <= NEAR)) last.metricIds.push(metricId);
    else cursors.push({ metricIds: [metricId], from: startOf(after), start: after });
  }
  return cursors;
}

function startOf(after: Timestamp): number | undefined {
  return after === Number.NEGATIVE_INFINITY ? undefined : toBound(after) + 1;
}
