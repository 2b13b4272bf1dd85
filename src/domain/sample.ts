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
}

/** Why a message, or one value of it, was not taken. Every reason is documented in docs/guarantees.md. */
export type RejectionReason =
  | 'empty-payload'
  | 'payload-too-large'
  | 'malformed'
  | 'too-deep'
  | 'unexpected-shape'
  | 'unknown-topic'
  | 'unknown-asset'
  | 'registration-full'
  | 'invalid-id'
  | 'unknown-metric'
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
