import { standingOf } from '../../../domain/sample.ts';
import { type Duration, fromMicros, type Timestamp, toMicros } from '../../../domain/time.ts';
import type { AggregateWidth, AssetBucket, Bucket, RangeQuery, StoredSample } from '../../../ports/timeSeriesStore.ts';
import type { Connection } from './connection.ts';
import { name, oneOf, select, text, toBound } from './influxql.ts';
import { MEASUREMENT, policyOf } from './layout.ts';

/** Columns of a raw answer, after the time. */
export const RAW_COLUMNS = '"metric", "value", "quality", "received"';
/** Names in the order of {@link toBucket}; as functions of the value, and as fields of the aggregates. */
const AGGREGATES = ['min', 'max', 'mean', 'last', 'count'];
const COMPUTED = AGGREGATES.map((aggregate) => `${aggregate}("value")`).join(', ');
const STORED = AGGREGATES.map(name).join(', ');

/** Assets in one statement. */
export const ASSETS = 50;

/** Raw samples by (time, metric), at most `limit`. */
export async function readRange(connection: Connection, query: RangeQuery, limit: number): Promise<StoredSample[]> {
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new RangeError(`The limit must be a whole number of at least 0, not ${limit}.`);
  }
  const positions = positionsOf(query.metricIds);
  if (positions.size === 0 || limit === 0) return [];
  // The server cuts anywhere between the metrics of one instant: with so many more rows the last instant is whole.
  const statement = `SELECT ${RAW_COLUMNS} FROM ${MEASUREMENT} WHERE ${conditions(query)} LIMIT ${limit + positions.size - 1}`;
  const samples: StoredSample[] = [];
  for await (const { values } of select(connection, 'raw', [statement])) {
    for (const row of values) if (isSample(row)) samples.push(toSample(query.assetId, row));
  }
  return sorted(samples, positions).slice(0, limit);
}

/** Buckets of raw samples by (time, metric). */
export async function readBuckets(connection: Connection, query: RangeQuery, width: Duration): Promise<Bucket[]> {
  const micros = toMicros(width);
  if (!Number.isSafeInteger(micros) || micros < 1) {
    throw new RangeError(`The width must be at least a microsecond, not ${width} ms.`);
  }
  if (query.metricIds.length === 0) return [];
  const statement = `SELECT ${COMPUTED} FROM ${MEASUREMENT} WHERE ${conditions(query)} ${inBuckets(micros, '"metric"')}`;
  return collectBuckets(connection, 'raw', statement, query);
}

/** Stored aggregates by (time, metric). */
export async function readAggregates(
  connection: Connection,
  query: RangeQuery,
  width: AggregateWidth,
): Promise<Bucket[]> {
  if (query.metricIds.length === 0) return [];
  const statement = `SELECT ${STORED} FROM ${MEASUREMENT} WHERE ${conditions(query)} GROUP BY "metric"`;
  return collectBuckets(connection, policyOf(width), statement, query);
}

/** Buckets of the raw samples of many assets, as they come. */
export async function* computeAggregates(
  connection: Connection,
  assetIds: readonly string[],
  from: Timestamp,
  to: Timestamp,
  width: AggregateWidth,
): AsyncGenerator<AssetBucket[]> {
  const grouping = inBuckets(toMicros(width), '"asset", "metric"');
  for (let start = 0; start < assetIds.length; start += ASSETS) {
    const assets = oneOf('asset', assetIds.slice(start, start + ASSETS));
    const statement = `SELECT ${COMPUTED} FROM ${MEASUREMENT} WHERE ${assets} AND ${span(from, to)} ${grouping}`;
    for await (const { tags, values } of select(connection, 'raw', [statement])) {
      yield values.map((row) => ({ assetId: tags.asset!, ...toBucket(tags.metric!, row) }));
    }
  }
}

async function collectBuckets(
  connection: Connection,
  policy: Parameters<typeof select>[1],
  statement: string,
  { metricIds }: RangeQuery,
): Promise<Bucket[]> {
  const buckets: Bucket[] = [];
  for await (const { tags, values } of select(connection, policy, [statement])) {
    for (const row of values) buckets.push(toBucket(tags.metric!, row));
  }
  return sorted(buckets, positionsOf(metricIds));
}

function inBuckets(micros: number, tags: string): string {
  return `GROUP BY time(${micros}u), ${tags} fill(none)`;
}

function conditions({ assetId, metricIds, from, to }: RangeQuery): string {
  return `"asset" = ${text(assetId)} AND ${oneOf('metric', metricIds)} AND ${span(from, to)}`;
}

function span(from: Timestamp, to: Timestamp): string {
  return `time >= ${toBound(from)}u AND time < ${toBound(to)}u`;
}

function toBucket(metricId: string, row: readonly unknown[]): Bucket {
  const [time, min, max, mean, last, count] = row as number[];
  return { metricId, time: fromMicros(time!), min: min!, max: max!, mean: mean!, last: last!, count: count! };
}

/** A row of {@link RAW_COLUMNS}; points that somebody else wrote may lack fields. */
export type SampleRow = readonly [time: number, metric: string, value: number, mark: number, received: number];

export function isSample(row: readonly unknown[]): row is SampleRow {
  return row.every((field) => field !== null);
}

export function toSample(assetId: string, [time, metricId, value, mark, received]: SampleRow): StoredSample {
  return { assetId, metricId, time: fromMicros(time), value, ...standingOf(mark), receivedAt: fromMicros(received) };
}

/** By key, in the order of first appearance. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Of ids that come twice the first counts. */
export function positionsOf(metricIds: readonly string[]): Map<string, number> {
  const positions = new Map<string, number>();
  for (const id of metricIds) if (!positions.has(id)) positions.set(id, positions.size);
  return positions;
}

/** By (time, metric in the order asked). */
export function sorted<T extends { readonly time: Timestamp; readonly metricId: string }>(
  items: T[],
  positions: ReadonlyMap<string, number>,
): T[] {
  return items.sort((a, b) => a.time - b.time || positions.get(a.metricId)! - positions.get(b.metricId)!);
}
