import Type, { type Static } from 'typebox';
import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import { judgeMany } from './anomalyOfMany.ts';
import { judgeOne } from './anomalyOfOne.ts';
import { learningParams, PROFILES } from './baseline.ts';
import { type ConditionState, conditionRule } from './condition.ts';
import { checkCondition, conditionFrame, conditionParams } from './conditionParams.ts';
import { checkDuty, DutyParams } from './duty.ts';
import { checkSubject } from './indicatorChecks.ts';
import { checkRising, DurationText, SeverityName } from './params.ts';
import type { RuleKind, RuleProblem } from './rule.ts';

export const AnomalyParams = Type.Object(
  {
    metric: Type.Optional(Type.String({ description: 'Metric or indicator of the model to watch by itself.' })),
    metrics: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 2,
        maxItems: 12,
        description:
          'Metrics or indicators to watch together: what is unusual is how they go with each other. Instead of metric.',
      }),
    ),
    levels: Type.Array(
      Type.Object(
        {
          limit: Type.Number({
            exclusiveMinimum: 0,
            description:
              'metric: in deviations of the baseline (with cusum: accumulated). metrics: in multiples of the control limit.',
          }),
          severity: SeverityName,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 3, description: 'From the mildest to the worst.' },
    ),
    deadband: Type.Number({ minimum: 0, default: 0, description: 'How far back behind a limit counts as clear.' }),
    direction: Type.Enum(['above', 'below', 'both'], {
      default: 'both',
      description: 'metric: which side of the baseline is bad.',
    }),
    smooth: DurationText(
      'Time constant of an exponentially weighted mean; what is judged and learned is that mean. It steadies noise.',
      '0s',
    ),
    cusum: Type.Optional(
      Type.Object(
        {
          slack: Type.Number({
            exclusiveMinimum: 0,
            default: 0.5,
            description: 'Deviations that count as usual; half of the shift to find.',
          }),
        },
        {
          additionalProperties: false,
          description: 'metric: judges accumulated deviations, which finds small shifts that last.',
        },
      ),
    ),
    duty: Type.Optional(DutyParams),
    ...learningParams,
    expected: Type.Optional(
      Type.Object(
        {
          mean: Type.Number({ description: 'In the unit of the metric.' }),
          deviation: Type.Number({
            exclusiveMinimum: 0,
            description: 'Standard deviation, in the unit of the metric.',
          }),
        },
        { additionalProperties: false, description: 'metric: a baseline that is known. Nothing is learned then.' },
      ),
    ),
    profile: Type.Optional(
      Type.Enum([...PROFILES], { description: 'metric: learns a level for each hour, where these differ by habit.' }),
    ),
    adapt: Type.Optional(
      DurationText(
        'metric: time constant with which the baseline goes on following what is not unusual, as with seasons. Absent: never; a fault that comes slowly would be learned.',
      ),
    ),
    leastDeviation: Type.Number({
      minimum: 0,
      default: 0,
      description: 'metric: least deviation that counts, in its unit, where it was very quiet while learning.',
    }),
    leastShare: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Least deviation that counts, as a share of the learned mean.',
    }),
    confidence: Type.Number({
      minimum: 0.5,
      exclusiveMaximum: 1,
      default: 0.999,
      description: 'metrics: confidence of the control limits.',
    }),
    explained: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.9,
      description: 'metrics: share of the variance that the principal components must explain.',
    }),
    ...conditionParams,
  },
  { additionalProperties: false },
);
export type AnomalyParams = Static<typeof AnomalyParams>;

/** Against what the asset itself was like while it was well. */
export const anomaly: RuleKind<typeof AnomalyParams, ConditionState<unknown>> = {
  kind: 'anomaly',
  summary:
    'A metric, or several together, are not as they were while the asset was well. When to use: no limit is known, or assets differ; the asset is well while it learns; know what the failure looks like before you make it live, since unusual is not yet faulty.',
  params: AnomalyParams,
  check,
  compile(params, model, rule) {
    const frame = conditionFrame(
      params,
      params.levels.map(({ severity }) => severity),
      model,
      rule,
    );
    return params.metrics
      ? conditionRule(frame, judgeMany(params, params.metrics, model))
      : conditionRule(frame, judgeOne(params, params.metric!, model));
  },
};

/** Parameters that mean something for one metric alone. */
const OF_ONE = ['cusum', 'expected', 'profile', 'adapt'] as const;

function check(params: AnomalyParams, model: AssetModel, _rule: RuleDefinition): RuleProblem[] {
  const { metric, metrics, levels } = params;
  const problems: RuleProblem[] = [];
  if ((metric === undefined) === (metrics === undefined)) {
    problems.push({ path: '', message: 'give either metric or metrics' });
  }
  if (metric !== undefined) problems.push(...subjectProblems(model, metric, 'metric'));
  (metrics ?? []).forEach((id, at) => {
    problems.push(...subjectProblems(model, id, `metrics.${at}`));
    if (metrics!.indexOf(id) < at) problems.push({ path: `metrics.${at}`, message: `'${id}' is there twice` });
  });
  const limits = levels.map(({ limit }) => limit);
  problems.push(...checkRising(limits, (at) => `levels.${at}.limit`));
  if (params.deadband >= levels[0]!.limit) {
    const message = `must be lower than the mildest limit (${levels[0]!.limit}), or the finding never clears`;
    problems.push({ path: 'deadband', message });
  }
  for (const name of OF_ONE) {
    if (metrics && params[name] !== undefined)
      problems.push({ path: name, message: 'is for one metric, not for metrics' });
  }
  if (params.expected && params.profile) {
    problems.push({ path: 'profile', message: 'is learned; with an expected baseline nothing is' });
  }
  return [
    ...problems,
    ...checkDuty(params.duty, model, 'duty'),
    ...checkBands(params),
    ...checkCondition(params, model),
  ];
}

/** What is learned of several metrics in several bands is kept with the state of every asset. */
const MOST_LEARNED = 48;

function checkBands({ duty, metrics = [], expected, profile }: AnomalyParams): RuleProblem[] {
  if (!duty) return [];
  const problems: RuleProblem[] = [];
  const bands = duty.edges.length + 1;
  if (metrics.length * bands > MOST_LEARNED) {
    const message = `makes ${bands} bands of ${metrics.length} metrics; at most ${MOST_LEARNED} may be learned (bands × metrics)`;
    problems.push({ path: 'duty.edges', message });
  }
  if (expected) problems.push({ path: 'expected', message: 'is one baseline; with duty there is one for each band' });
  if (profile)
    problems.push({ path: 'profile', message: 'does not go with duty: give the duty that the habit stems from' });
  return problems;
}

function subjectProblems(model: AssetModel, id: string, path: string): RuleProblem[] {
  const subject = checkSubject(model, id, path);
  return 'message' in subject ? [subject] : [];
}
