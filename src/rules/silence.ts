import Type, { type Static } from 'typebox';
import type { FindingChange } from '../domain/finding.ts';
import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import { severityRank } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { checkGate, GateParams, gateIfAny } from './gate.ts';
import { checkRising, DurationText, duration, SeverityName } from './params.ts';
import type { CompiledRule, FoldContext, RuleKind, RuleProblem, TickTime } from './rule.ts';
import { checkSchedule, compileSchedule, ScheduleParams } from './schedule.ts';

const After = 'How long nothing may be heard, on the wall clock, counting only time in which Fettle listened.';

export const SilenceParams = Type.Object(
  {
    after: Type.Optional(DurationText(After)),
    severity: Type.Optional(SeverityName),
    levels: Type.Optional(
      Type.Array(Type.Object({ after: DurationText(After), severity: SeverityName }, { additionalProperties: false }), {
        minItems: 1,
        maxItems: 3,
        description: 'From the mildest to the worst, in place of after and severity.',
      }),
    ),
    deadband: DurationText(
      'How much shorter than the silence that raises it a silence must be to count as heard again.',
      '0s',
    ),
    offDelay: DurationText(
      'From the first to the last message, how long it must have been heard again before the finding is cleared.',
      '0s',
    ),
    minSamples: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description:
          'Samples that must have come of an asset before its silence means something. Default: any message.',
      }),
    ),
    expectedWhile: Type.Optional(GateParams),
    schedule: Type.Optional(
      Type.Object(ScheduleParams.properties, {
        additionalProperties: false,
        description:
          'Hours of the week in which it should be heard, such as working hours: only time within them counts. Summer time is minded.',
      }),
    ),
  },
  { additionalProperties: false },
);
type Params = Static<typeof SilenceParams>;

interface SilenceState {
  /** 0 while none is raised. */
  level: number;
  /** When the asset was last heard before the silence that was raised; null while none is raised. */
  start: Timestamp | null;
  /** When it was last heard before its newest silence: a later one when it was heard for too short a time. */
  since: Timestamp | null;
  /** When it was first heard again, while that is too short to clear. */
  heardFrom: Timestamp | null;
}

/** No message for too long. The only kind that goes by the wall clock: it acts in `tick` alone. */
export const silence: RuleKind<typeof SilenceParams, SilenceState> = {
  kind: 'silence',
  summary:
    'Nothing was heard for too long. When to use: the asset reports regularly; say in expectedWhile when it may not, and in schedule at what hours it does.',
  params: SilenceParams,
  check,
  compile,
};

function check(params: Params, model: AssetModel): RuleProblem[] {
  const problems = [
    ...checkGate(model, params.expectedWhile, 'expectedWhile'),
    ...checkSchedule(params.schedule, 'schedule'),
  ];
  if ((params.after === undefined) === (params.levels === undefined)) {
    return [...problems, { path: 'after', message: 'give exactly one of after, levels' }];
  }
  if (params.levels && params.severity) {
    problems.push({ path: 'severity', message: 'each of the levels has its own; leave it out' });
  }
  const afters = levelsOf(params).map(({ after }) => after);
  problems.push(...checkRising(afters, (at) => `levels.${at}.after`));
  if (duration(params.deadband) > 0 && duration(params.deadband) >= afters[0]!) {
    problems.push({ path: 'deadband', message: 'must be shorter than the silence that raises, or it never clears' });
  }
  return problems;
}

function levelsOf({ after, severity = 'warning', levels }: Params) {
  const given = levels ?? [{ after: after!, severity }];
  return given.map((level) => ({ after: duration(level.after), severity: level.severity }));
}

function compile(params: Params, model: AssetModel, rule: RuleDefinition): CompiledRule<SilenceState> {
  const levels = levelsOf(params);
  const mildest = levels[0]!.after;
  const [deadband, offDelay] = [duration(params.deadband), duration(params.offDelay)];
  const gate = gateIfAny(model, params.expectedWhile);
  const schedule = params.schedule && compileSchedule(params.schedule);
  const init = (): SilenceState => ({ level: 0, start: null, since: null, heardFrom: null });

  function say(
    { level, start, since }: SilenceState,
    change: FindingChange,
    { now, offlineSince }: TickTime,
    silentFor: Duration,
    context: FoldContext,
  ): void {
    context.state({
      change,
      severity: levels[level - 1]!.severity,
      start: start!,
      time: now,
      window: { from: start!, to: now },
      evidence: {
        kind: 'silence',
        lastHeard: since!,
        silentFor,
        ...(change !== 'cleared' && offlineSince !== undefined && { offlineSince }),
      },
    });
  }

  /** How long it has been silent when it should have been heard; more, but less than `least`, where that is too short anyway. */
  function counted({ now, silentFor, listened }: TickTime, lastHeard: Timestamp, least: Duration): Duration {
    if (!schedule || silentFor < least) return silentFor;
    return schedule.within(lastHeard, now).reduce((sum, { from, to }) => sum + listened(from, to), 0);
  }

  /** Whether it is still silent, or was heard for too short a time. */
  function goesOn(state: SilenceState, tick: TickTime, lastHeard: Timestamp): boolean {
    if (lastHeard <= state.since!) return true;
    if (deadband === 0 && offDelay === 0) return false;
    const least = mildest - deadband;
    if (counted(tick, lastHeard, least) >= least) {
      state.since = lastHeard;
      state.heardFrom = null;
      return true;
    }
    state.heardFrom ??= lastHeard;
    return lastHeard - state.heardFrom < offDelay;
  }

  /** After the clock was put back the asset is heard again when it was received after that. */
  function minClock(state: SilenceState, now: Timestamp): void {
    if (state.since! > now) state.since = now;
    if (state.start! > now) state.start = now;
    if (state.heardFrom !== null && state.heardFrom > now) state.heardFrom = now;
  }

  return {
    definition: rule,
    inputs: [],
    init,
    tick(state, tick, heard, context) {
      const { lastHeard, now } = tick;
      if (lastHeard === null || context.muted) return;
      if (state.level > 0) {
        minClock(state, now);
        if (!goesOn(state, tick, lastHeard)) {
          say(state, 'cleared', tick, tick.silentFor, context);
          Object.assign(state, init());
          return;
        }
        if (state.heardFrom !== null) return;
      }
      const expected = gate?.holds(heard) ?? false;
      if (expected || heard.samples < (params.minSamples ?? 0)) return;
      const silentFor = counted(tick, lastHeard, mildest);
      const level = levels.filter(({ after }) => silentFor >= after).length;
      if (level <= state.level) return;
      const change = state.level === 0 ? 'raised' : 'escalated';
      state.level = level;
      state.start ??= lastHeard;
      state.since = lastHeard;
      say(state, change, tick, silentFor, context);
    },
    view: ({ level }) => ({ level: level === 0 ? 0 : 1 + severityRank(levels[level - 1]!.severity) }),
  };
}
