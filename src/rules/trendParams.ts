import Type, { type Static } from 'typebox';
import type { AssetModel } from '../domain/model.ts';
import { DEGRADATION_MODELS } from '../prognostics/degradation.ts';
import { checkCondition, conditionParams } from './conditionParams.ts';
import { checkSubject } from './indicatorChecks.ts';
import { checkLandmarks, LandmarksParams } from './landmarkParams.ts';
import { checkMetric, DurationText } from './params.ts';
import { checkRisk, RiskParams } from './risk.ts';
import type { RuleProblem } from './rule.ts';
import { checkUsualUse, UsualUseParams } from './usualUseParams.ts';

const spread = Type.Number({
  exclusiveMinimum: 0,
  maximum: 1,
  default: 0.3,
  description: 'Standard deviation as a share of the mean.',
});

const LifeParams = Type.Object(
  {
    time: Type.Optional(
      Type.Object(
        { median: DurationText('Half of them live longer, in calendar time.'), spread },
        { additionalProperties: false },
      ),
    ),
    use: Type.Optional(
      Type.Object(
        {
          median: Type.Number({ exclusiveMinimum: 0, description: 'Half of them live longer, in the unit of `over`.' }),
          spread,
        },
        { additionalProperties: false },
      ),
    ),
    learn: Type.Boolean({
      default: true,
      description:
        'Failures and replacements in the fleet teach the life by what wear goes on with, by model and by batch; what is given here holds until five have failed.',
    }),
  },
  {
    additionalProperties: false,
    description:
      'How long such components usually live: the forecast rests on it until the trend shows, and weighs it with the trend then. Counts only where the installation is known.',
  },
);

const PathParams = Type.Object(
  {
    points: Type.Array(Type.Tuple([Type.Number({ minimum: 0, maximum: 1 }), Type.Number()]), {
      minItems: 2,
      maxItems: 32,
      description: 'Pairs of a share of life, rising from 0 to 1, and the indicator there.',
    }),
    deviation: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.15,
      description: 'How far single units lie off the path, as a share of the way the indicator has come.',
    }),
  },
  { additionalProperties: false, description: 'For model path: the usual course of the indicator over a life.' },
);

const EvidenceParams = Type.Object(
  {
    points: Type.Integer({
      minimum: 4,
      maximum: 40,
      default: 8,
      description: 'Renewals of the forecast that a trend must rest on.',
    }),
    span: DurationText('How long the indicator must have been watched.', '0s'),
    confidence: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.9,
      description: 'With which the indicator must be moving towards its limit, by the interval of Sen (1968).',
    }),
  },
  { additionalProperties: false, default: {} },
);

const RegimeParams = Type.Object(
  {
    metric: Type.String({ description: 'Metric of the model, such as a load, a setpoint or an operating state.' }),
    step: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Values this close are one regime; default: equal values are.' }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'The indicator depends on this as well: how much higher it is in each regime is learned when it is entered, and taken out. The limit is that of the regime seen first.',
  },
);

export const TrendParams = Type.Object(
  {
    metric: Type.String({
      description: 'Metric or indicator of the model that moves towards a limit as the component wears.',
    }),
    direction: Type.Enum(['above', 'below'], { description: 'Which side of the limit is bad.' }),
    limit: Type.Number({
      description:
        "Where life ends, in the metric's unit; with a baseline: in multiples of the level of a new component.",
    }),
    baseline: Type.Optional(
      DurationText(
        'Learn the level of a new component for so long, and take metric and limit as multiples of it: for indicators that differ from unit to unit, such as vibration.',
      ),
    ),
    model: Type.Enum([...DEGRADATION_MODELS, 'path', 'landmarks'], {
      default: 'auto',
      description:
        'linear; exponential: faster the further it is from its base; gamma: wear that never falls; path: a known course over life; landmarks: lives regressed on what units showed at some ages; auto: linear or exponential, whichever explains the record better.',
    }),
    base: Type.Optional(
      Type.Number({
        description:
          'For exponential: the value of a new component, or a little on the good side of it. Default: 0 with direction above; with below, auto is linear without it.',
      }),
    ),
    path: Type.Optional(PathParams),
    landmarks: Type.Optional(LandmarksParams),
    over: Type.Optional(
      Type.String({
        description:
          'A counter of use (running hours, cycles, m³): wear then follows it, and time follows from the rate of use. Default: wear goes on with time.',
      }),
    ),
    useSpread: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.1,
      description: 'How far the rate of use to come may lie off that of this unit so far, as a share; for `over`.',
    }),
    usualUse: Type.Optional(UsualUseParams),
    life: Type.Optional(LifeParams),
    updateEvery: DurationText('How often the forecast is renewed; what comes in between is averaged.', '1h'),
    evidence: EvidenceParams,
    regime: Type.Optional(RegimeParams),
    risk: RiskParams,
    ...conditionParams,
  },
  { additionalProperties: false },
);
export type TrendParams = Static<typeof TrendParams>;

