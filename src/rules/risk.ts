import Type, { type Static } from 'typebox';
import type { AssetModel, RuleDefinition, Severity } from '../domain/model.ts';
import type { Duration } from '../domain/time.ts';
import type { LifeDistribution } from '../prognostics/lifeDistribution.ts';
import type { Verdict } from './condition.ts';
import { checkRising, DurationText, duration, SeverityName } from './params.ts';
import type { RuleProblem } from './rule.ts';

/** How a rule that forecasts the end of a component raises: by the risk that it comes before a planned visit could. */
export const RiskParams = Type.Object(
  {
    planningMargin: DurationText(
      "How long it takes to plan and make the visit, on top of the part's lead time. The two together are the horizon.",
      '7d',
    ),
    levels: Type.Array(
      Type.Object(
        {
          probability: Type.Number({
            exclusiveMinimum: 0,
            maximum: 1,
            description: 'Raised when the end comes within the horizon with at least this probability.',
          }),
          severity: SeverityName,
        },
        { additionalProperties: false },
      ),
      {
        minItems: 1,
        maxItems: 3,
        default: [
          { probability: 0.5, severity: 'warning' },
          { probability: 0.9, severity: 'critical' },
        ],
        description: 'From the mildest to the worst.',
      },
    ),
    deadband: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'How far the probability must fall back below that of a level to count as clear.',
    }),
  },
  { additionalProperties: false, default: {} },
);
export type RiskParams = Static<typeof RiskParams>;

export interface RiskOptions {
  /** The part's lead time and the planning margin: what ends within it can no longer be prevented by a planned visit. */
  readonly horizon: Duration;
  /** By level, mildest first. */
  readonly probabilities: readonly number[];
  readonly severities: readonly Severity[];
  readonly deadband: number;
}

/** What evidence says of the risk. */
export interface RiskEvidence {
  /** That the end comes within the horizon. */
  readonly probability: number;
  /** Lead time of the part and planning margin. */
  readonly horizon: Duration;
}

export function checkRisk({ levels, deadband }: RiskParams, path: string): RuleProblem[] {
  const problems = checkRising(
    levels.map(({ probability }) => probability),
    (index) => `${path}.levels.${index}.probability`,
  );
  const mildest = levels[0]!.probability;
  if (deadband >= mildest) {
    const message = `must be lower than the mildest level (${mildest}), or the finding never clears`;
    problems.push({ path: `${path}.deadband`, message });
  }
  return problems;
}

/** Binds the parameters to the component of the rule; without a part there is no lead time. */
export function riskOptions(params: RiskParams, model: AssetModel, { componentId }: RuleDefinition): RiskOptions {
  const component = model.components.find(({ id }) => id === componentId);
  return {
    horizon: (component?.part?.leadTime ?? 0) + duration(params.planningMargin),
    probabilities: params.levels.map(({ probability }) => probability),
    severities: params.levels.map(({ severity }) => severity),
    deadband: params.deadband,
  };
}

/**
 * Judges a forecast made at this moment: a level is reached when P(end within the horizon) is at least its
 * probability, and held until it falls behind that by more than the deadband. Sets both fields of `verdict`; returns
 * what evidence says of it.
 */
export function riskVerdict(life: LifeDistribution, options: RiskOptions, verdict: Verdict): RiskEvidence {
  const { horizon } = options;
  const probability = life.within(horizon);
  judgeRisk(probability, options, verdict);
  return { probability, horizon };
}

/** The same for a probability that was worked out before. */
export function judgeRisk(probability: number, { probabilities, deadband }: RiskOptions, verdict: Verdict): void {
  verdict.reached = countUpTo(probabilities, probability);
  verdict.held = countUpTo(probabilities, probability + deadband);
}

function countUpTo(limits: readonly number[], value: number): number {
  let count = 0;
  while (count < limits.length && limits[count]! <= value) count++;
  return count;
}
