import Type, { type Static } from 'typebox';
import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import { severityRank } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { checkGate, GateParams, gateIfAny } from './gate.ts';
import { DurationText, duration, SeverityName } from './params.ts';
import type { CompiledRule, RuleKind, TickTime } from './rule.ts';
import { checkSchedule, compileSchedule, ScheduleParams } from './schedule.ts';

export const SilenceParams = Type.Object(
  {
    after: DurationText(
      'How long nothing may be heard, on the wall clock, counting only time in which Fettle listened.',
    ),
    severity: Type.Optional(SeverityName),
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
  /** When the asset was last heard before the silence that was raised; null while none is raised. */
  since: Timestamp | null;
}

/** No message for too long. The only kind that goes by the wall clock: it acts in `tick` alone. */
export const silence: RuleKind<typeof SilenceParams, SilenceState> = {
  kind: 'silence',
  summary:
    'Nothing was heard for too long. When to use: the asset reports regularly; say in expectedWhile when it may not, and in schedule at what hours it does.',
  params: SilenceParams,
  check: (params, model) => [
    ...checkGate(model, params.expectedWhile, 'expectedWhile'),
    ...checkSchedule(params.schedule, 'schedule'),
  ],
  compile,
};

function compile(params: Params, model: AssetModel, rule: RuleDefinition): CompiledRule<SilenceState> {
  const after = duration(params.after);
  const severity = params.severity ?? 'warning';
  const gate = gateIfAny(model, params.expectedWhile);
  const schedule = params.schedule && compileSchedule(params.schedule);

  const state = (change: 'raised' | 'cleared', lastHeard: Timestamp, now: Timestamp, silentFor: number) => ({
    change,
    severity,
    start: lastHeard,
    time: now,
    window: { from: lastHeard, to: now },
    evidence: { kind: 'silence' as const, lastHeard, silentFor },
  });

  /** How long it has been silent when it should have been heard; less where that is too short anyway. */
  function counted({ now, silentFor, listened }: TickTime, lastHeard: Timestamp): Duration {
    if (!schedule || silentFor < after) return silentFor;
    return schedule.within(lastHeard, now).reduce((sum, { from, to }) => sum + listened(from, to), 0);
  }

  return {
    definition: rule,
    inputs: [],
    init: () => ({ since: null }),
    tick(memory, tick, latest, context) {
      if (tick.lastHeard === null || context.muted) return;
      if (memory.since !== null) {
        // After the clock was put back the asset is heard again when it was received after that.
        if (memory.since > tick.now) memory.since = tick.now;
        if (tick.lastHeard <= memory.since) return;
        context.state(state('cleared', memory.since, tick.now, tick.silentFor));
        memory.since = null;
        return;
      }
      const expected = gate?.holds(latest) ?? false;
      if (expected) return;
      const silentFor = counted(tick, tick.lastHeard);
      if (silentFor < after) return;
      memory.since = tick.lastHeard;
      context.state(state('raised', tick.lastHeard, tick.now, silentFor));
    },
    view: (memory) => ({ level: memory.since === null ? 0 : 1 + severityRank(severity) }),
  };
}
