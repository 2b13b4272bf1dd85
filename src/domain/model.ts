import type { Histories } from './histories.ts';
import { STORM_MODE } from './storm.ts';
import type { Duration } from './time.ts';

/** Text for people, in both languages of the product. */
export interface LocalText {
  readonly en: string;
  readonly zh: string;
}

export const METRIC_KINDS = ['number', 'state', 'event'] as const;
/** A measured number; a state that holds until the next; an event (fault code) that happens at an instant. */
export type MetricKind = (typeof METRIC_KINDS)[number];

/** What a code tells people. */
export interface CodeText extends LocalText {
  /** What to look at first. */
  readonly check?: LocalText;
}

export interface MetricDefinition {
  readonly id: string;
  readonly name?: LocalText;
  readonly kind: MetricKind;
  /** UCUM-like unit shown to people; absent for states and events. */
  readonly unit?: string;
  /** Valid values, both ends included; what lies outside is refused. */
  readonly range?: readonly [number, number];
  /** For states and events: integer code by symbol, as in `{ stopped: 0, running: 1 }`. */
  readonly codes?: Readonly<Record<string, number>>;
  /** What codes mean, by symbol: the fault-code table of the manufacturer. */
  readonly texts?: Readonly<Record<string, CodeText>>;
}

/** What a window makes of the values within it. Percentiles by nearest rank, as in p90. */
export const WINDOW_TAKES = [
  ...(['mean', 'max', 'min', 'rms', 'slope', 'count'] as const),
  ...(['p10', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99'] as const),
] as const;
export type WindowTake = (typeof WINDOW_TAKES)[number];

/** A condition indicator: a number derived from metrics, for rules to judge. */
export interface IndicatorDefinition {
  readonly id: string;
  readonly name?: LocalText;
  readonly unit?: string;
  /** What it is made of: a metric or an earlier indicator, or a CEL expression over both. One of the two. */
  readonly of?: string;
  readonly expression?: string;
  /** Only while this holds is anything taken: a gate or a CEL expression. */
  readonly while?: unknown;
  readonly window?: { readonly last: string; readonly take: WindowTake; readonly minSamples: number };
}

export interface FailureModeDefinition {
  readonly id: string;
  readonly name: LocalText;
  /** Where the standard covers the equipment. */
  readonly iso14224?: { readonly mode?: string; readonly mechanism?: string; readonly cause?: string };
  /** What is found so soon after a closing reopens that ticket; later it is another one, linked as a recurrence. */
  readonly reopenWithin?: Duration;
  /** How whoever works on it stays unhurt. */
  readonly safety?: LocalText;
  /** What is known to help. */
  readonly solutions?: readonly LocalText[];
  /** Has a cause outside the asset that others may share, as a loss of power: many at once are one storm. */
  readonly stormable?: boolean;
}

/** The request for data that an asset raises while the age of a component is unknown. */
export const INSTALLATION_UNKNOWN: FailureModeDefinition = {
  id: 'installation-unknown',
  name: { en: 'Installation data missing', zh: '缺少安装数据' },
};

/** The failure mode of the ticket of a storm. */
export const STORM: FailureModeDefinition = {
  id: STORM_MODE,
  name: { en: 'Many assets out at once', zh: '大批设备同时中断' },
};

export interface PartDefinition {
  readonly number: string;
  readonly name?: LocalText;
  readonly leadTime: Duration;
}

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Position in {@link SEVERITIES}: larger is worse. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

export const RULE_MODES = ['observe', 'propose', 'live'] as const;
/** Findings only; a ticket that a person releases; a ticket at once. */
export type RuleMode = (typeof RULE_MODES)[number];

/** One rule of a model as written; `params` belong to its kind and were validated by it. */
export interface RuleDefinition {
  readonly id: string;
  readonly kind: string;
  /** Component id, or WHOLE_ASSET. */
  readonly componentId: string;
  readonly failureModeId: string;
  /** Mode by site id; `default` for the others. */
  readonly mode: Readonly<Record<string, RuleMode>> & { readonly default: RuleMode };
  /** More tickets than this within an hour trip the rule to propose. */
  readonly maxTicketsPerHour: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** The content of the file that its parameter `library` names, where its kind learns from histories. */
  readonly histories?: Histories;
  /** Hash of kind, params and histories: what a finding was judged by. */
  readonly version: string;
}

export interface ComponentDefinition {
  readonly id: string;
  readonly name: LocalText;
  readonly part?: PartDefinition;
  /** How whoever works on it stays unhurt, whatever is wrong with it. */
  readonly safety?: LocalText;
  readonly failureModes: readonly FailureModeDefinition[];
}

/** A service that comes due by use or by the calendar: what its rule, which has its id, says of the work. */
export interface ServicePlan {
  readonly id: string;
  readonly title: LocalText;
  /** Component id, or WHOLE_ASSET. */
  readonly componentId: string;
  readonly team?: string;
  readonly checklist: readonly LocalText[];
  readonly parts: readonly PlannedPart[];
}

/** A part that a service takes. */
export interface PlannedPart {
  readonly number: string;
  readonly name?: LocalText;
  readonly quantity: number;
}

/** The type definition of assets: what they measure, what they are made of, what is watched. */
export interface AssetModel {
  readonly id: string;
  readonly name: LocalText;
  readonly metrics: readonly MetricDefinition[];
  readonly indicators: readonly IndicatorDefinition[];
  readonly components: readonly ComponentDefinition[];
  /** Failure modes of the asset as a whole (silence). */
  readonly failureModes: readonly FailureModeDefinition[];
  readonly rules: readonly RuleDefinition[];
  readonly servicePlans?: readonly ServicePlan[];
  /** Hash of everything above that the fold depends on. */
  readonly version: string;
}
