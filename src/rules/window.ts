import type { WindowTake } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { aggregateOf } from './windowAggregates.ts';

/** Values of one stretch of time; what `sums` holds is the aggregate's. */
export interface Bucket {
  /** Number of the stretch, counted in widths since 1970. */
  readonly at: number;
  count: number;
  sums: number[];
}

/** The stretches that have values, oldest first. */
export type WindowState = Bucket[];

/** Stretches that a window is made of: its oldest end moves on by one at a time. */
export const BUCKETS = 30;

export interface Window {
  init(): WindowState;
  /** Takes a value and gives the aggregate of the window that ends with it; undefined with too few values. */
  take(state: WindowState, time: Timestamp, value: number): number | undefined;
}

/**
 * A window over the last so much event time. It is kept in thirty stretches rather than as samples, so that its memory is
 * bounded: it covers what lies in the stretch of its newest value and in the 29 before. A value that is older than the
 * newest stretch does not come: values come in order of time.
 */
export function compileWindow(last: Duration, take: WindowTake, minSamples: number): Window {
  const width = last / BUCKETS;
  const aggregate = aggregateOf(take, width, BUCKETS);
  return {
    init: () => [],
    take(state, time, value) {
      const at = Math.floor(time / width);
      while (state.length > 0 && state[0]!.at <= at - BUCKETS) state.shift();
      let bucket = state.at(-1);
      if (bucket?.at !== at) {
        bucket = { at, count: 0, sums: aggregate.empty() };
        state.push(bucket);
      }
      bucket.count++;
      aggregate.add(bucket.sums, value, time - at * width);
      return samplesIn(state) < minSamples ? undefined : aggregate.of(state);
    },
  };
}

function samplesIn(state: WindowState): number {
  let count = 0;
  for (const bucket of state) count += bucket.count;
  return count;
}
