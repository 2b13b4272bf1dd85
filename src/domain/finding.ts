import type { DutyBand, Evidence, EvidenceKind, EvidenceOf } from './evidence/index.ts';
import type { Severity } from './model.ts';
import type { Timestamp } from './time.ts';

export type { DutyBand, Evidence, EvidenceKind, EvidenceOf };

/** What a forecast rests on, from the least informed: age alone, use against a life, the measured condition. */
export type ForecastBasis = 'calendar' | 'usage' | 'condition';

/** When failure or end of life is expected. Each quantile is a point in time, or null when beyond the horizon. */
export interface Forecast {
  /** Default: condition. */
  readonly basis?: ForecastBasis;
  readonly p10: Timestamp | null;
  readonly p50: Timestamp | null;
  readonly p90: Timestamp | null;
}

/**
 * `raised` opens, `escalated` rises in severity, `updated` brings newer evidence, `cleared` says the condition stayed
 * clear past its off-delay, `reset` that the component was renewed (a confirmed counter reset).
 */
export type FindingChange = 'raised' | 'escalated' | 'updated' | 'cleared' | 'reset';

/** A statement with evidence about one failure mode of one component, made by one rule. Deterministic: the same history gives the same. */
export interface Finding {
  /** Identifies the statement: asset, rule, start, change, severity (time, for updates). */
  readonly key: string;
  readonly assetId: string;
  readonly componentId: string;
  readonly failureModeId: string;
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly change: FindingChange;
  readonly severity: Severity;
  /** When the condition began; with asset, component and failure mode it names the episode. */
  readonly start: Timestamp;
  /** The event time at which this was stated; `window.to` of its evidence. */
  readonly time: Timestamp;
  readonly window: { readonly from: Timestamp; readonly to: Timestamp };
  readonly evidence: Evidence;
  readonly forecast?: Forecast;
  /**
   * Why it opens no ticket: `inactive`, the rule did not count yet at that time (see rules-changed); `closed`, its
   * evidence ends before the closing of an earlier ticket; `observed`, its rule is only observed.
   */
  readonly dormant?: 'inactive' | 'closed' | 'observed';
}

export function findingKey(
  f: Pick<Finding, 'assetId' | 'ruleId' | 'start' | 'change' | 'severity' | 'time' | 'dormant'>,
): string {
  const at = f.change === 'updated' ? f.time : f.start;
  const suffix = f.dormant === undefined || f.dormant === 'closed' ? '' : `|${f.dormant}`;
  return `${f.assetId}|${f.ruleId}|${f.change}|${f.severity}|${at}${suffix}`;
}

/** The key under which the fold makes the finding, whether its rule is observed or not. */
export function statementKey({ key }: Pick<Finding, 'key'>): string {
  return key.replace(/\|observed$/, '');
}
