import type { Forecast } from './finding.ts';
import type { RuleMode, Severity } from './model.ts';
import type { Duration, Timestamp } from './time.ts';

export const HEALTHS = ['good', 'watch', 'warning', 'critical', 'unknown'] as const;
/** Worst rule level of its components; `unknown` while nothing was heard; `watch` is an info finding. */
export type Health = (typeof HEALTHS)[number];

export interface RuleStatus {
  readonly ruleId: string;
  readonly kind: string;
  readonly mode: RuleMode;
  /** Severity that holds now, absent when clear. */
  readonly severity?: Severity;
}

export interface ComponentView {
  readonly componentId: string;
  readonly health: Health;
  /** Share of life used, null when unknown, absent when no rule knows a life. */
  readonly wear?: number | null;
  readonly used?: number;
  readonly life?: number;
  readonly unit?: string;
  /** One forecast out of those of its rules: the best informed of each failure mode, which compete. */
  readonly forecast?: Forecast;
  readonly rules: readonly RuleStatus[];
}

/** What is known of an asset at this moment, from its state. */
export interface AssetView {
  readonly health: Health;
  /** Newest event time folded. */
  readonly stateTime?: Timestamp;
  readonly lastReceivedAt?: Timestamp;
  /** How far its clock is ahead, negative when behind, as its messages show; absent while that is not known. */
  readonly clockError?: Duration;
  /** Latest value by metric id. */
  readonly values: Readonly<Record<string, { readonly time: Timestamp; readonly value: number }>>;
  readonly components: readonly ComponentView[];
  readonly inMaintenance: boolean;
}
