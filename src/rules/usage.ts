import Type, { type Static } from 'typebox';
import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import { DAY, HOUR, type Timestamp } from '../domain/time.ts';
import { weibullOf } from '../prognostics/weibull.ts';
import type { AlarmTiming } from './alarm.ts';
import { unbrokenTiming } from './conditionParams.ts';
import { extended } from './extendedLife.ts';
import { extendLife } from './extendLife.ts';
import { checkGate, GateParams, gateIfAny } from './gate.ts';
import { checkLifeLevels, LifeLevels, lifeLevels } from './lifeLevels.ts';
import { checkMetric, DurationText, duration, metricIndex } from './params.ts';
import { checkRisk, RiskParams, riskOptions } from './risk.ts';
import {
  type CompiledRule,
  closes,
  extendsLife,
  type FoldContext,
  installs,
  type Latest,
  type RuleKind,
  type RuleProblem,
} from './rule.ts';
import { checkSchedule, compileSchedule, ScheduleParams } from './schedule.ts';
import { stepCounter } from './usageCounter.ts';
import { endLife, takeTaught, usageLearning } from './usageLearning.ts';
import {
  askForInstallation,
  assessLife,
  initUsage,
  installComponent,
  passDays,
  raiseLife,
  renewComponent,
  restateLife,
} from './usageLife.ts';
import type { UsageRisk } from './usageRisk.ts';
import type { LifeOptions, UsageState } from './usageState.ts';
import { viewLife } from './usageStatements.ts';
import { isQuiet, type UsageWear } from './usageWear.ts';

export const UsageParams = Type.Object(
  {
    counter: Type.String({ description: 'Metric that counts usage, or the running signal to integrate.' }),
    form: Type.Enum(['rising', 'remaining-percent', 'running'], {
      default: 'rising',
      description:
        'rising: a counter that goes up; remaining-percent: life left, 100 to 0; running: hours in which the metric is above 0.',
    }),
    life: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          "Rated life in the counter's unit (hours for running). Not for remaining-percent, where it is 100 %.",
      }),
    ),
    calendarLife: Type.Optional(DurationText('Life by the calendar, from installation; whichever comes first counts.')),
    spread: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description:
          'How much the lives of such parts differ: their standard deviation as a share of their mean; half of them outlive the rated life. Default: the rated life is the end of each, by definition.',
      }),
    ),
    weibull: Type.Optional(
      Type.Object(
        {
          shape: Type.Number({ exclusiveMinimum: 0, maximum: 50, description: 'Above 1 where parts wear.' }),
          scale: Type.Number({
            exclusiveMinimum: 0,
            description: "Life that 63.2 % do not outlive, in the counter's unit.",
          }),
        },
        {
          additionalProperties: false,
          description: 'The life of such parts where it is known from elsewhere, instead of spread.',
        },
      ),
    ),
    learn: Type.Optional(
      Type.Boolean({
        description:
          'Failures and replacements in the fleet teach the life of such parts, by model and by batch; spread or weibull is what holds until five have failed. Default: true where spread or weibull is given.',
      }),
    ),
    risk: Type.Optional(
      Type.Object(
        {
          ...RiskParams.properties,
          onDelay: DurationText('How long the risk must stand, in event time, before the finding is raised.', '0s'),
          offDelay: DurationText('How long it must be clear, in event time, before the finding is cleared.', '7d'),
        },
        {
          additionalProperties: false,
          description:
            "Raise by the risk that life ends within the part's lead time and the planning margin, at the usual rate of use.",
        },
      ),
    ),
    levels: Type.Optional(LifeLevels),
    onDelay: DurationText('By wear: how long it must have passed a level, in event time, before that is raised.', '0s'),
    minSamples: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1,
      description:
        'Samples of the counter in a row, beyond a level of wear, that must be there before it is raised; for a risk, which is judged once an hour, as many hours with samples.',
    }),
    deadband: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'By wear: the share of life by which it must fall back below the mildest level to clear the finding, as with what is refilled. Default: it stands until the component is replaced or its life is extended.',
      }),
    ),
    offDelay: DurationText('By wear: how long it must have fallen back, in event time, before it is cleared.', '0s'),
    while: Type.Optional(GateParams),
    schedule: Type.Optional(
      Type.Object(ScheduleParams.properties, {
        additionalProperties: false,
        description:
          'It raises and clears within these hours of the week only; use is counted day and night. Summer time is minded.',
      }),
    ),
    rollover: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'The value after which the counter starts at 0 again.' }),
    ),
    maxRatePerHour: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'Physically possible units an hour; a faster step becomes an adjustment. Default: 1.05 where the unit is h.',
      }),
    ),
    confirmSamples: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 3,
      description: 'Readings that must agree before a reset, an exchange or a leap of the counter is believed.',
    }),
    resetMeansReplaced: Type.Optional(
      Type.Boolean({
        description:
          'The counter belongs to the component and is set back when that is replaced. Default: true for remaining-percent, else false.',
      }),
    ),
    renewedBy: Type.Enum(['replacement', 'closing'], {
      default: 'replacement',
      description:
        'closing: a service that is due by use; closing its ticket is having done it, and the next is counted from then.',
    }),
    maxHold: DurationText('For running: how long a running signal is believed without a further sample.', '1h'),
  },
  { additionalProperties: false },
);
type Params = Static<typeof UsageParams>;