export function checkTrend(params: TrendParams, model: AssetModel): RuleProblem[] {
  return [
    ...checkInputs(params, model),
    ...checkModel(params),
    ...checkPath(params),
    ...checkLandmarks(params.landmarks, params.model, params.over),
    ...checkUsualUse(params.usualUse, params.over),
    ...checkLife(params),
    ...checkRisk(params.risk, 'risk'),
    ...checkCondition(params, model),
  ];
}

function checkInputs({ metric, over, regime }: TrendParams, model: AssetModel): RuleProblem[] {
  const problems: RuleProblem[] = [];
  if (over !== undefined) problems.push(...needNumber(model, over, 'over'));
  if (regime) {
    const found = checkMetric(model, regime.metric, 'regime.metric');
    if ('message' in found) problems.push(found);
  }
  const subject = checkSubject(model, metric, 'metric');
  if ('message' in subject) problems.unshift(subject);
  else if ('kind' in subject) problems.unshift(...needNumber(model, metric, 'metric'));
  return problems;
}

function needNumber(model: AssetModel, id: string, path: string): RuleProblem[] {
  const metric = checkMetric(model, id, path);
  if ('message' in metric) return [metric];
  return metric.kind === 'number' ? [] : [{ path, message: `'${id}' is of kind ${metric.kind}; it must be a number` }];
}

function checkModel({ model, base, direction, limit, path, life, over }: TrendParams): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const sign = direction === 'above' ? 1 : -1;
  if (model === 'exponential' && base === undefined && direction === 'below') {
    problems.push({ path: 'base', message: 'exponential growth downwards needs the value of a new component' });
  }
  const from = base ?? (model === 'exponential' && direction === 'above' ? 0 : undefined);
  if (from !== undefined && (limit - from) * sign <= 0) {
    problems.push({ path: 'base', message: `must be on the good side of the limit (${limit}), not at ${from}` });
  }
  if (model !== 'path') return problems;
  if (!path) problems.push({ path: 'path', message: 'model path needs the points of the usual course' });
  const clock = over === undefined ? 'time' : 'use';
  if (!life?.[clock]) problems.push({ path: `life.${clock}`, message: 'model path needs the usual life in its clock' });
  return problems;
}

function checkPath({ model, path, direction }: TrendParams): RuleProblem[] {
  if (!path) return [];
  if (model !== 'path')
    return [{ path: 'path', message: `model ${model} has no path; leave it out, or say model: path` }];
  const problems: RuleProblem[] = [];
  const sign = direction === 'above' ? 1 : -1;
  path.points.forEach(([share, value], index) => {
    const before = path.points[index - 1];
    const at = `path.points.${index}`;
    if (before && share <= before[0]) problems.push({ path: at, message: `shares must rise (${before[0]} is before)` });
    if (before && (value - before[1]) * sign < 0) {
      problems.push({ path: at, message: `must not turn away from the limit (${before[1]} is before)` });
    }
  });
  if (path.points[0]![0] !== 0)
    problems.push({ path: 'path.points.0', message: 'must be at share 0, a new component' });
  if (path.points.at(-1)![0] !== 1) {
    problems.push({ path: `path.points.${path.points.length - 1}`, message: 'must be at share 1, the end of life' });
  }
  return problems;
}

function checkLife({ life, over }: TrendParams): RuleProblem[] {
  if (life?.use && over === undefined) {
    return [{ path: 'life.use', message: 'there is no counter for it: name it under over' }];
  }
  return [];
}
