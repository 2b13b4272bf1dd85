import { medianSorted, quantileSorted } from 'simple-statistics';
import type { Evidence, Finding } from '../domain/finding.ts';
import type { RuleDefinition } from '../domain/model.ts';
import type { KnownPrediction } from './limitTrial.ts';

const KINDS = ['threshold', 'rate-of-change', 'anomaly'] as const;
/** Shares of the unwanted predictions that a stricter limit is to spare. */
const SPARED = [0.25, 0.5, 0.75, 1];
/** How far a milder limit goes, in the usual distance of what was found from the limit. */
const LOWERED = [0.5, 1];
/** A limit lies beyond what it is to spare by this share of its distance from the limit of now. */
const BEYOND = 0.02;

interface Level {
  readonly limit: number;
}

/** How far a prediction went, and whether its ticket was worth it. */
export interface Reached {
  readonly extreme: number;
  readonly isWorth: boolean;
}

/** Limits of a rule, mildest first; undefined where its kind has none that could be moved. */
export function limitsOf({ kind, params }: RuleDefinition): number[] | undefined {
  if (!KINDS.some((movable) => movable === kind)) return undefined;
  return (params.levels as readonly Level[]).map(({ limit }) => limit);
}

/** How far predictions went, by what the rule found while their tickets stood; left out where it found nothing. */
export function reachedBy(
  rule: RuleDefinition,
  predictions: readonly KnownPrediction[],
  findings: readonly Finding[],
): Reached[] {
  const sign = signOf(rule);
  return predictions.flatMap(({ place, from, to, isWorth }) => {
    const own = findings.filter(
      ({ assetId, ruleId, window }) =>
        ruleId === rule.id && assetId === place.assetId && window.from <= to && window.to >= from,
    );
    const extremes = own.map(({ evidence }) => extremeOf(evidence)).filter((extreme) => extreme !== undefined);
    const worst = Math.max(...extremes.map((extreme) => sign * extreme));
    return extremes.length === 0 ? [] : [{ extreme: sign * worst, isWorth }];
  });
}

/** In the unit of the limits. */
function extremeOf(evidence: Evidence): number | undefined {
  if (evidence.kind === 'threshold') return evidence.extreme;
  return evidence.kind === 'anomaly' ? evidence.worst : undefined;
}

/** The rule with other limits; undefined where they would not go from the mildest to the worst. */
export function withLimits(rule: RuleDefinition, limits: readonly number[]): RuleDefinition | undefined {
  const sign = signOf(rule);
  const inOrder = limits.every((limit, at) => at === 0 || sign * (limit - limits[at - 1]!) > 0);
  if (!inOrder) return undefined;
  const levels = (rule.params.levels as readonly Level[]).map((level, at) => ({ ...level, limit: limits[at]! }));
  return { ...rule, params: { ...rule.params, levels } };
}

/** Limits that are worth trying: stricter ones that spare unwanted predictions, and milder ones where failures were missed. */
export function limitMoves(rule: RuleDefinition, reached: readonly Reached[], missed: number): number[][] {
  const today = limitsOf(rule);
  if (!today) return [];
  const sign = signOf(rule);
  const mildest = today[0]!;
  const beyond = ({ extreme }: Reached) => Math.max(0, sign * (extreme - mildest));
  const unwanted = sorted(reached.filter(({ isWorth }) => !isWorth).map(beyond));
  const all = sorted(reached.map(beyond));
  const stricter = unwanted.length > 0 ? SPARED.map((share) => (1 + BEYOND) * quantileSorted(unwanted, share)) : [];
  const milder = missed > 0 && all.length > 0 ? LOWERED.map((share) => -share * medianSorted(all)) : [];
  const moves = [...new Set([...milder, ...stricter].filter((move) => move !== 0))];
  return moves
    .map((move) => today.map((limit, level) => (level === 0 ? rounded(limit + sign * move, Math.abs(move)) : limit)))
    .filter((limits) => withLimits(rule, limits) !== undefined && limits[0] !== mildest);
}

/** To two digits of how far it moves: no more than the evidence bears. */
function rounded(value: number, move: number): number {
  const step = 10 ** (Math.floor(Math.log10(move)) - 1);
  const digits = Math.max(0, -Math.round(Math.log10(step)));
  return Number((Math.round(value / step) * step).toFixed(Math.min(20, digits)));
}

/** An anomaly is judged by deviations, which only rise. */
function signOf({ kind, params }: RuleDefinition): 1 | -1 {
  return kind !== 'anomaly' && params.direction === 'below' ? -1 : 1;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
