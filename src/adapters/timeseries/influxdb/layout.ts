import { HISTORY_MARK } from '../../../domain/sample.ts';
import { DAY, type Duration } from '../../../domain/time.ts';
import type { AggregateWidth, SampleKind } from '../../../ports/timeSeriesStore.ts';
import type { InfluxStoreOptions } from './options.ts';

export const MEASUREMENT = 'samples';

/** Retention policies of the database: samples, and aggregates of either width. The first is the default one. */
export const POLICIES = ['raw', '5m', '1h'] as const;
export type PolicyName = (typeof POLICIES)[number];

/** What one retention policy, or bucket, is to be. */
export interface Policy {
  readonly name: PolicyName;
  readonly retention: Duration;
  /** How much time one shard of the server holds: the longer it is kept, the more. */
  readonly shard: Duration;
  readonly isDefault: boolean;
}

/** How long the server keeps what is in each policy. */
export type Retentions = Readonly<Record<PolicyName, Duration>>;

/** Which points are of a kind: the field holds the mark of domain/sample.ts. */
export const KINDS: Readonly<Record<SampleKind, string>> = {
  live: `"quality" < ${HISTORY_MARK}`,
  history: `"quality" >= ${HISTORY_MARK}`,
};

export function policyOf(width: AggregateWidth): PolicyName {
  return width === 300_000 ? '5m' : '1h';
}

export function policiesOf({ retention, aggregateRetention }: InfluxStoreOptions): readonly Policy[] {
  return [
    { name: 'raw', retention, shard: 7 * DAY, isDefault: true },
    { name: '5m', retention: aggregateRetention[300_000], shard: 28 * DAY, isDefault: false },
    { name: '1h', retention: aggregateRetention[3_600_000], shard: 182 * DAY, isDefault: false },
  ];
}

/** Of version 2 the bucket, of version 3 the database; either finds it by database and policy in InfluxQL. */
export function bucketOf(database: string, policy: PolicyName): string {
  return `${database}/${policy}`;
}
