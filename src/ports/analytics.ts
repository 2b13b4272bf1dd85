import type { Contract } from '../domain/asset.ts';
import type { LocalText } from '../domain/model.ts';
import type { Priority } from '../domain/ticket.ts';
import type { Duration, Timestamp } from '../domain/time.ts';

/** What figures are about. Every field narrows; a figure of the whole is the sum over the values of any one of them. */
export interface AnalyticsFilter {
  readonly siteId?: string;
  readonly modelId?: string;
  readonly batch?: string;
  readonly componentId?: string;
  readonly customerId?: string;
}

/** From `from` (inclusive) to `to` (exclusive). */
export interface Period {
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/** Of a group by some property; `key` is null where a thing has none, and absent for all together. */
export type Grouped<T> = T & { readonly key?: string | null };

export const USAGE_PERIODS = ['day', 'month', 'year', 'whole'] as const;
export type UsagePeriod = (typeof USAGE_PERIODS)[number];

/** Time zones of sites, for days and months of people. */
export interface SiteZones {
  readonly sites: Readonly<Record<string, string>>;
  /** Of the other sites. */
  readonly others: string;
}

/** What one counter of one asset used in one period. */
export interface MeteredUsage {
  readonly assetId: string;
  readonly assetName?: string;
  readonly siteId: string;
  readonly customerId?: string;
  readonly componentId: string;
  readonly ruleId: string;
  /** Such as `2026-11-22`, `2026-11`, `2026`; absent for the whole time. */
  readonly period?: string;
  readonly zone: string;
  readonly unit: string;
  readonly used: number;
  /** Taken out as implausible; no part of `used`. */
  readonly adjusted: number;
  /** Of the counter at the end. */
  readonly reading?: number;
  /** First and last UTC day with an entry. */
  readonly firstDay: Timestamp;
  readonly lastDay: Timestamp;
  readonly days: number;
}

/** How many of a part are needed within a time from now. */
export interface PartNeed {
  readonly within: Duration;
  readonly expected: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  /** Of `expected`, those that a ticket asks for. */
  readonly ticketed: number;
}

export interface PartDemand {
  readonly partNumber: string;
  readonly name?: LocalText;
  /** The longest of the models that name it. */
  readonly leadTime: Duration;
  readonly needs: readonly PartNeed[];
  /** What the figures rest on: components that take the part. */
  readonly components: number;
  readonly withForecast: number;
  /** Neither a forecast nor a ticket: they count as 0. */
  readonly unknown: number;
  /** Newest event time of the asset whose forecast is the oldest. */
  readonly oldestForecast?: Timestamp;
}

/** A time that was measured several times; the figures are absent where it never was. */
export interface MeasuredTimes {
  readonly count: number;
  readonly mean?: Duration;
  readonly p50?: Duration;
  readonly p90?: Duration;
}

export interface PromiseCounts {
  readonly kept: number;
  readonly broken: number;
  readonly undecided: number;
}

export const WAITS_FOR = [
  'release',
  'acknowledgement',
  'scheduling',
  'visit',
  'work',
  'customer',
  'deferral',
  'outcome',
] as const;
/** What the next step of an ongoing ticket is. */
export type WaitsFor = (typeof WAITS_FOR)[number];

export const AGE_LIMITS_DAYS = [1, 7, 30, 90] as const;

export interface ServiceFigures {
  readonly opened: number;
  readonly resolved: number;
  readonly closed: number;
  readonly acknowledging: MeasuredTimes;
  readonly resolving: MeasuredTimes;
  readonly restoring: MeasuredTimes & { readonly unrestored: number };
  readonly firstTimeFix: { readonly fixed: number; readonly notFixed: number; readonly undecided: number };
  readonly response: PromiseCounts;
  readonly solution: PromiseCounts;
  readonly backlog: {
    readonly tickets: number;
    readonly p10?: Duration;
    readonly p50?: Duration;
    readonly p90?: Duration;
    readonly oldest?: Duration;
    /** Tickets not older than each of AGE_LIMITS_DAYS and older than the one before; at last the rest. */
    readonly byAge: readonly number[];
    readonly waitsFor: Readonly<Partial<Record<WaitsFor, number>>>;
  };
}

export const SERVICE_GROUPS = [
  ...(['site', 'model', 'batch', 'component', 'customer'] as const),
  ...(['failure-mode', 'team', 'priority', 'kind'] as const),
] as const;
export type ServiceGroup = (typeof SERVICE_GROUPS)[number];

export const RATING_GROUPS = [...SERVICE_GROUPS, 'time-to-resolve'] as const;
export type RatingGroup = (typeof RATING_GROUPS)[number];

export interface RatingFigures {
  readonly count: number;
  readonly mean?: number;
  /** How many gave 1, 2, 3, 4 and 5. */
  readonly byScore: readonly number[];
  /** Mean time to resolve of the rated tickets. */
  readonly resolving?: Duration;
}

export const RELIABILITY_GROUPS = ['site', 'model', 'batch', 'component', 'customer', 'asset'] as const;
export type ReliabilityGroup = (typeof RELIABILITY_GROUPS)[number];

/** How long assets were in service, and how often they failed meanwhile. */
export interface Exposure {
  readonly assets: number;
  /** Neither heard nor commissioned: they count in nothing else. */
  readonly unobservedAssets: number;
  /** By counters of running time. */
  readonly running: Duration;
  /** By the calendar, where nothing counts running time. */
  readonly calendar: Duration;
  readonly critical: number;
  readonly degraded: number;
  readonly incipient: number;
  /** Failures of the period from before an asset was observed; part of none of the others. */
  readonly unobserved: number;
}

/** With the mean time between critical failures; see prognostics/meanTimeBetween.ts. */
export interface Reliability extends Exposure {
  readonly mean?: Duration;
  readonly low?: Duration;
  readonly high?: Duration;
  readonly atLeast?: Duration;
}

/** What became of what a rule predicted. */
export interface RuleFigures {
  readonly modelId: string;
  /** Absent: missed where no rule, or more than one, watches. */
  readonly ruleId?: string;
  readonly hits: number;
  readonly early: number;
  readonly late: number;
  readonly false: number;
  readonly missed: number;
  readonly unverifiable: number;
  /** Failures that a hit or a late one came before, each once. */
  readonly caught: number;
  /** Failures that nothing had told of when they came. */
  readonly uncaught: number;
  readonly warning: {
    readonly count: number;
    readonly p10?: Duration;
    readonly p50?: Duration;
    readonly p90?: Duration;
  };
  /** Of parts that were replaced: how many, whole lives thrown away in all, mean share of a life. */
  readonly lifeLost: { readonly parts: number; readonly lives: number; readonly mean?: number };
  readonly wasted: { readonly visits: number; readonly labourMinutes: number };
}

export interface AccountUsage {
  readonly modelId: string;
  readonly componentId: string;
  readonly ruleId: string;
  readonly unit: string;
  readonly used: number;
  readonly adjusted: number;
}

/** How things stand with one customer. */
export interface Account {
  readonly customerId: string;
  readonly assets: number;
  readonly openTickets: Readonly<Partial<Record<Priority, number>>>;
  /** Ongoing tickets with a promise that was not kept. */
  readonly overdueTickets: number;
  readonly rating: { readonly count: number; readonly mean?: number };
  readonly response: PromiseCounts;
  readonly solution: PromiseCounts;
  readonly contracts: readonly (Contract & { readonly assets: number })[];
  readonly usage: readonly AccountUsage[];
}

/** Figures, computed by the database. */
export interface AnalyticsRepository {
  /** By asset, rule and period; at most `limit`. */
  usage(
    filter: AnalyticsFilter,
    period: Period,
    by: UsagePeriod,
    zones: SiteZones,
    limit: number,
  ): Promise<MeteredUsage[]>;
  /** By part number. */
  partsDemand(filter: AnalyticsFilter, now: Timestamp, horizons: readonly Duration[]): Promise<PartDemand[]>;
  /** All together first, then by group. `fixedFor`: so long a fix has to last. */
  service(
    filter: AnalyticsFilter,
    period: Period,
    by: ServiceGroup | undefined,
    now: Timestamp,
    fixedFor: Duration,
  ): Promise<Grouped<ServiceFigures>[]>;
  /** All together first, then by group. */
  exposures(
    filter: AnalyticsFilter,
    period: Period,
    by: ReliabilityGroup | undefined,
    now: Timestamp,
  ): Promise<Grouped<Exposure>[]>;
  /** By model and rule. */
  rules(filter: AnalyticsFilter, period: Period): Promise<RuleFigures[]>;
  /** All together first, then by group. */
  ratings(filter: AnalyticsFilter, period: Period, by: RatingGroup | undefined): Promise<Grouped<RatingFigures>[]>;
  /** By customer. */
  accounts(filter: AnalyticsFilter, period: Period): Promise<Account[]>;
}
