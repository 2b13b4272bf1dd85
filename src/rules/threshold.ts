import Type, { type Static } from 'typebox';
import type { AssetModel } from '../domain/model.ts';
import { type ConditionState, conditionRule, type Judge } from './condition.ts';
import { checkCondition, conditionFrame, conditionParams } from './conditionParams.ts';
import { compileIndicator, type Indicator } from './indicator.ts';
import { checkSubject } from './indicatorChecks.ts';
import { checkLimits, compileLimits, type LimitParams, limitParams } from './limitLevels.ts';
import type { RuleKind, RuleProblem } from './rule.ts';

export const ThresholdParams = Type.Object(
  {
    metric: Type.String({ description: 'Metric or indicator of the model to watch.' }),
    ...limitParams,
    ...conditionParams,
  },
  { additionalProperties: false },
);
type Params = Static<typeof ThresholdParams>;

export interface Excess {
  subject: unknown;
  /** As last judged. */
  value: number;
  /** Worst value and number of samples since the condition began. */
  extreme: number;
  samples: number;
}

/** A limit on one metric, with deadband, on-delay and off-delay in event time (after OPC UA Part 9). */
export const threshold: RuleKind<typeof ThresholdParams, ConditionState<Excess>> = {
  kind: 'threshold',
  summary: 'A metric stays beyond a limit. When to use: a limit is known and passing it means something by itself.',
  params: ThresholdParams,
  check,
  compile: (params, model, rule) => {
    const severities = params.levels.map(({ severity }) => severity);
    return conditionRule(
      conditionFrame(params, severities, model, rule),
      limitJudge(compileIndicator(model, params.metric), params),
    );
  },
};

function check(params: Params, model: AssetModel): RuleProblem[] {
  const subject = checkSubject(model, params.metric, 'metric');
  return [...('message' in subject ? [subject] : []), ...checkLimits(params), ...checkCondition(params, model)];
}

/** Judges a number against limits. */
export function limitJudge(subject: Indicator, params: LimitParams): Judge<Excess> {
  const { direction, levels } = params;
  const { unit, metric } = subject;
  const limits = compileLimits(params);
  const sign = direction === 'above' ? 1 : -1;
  return {
    inputs: subject.inputs,
    ...(metric !== undefined && {
      limits: levels.map(({ limit, severity }) => ({ metric, direction, limit, severity })),
      isClear: limits.isClear,
    }),
    init: () => ({ subject: subject.init(), value: 0, extreme: 0, samples: 0 }),
    judge(state, time, latest, verdict) {
      const value = subject.step(state.subject, time, latest);
      if (value === undefined) return false;
      state.value = value;
      limits.judge(value, verdict);
      return true;
    },
    gather(state, began) {
      if (began) state.samples = 0;
      if (state.samples === 0 || (state.value - state.extreme) * sign > 0) state.extreme = state.value;
      state.samples++;
    },
    evidence: ({ value, extreme, samples }, level) => ({
      kind: 'threshold',
      metricId: subject.id,
      unit,
      direction,
      limit: levels[level - 1]!.limit,
      value,
      extreme,
      samples,
    }),
    renew(state) {
      state.subject = subject.init();
      state.samples = 0;
    },
  };
}
