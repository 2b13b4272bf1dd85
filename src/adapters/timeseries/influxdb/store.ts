import type { Sample } from '../../../domain/sample.ts';
import type { Duration, Timestamp } from '../../../domain/time.ts';
import {
  type AggregateWidth,
  type AssetBucket,
  type Bucket,
  type RangeQuery,
  type RetentionResult,
  type SampleKind,
  SamplesRefusedError,
  type StoredSample,
  type TimeSeriesStore,
  type Watermark,
} from '../../../ports/timeSeriesStore.ts';
import type { ChangeOptions } from './change.ts';
import { Connection } from './connection.ts';
import { InfluxDbError } from './errors.ts';
import { select } from './influxql.ts';
import { MEASUREMENT, policiesOf, policyOf, type Retentions } from './layout.ts';
import { Lines, lineOfBucket } from './lines.ts';
import type { InfluxStoreOptions } from './options.ts';
import { computeAggregates, readAggregates, readBuckets, readRange } from './reader.ts';
import { readOn } from './readOn.ts';
import { setUpPolicies } from './setup1.ts';
import { setUpBuckets } from './setup2.ts';
import { setUpDatabases } from './setup3.ts';
import { readValues } from './values.ts';
import { checkVersion, findVersion } from './version.ts';
import { writeLines } from './writer.ts';

const SET_UP = { 1: setUpPolicies, 2: setUpBuckets, 3: setUpDatabases } as const;

/**
 * Opens the store on a server: checks its version, makes what is missing and adjusts retention where it may. Rejects
 * with an InfluxDbError that says who must do what, or UnavailableError when the server does not answer.
 */
export async function openInfluxDbStore(options: InfluxStoreOptions): Promise<TimeSeriesStore> {
  const connection = new Connection(options);
  try {
    await checkServer(connection, options);
    return new InfluxDbStore(connection, await setUp(connection, options));
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** The server's version, which fits; undefined when it does not tell it. */
export async function checkServer(
  connection: Connection,
  { log, url }: InfluxStoreOptions,
): Promise<string | undefined> {
  const version = await findVersion(connection);
  if (version === undefined) log.warn({ url }, 'InfluxDB does not tell its version; store.version is taken for it');
  else checkVersion(version, connection.where);
  return version;
}

/** What is configured, or less where the server keeps less. */
export async function setUp(connection: Connection, options: InfluxStoreOptions & ChangeOptions): Promise<Retentions> {
  const policies = policiesOf(options);
  const kept = await SET_UP[options.version](connection, policies, options);
  const inForce = policies.map(({ name, retention }) => [name, Math.min(retention, kept.get(name) ?? retention)]);
  return Object.fromEntries(inForce) as Retentions;
}

/** Resolves when the server lets Fettle read, without making it look for anything. */
export async function ask(connection: Connection): Promise<void> {
  const statement = `SELECT "value" FROM ${MEASUREMENT} WHERE "asset" = 'none' AND time > now() - 1s LIMIT 1`;
  for await (const _ of select(connection, 'raw', [statement]));
}

class InfluxDbStore implements TimeSeriesStore {
  readonly retention: Duration;
  readonly aggregateRetention: Readonly<Record<AggregateWidth, Duration>>;
  readonly #connection: Connection;
  readonly #lines = new Lines();

  constructor(connection: Connection, retentions: Retentions) {
    this.#connection = connection;
    this.retention = retentions.raw;
    this.aggregateRetention = { 300000: retentions['5m'], 3600000: retentions['1h'] };
  }

  /** Points of the same series and time replace each other in InfluxDB: a repeated call changes nothing. */
  async append(samples: readonly Sample[]): Promise<void> {
    const lines = samples.map((sample) => this.#lines.ofSample(sample));
    const refused = await writeLines(this.#connection, 'raw', lines);
    if (refused.length === 0) return;
    throw new SamplesRefusedError(refused.map(({ index, words }) => ({ sample: samples[index]!, words })));
  }

  replace(samples: readonly Sample[]): Promise<void> {
    return this.append(samples);
  }

  valuesAt(
    points: readonly Pick<Sample, 'series' | 'time'>[],
    kind: SampleKind = 'live',
  ): Promise<(number | undefined)[]> {
    return readValues(this.#connection, points, kind);
  }

  range(query: RangeQuery, limit: number): Promise<StoredSample[]> {
    return readRange(this.#connection, query, limit);
  }

  buckets(query: RangeQuery, width: Duration): Promise<Bucket[]> {
    return readBuckets(this.#connection, query, width);
  }

  readFrom(watermarks: readonly Watermark[], which: 'live' | 'all' = 'live'): AsyncIterable<readonly StoredSample[]> {
    return readOn(this.#connection, watermarks, which);
  }

  aggregate(
    assetIds: readonly string[],
    from: Timestamp,
    to: Timestamp,
    width: AggregateWidth,
  ): AsyncIterable<readonly AssetBucket[]> {
    return computeAggregates(this.#connection, assetIds, from, to, width);
  }

  async saveAggregates(width: AggregateWidth, buckets: readonly AssetBucket[]): Promise<void> {
    const refused = await writeLines(this.#connection, policyOf(width), buckets.map(lineOfBucket));
    // What is older than its retention would be gone at once.
    const first = refused.find(({ words }) => !/beyond retention/i.test(words));
    if (first) throw new InfluxDbError(`InfluxDB at ${this.#connection.where.url} refuses aggregates: ${first.words}`);
  }

  aggregates(query: RangeQuery, width: AggregateWidth): Promise<Bucket[]> {
    return readAggregates(this.#connection, query, width);
  }

  /** The server's own work. */
  async applyRetention(): Promise<RetentionResult> {
    return { droppedSamples: 0, freedBytes: 0 };
  }

  ping(): Promise<void> {
    return ask(this.#connection);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }
}
