import { type AssetModel, type MetricDefinition, type RuleDefinition, severityRank } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import { type AlarmState, type AlarmTransition, initAlarm, stepAlarm } from './alarm.ts';
import { unbrokenTiming } from './conditionParams.ts';
import { checkEvent, EventParams, numbersOf } from './eventParams.ts';
import { gateIfAny } from './gate.ts';
import { duration, metricIndex } from './params.ts';
import { type CompiledRule, type FoldContext, installs, type RuleKind } from './rule.ts';
import { compileSchedule } from './schedule.ts';

type Occurrence = [time: Timestamp, code: number];

type InWindow = (at: Timestamp) => boolean;

interface EventState {
  alarm: AlarmState;
  /** When the first event of those happened that raised it, or are about to. */
  start: Timestamp | null;
  /** The newest event that counts. */
  last: Timestamp | null;
  /** The code seen last, counted or not. */
  code: number | null;
  /** By level: what was counted last, oldest first, so many that evidence can tell how far beyond its limit it is. */
  recent: Occurrence[][];
}

/** Events remembered for each level, or twice its limit where that is more. */
const REMEMBERED = 20;

/** Fault codes and device alarms, counted within a sliding window of event time. */
export const event: RuleKind<typeof EventParams, EventState> = {
  kind: 'event',
  summary:
    'Fault codes or device alarms come, or come too often. When to use: the device itself reports what is wrong; one code that always matters, or repetition of one that is harmless alone.',
  params: EventParams,
  check: checkEvent,
  compile,
};

function compile(params: EventParams, model: AssetModel, rule: RuleDefinition): CompiledRule<EventState> {
  const input = metricIndex(model, params.metric);
  const metric = model.metrics[input]!;
  const within = duration(params.within);
  const timing = unbrokenTiming(params);
  const gate = gateIfAny(model, params.while);
  const schedule = params.schedule && compileSchedule(params.schedule);
  const counts = matcher(metric, params.codes);
  const levels = params.levels.map(({ count, codes, severity }) => ({
    count,
    /** As many hold it once it is reached. */
    holding: Math.max(1, count - (params.deadband ?? 0)),
    severity,
    counts: codes ? matcher(metric, codes) : counts,
    remembered: Math.max(REMEMBERED, 2 * count),
  }));

  function say(
    state: EventState,
    change: Exclude<AlarmTransition, 'none'> | 'reset',
    raised: number,
    time: Timestamp,
    context: FoldContext,
  ): void {
    const { severity, count } = levels[raised - 1]!;
    const seen = withinWindow(state.recent[raised - 1]!, (state.last ?? time) - within);
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
    levels.forEach((level, at) => {
      const recent = state.recent[at]!;
      if (!level.counts(code)) return;
      recent.push([time, code]);
      if (recent.length > level.remembered) recent.shift();
    });
    follow(state, time, (at) => at >= time - within, context);
  }

  /** Judges at `time` by what is in the window. */
  function follow(state: EventState, time: Timestamp, counting: InWindow, context: FoldContext): void {
    const { alarm } = state;
    const before = alarm.level;
    const seen = state.recent.map((recent) => recent.filter(([at]) => counting(at)));
    const reached = worst(({ count }, at) => seen[at]!.length >= count);
    const change = stepAlarm(alarm, timing, time, reached, Math.max(reached, held(state, seen, counting)));
    if (alarm.level === 0 && alarm.since[0] === null && change === 'none') state.start = null;
    else if (reached > 0) state.start ??= seen[reached - 1]![0]![0];
    if (change !== 'none') say(state, change, alarm.level || before, time, context);
    if (change !== 'cleared') return;
    state.start = null;
    state.recent = seen;
  }

  /** The worst level that is not clear yet: without a deadband the one that is raised, until nothing is left. */
  function held({ alarm, last }: EventState, seen: readonly Occurrence[][], counting: InWindow): number {
    if (params.deadband !== undefined) return worst(({ holding }, at) => seen[at]!.length >= holding);
    return last !== null && counting(last) ? alarm.level : 0;
  }

  function worst(is: (level: (typeof levels)[number], at: number) => boolean): number {
    return levels.reduce((found, level, at) => (is(level, at) ? at + 1 : found), 0);
  }

  /** When too few are left in the window for each level from this one on. */
  function endFrom({ recent }: EventState, first: number): Timestamp {
    const ends = levels.map(({ holding }, at) =>
      at < first ? undefined : recent[at]![recent[at]!.length - holding]?.[0],
    );
    return Math.max(...ends.map((time) => (time ?? Number.NEGATIVE_INFINITY) + within));
  }

  function due(state: EventState): Timestamp | null {
    const { level, since, clearSince } = state.alarm;
    if (level === 0 && since[0] === null) return null;
    const moments = since.flatMap((from, at) =>
      from === null || at < level ? [] : [from + timing.onDelay, endFrom(state, at)],
    );
    if (clearSince !== null) moments.push(clearSince + timing.offDelay);
    else if (level > 0) moments.push(params.deadband === undefined ? state.last! + within : endFrom(state, 0));
    return Math.min(...moments);
  }

  const init = (): EventState => ({
    alarm: initAlarm(levels.length),
    start: null,
    last: null,
    code: null,
    recent: levels.map(() => []),
  });
  const severityLevel = ({ alarm }: EventState) =>
    alarm.level === 0 ? 0 : 1 + severityRank(levels[alarm.level - 1]!.severity);
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
    due,
    elapse(state, time, context) {
      // From this very moment on what is a whole window old has left it.
      follow(state, time, (at) => at > time - within, context);
    },
    event(state, happened, context) {
      if (!installs(happened, rule.componentId)) return;
      if (state.alarm.level > 0) say(state, 'reset', state.alarm.level, happened.at, context);
      Object.assign(state, { ...init(), code: state.code });
    },
    restate(state, time, context) {
      if (state.alarm.level > 0) say(state, 'raised', state.alarm.level, time, context);
    },
    level: severityLevel,
    view: (state) => ({ level: severityLevel(state) }),
  };
}

function matcher(metric: MetricDefinition, codes: EventParams['codes']): (code: number) => boolean {
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
