import type { LocalText, RuleMode, Severity } from './model.ts';
import { DAY, type Duration, type Timestamp } from './time.ts';

/** A failure that is known to have happened, by which tickets are judged. */
export interface RecordedFailure {
  readonly assetId: string;
  /** A component, or WHOLE_ASSET. */
  readonly componentId: string;
  /** Absent: whichever of the component. */
  readonly failureModeId?: string;
  readonly at: Timestamp;
}

/** See {@link BacktestQuestion.within}. */
export const WITHIN: Duration = 7 * DAY;

/** What to try, and on what. */
export interface BacktestQuestion {
  /** Only tickets that open from here on count; what was before is folded, too, as rules learn from it. */
  readonly from?: Timestamp;
  /** Nothing at or after this time is looked at. */
  readonly to: Timestamp;
  /** A ticket that cleared no longer than this before a failure has warned of it; shorter breaks of a ticket are none. */
  readonly within: Duration;
  /** Absent: the failure records; where there are none either, nothing is judged. */
  readonly failures?: readonly RecordedFailure[];
}

/**
 * `hit`: it stood when the failure came. `false`: it cleared by itself and no failure followed. `unverifiable`: nobody can
 * tell, because a component was renewed or the ticket closed, it still stands at the end, or no failures are recorded.
 */
export const BACKTEST_VERDICTS = ['hit', 'false', 'unverifiable'] as const;
export type BacktestVerdict = (typeof BACKTEST_VERDICTS)[number];

/** How a time in which a ticket stood ended; `standing`: it did not, up to the end of the range. */
export const SPELL_ENDS = ['cleared', 'closed', 'standing'] as const;

/** A time in which a ticket stood, or a rule held: from opening, or opening again, until it cleared or was closed. */
export interface Spell {
  readonly from: Timestamp;
  /** The end of the range where it still stands. */
  readonly to: Timestamp;
  readonly end: (typeof SPELL_ENDS)[number];
}

export interface BacktestTicket {
  readonly assetId: string;
  readonly componentId: string;
  readonly failureModeId: string;
  /** That opened it. */
  readonly ruleId: string;
  /** The worst it came to. */
  readonly severity: Severity;
  /** As it opens: one that a person has to release, or at once. */
  readonly mode: Exclude<RuleMode, 'observe'>;
  readonly title: LocalText;
  readonly openedAt: Timestamp;
  readonly spells: readonly Spell[];
  readonly verdict: BacktestVerdict;
}

/** Whether there was a ticket before a failure. */
export interface JudgedFailure extends RecordedFailure {
  /** From the opening of the ticket to the failure; absent where there was none. */
  readonly warning?: Duration;
}

/** What tickets, or what one rule found, came to. */
export interface BacktestFigures {
  /** Of a rule: those that it opens. */
  readonly tickets: number;
  /** Times that it was raised anew: openings, and openings again after longer breaks. */
  readonly warnings: number;
  readonly hits: number;
  readonly misses: number;
  readonly falses: number;
  readonly unverifiable: number;
  /** Absent where nothing could be judged. */
  readonly falsePerAssetYear?: number;
  /** Over the hits. */
  readonly warning?: { readonly min: Duration; readonly median: Duration; readonly max: Duration };
}

export interface AssetFigures extends BacktestFigures {
  readonly assetId: string;
}

export const RULE_CHANGES = ['same', 'changed', 'new', 'dropped'] as const;
export type RuleChange = (typeof RULE_CHANGES)[number];

export interface RuleReport {
  readonly modelId: string;
  readonly ruleId: string;
  readonly kind: string;
  readonly componentId: string;
  readonly failureModeId: string;
  readonly version: string;
  /** Against the other side. */
  readonly change: RuleChange;
  /** Whether it only observes at all sites of the assets: then it opens no ticket, and its figures are what it would find. */
  readonly observes: boolean;
  readonly figures: BacktestFigures;
  /** Assets on which it found something, or missed a failure. */
  readonly assets: readonly AssetFigures[];
  /** When it would have tripped its cap of tickets an hour, and only proposed from then on. */
  readonly tripsAt?: Timestamp;
  /** How often it threw: a defect of its kind. */
  readonly faults: number;
}

/** What one set of rules would have done. */
export interface SideReport {
  readonly figures: BacktestFigures;
  /** By model and rule, as the models have them. */
  readonly rules: readonly RuleReport[];
  /** Assets with a ticket or a failure, by id. */
  readonly assets: readonly AssetFigures[];
  /** By time. */
  readonly failures: readonly JudgedFailure[];
  /** By opening. */
  readonly tickets: readonly BacktestTicket[];
  /** Tickets beyond those listed: they count all the same. */
  readonly ticketsLeftOut: number;
}

/** What was folded. Only raw samples are: a mean of an hour says nothing of when a limit was crossed. */
export interface BacktestHistory {
  readonly resolution: 'raw';
  readonly assets: number;
  /** In years of 365.25 days, within the range, from an asset's first sample to its last. */
  readonly assetYears: number;
  readonly samples: number;
  readonly firstSample?: Timestamp;
  readonly lastSample?: Timestamp;
  /** Where the range begins before what is kept of samples: when that begins. What was before is left out. */
  readonly rawFrom?: Timestamp;
}

/** What is to be tried, as it is asked for. */
export interface BacktestRequest extends BacktestQuestion {
  /** Asset models in YAML; `fileName` is named in problems. */
  readonly models: readonly { readonly fileName: string; readonly yaml: string }[];
  /** Only these; all assets of the models when absent. */
  readonly assetIds?: readonly string[];
}

export const BACKTEST_STATUSES = ['waiting', 'running', 'done', 'failed'] as const;
export type BacktestStatus = (typeof BACKTEST_STATUSES)[number];

/** A backtest that was asked for. */
export interface Backtest {
  readonly id: string;
  readonly status: BacktestStatus;
  /** A share of 1. */
  readonly progress: number;
  readonly askedAt: Timestamp;
  readonly by: string;
  readonly modelIds: readonly string[];
  readonly assets: number;
  readonly endedAt?: Timestamp;
  /** Why it failed. */
  readonly error?: string;
}

export interface BacktestReport {
  readonly from?: Timestamp;
  readonly to: Timestamp;
  readonly within: Duration;
  readonly models: readonly { readonly id: string; readonly today?: string; readonly candidate: string }[];
  readonly history: BacktestHistory;
  /** Absent where none were given or recorded. */
  readonly failures?: {
    readonly given: number;
    readonly judged: number;
    /** Of assets that were not tried, or outside of the range or of what was heard of their asset. */
    readonly leftOut: number;
    /** Whether they are the failure records, as none were given. */
    readonly areRecords: boolean;
  };
  /** The rules that are in force, on the same assets. */
  readonly today: SideReport;
  readonly candidate: SideReport;
}
