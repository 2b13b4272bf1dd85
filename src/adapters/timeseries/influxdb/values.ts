import type { Sample } from '../../../domain/sample.ts';
import { toMicros } from '../../../domain/time.ts';
import type { SampleKind } from '../../../ports/timeSeriesStore.ts';
import type { Connection } from './connection.ts';
import { oneOf, select } from './influxql.ts';
import { KINDS, MEASUREMENT } from './layout.ts';
import { ASSETS, groupBy } from './reader.ts';

type Point = Pick<Sample, 'series' | 'time'>;

/** Statements in one request. */
const STATEMENTS = 100;
/** Rows that a statement reads of an asset at most: so many for each point asked for, and some. */
const ROWS_PER_POINT = 4;
const ROWS_BESIDES = 100;
/** Once it is known how dense an asset's samples are: points with so many rows between them are read in one. */
const ROWS_BETWEEN = 50;

/** What is still to be looked up of one asset. Times are microseconds. */
interface Asked {
  readonly assetId: string;
  readonly metricIds: readonly string[];
  /** Ascending, each once; never empty. */
  readonly times: readonly number[];
}

/** Assets whose whole spans are read with one statement. */
interface LookUp {
  readonly asked: readonly Asked[];
  readonly limit: number;
  readonly text: string;
}

/**
 * The stored values of a kind at these points, in the order asked. First the whole span of many assets is read at once, up to a
 * limit of rows, which holds all of a backlog. Where there is much more in between, its density tells which points to
 * go on with together.
 */
export async function readValues(
  connection: Connection,
  points: readonly Point[],
  kind: SampleKind,
): Promise<(number | undefined)[]> {
  const found = new Map<string, number>();
  let lookUps = firstLookUps(points, kind);
  while (lookUps.length > 0) {
    const rest: Asked[] = [];
    for (let start = 0; start < lookUps.length; start += STATEMENTS) {
      rest.push(...(await lookUp(connection, lookUps.slice(start, start + STATEMENTS), found)));
    }
    lookUps = rest.map((asked) => toLookUp([asked], kind));
  }
  return points.map(({ series, time }) => found.get(key(series.assetId, series.metricId, toMicros(time))));
}

/** Assets with points of about the same time come together. */
function firstLookUps(points: readonly Point[], kind: SampleKind): LookUp[] {
  const asked = [...groupBy(points, ({ series }) => series.assetId)].map(([assetId, its]): Asked => {
    const times = [...new Set(its.map(({ time }) => toMicros(time)))].sort((a, b) => a - b);
    return { assetId, metricIds: [...new Set(its.map(({ series }) => series.metricId))], times };
  });
  asked.sort((a, b) => a.times[0]! - b.times[0]!);
  const lookUps: LookUp[] = [];
  for (let start = 0; start < asked.length; start += ASSETS) {
    lookUps.push(toLookUp(asked.slice(start, start + ASSETS), kind));
  }
  return lookUps;
}

/** The limit is of each asset: it holds for each group of the answer. */
function toLookUp(asked: readonly Asked[], kind: SampleKind): LookUp {
  const metricIds = [...new Set(asked.flatMap((one) => one.metricIds))];
  const from = Math.min(...asked.map(({ times }) => times[0]!));
  const to = Math.max(...asked.map(({ times }) => times.at(-1)!));
  const most = Math.max(...asked.map(({ times }) => times.length));
  const limit = ROWS_PER_POINT * most * metricIds.length + ROWS_BESIDES;
  const assets = oneOf(
    'asset',
    asked.map(({ assetId }) => assetId),
  );
  const where = `${assets} AND ${oneOf('metric', metricIds)} AND time >= ${from}u AND time <= ${to}u AND ${KINDS[kind]}`;
  const text = `SELECT "metric", "value" FROM ${MEASUREMENT} WHERE ${where} GROUP BY "asset" LIMIT ${limit}`;
  return { asked, limit, text };
}

/** How far the answer for one asset goes. */
interface Reach {
  rows: number;
  readonly first: number;
  last: number;
}

/** One request: adds what is there to `found`; returns what lies beyond the limits. */
async function lookUp(
  connection: Connection,
  lookUps: readonly LookUp[],
  found: Map<string, number>,
): Promise<Asked[]> {
  const reaches = lookUps.map(() => new Map<string, Reach>());
  const statements = lookUps.map(({ text }) => text);
  for await (const { statement, tags, values } of select(connection, 'raw', statements)) {
    const assetId = tags.asset!;
    const first = values[0]?.[0] as number;
    const reach = reaches[statement]!.get(assetId) ?? { rows: 0, first, last: first };
    reaches[statement]!.set(assetId, reach);
    for (const [time, metric, value] of values) {
      reach.rows++;
      reach.last = time as number;
      if (value !== null) found.set(key(assetId, metric as string, time as number), value as number);
    }
  }
  return lookUps.flatMap(({ asked, limit }, at) =>
    asked.flatMap((one) => {
      const reach = reaches[at]!.get(one.assetId);
      return reach && reach.rows >= limit ? restOf(one, reach) : [];
    }),
  );
}

/** What is left of an asset: the instant of the last row may be there in part. */
function restOf(asked: Asked, { rows, first, last }: Reach): Asked[] {
  const near = (ROWS_BETWEEN * (last - first)) / rows;
  const spans: number[][] = [];
  for (const time of asked.times) {
    if (time < last) continue;
    const span = spans.at(-1);
    if (span && time - span.at(-1)! <= near) span.push(time);
    else spans.push([time]);
  }
  return spans.map((times) => ({ ...asked, times }));
}

function key(assetId: string, metricId: string, micros: number): string {
  return `${micros}\n${assetId}\n${metricId}`;
}
