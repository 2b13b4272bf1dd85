import Type, { type Static } from 'typebox';
import type { AssetEvent } from '../domain/asset.ts';
import { type AssetModel, type RuleDefinition, severityRank } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import {
  type AlarmState,
  type AlarmTiming,
  type AlarmTransition,
  holdAlarm,
  initAlarm,
  pauseAlarm,
  stepAlarm,
} from './alarm.ts';
import {
  checkGate,
  checkMetric,
  compileGate,
  DurationText,
  duration,
  GateParams,
  metricIndex,
  SeverityName,
} from './params.ts';
import {
  type CompiledRule,
  type FoldContext,
  installs,
  type RuleKind,
  type RuleProblem,
  type Statement,
} from './rule.ts';

export const ThresholdParams = Type.Object(
  {
    metric: Type.String({ description: 'Metric of the model to watch.' }),
    direction: Type.Enum(['above', 'below'], { description: 'Which side of the limit is bad.' }),
    levels: Type.Array(
      Type.Object(
        { limit: Type.Number({ description: "In the metric's unit." }), severity: SeverityName },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 3, description: 'From the mildest to the worst.' },
    ),
    deadband: Type.Number({
      minimum: 0,
      default: 0,
      description: "How far back behind the limit counts as clear, in the metric's unit.",
    }),
    onDelay: DurationText('How long the limit must be passed, in event time, before the finding is raised.', '0s'),
    offDelay: DurationText('How long it must stay clear, in event time, before the finding is cleared.', '0s'),
    maxGap: DurationText('A gap between samples longer than this breaks both delays.', '1d'),
    while: Type.Optional(GateParams),
  },
  { additionalProperties: false },
);
type Params = Static<typeof ThresholdParams>;

interface ThresholdState {
  alarm: AlarmState;
  /** Worst value and number of samples since the condition began. */
  extreme: number;
  samples: number;
}

const UPDATE_EVERY = duration('6h');

/** A limit on one metric, with deadband, on-delay and off-delay in event time (after OPC UA Part 9). */
export const threshold: RuleKind<typeof ThresholdParams, ThresholdState> = {
  kind: 'threshold',
  summary: 'A metric stays beyond a limit. When to use: a limit is known and passing it means something by itself.',
  params: ThresholdParams,
  check,
  compile,
};

function check(params: Params, model: AssetModel): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const metric = checkMetric(model, params.metric, 'metric');
  if ('message' in metric) problems.push(metric);
  else if (metric.kind === 'event') {
    problems.push({ path: 'metric', message: `'${metric.id}' is an event; a threshold needs a number or a state` });
  }
  const sign = params.direction === 'above' ? 1 : -1;
  params.levels.forEach((level, index) => {
    const before = params.levels[index - 1];
    if (before && (level.limit - before.limit) * sign <= 0) {
      const order = params.direction === 'above' ? 'higher' : 'lower';
      problems.push({
        path: `levels.${index}.limit`,
        message: `must be ${order} than the level before (${before.limit})`,
      });
    }
  });
  return [...problems, ...checkGate(model, params.while, 'while')];
}

function compile(params: Params, model: AssetModel, rule: RuleDefinition): CompiledRule<ThresholdState> {
  const input = metricIndex(model, params.metric);
  const describe = statement(params, model);
  const timing = timingOf(params);
  const evaluate = evaluator(params, timing, describe);
  const common = {
    definition: rule,
    limits: params.levels.map(({ limit, severity }) => ({
      metric: input,
      direction: params.direction,
      limit,
      severity,
    })),
    init: () => ({ alarm: initAlarm(params.levels.length), extreme: 0, samples: 0 }),
    event(state: ThresholdState, event: AssetEvent, context: FoldContext) {
      if (!installs(event, rule.componentId)) return;
      const { level } = state.alarm;
      if (level > 0) context.state(describe(state, 'reset', event.at, state.extreme, level));
      state.alarm = initAlarm(params.levels.length);
    },
    restate(state: ThresholdState, time: Timestamp, context: FoldContext) {
      const { level } = state.alarm;
      if (level > 0) context.state(describe(state, 'raised', time, state.extreme, level));
    },
    view: (state: ThresholdState) => ({ level: alarmLevel(params, state.alarm) }),
  };
  if (!params.while) return { ...common, inputs: [input], sample: evaluate };
  const gate = compileGate(model, params.while);
  const gated = (state: ThresholdState, time: Timestamp, value: number, gateValue: number, context: FoldContext) => {
    if (gate.holds(gateValue)) evaluate(state, time, value, context);
    else pauseAlarm(state.alarm, timing, time);
  };
  if (gate.metric === input) {
    return {
      ...common,
      inputs: [input],
      sample: (state, time, value, context) => gated(state, time, value, value, context),
    };
  }
  return {
    ...common,
    inputs: [input, gate.metric],
    instant(state, time, latest, context) {
      if (latest.times[input] !== time) return;
      const value = latest.values[input]!;
      if (!Number.isNaN(value)) gated(state, time, value, latest.values[gate.metric]!, context);
    },
  };
}

function timingOf(params: Params): AlarmTiming {
  return {
    onDelay: duration(params.onDelay),
    offDelay: duration(params.offDelay),
    maxGap: duration(params.maxGap),
    updateEvery: UPDATE_EVERY,
  };
}

function evaluator(params: Params, timing: AlarmTiming, describe: Describe) {
  const sign = params.direction === 'above' ? 1 : -1;
  const limits = params.levels.map((level) => level.limit * sign);
  const released = limits.map((limit) => limit - params.deadband);
  const mildest = released[0]!;

  return (state: ThresholdState, time: Timestamp, value: number, context: FoldContext): void => {
    const signed = value * sign;
    const { alarm } = state;
    if ((signed <= mildest && alarm.level === 0) || context.muted) {
      holdAlarm(alarm, time);
      return;
    }
    const levelBefore = alarm.level;
    const change = stepAlarm(alarm, timing, time, countBelow(limits, signed), countBelow(released, signed));
    if (levelBefore === 0 && alarm.since[0] === time) state.samples = 0;
    gather(state, sign, value);
    if (change !== 'none') context.state(describe(state, change, time, value, alarm.level || levelBefore));
  };
}

type Describe = (
  state: ThresholdState,
  change: Exclude<AlarmTransition, 'none'> | 'reset',
  time: Timestamp,
  value: number,
  level: number,
) => Statement;

function statement(params: Params, model: AssetModel): Describe {
  const unit = model.metrics.find((metric) => metric.id === params.metric)?.unit;
  return (state, change, time, value, raised) => {
    const level = params.levels[raised - 1]!;
    const start = state.alarm.start ?? time;
    return {
      change,
      severity: level.severity,
      start,
      time,
      window: { from: start, to: time },
      evidence: {
        kind: 'threshold',
        metricId: params.metric,
        unit,
        direction: params.direction,
        limit: level.limit,
        value,
        extreme: state.extreme,
        samples: state.samples,
      },
    };
  };
}

function countBelow(limits: readonly number[], value: number): number {
  let count = 0;
  while (count < limits.length && value > limits[count]!) count++;
  return count;
}

function gather(state: ThresholdState, sign: number, value: number): void {
  if (state.samples === 0 || (value - state.extreme) * sign > 0) state.extreme = value;
  state.samples++;
}

function alarmLevel(params: Params, alarm: AlarmState): number {
  const level = params.levels[alarm.level - 1];
  return level ? 1 + severityRank(level.severity) : 0;
}
