import Type, { type Static } from 'typebox';
import { type AssetModel, type RuleDefinition, SEVERITIES, type Severity, severityRank } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import { type AlarmState, type AlarmTransition, initAlarm, stepAlarm } from './alarm.ts';
import { isOpen } from './condition.ts';
import { delayParams, unbrokenTiming } from './conditionParams.ts';
import { DurationText, duration, SeverityName } from './params.ts';
import { type CompiledRule, type FoldContext, installs, type RuleKind, type RuleProblem } from './rule.ts';
import { checkSchedule, compileSchedule, ScheduleParams } from './schedule.ts';

const Need = Type.Union([Type.Enum(['all', 'any']), Type.Integer({ minimum: 1 })], {
  description: 'How many of the rules must be met: all, any or a number.',
});

export const CompositeParams = Type.Object(
  {
    of: Type.Array(
      Type.Union([
        Type.String(),
        Type.Object(
          {
            rule: Type.String(),
            severity: Type.Enum([...SEVERITIES], { description: 'Met only from this severity of its finding on.' }),
          },
          { additionalProperties: false },
        ),
      ]),
      {
        minItems: 1,
        maxItems: 12,
        description:
          'Ids of rules of this model. They are often only observed; what they find is met while it is raised.',
      },
    ),
    within: DurationText(
      'The window, in event time: what was met counts for as long after it cleared. 0s: all at the same time.',
      '0s',
    ),
    levels: Type.Array(Type.Object({ need: Need, severity: SeverityName }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 3,
      description: 'From the mildest to the worst.',
    }),
    deadband: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'How many fewer than a level needs may be met before it counts as clear; one at least must be.',
    }),
    ...delayParams,
    schedule: Type.Optional(
      Type.Object(ScheduleParams.properties, {
        additionalProperties: false,
        description:
          'It raises and clears within these hours of the week only; what its rules find counts day and night. Summer time is minded.',
      }),
    ),
  },
  { additionalProperties: false },
);
type Params = Static<typeof CompositeParams>;

interface Member {
  /** Since when it is met, or was last; null when it never was. */
  from: Timestamp | null;
  /** When it was met no more; null while it is. */
  until: Timestamp | null;
}

interface CompositeState {
  alarm: AlarmState;
  members: Member[];
  /** When it was last to be judged outside its hours, since it was judged within them. */
  waiting: Timestamp | null;
}

/** All, any or n of m of other rules' conditions within a window of event time. */
export const composite: RuleKind<typeof CompositeParams, CompositeState> = {
  kind: 'composite',
  summary:
    'Several other rules find something within a window. When to use: each of them alone is raised too often, or proves too little; let those be observed, and make this one live.',
  params: CompositeParams,
  check,
  compile,
};

/** What a composite reads; of rules that passed the schema of their kind. */
function readsOf({ params }: RuleDefinition): string[] {
  return (params as Params).of.map((member) => (typeof member === 'string' ? member : member.rule));
}

/** Kinds that go by the wall clock or by a life: whether they are met depends on when somebody looks. */
const NOT_BY_EVENTS = ['silence', 'usage', 'calendar'];

function check(params: Params, model: AssetModel, rule: RuleDefinition): RuleProblem[] {
  const reads = readsOf(rule);
  const problems = reads.flatMap((id, at) => checkMember(model, rule, id, reads.indexOf(id) < at, `of.${at}`));
  const needs = params.levels.map(({ need }) => needed(need, reads.length));
  needs.forEach((need, at) => {
    const before = needs[at - 1];
    const path = `levels.${at}.need`;
    if (need > reads.length) problems.push({ path, message: `is more than there are rules (${reads.length})` });
    if (before !== undefined && need <= before) {
      problems.push({ path, message: `must be more than the level before (${before})` });
    }
  });
  return [...problems, ...checkSchedule(params.schedule, 'schedule')];
}

function checkMember(
  model: AssetModel,
  { id: own }: RuleDefinition,
  id: string,
  twice: boolean,
  path: string,
): RuleProblem[] {
  const others = model.rules.filter(({ id: other, kind }) => other !== own && !NOT_BY_EVENTS.includes(kind));
  const member = model.rules.find((candidate) => candidate.id === id);
  if (id === own) return [{ path, message: 'a rule cannot read itself' }];
  if (twice) return [{ path, message: `'${id}' is there twice` }];
  if (!member) {
    const known = others.map((other) => other.id).join(', ') || 'none';
    return [{ path, message: `the model has no rule '${id}' that could be read; there are: ${known}` }];
  }
  if (NOT_BY_EVENTS.includes(member.kind)) {
    return [
      { path, message: `'${id}' is of kind ${member.kind}, which goes by the clock or a life and not by events` },
    ];
  }
  const cycle = pathTo(model, id, own);
  return cycle ? [{ path, message: `'${id}' reads this rule in turn: ${[own, ...cycle].join(' → ')}` }] : [];
}

/** How `from` leads to `to` through composites, both included; undefined where it does not. */
function pathTo(model: AssetModel, from: string, to: string, seen: readonly string[] = []): string[] | undefined {
  if (from === to) return [to];
  const rule = model.rules.find(({ id }) => id === from);
  if (rule?.kind !== composite.kind || seen.includes(from)) return undefined;
  for (const next of readsOf(rule)) {
    const rest = pathTo(model, next, to, [...seen, from]);
    if (rest) return [from, ...rest];
  }
  return undefined;
}

