import type { Timestamp } from './time.ts';

/** 0 good, 1 uncertain (for instance a corrected clock), 2 bad: stored, not assessed by rules. */
export type Quality = 0 | 1 | 2;

/**
 * A stored time series: one metric of one asset. Interned: a process holds one object per (asset, metric), so that
 * adapters can keep what they need by `ordinal`, a small dense number that means nothing outside the process.
 */
export interface Series {
  readonly ordinal: number;
  readonly assetId: string;
  readonly metricId: string;
  /** Position of the metric in its asset model. */
  readonly metricIndex: number;
}

/** One measured value. Numbers are finite; codes of states and events are integers. */
export interface Sample {
  readonly series: Series;
  readonly time: Timestamp;
  readonly value: number;
  readonly quality: Quality;
  /** When Fettle received it. */
  readonly receivedAt: Timestamp;
  /** Of the past, told afterwards: stored, shown and read by backtests, and never assessed. */
  readonly historical?: true;
}

type Standing = Pick<Sample, 'quality' | 'historical'>;

/** From here on a mark is of history. */
export const HISTORY_MARK = 4;

/** Quality and whether it is history in one byte, as stores and journals keep it. */
export function markOf({ quality, historical }: Standing): number {
  return historical ? HISTORY_MARK + quality : quality;
}

export function standingOf(mark: number): Standing {
  return mark < HISTORY_MARK
    ? { quality: mark as Quality }
    : { quality: (mark - HISTORY_MARK) as Quality, historical: true };
}

/** Why a message, or one value of it, was not taken. Every reason is documented in docs/guarantees.md. */
export type RejectionReason =
  | 'empty-payload'
  | 'payload-too-large'
  | 'malformed'
  | 'too-deep'
  | 'unexpected-shape'
  | 'expression-failed'
  | 'unknown-topic'
  | 'unknown-asset'
  | 'registration-full'
  | 'invalid-id'
  | 'unknown-metric'
  | 'unknown-alias'
  | 'wrong-type'
  | 'unknown-code'
  | 'not-finite'
  | 'out-of-range'
  | 'missing-time'
  | 'invalid-time'
  | 'time-without-zone'
  | 'future-time'
  | 'too-old'
  | 'conflict'
  | 'refused-by-store';

/** One thing refused: the whole message (`metric` absent) or one value of it. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** Says what was found and what would be valid. */
  readonly detail: string;
  readonly assetId?: string;
  /** As the device named it. */
  readonly metric?: string;
  /** How many decoded samples this refuses; 0 when the message could not be decoded at all. */
  readonly samples: number;
}
