import type { LocalText } from './model.ts';
import { SUGGESTION_REASONS as WHY } from './suggestionReasons.ts';
import type { Duration, Timestamp } from './time.ts';

/** Of fewer outcomes chance says more than the rule does. */
export const LEAST_OUTCOMES = 20;

/** What limits did for the outcomes that are known, or would have done. */
export interface LimitFigures {
  /** Failures, and faults found before they were failures, that had a ticket in time. */
  readonly hits: number;
  /** Those that had none. */
  readonly misses: number;
  /** Predictions that were false, or too early to be of use, and have a ticket all the same. */
  readonly falses: number;
  /** Tickets of which nobody knows what they would have come to. */
  readonly unverifiable: number;
}

/** How much later tickets for the same faults open than under today's limits; negative where they open sooner. */
export interface WarningLost {
  readonly median: Duration;
  readonly most: Duration;
}

export interface LimitTrial {
  /** Of the levels of the rule, mildest first, in the unit of its parameters. */
  readonly limits: readonly number[];
  readonly figures: LimitFigures;
  /** Absent for today's limits, and where no fault has a ticket under both. */
  readonly warningLost?: WarningLost;
}

/** What trials on stored history showed. */
export interface TrialResult {
  /** Outcomes that were known. */
  readonly known: number;
  /** Those that the stored history shows again under today's limits: the figures count these only. */
  readonly shown: number;
  /** Absent where there was nothing to try. */
  readonly today?: LimitTrial;
  readonly tried: readonly LimitTrial[];
  /** That serves better than today's, where one does. */
  readonly better?: LimitTrial;
}

export const TRIAL_STATUSES = ['waiting', 'running', 'done', 'failed'] as const;

/** A trial of other limits of a rule that was asked for. */
export interface RuleTrial {
  /** Of the rule that was tried. */
  readonly ruleVersion: string;
  readonly status: (typeof TRIAL_STATUSES)[number];
  /** A share of 1. */
  readonly progress: number;
  readonly askedAt: Timestamp;
  readonly by: string;
  readonly endedAt?: Timestamp;
  /** Why it failed. */
  readonly error?: string;
  /** Once it is done. */
  readonly result?: TrialResult;
}

/** Whether the limits of a rule should be moved. */
export interface Suggestion {
  readonly modelId: string;
  readonly ruleId: string;
  /** How many predictions and misses of the rule tell whether its limits are well chosen. */
  readonly outcomes: number;
  /** Why to move them, or why there is nothing to suggest. */
  readonly reason: LocalText;
  /** The limits to move to. */
  readonly suggested?: LimitTrial;
  /** The last one of the rule. */
  readonly trial?: RuleTrial;
}

/** What is known of a rule. */
export interface RuleExperience {
  readonly kind: string;
  readonly version: string;
  /** Undefined where the rule has none that could be moved. */
  readonly limits: readonly number[] | undefined;
  readonly outcomes: number;
  readonly trial: RuleTrial | undefined;
}

/** What may be said of a rule: limits only where enough outcomes are known and a trial of the rule as it is now bears them out. */
export function suggest(experience: RuleExperience): Pick<Suggestion, 'reason' | 'suggested'> {
  const { kind, version, limits, outcomes, trial } = experience;
  if (!limits) return { reason: WHY.noLimits(kind) };
  if (trial?.status === 'waiting' || trial?.status === 'running') return { reason: WHY.running(trial.progress) };
  if (outcomes < LEAST_OUTCOMES) return { reason: WHY.tooFew(outcomes, LEAST_OUTCOMES) };
  if (!trial) return { reason: WHY.untried(outcomes) };
  if (trial.ruleVersion !== version) return { reason: WHY.changed(trial.askedAt) };
  if (!trial.result) return { reason: WHY.failed(trial.error ?? '') };
  return conclude(trial.result);
}

function conclude({ known, shown, today, tried, better }: TrialResult): Pick<Suggestion, 'reason' | 'suggested'> {
  if (shown < LEAST_OUTCOMES) return { reason: WHY.tooFewShown(shown, known, LEAST_OUTCOMES) };
  if (!today) return { reason: WHY.nothingToTry(shown) };
  if (!better) return { reason: WHY.noneBetter(tried.length, shown) };
  return { reason: WHY.better(today, better, shown), suggested: better };
}

/**
 * The trial that beats today's limits: it loses no hit, and has fewer falses or more hits, with no more tickets of which nobody
 * knows than it has more hits. Of several the one with the most hits, then the fewest falses, then the one that moves least.
 */
export function betterOf(today: LimitTrial, tried: readonly LimitTrial[]): LimitTrial | undefined {
  const { hits, falses, unverifiable } = today.figures;
  const distance = ({ limits }: LimitTrial) => Math.abs(limits[0]! - today.limits[0]!);
  return tried
    .filter(({ figures }) => figures.hits >= hits && figures.falses <= falses)
    .filter(({ figures }) => figures.hits > hits || figures.falses < falses)
    .filter(({ figures }) => figures.unverifiable - unverifiable <= figures.hits - hits)
    .sort(
      (a, b) =>
        b.figures.hits - a.figures.hits ||
        a.figures.falses - b.figures.falses ||
        a.figures.unverifiable - b.figures.unverifiable ||
        distance(a) - distance(b),
    )[0];
}
