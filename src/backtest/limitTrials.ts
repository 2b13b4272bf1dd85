import type { SideReport } from '../domain/backtest.ts';
import type { Finding } from '../domain/finding.ts';
import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import { betterOf, type LimitTrial, type TrialResult } from '../domain/suggestion.ts';
import { DAY, type Duration, type Timestamp } from '../domain/time.ts';
import type { Repositories } from '../ports/database.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { backtest } from './backtest.ts';
import { knownOutcomes } from './knownOutcomes.ts';
import { limitMoves, limitsOf, reachedBy, withLimits } from './limitMoves.ts';
import { countOf, figuresOf, shownBy, warningLost } from './limitTrial.ts';
import { planBacktest } from './plan.ts';

/** Shorter breaks of a ticket are none, as a day is of a person's work. */
const WITHIN: Duration = DAY;

export interface LimitTrialsParts {
  readonly database: Pick<Repositories, 'assets' | 'events' | 'scores' | 'tickets'>;
  readonly store: Pick<TimeSeriesStore, 'readFrom' | 'retention'>;
  readonly now: Timestamp;
  readonly signal: AbortSignal;
  /** A share of 1. */
  readonly onProgress: (share: number) => Promise<void>;
}

/**
 * Folds the stored history of the assets of a model under today's limits, then once for each of those worth trying.
 *
 * @throws the signal's reason once it is aborted, and an Error where so many tickets would open that they can't be told apart
 */
export async function tryLimits(
  model: AssetModel,
  rule: RuleDefinition,
  parts: LimitTrialsParts,
): Promise<TrialResult> {
  const known = await knownOutcomes(rule, model.id, parts.database);
  const findings: Finding[] = [];
  const sideToday = await fold(model, parts, (finding) => {
    if (finding.ruleId === rule.id) findings.push(finding);
  });
  const shown = shownBy(sideToday, known);
  const counts = { known: countOf(known), shown: countOf(shown) };
  const moves = limitMoves(rule, reachedBy(rule, shown.predictions, findings), shown.missed.length);
  if (moves.length === 0) return { ...counts, tried: [] };
  const today: LimitTrial = { limits: limitsOf(rule)!, figures: figuresOf(sideToday, rule.id, shown) };
  const tried: LimitTrial[] = [];
  for (const limits of moves) {
    await parts.onProgress((1 + tried.length) / (1 + moves.length));
    const moved = withLimits(rule, limits)!;
    const rules = model.rules.map((one) => (one.id === rule.id ? moved : one));
    const side = await fold({ ...model, rules }, parts);
    const lost = warningLost(sideToday, side, shown);
    tried.push({ limits, figures: figuresOf(side, rule.id, shown), ...(lost && { warningLost: lost }) });
  }
  const better = betterOf(today, tried);
  return { ...counts, today, tried, ...(better && { better }) };
}

async function fold(
  model: AssetModel,
  { database, store, now, signal }: LimitTrialsParts,
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<SideReport> {
  const assets = await database.assets.all();
  const plan = planBacktest({ candidates: [model], to: now, within: WITHIN }, { models: [], assets });
  const { candidate } = await backtest(plan, {
    store,
    events: database.events,
    now,
    signal,
    onFinding: (_, finding) => onFinding(finding),
  });
  if (candidate.ticketsLeftOut > 0)
    throw new Error(`so many tickets would open that ${candidate.ticketsLeftOut} of them can't be told apart`);
  return candidate;
}