function needed(need: Static<typeof Need>, members: number): number {
  return need === 'all' ? members : need === 'any' ? 1 : need;
}

function compile(params: Params, _model: AssetModel, rule: RuleDefinition): CompiledRule<CompositeState> {
  const reads = readsOf(rule);
  const within = duration(params.within);
  const least = params.of.map((member) => (typeof member === 'string' ? 1 : levelOf(member.severity)));
  const needs = params.levels.map(({ need }) => needed(need, reads.length));
  const severities = params.levels.map(({ severity }) => severity);
  const timing = unbrokenTiming(params);
  const schedule = params.schedule && compileSchedule(params.schedule);
  /** By level: as many hold it once it is reached. */
  const holding = needs.map((need) => Math.max(1, need - params.deadband));

  /** Until when a member counts as met; Infinity while it is, -Infinity when it never was. */
  const countsUntil = ({ from, until }: Member) =>
    from === null ? Number.NEGATIVE_INFINITY : until === null ? Number.POSITIVE_INFINITY : until + within;
  const isMet = (member: Member, time: Timestamp) =>
    member.from !== null && (member.until === null || (within > 0 && countsUntil(member) >= time));

  function say(
    { alarm, members }: CompositeState,
    change: Exclude<AlarmTransition, 'none'> | 'reset',
    raised: number,
    time: Timestamp,
    context: FoldContext,
  ): void {
    const met = members.flatMap(({ from, until }, at) =>
      from !== null && isMet({ from, until }, time) ? [{ ruleId: reads[at]!, from, until }] : [],
    );
    const start = alarm.start ?? time;
    context.state({
      change,
      severity: severities[raised - 1]!,
      start,
      time,
      window: { from: Math.min(start, ...met.map(({ from }) => from)), to: time },
      evidence: { kind: 'composite', need: needs[raised - 1]!, of: reads.length, within, met },
    });
  }

  function follow(state: CompositeState, met: number, time: Timestamp, context: FoldContext): void {
    const { alarm } = state;
    if (schedule && !isOpen(schedule, alarm, time)) {
      state.waiting = time;
      return;
    }
    state.waiting = null;
    const before = alarm.level;
    const reached = needs.filter((need) => need <= met).length;
    const held = holding.filter((need) => need <= met).length;
    if (before === 0 && reached === 0 && alarm.since[0] === null) {
      alarm.time = time;
      return;
    }
    const change = stepAlarm(alarm, timing, time, reached, held);
    if (change !== 'none') say(state, change, alarm.level || before, time, context);
  }

  /** When too few are left for what is raised or about to be. */
  function endings({ alarm, members }: CompositeState): Timestamp[] {
    const ends = members.map(countsUntil).sort((a, b) => b - a);
    return holding
      .filter((_need, at) => alarm.since[at] !== null && (at === 0 || at >= alarm.level))
      .map((need) => ends[need - 1]!);
  }

  /** When a delay has passed. */
  function delays({ level, since, clearSince }: AlarmState): Timestamp[] {
    const raising = since.flatMap((from, at) => (from !== null && at >= level ? [from + timing.onDelay] : []));
    return clearSince === null ? raising : [...raising, clearSince + timing.offDelay];
  }

  const init = (): CompositeState => ({
    alarm: initAlarm(needs.length),
    members: reads.map(() => ({ from: null, until: null })),
    waiting: null,
  });
  const level = ({ alarm }: CompositeState) => (alarm.level === 0 ? 0 : levelOf(severities[alarm.level - 1]!));

  return {
    definition: rule,
    inputs: [],
    reads,
    init,
    react(state, time, levels, context) {
      state.members.forEach((member, at) => {
        const met = levels[at]! >= least[at]!;
        if (met && (member.from === null || member.until !== null)) Object.assign(member, { from: time, until: null });
        else if (!met && member.from !== null && member.until === null) member.until = time;
      });
      if (context.muted) return;
      follow(state, state.members.filter((member) => isMet(member, time)).length, time, context);
    },
    due(state) {
      const earliest = Math.min(...delays(state.alarm), ...(within > 0 ? endings(state) : []));
      const moment = state.waiting ?? earliest;
      if (!Number.isFinite(moment)) return null;
      return schedule ? schedule.next(moment) : moment;
    },
    elapse(state, time, context) {
      const gone = ({ until }: Member) => until !== null && until + within <= time;
      const met = state.members.filter((member) => member.from !== null && !gone(member)).length;
      follow(state, met, time, context);
      state.members = state.members.map((member) => (gone(member) ? { from: null, until: null } : member));
    },
    event(state, happened, context) {
      if (!installs(happened, rule.componentId)) return;
      if (state.alarm.level > 0) say(state, 'reset', state.alarm.level, happened.at, context);
      Object.assign(state, init());
    },
    restate(state, time, context) {
      if (state.alarm.level > 0) say(state, 'raised', state.alarm.level, time, context);
    },
    level,
    view: (state) => ({ level: level(state) }),
  };
}

function levelOf(severity: Severity): number {
  return 1 + severityRank(severity);
}