/** Share of a life by which a reading given by hand may differ from the counter. */
const READING_TOLERANCE = 0.05;

/** Remaining-percent readings jitter by rounding; a fall of the used share by up to this is no event. */
const PERCENT_JITTER = 3;

/** A leap by this share of a life must be confirmed, so that one false "empty" raises nothing. */
const LEAP = 0.25;

/** An hour meter counts an hour an hour, up to the error of its clock. */
const HOUR_RATE = 1.05;

/** Life in hours, cycles, pages, m³ and by the calendar, whichever comes first. */
export const usage: RuleKind<typeof UsageParams, UsageState> = {
  kind: 'usage',
  summary:
    'A component has a rated life in a counted unit. When to use: wear follows use more than condition, or nothing measures the condition; by risk where parts must be ordered in time, by wear where a plan says at which share of life to replace.',
  params: UsageParams,
  check,
  compile,
};

function check(params: Params, model: AssetModel): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const metric = checkMetric(model, params.counter, 'counter');
  if ('message' in metric) problems.push(metric);
  else if (metric.kind === 'event' || (metric.kind === 'state' && params.form !== 'running')) {
    problems.push({
      path: 'counter',
      message: `'${metric.id}' is of kind ${metric.kind}; form ${params.form} needs a number`,
    });
  }
  if (params.form === 'remaining-percent' && params.life !== undefined) {
    problems.push({ path: 'life', message: 'form remaining-percent has its life of 100 % built in; leave life out' });
  }
  if (params.form !== 'remaining-percent' && params.life === undefined) {
    problems.push({ path: 'life', message: `form ${params.form} needs a life in the counter's unit` });
  }
  if (params.spread !== undefined && params.weibull) {
    problems.push({ path: 'spread', message: 'weibull says how lives differ; leave spread out' });
  }
  if (params.risk) problems.push(...checkRisk(params.risk, 'risk'));
  problems.push(...checkGate(model, params.while, 'while'), ...checkSchedule(params.schedule, 'schedule'));
  return [...problems, ...checkLifeLevels(params.levels)];
}

function compile(params: Params, model: AssetModel, rule: RuleDefinition): CompiledRule<UsageState> {
  const life = lifeOptions(params, model, rule);
  const count = counting(params, life);
  const learns = !life.isService && (params.learn ?? life.lives !== undefined);
  const counter = metricIndex(model, params.counter);
  const inputs = [...new Set([counter, ...(life.hours.gate?.inputs ?? [])])];

  function take(state: UsageState, time: Timestamp, value: number, context: FoldContext, latest?: Latest): void {
    const quiet = isQuiet(life.hours, time, latest);
    passDays(state, life, time, context);
    count(state, time, value, context);
    if (state.known) assessLife(state, extended(state, life), time, context, quiet);
    else if (!quiet) askForInstallation(state, life, time, context);
  }

  return {
    definition: rule,
    inputs,
    ...(life.byReading &&
      !life.ownCounter && {
        installation: { metric: counter, tolerance: life.life * READING_TOLERANCE },
      }),
    ...(!life.isService && { extendable: { unit: life.unit, calendar: life.calendarLife !== undefined } }),
    init: () => initUsage(life),
    ...(inputs.length === 1
      ? { sample: own(counter, life.hours.gate !== undefined, take) }
      : {
          instant(state: UsageState, time: Timestamp, latest: Latest, context: FoldContext) {
            const value = latest.values[counter]!;
            if (latest.times[counter] === time && !Number.isNaN(value)) take(state, time, value, context, latest);
          },
        }),
    event(state, event, context) {
      if (learns && event.type === 'fleet-learned' && event.ruleId === rule.id) takeTaught(state, life, event);
      if (extendsLife(event, rule)) extendLife(state, life, event, context);
      if (life.isService && closes(event, rule) && event.endedAs !== 'voided' && state.known)
        renewComponent(state, life, event.at, context);
      if (!installs(event, life.componentId)) return;
      installComponent(state, life, event, context);
      assessLife(state, life, event.at, context, isQuiet(life.hours, event.at));
    },
    due: (state) => state.putOff,
    elapse(state, time, context) {
      raiseLife(state, extended(state, life), time, context, isQuiet(life.hours, time));
    },
    pass(state, time, heard, context) {
      return raiseLife(state, extended(state, life), time, context, isQuiet(life.hours, time, heard));
    },
    view: (state, at) => viewLife(state, extended(state, life), at),
    ...(learns && { fleet: usageLearning(life) }),
    restate: (state, time, context) => restateLife(state, extended(state, life), time, context),
  };
}

