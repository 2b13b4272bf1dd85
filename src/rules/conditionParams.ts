import Type, { type Static } from 'typebox';
import type { AssetModel, RuleDefinition, Severity } from '../domain/model.ts';
import { HOUR } from '../domain/time.ts';
import type { AlarmTiming } from './alarm.ts';
import type { ConditionFrame } from './condition.ts';
import { checkGate, GateParams, gateIfAny } from './gate.ts';
import { DurationText, duration } from './params.ts';
import type { RuleProblem } from './rule.ts';
import { checkSchedule, compileSchedule, ScheduleParams } from './schedule.ts';

/** The delays of an alarm, for the schema of a kind. */
export const delayParams = {
  onDelay: DurationText('How long the condition must hold, in event time, before the finding is raised.', '0s'),
  offDelay: DurationText('How long it must stay clear, in event time, before the finding is cleared.', '0s'),
};

/** What every condition rule takes beside the parameters of its kind: spread it into the schema of the kind. */
export const conditionParams = {
  ...delayParams,
  maxGap: DurationText('A gap between samples longer than this breaks both delays.', '1d'),
  minSamples: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 1,
    description: 'Samples within the condition that must be there, in a row, before the finding is raised.',
  }),
  while: Type.Optional(GateParams),
  schedule: Type.Optional(ScheduleParams),
};

const ConditionParams = Type.Object(conditionParams);
type ConditionParams = Static<typeof ConditionParams>;

/** A finding that goes on is restated with newer evidence at most this often. */
const UPDATE_EVERY = 6 * HOUR;

export function checkCondition(params: ConditionParams, model: AssetModel): RuleProblem[] {
  return [...checkGate(model, params.while, 'while'), ...checkSchedule(params.schedule, 'schedule')];
}

/** For kinds that know what happened between two evaluations, however far these lie apart. */
export function unbrokenTiming(delays: { readonly onDelay: string; readonly offDelay: string }): AlarmTiming {
  return {
    onDelay: duration(delays.onDelay),
    offDelay: duration(delays.offDelay),
    maxGap: Number.POSITIVE_INFINITY,
    minSamples: 1,
    updateEvery: UPDATE_EVERY,
  };
}

/** The frame of a rule whose parameters passed their schema and check; `severities` by level, mildest first. */
export function conditionFrame(
  params: ConditionParams,
  severities: readonly Severity[],
  model: AssetModel,
  rule: RuleDefinition,
): ConditionFrame {
  return {
    rule,
    severities,
    timing: {
      onDelay: duration(params.onDelay),
      offDelay: duration(params.offDelay),
      maxGap: duration(params.maxGap),
      minSamples: params.minSamples,
      updateEvery: UPDATE_EVERY,
    },
    gate: gateIfAny(model, params.while),
    schedule: params.schedule && compileSchedule(params.schedule),
  };
}
