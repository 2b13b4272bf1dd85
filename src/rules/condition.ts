import type { AssetEvent, ComponentInstalledEvent } from '../domain/asset.ts';
import type { Evidence, Forecast } from '../domain/finding.ts';
import { type RuleDefinition, type Severity, severityRank } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import {
  type AlarmState,
  type AlarmTiming,
  type AlarmTransition,
  holdAlarm,
  initAlarm,
  pauseAlarm,
  resumeAlarm,
  stepAlarm,
} from './alarm.ts';
import type { Gate } from './gate.ts';
import {
  type CompiledRule,
  type FleetLearning,
  type FoldContext,
  installs,
  type Latest,
  type MetricLimit,
  type RuleStanding,
  type RuleView,
} from './rule.ts';
import type { Schedule } from './schedule.ts';

/** What a judge says of one instant, as levels numbered from 1 (mildest); 0 is clear. */
export interface Verdict {
  /** The worst level whose limit is passed. */
  reached: number;
  /** The worst level that is not yet clear when the deadband is counted in; at least `reached`. */
  held: number;
}

/**
 * What a kind of rule supplies to become a condition rule: how it judges an instant. Pure; everything it remembers is
 * in S, plain JSON of bounded size. Alarm, delays, minimum evidence, gate, schedule, maintenance and renewal of the
 * component are the frame's.
 */
export interface Judge<S> {
  /** Indexes of the metrics it reads. */
  readonly inputs: readonly number[];
  /** Limits on raw metrics, for charts. */
  readonly limits?: readonly MetricLimit[];
  /** Does once what takes long; else the first instant that needs it waits for that. */
  prepare?(): void;
  init(): S;
  /**
   * Takes an instant at which one of the inputs had a good sample and sets both fields of `verdict`; false where nothing can
   * be said yet (too little evidence): the alarm stays as it is.
   */
  judge(state: S, time: Timestamp, latest: Latest, verdict: Verdict): boolean;
  /**
   * Called after an instant was judged that is not clear, or that clears: gathers what a statement rests on. `began`: the
   * condition began with this instant.
   */
  gather?(state: S, began: boolean): void;
  /**
   * For a judge of one metric that remembers nothing of clear values: whether this one is clear of every level. While the
   * alarm is, no more is asked: what most samples of most rules come to.
   */
  isClear?(value: number): boolean;
  /** What a statement at `level` rests on, as of the last instant judged. */
  evidence(state: S, level: number): Evidence;
  forecast?(state: S, time: Timestamp): Forecast | undefined;
  /**
   * The component was renewed: what was learned of the old one must not judge the new one.
   */
  renew(state: S, event: ComponentInstalledEvent): void;
  view?(state: S, at: Timestamp): Omit<RuleView, 'level'>;
  /** How far it has come in learning what is normal; undefined once it knows. */
  learning?(state: S, at: Timestamp): RuleStanding['learning'];
  /** For a kind that learns from the other assets of its model. */
  readonly fleet?: FleetLearning<S>;
  /** Takes a reference that they taught. */
  learn?(state: S, reference: unknown): void;
}

export interface ConditionState<S> {
  alarm: AlarmState;
  own: S;
}

export interface ConditionFrame {
  readonly rule: RuleDefinition;
  /** By level, mildest first. */
  readonly severities: readonly Severity[];
  readonly timing: AlarmTiming;
  /** Only while both hold is anything judged or learned. */
  readonly gate?: Gate;
  readonly schedule?: Schedule;
}

