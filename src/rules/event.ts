import Type, { type Static } from 'typebox';
import { type AssetModel, type MetricDefinition, type RuleDefinition, severityRank } from '../domain/model.ts';
import { HOUR, type Timestamp } from '../domain/time.ts';
import { checkGate, GateParams, gateIfAny } from './gate.ts';
import { checkMetric, DurationText, duration, metricIndex, SeverityName } from './params.ts';
import { type CompiledRule, type FoldContext, installs, type RuleKind, type RuleProblem } from './rule.ts';
import { checkSchedule, compileSchedule, ScheduleParams } from './schedule.ts';

const Codes = (description: string) =>
  Type.Array(Type.Union([Type.String(), Type.Integer()]), { minItems: 1, maxItems: 100, description });

export const EventParams = Type.Object(
  {
    metric: Type.String({ description: 'Metric of kind event or state: fault codes, device alarms.' }),
    codes: Type.Optional(
      Codes('Codes that count, as symbols of the metric or numbers. Default: every code other than 0.'),
    ),
    within: DurationText('The window, in event time. The finding clears when nothing was counted for as long.'),
    levels: Type.Array(
      Type.Object(
        {
          count: Type.Integer({ minimum: 1, maximum: 100, description: 'As many within the window.' }),
          codes: Type.Optional(Codes('Only these of the codes count for this level.')),
          severity: SeverityName,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 3, description: 'From the mildest to the worst.' },
    ),
    counted: Type.Enum(['each', 'change'], {
      default: 'each',
      description: 'each: every sample. change: for devices that send the present code again and again, its first.',
    }),
    while: Type.Optional(GateParams),
    schedule: Type.Optional(ScheduleParams),
  },
  { additionalProperties: false },
);
type Params = Static<typeof EventParams>;
type Occurrence = [time: Timestamp, code: number];

interface EventState {
  /** The worst level raised since it was last clear. */
  level: number;
  /** When the first event that raised it happened. */
  start: Timestamp | null;
  stated: Timestamp | null;
  /** The newest event that counts. */
  last: Timestamp | null;
  /** The code seen last, counted or not. */
  code: number | null;
  /** By level: what was counted last, oldest first, so many that evidence can tell how far beyond its limit it is. */
  recent: Occurrence[][];
}

/** Events remembered for each level, or twice its limit where that is more. */
const REMEMBERED = 20;
const UPDATE_EVERY = 6 * HOUR;

/** Fault codes and device alarms, counted within a sliding window of event time. */
export const event: RuleKind<typeof EventParams, EventState> = {
  kind: 'event',
  summary:
    'Fault codes or device alarms come, or come too often. When to use: the device itself reports what is wrong; one code that always matters, or repetition of one that is harmless alone.',
  params: EventParams,
  check,
  compile,
};

function check(params: Params, model: AssetModel): RuleProblem[] {
  const common = [...checkGate(model, params.while, 'while'), ...checkSchedule(params.schedule, 'schedule')];
  const metric = checkMetric(model, params.metric, 'metric');
  if ('message' in metric) return [metric, ...common];
  if (metric.kind === 'number') {
    const message = `'${metric.id}' is a number; events are counted of a metric of kind event or state`;
    return [{ path: 'metric', message }, ...common];
  }
  return [
    ...checkCodes(metric, params.codes, 'codes'),
    ...params.levels.flatMap(({ codes }, at) => [
      ...checkCodes(metric, codes, `levels.${at}.codes`),
      ...checkSubset(metric, params.codes, codes, `levels.${at}.codes`),
    ]),
    ...checkOrder(params),
    ...common,
  ];
}

function checkCodes(metric: MetricDefinition, codes: Params['codes'], path: string): RuleProblem[] {
  return (codes ?? []).flatMap((code, at) => {
    if (typeof code === 'number' || metric.codes?.[code] !== undefined) return [];
    const known = Object.keys(metric.codes ?? {}).join(', ') || 'none';
    return [{ path: `${path}.${at}`, message: `'${code}' is no code of ${metric.id}; its codes are: ${known}` }];
  });
}

function checkSubset(
  metric: MetricDefinition,
  all: Params['codes'],
  some: Params['codes'],
  path: string,
): RuleProblem[] {
  if (!all || !some) return [];
  const counted = numbersOf(metric, all);
  return some.flatMap((code, at) =>
    counted.includes(numbersOf(metric, [code])[0]!)
      ? []
      : [{ path: `${path}.${at}`, message: `'${code}' does not count, since it is not among the rule's codes` }],
  );
}

/** A worse level with the same codes must take more, or the milder would never show. */
function checkOrder({ levels }: Params): RuleProblem[] {
  return levels.flatMap((level, at) => {
    const before = levels[at - 1];
    if (!before || JSON.stringify(before.codes) !== JSON.stringify(level.codes) || level.count > before.count)
      return [];
    return [{ path: `levels.${at}.count`, message: `must be higher than the level before (${before.count})` }];
  });
}

function numbersOf({ codes = {} }: MetricDefinition, wanted: readonly (string | number)[]): number[] {
  return wanted.map((code) => (typeof code === 'number' ? code : codes[code]!));
}

function compile(params: Params, model: AssetModel, rule: RuleDefinition): CompiledRule<EventState> {
  const input = metricIndex(model, params.metric);
  const metric = model.metrics[input]!;
  const within = duration(params.within);
  const gate = gateIfAny(model, params.while);
  const schedule = params.schedule && compileSchedule(params.schedule);
  const counts = matcher(metric, params.codes);
  const levels = params.levels.map(({ count, codes, severity }) => ({
    count,
    severity,
    counts: codes ? matcher(metric, codes) : counts,
    remembered: Math.max(REMEMBERED, 2 * count),
  }));

  function say(
    state: EventState,
    change: 'raised' | 'escalated' | 'updated' | 'cleared' | 'reset',
    time: Timestamp,
    context: FoldContext,
  ): void {
    const { severity, count } = levels[state.level - 1]!;
    const seen = withinWindow(state.recent[state.level - 1]!, (state.last ?? time) - within);
    context.state({
      change,
      severity,
      start: state.start ?? time,
      time,
      window: { from: state.start ?? time, to: time },
      evidence: {
        kind: 'event',
        metricId: metric.id,
        codes: namesOf(metric, seen),
        count: seen.length,
        limit: count,
        within,
        last: state.last ?? time,
      },
    });
  }

  function take(state: EventState, time: Timestamp, code: number, open: boolean, context: FoldContext): void {
    const repeated = params.counted === 'change' && state.code === code;
    state.code = code;
    if (!open || repeated || context.muted || !counts(code)) return;
    state.last = time;
    const before = state.level;
    levels.forEach((level, at) => {
      const recent = state.recent[at]!;
      if (!level.counts(code)) return;
      recent.push([time, code]);
      if (recent.length > level.remembered) recent.shift();
      if (withinWindow(recent, time - within).length >= level.count && at >= state.level) state.level = at + 1;
    });
    if (state.level > before) {
      if (before === 0) state.start = withinWindow(state.recent[state.level - 1]!, time - within)[0]![0];
      state.stated = time;
      say(state, before === 0 ? 'raised' : 'escalated', time, context);
    } else if (before > 0 && time - state.stated! >= UPDATE_EVERY) {
      state.stated = time;
      say(state, 'updated', time, context);
    }
  }

  const init = (): EventState => ({
    level: 0,
    start: null,
    stated: null,
    last: null,
    code: null,
    recent: levels.map(() => []),
  });
  const severityLevel = (state: EventState) =>
    state.level === 0 ? 0 : 1 + severityRank(levels[state.level - 1]!.severity);
  const inHours = (time: Timestamp) => !schedule || schedule.openSince(time) !== undefined;
  const inputs = [...new Set([input, ...(gate?.inputs ?? [])])];

  return {
    definition: rule,
    inputs,
    init,
    ...(inputs.length === 1
      ? {
          sample: (state: EventState, time: Timestamp, code: number, context: FoldContext) =>
            take(state, time, code, inHours(time), context),
        }
      : {
          instant(state, time, latest, context) {
            const code = latest.values[input]!;
            if (latest.times[input] !== time || Number.isNaN(code)) return;
            take(state, time, code, inHours(time) && gate!.holds(latest), context);
          },
        }),
    due: (state) => (state.level === 0 ? null : state.last! + within),
    elapse(state, time, context) {
      say(state, 'cleared', time, context);
      Object.assign(state, { ...init(), code: state.code });
    },
    event(state, happened, context) {
      if (!installs(happened, rule.componentId)) return;
      if (state.level > 0) say(state, 'reset', happened.at, context);
      Object.assign(state, { ...init(), code: state.code });
    },
    restate(state, time, context) {
      if (state.level > 0) say(state, 'raised', time, context);
    },
    level: severityLevel,
    view: (state) => ({ level: severityLevel(state) }),
  };
}

function matcher(metric: MetricDefinition, codes: Params['codes']): (code: number) => boolean {
  if (!codes) return (code) => code !== 0;
  const wanted = new Set(numbersOf(metric, codes));
  return (code) => wanted.has(code);
}

/** Events from `from` on, both ends of a window included. */
function withinWindow(recent: readonly Occurrence[], from: Timestamp): readonly Occurrence[] {
  return recent.filter(([time]) => time >= from);
}

function namesOf({ codes = {} }: MetricDefinition, seen: readonly Occurrence[]): string[] {
  const names = new Map(Object.entries(codes).map(([name, code]) => [code, name]));
  return [...new Set(seen.map(([, code]) => names.get(code) ?? String(code)))];
}
