import type { Duration } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { RollupRepository } from '../ports/rollups.ts';
import type { AggregateWidth, Bucket, RangeQuery, TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { planHistory, type Segment } from './historyPlan.ts';
import { mergeBuckets } from './mergeBuckets.ts';

export type Resolution = 'raw' | '5m' | '1h' | 'mixed';

export interface History {
  readonly buckets: readonly Bucket[];
  /** What the buckets were made of. */
  readonly resolution: Resolution;
}

export interface HistoryParts {
  readonly store: Pick<TimeSeriesStore, 'buckets' | 'aggregates' | 'retention'>;
  readonly rollups: Pick<RollupRepository, 'stateOf'>;
  readonly clock: Pick<Clock, 'now'>;
}

const NAMES: Readonly<Record<AggregateWidth, Resolution>> = { 300000: '5m', 3600000: '1h' };

/**
 * The buckets of a range as raw samples would give them, long ranges from aggregates. Which those are is asked first:
 * what becomes due after that was not stored when the question came.
 */
export async function readHistory(query: RangeQuery, width: Duration, parts: HistoryParts): Promise<History> {
  const { store, rollups, clock } = parts;
  const state = await rollups.stateOf(query.assetId);
  const rawFrom = clock.now() - store.retention;
  const segments = planHistory({ ...query, ...state, width, rawFrom });
  const parted = await Promise.all(segments.map((segment) => read(query, width, segment, store)));
  const [only] = segments.length === 1 ? segments : [];
  if (only?.source === 'raw') return { buckets: parted[0]!, resolution: 'raw' };
  return {
    buckets: mergeBuckets(parted.flat(), width, query.metricIds),
    resolution: only ? NAMES[only.source as AggregateWidth] : 'mixed',
  };
}

function read(
  query: RangeQuery,
  width: Duration,
  { from, to, source }: Segment,
  store: HistoryParts['store'],
): Promise<Bucket[]> {
  const part = { ...query, from, to };
  return source === 'raw' ? store.buckets(part, width) : store.aggregates(part, source);
}
