import type { Severity } from './model.ts';
import type { Timestamp } from './time.ts';

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

/** What a finding rests on, by kind of rule; numbers in the metric's unit. */
export type Evidence =
  | {
      readonly kind: 'threshold';
      readonly metricId: string;
      readonly unit?: string;
      readonly direction: 'above' | 'below';
      readonly limit: number;
      readonly value: number;
      /** The worst value within the window. */
      readonly extreme: number;
      readonly samples: number;
    }
  | {
      readonly kind: 'usage';
      readonly metricId: string;
      readonly unit: string;
      readonly used: number;
      readonly life: number;
      /** Share of life used; 1 is end of life. */
      readonly wear: number;
      /** Units per operating calendar day, when known. */
      readonly ratePerDay?: number;
      /** Share of calendar life used, where the component has one. */
      readonly calendarWear?: number;
    }
  | { readonly kind: 'silence'; readonly lastHeard: Timestamp; readonly silentFor: number }
  | { readonly kind: 'installation-unknown'; readonly componentIds: readonly string[] };

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
