import type { Replacement } from './ticket.ts';
import { FAILURE_IMPACTS, type FailureImpact } from './ticket.ts';
import type { Timestamp } from './time.ts';

export { FAILURE_IMPACTS, type FailureImpact };

export const DETECTED_BY = ['device', 'customer', 'staff', 'inspection', 'desk'] as const;
/** Who or what noticed it first. */
export type DetectedBy = (typeof DETECTED_BY)[number];

export const FAILURE_SOURCES = ['api', 'csv', 'ticket'] as const;
/** How it came to be recorded; `ticket`: by closing one. */
export type FailureSource = (typeof FAILURE_SOURCES)[number];

/** A failure that happened, with or without a ticket: what was missed is known from nothing else. */
export interface FailureRecord {
  readonly id: string;
  readonly assetId: string;
  /** A component, or WHOLE_ASSET. */
  readonly componentId: string;
  /** Absent: not known which. */
  readonly failureModeId?: string;
  /** When it happened, or was found where nobody knows. */
  readonly at: Timestamp;
  readonly detectedBy: DetectedBy;
  readonly impact: FailureImpact;
  readonly downtimeMinutes?: number;
  readonly note?: string;
  readonly ticketId?: string;
  readonly source: FailureSource;
  /** Of another system: the same key is the same failure. */
  readonly externalKey?: string;
  readonly recordedAt: Timestamp;
  readonly recordedBy: string;
}

/** What is said of a failure that is to be recorded. */
export type NewFailure = Omit<FailureRecord, 'id' | 'source' | 'recordedAt' | 'recordedBy'> & {
  /** The component was renewed because of it. */
  readonly replaced?: Replacement;
};

/** A failure record was corrected, or taken out where `after` is absent. */
export interface FailureChange {
  readonly id: string;
  readonly failureId: string;
  readonly at: Timestamp;
  readonly by: string;
  readonly before: FailureRecord;
  readonly after?: FailureRecord;
  readonly reason: string;
}

/** What of a failure record is to be put right, and why. */
export type FailureCorrection = Partial<
  Pick<FailureRecord, 'failureModeId' | 'at' | 'detectedBy' | 'impact' | 'downtimeMinutes' | 'note'>
> & { readonly reason: string };

/** What recording failures came to: `unchanged` were known, `left` had been taken out before. */
export interface RecordedFailures {
  readonly recorded: number;
  readonly corrected: number;
  readonly unchanged: number;
  readonly left: number;
  /** As they are now, but for those that had been taken out. */
  readonly failures: readonly FailureRecord[];
}
