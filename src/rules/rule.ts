import type { Static, TObject } from 'typebox';
import {
  type AssetEvent,
  type ComponentInstalledEvent,
  isInstallation,
  type LifeExtendedEvent,
  type TicketClosedEvent,
} from '../domain/asset.ts';
import type { Evidence, FindingChange, Forecast } from '../domain/finding.ts';
import type { AssetModel, RuleDefinition, Severity } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';

/** What a rule states; the fold adds asset, component, failure mode, rule and key. */
export interface Statement {
  readonly change: FindingChange;
  readonly severity: Severity;
  readonly start: Timestamp;
  readonly time: Timestamp;
  readonly window: { readonly from: Timestamp; readonly to: Timestamp };
  readonly evidence: Evidence;
  readonly forecast?: Forecast;
  /** Where the statement is about something else than the rule's own component and failure mode. */
  readonly about?: { readonly componentId: string; readonly failureModeId: string };
}

/** Usage of one UTC day, for the permanent usage ledger. */
export interface DailyUsage {
  /** Start of the day. */
  readonly day: Timestamp;
  readonly unit: string;
  readonly used: number;
  /** What was taken out as implausible. */
  readonly adjusted: number;
  /** The counter at the end of the day; null where usage is integrated. */
  readonly reading: number | null;
}

/** What the fold lends a rule while it calls it. Valid during the call only. */
export interface FoldContext {
  state(statement: Statement): void;
  /** Enters a day that the rule's own samples have moved past. */
  usage(usage: DailyUsage): void;
  /** Maintenance goes on: count usage, but neither raise nor clear. */
  readonly muted: boolean;
}

/** A line that a rule draws on the chart of a metric. */
export interface MetricLimit {
  /** Index of the metric. */
  readonly metric: number;
  readonly direction: 'above' | 'below';
  readonly limit: number;
  readonly severity: Severity;
}

/** One rule's say about its component, for people and the API; pure. */
export interface RuleView {
  /** 0 when clear, else 1 + position in SEVERITIES. */
  readonly level: number;
  /** Share of life used; absent when the rule knows no life, null when unknown. */
  readonly wear?: number | null;
  readonly used?: number;
  readonly life?: number;
  readonly unit?: string;
  readonly forecast?: Forecast;
}

/** What lies between a rule and a finding, beside its level; in event time. */
export interface RuleStanding {
  /** The newest evaluation; null before the first. */
  readonly time: Timestamp | null;
  /** When what is raised began. */
  readonly start: Timestamp | null;
  /** Since when its condition holds without being raised. */
  readonly holdsSince: Timestamp | null;
  /** Since when what is raised is clear again. */
  readonly clearSince: Timestamp | null;
  /** Evaluations since `holdsSince`. */
  readonly samples: number;
  /** Its gate or its hours were closed at the newest sample. */
  readonly paused: boolean;
  readonly onDelay: Duration;
  readonly offDelay: Duration;
  readonly minSamples: number;
  /** A gap longer than this says nothing of what happened in it. */
  readonly maxGap: Duration;
  /** While it does not know yet what is normal; no span where it waits for a new component. */
  readonly learning?: {
    readonly passed?: Duration;
    readonly needed: Duration;
    readonly samples: number;
    readonly wanted: number;
  };
}

/** The newest sample of each metric, by metric index; NaN and -Infinity where nothing was seen yet. */
export interface Latest {
  readonly values: readonly number[];
  readonly times: readonly Timestamp[];
}

/** What `tick` may know beyond the asset's own state. */
export interface TickTime {
  readonly now: Timestamp;
  /** When the last sample of the asset was received; null while nothing was ever heard. */
  readonly lastHeard: Timestamp | null;
  /** Wall time since then in which Fettle was listening. */
  readonly silentFor: Duration;
  /** Since when it is offline by its own word, or its broker's; absent where nothing of a known time says so. */
  readonly offlineSince?: Timestamp;
  /** Wall time between the two in which Fettle was listening. */
  listened(from: Timestamp, to: Timestamp): Duration;
}

/** What was heard of an asset so far. */
export interface Heard extends Latest {
  /** Samples of whatever metric. */
  readonly samples: number;
}

/** What one asset contributes to what its fleet learns. */
export interface FleetLesson {
  readonly assetId: string;
  readonly siteId: string;
  readonly batch?: string;
  /** Small plain JSON, as the rule's `lesson` made it. */
  readonly lesson: unknown;
}

/**
 * How the assets of a model teach a rule; pure. A reference reaches an asset as a fleet-learned event and is plain JSON.
 * It may come from an earlier version of the rule: one that means nothing to this one is ignored.
 */
export interface FleetLearning<S = unknown> {
  /** What this asset contributes as of `time`, in a form to be sent over a wire; undefined: nothing yet. */
  lesson(state: S, time: Timestamp): unknown;
  /** The reference of each asset, in any order of the lessons the same; none for those left out. */
  teach(lessons: readonly FleetLesson[]): ReadonlyMap<string, unknown>;
  /** Whether the reference says something materially else than what the state has learned. */
  differs(state: S, reference: unknown): boolean;
}