/** A rule made of a judge and the frame that all condition rules share. */
export function conditionRule<S>(frame: ConditionFrame, judge: Judge<S>): CompiledRule<ConditionState<S>> {
  const { rule, severities, timing, gate, schedule } = frame;
  const inputs = [...new Set([...judge.inputs, ...(gate?.inputs ?? [])])];
  const verdict: Verdict = { reached: 0, held: 0 };

  function say(
    state: ConditionState<S>,
    change: Exclude<AlarmTransition, 'none'> | 'reset',
    level: number,
    time: Timestamp,
    context: FoldContext,
  ): void {
    const start = state.alarm.start ?? time;
    const forecast = judge.forecast?.(state.own, time);
    context.state({
      change,
      severity: severities[level - 1]!,
      start,
      time,
      window: { from: start, to: time },
      evidence: judge.evidence(state.own, level),
      ...(forecast && { forecast }),
    });
  }

  function instant(state: ConditionState<S>, time: Timestamp, latest: Latest, context: FoldContext): void {
    const { alarm } = state;
    if ((schedule && !isOpen(schedule, alarm, time)) || (gate && !gate.holds(latest))) pauseAlarm(alarm, timing, time);
    else if (context.muted) holdAlarm(alarm, time);
    else if (judge.judge(state.own, time, latest, verdict)) follow(state, time, context);
  }

  function follow(state: ConditionState<S>, time: Timestamp, context: FoldContext): void {
    const { alarm } = state;
    const before = alarm.level;
    if (before === 0 && verdict.held === 0) {
      holdAlarm(alarm, time);
      return;
    }
    const change = stepAlarm(alarm, timing, time, verdict.reached, verdict.held);
    judge.gather?.(state.own, before === 0 && alarm.since[0] === time);
    if (change !== 'none') say(state, change, alarm.level || before, time, context);
  }

  const level = ({ alarm }: ConditionState<S>) =>
    alarm.level === 0 ? 0 : 1 + severityRank(severities[alarm.level - 1]!);

  return {
    definition: rule,
    inputs,
    limits: judge.limits,
    prepare: () => judge.prepare?.(),
    init: () => ({ alarm: initAlarm(severities.length), own: judge.init() }),
    ...(inputs.length === 1
      ? { sample: single(inputs[0]!, instant, gate || schedule ? undefined : judge.isClear) }
      : { instant: joint(judge.inputs, instant) }),
    ...(judge.fleet && { fleet: ofOwn(judge.fleet) }),
    event(state, event: AssetEvent, context) {
      if (event.type === 'fleet-learned' && event.ruleId === rule.id) judge.learn?.(state.own, event.reference);
      if (!installs(event, rule.componentId)) return;
      if (state.alarm.level > 0) say(state, 'reset', state.alarm.level, event.at, context);
      state.alarm = initAlarm(severities.length);
      judge.renew(state.own, event);
    },
    restate(state, time, context) {
      if (state.alarm.level > 0) say(state, 'raised', state.alarm.level, time, context);
    },
    level,
    standing: ({ alarm, own }, at) => standingOf(alarm, timing, judge.learning?.(own, at)),
    view: (state, at) => ({ ...judge.view?.(state.own, at), level: level(state) }),
  };
}

function standingOf(alarm: AlarmState, timing: AlarmTiming, learning: RuleStanding['learning']): RuleStanding {
  const { onDelay, offDelay, minSamples, maxGap } = timing;
  const { time, level, start, since, counts, clearSince, paused } = alarm;
  const holdsSince = level === 0 ? (since[0] ?? null) : null;
  return {
    time,
    start: level > 0 ? start : null,
    holdsSince,
    clearSince,
    samples: holdsSince === null ? 0 : counts[0]!,
    paused,
    onDelay,
    offDelay,
    minSamples,
    maxGap,
    ...(learning && { learning }),
  };
}

function ofOwn<S>({ lesson, teach, differs }: FleetLearning<S>): FleetLearning<ConditionState<S>> {
  return {
    lesson: ({ own }, time) => lesson(own, time),
    teach,
    differs: ({ own }, reference) => differs(own, reference),
  };
}

type Take<S> = (state: ConditionState<S>, time: Timestamp, latest: Latest, context: FoldContext) => void;

/** Whether the schedule is open; one that opened since the last evaluation takes the alarm up again. */
export function isOpen(schedule: Schedule, alarm: AlarmState, time: Timestamp): boolean {
  const since = schedule.openSince(time);
  if (since === undefined) return false;
  if (alarm.time !== null && alarm.time < since) resumeAlarm(alarm, since);
  return true;
}

/** The call for a rule of several inputs: an instant counts that brought a good sample of what the judge reads. */
function joint<S>(inputs: readonly number[], take: Take<S>): Take<S> {
  return (state, time, latest, context) => {
    for (const input of inputs) {
      if (latest.times[input] === time && !Number.isNaN(latest.values[input])) {
        take(state, time, latest, context);
        return;
      }
    }
  };
}

/** The call for a rule of one input, which the fold makes with the value at hand. */
function single<S>(input: number, take: Take<S>, isClear: Judge<S>['isClear']) {
  const values = Array<number>(input + 1).fill(Number.NaN);
  const times = Array<Timestamp>(input + 1).fill(Number.NEGATIVE_INFINITY);
  const latest: Latest = { values, times };
  return (state: ConditionState<S>, time: Timestamp, value: number, context: FoldContext): void => {
    const { alarm } = state;
    if (isClear && alarm.level === 0 && isClear(value)) {
      holdAlarm(alarm, time);
      return;
    }
    values[input] = value;
    times[input] = time;
    take(state, time, latest, context);
  };
}