function lifeOptions(params: Params, model: AssetModel, rule: RuleDefinition): LifeOptions {
  const metric = model.metrics[metricIndex(model, params.counter)]!;
  const percent = params.form === 'remaining-percent';
  const unit = params.form === 'running' ? 'h' : (metric.unit ?? '');
  const life = params.life ?? 100;
  return {
    componentId: rule.componentId,
    metricId: metric.id,
    unit,
    life,
    counter: {
      maxRatePerHour: params.maxRatePerHour ?? (unit === 'h' ? HOUR_RATE : undefined),
      rollover: params.rollover,
      leap: LEAP * life,
      confirm: params.confirmSamples,
      jitter: percent ? PERCENT_JITTER : 0,
    },
    calendarLife: params.calendarLife === undefined ? undefined : duration(params.calendarLife),
    lives: params.weibull ?? (params.spread === undefined ? undefined : weibullOf(life, params.spread)),
    levels: lifeLevels(params),
    wear: usageWear(params),
    risk: params.risk && usageRisk(params.risk, params, model, rule),
    hours: { gate: gateIfAny(model, params.while), schedule: params.schedule && compileSchedule(params.schedule) },
    ownCounter: params.resetMeansReplaced ?? percent,
    byReading: params.form !== 'running',
    isService: params.renewedBy === 'closing',
  };
}

function usageRisk(
  risk: NonNullable<Params['risk']>,
  { minSamples, renewedBy }: Params,
  model: AssetModel,
  rule: RuleDefinition,
): UsageRisk {
  const options = { ...riskOptions(risk, model, rule), timing: timingOf(risk, minSamples) };
  // A service takes parts of its own: the lead time of the component's does not matter.
  return renewedBy === 'closing' ? { ...options, horizon: duration(risk.planningMargin) } : options;
}

/** Undefined where nothing is asked for that takes remembering when a level was passed. */
function usageWear(params: Params): UsageWear | undefined {
  const timing = timingOf(params, params.minSamples);
  const plain = timing.onDelay === 0 && timing.minSamples === 1 && params.deadband === undefined;
  return plain ? undefined : { timing, deadband: params.deadband };
}

function timingOf(delays: { readonly onDelay: string; readonly offDelay: string }, minSamples: number): AlarmTiming {
  return {
    // What was used in a gap is known from the counter.
    ...unbrokenTiming(delays),
    minSamples,
    // Statements are made for wear and risk together.
    updateEvery: Number.POSITIVE_INFINITY,
  };
}

/** The call with the value at hand; the gate, if there is one, goes by the counter itself. */
function own(counter: number, gated: boolean, take: Take) {
  const latest = { values: Array<number>(counter + 1).fill(Number.NaN), times: [] };
  return (state: UsageState, time: Timestamp, value: number, context: FoldContext): void => {
    if (gated) latest.values[counter] = value;
    take(state, time, value, context, latest);
  };
}

type Take = (state: UsageState, time: Timestamp, value: number, context: FoldContext, latest?: Latest) => void;

type Count = (state: UsageState, time: Timestamp, value: number, context: FoldContext) => void;

function counting(params: Params, life: LifeOptions): Count {
  if (params.form === 'running') return integrate(duration(params.maxHold));
  const percent = params.form === 'remaining-percent';
  return (state, time, value, context) => {
    const reading = percent ? 100 - value : value;
    const before = state.counter.reading;
    if (before === null) takeFirstReading(state, life, time, reading);
    const step = stepCounter(state.counter, life.counter, time, reading);
    if (step.used > 0) {
      state.risenAt = time;
      state.leastRise = Math.min(state.leastRise ?? step.used, step.used);
    }
    state.adjusted += step.adjusted;
    state.dayAdjusted += step.adjusted;
    if (step.dropped && life.ownCounter && isRenewal(before!, state.counter.suspectFirst, life.life)) {
      endLife(state, life);
      renewComponent(state, life, time, context);
      state.foundByCounter = true;
      add(state, reading);
    } else {
      add(state, step.used);
      if (life.ownCounter && (step.dropped || step.adjusted > 0)) state.used = reading;
    }
  };
}

/** A component's own counter fell by so much that it is another component, or the same one refilled. */
function isRenewal(before: number, after: number, life: number): boolean {
  return before - after >= Math.min(LEAP * life, before / 2);
}

/** What the component had used when its counter was first heard. */
function takeFirstReading(state: UsageState, life: LifeOptions, time: Timestamp, reading: number): void {
  if (life.ownCounter) {
    state.used = reading;
  } else if (state.baseReading !== null) {
    state.used = Math.max(0, reading - state.baseReading);
    state.baseReading = null;
    state.known = true;
  } else {
    beginNow(state, time);
  }
  state.entry = state.known ? state.used : null;
}

/** Without an installation reading the first one counts as such, if it came within a day. */
function beginNow(state: UsageState, time: Timestamp): void {
  if (state.awaiting !== null) state.known = time - state.awaiting <= DAY;
  state.awaiting = null;
}

function integrate(maxHold: number): Count {
  return (state, time, value) => {
    const { counter } = state;
    if (counter.reading === null) {
      beginNow(state, time);
      state.entry = state.known ? state.used : null;
    } else if (state.running > 0) add(state, Math.min(time - counter.time, maxHold) / HOUR);
    counter.reading = value;
    counter.time = time;
    state.running = value;
  };
}

function add(state: UsageState, used: number): void {
  state.used += used;
  state.dayUsed += used;
}