/**
 * A rule bound to one model. Deterministic, without I/O and without memory of its own: everything it remembers is in
 * its state S, which is plain JSON (no NaN, Infinity, undefined, Date) and which it may change in place. Calls come
 * in event-time order.
 */
export interface CompiledRule<S = unknown> {
  readonly definition: RuleDefinition;
  /** Indexes of the metrics it reads, none for rules that live by the clock or by others. */
  readonly inputs: readonly number[];
  /**
   * Where the reading of a counter tells a component's age: that metric, and how far (in its unit) a reading given for
   * the installation may lie from what the counter showed.
   */
  readonly installation?: { readonly metric: number; readonly tolerance: number };
  /** Where it judges a part by its life: in which unit of use, and whether by the calendar, that can be extended. */
  readonly extendable?: { readonly unit?: string; readonly calendar: boolean };
  /** Limits that it holds one metric against, in that metric's unit, for charts. */
  readonly limits?: readonly MetricLimit[];
  /** Does once what takes long, such as learning from histories; else the first sample that needs it waits for that. */
  prepare?(): void;
  init(): S;
  /** For a rule with one input: each good sample of it. */
  sample?(state: S, time: Timestamp, value: number, context: FoldContext): void;
  /**
   * For a rule with several inputs: once for each instant at which one of them was sampled, when time has moved past
   * it. `latest` tells which was sampled at that very instant.
   */
  instant?(state: S, time: Timestamp, latest: Latest, context: FoldContext): void;
  event?(state: S, event: AssetEvent, context: FoldContext): void;
  /**
   * The event time at which something happens unless a sample changes it; null when nothing will. It comes after all
   * samples and events of that very time, and never before what the rule was called with last.
   */
  due?(state: S): Timestamp | null;
  /** It is that time, or the end of the maintenance in which that time lay. */
  elapse?(state: S, time: Timestamp, context: FoldContext): void;
  /** How bad its condition is: 0 when clear, else 1 + position in SEVERITIES. For kinds that live by event time alone. */
  level?(state: S): number;
  /** Ids of the rules whose levels it goes by instead of samples. */
  readonly reads?: readonly string[];
  /** For a rule that reads others: after each instant at which they may have changed; their levels in the order of `reads`. */
  react?(state: S, time: Timestamp, levels: readonly number[], context: FoldContext): void;
  /** By the wall clock: whoever lives by what is heard, and when. */
  tick?(state: S, tick: TickTime, heard: Heard, context: FoldContext): void;
  /** Time has come to this without data: the asset's own, which goes on from its newest item. Whether that changed anything. */
  pass?(state: S, time: Timestamp, heard: Heard, context: FoldContext): boolean;
  view?(state: S, at: Timestamp): RuleView;
  /** For people: why it is quiet or firing. */
  standing?(state: S, at: Timestamp): RuleStanding;
  /** For a rule that learns from the other assets of its model; `event` takes what they teach. */
  readonly fleet?: FleetLearning<S>;
  /** The rule is new to the asset: nobody could know before what it has found. */
  introduce?(state: S, time: Timestamp): void;
  /** States again what is active: its rule counts from now on. */
  restate?(state: S, time: Timestamp, context: FoldContext): void;
}

/** A mistake in a rule's parameters that its schema can't express. `path` is relative to the rule. */
export interface RuleProblem {
  readonly path: string;
  readonly message: string;
}

/** One file a kind: its parameters, its checks, its compiler. */
export interface RuleKind<P extends TObject = TObject, S = unknown> {
  readonly kind: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Its parameters, with units and defaults in the descriptions. */
  readonly params: P;
  /** It learns from histories: its parameter `library` names the file, the rule's `histories` are the content. */
  readonly learns?: boolean;
  check(params: Static<P>, model: AssetModel, rule: RuleDefinition): RuleProblem[];
  compile(params: Static<P>, model: AssetModel, rule: RuleDefinition): CompiledRule<S>;
}

/** Whether the event gives the part more life that this rule judges by use or age. */
export function extendsLife(event: AssetEvent, rule: RuleDefinition): event is LifeExtendedEvent {
  const { componentId, failureModeId } = rule;
  return event.type === 'life-extended' && event.componentId === componentId && event.failureModeId === failureModeId;
}

/** Whether the event ends a ticket of what this rule looks for; see its `endedAs`. */
export function closes(event: AssetEvent, { componentId, failureModeId }: RuleDefinition): event is TicketClosedEvent {
  return event.type === 'ticket-closed' && event.componentId === componentId && event.failureModeId === failureModeId;
}

/** Whether the event puts a new component in this place. */
export function installs(event: AssetEvent, componentId: string): event is ComponentInstalledEvent {
  return isInstallation(event) && event.componentId === componentId;
}
