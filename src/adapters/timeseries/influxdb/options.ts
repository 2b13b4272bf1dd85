import type { Duration } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type { AggregateWidth } from '../../../ports/timeSeriesStore.ts';

/** Major versions of InfluxDB; 3 is experimental. */
export type InfluxVersion = 1 | 2 | 3;

export interface InfluxStoreOptions {
  /** Where the server is, with the path that a proxy puts before its own; without user and password. */
  readonly url: string;
  readonly version: InfluxVersion;
  readonly database: string;
  /** Organisation of the buckets, by name; version 2. */
  readonly org?: string | undefined;
  /** API token; versions 2 and 3. */
  readonly token?: string | undefined;
  /** User of version 1, where it asks for one. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Whether Fettle may create what is missing and adjust retention. */
  readonly create: boolean;
  /** Longest wait for an answer, or for the next part of one. */
  readonly timeout: Duration;
  readonly retention: Duration;
  readonly aggregateRetention: Readonly<Record<AggregateWidth, Duration>>;
  readonly log: Log;
}
