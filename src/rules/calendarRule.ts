import type { AssetEvent, LifeExtendedEvent } from '../domain/asset.ts';
import type { FindingChange, Forecast } from '../domain/finding.ts';
import { type RuleDefinition, type Severity, severityRank } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { certainLife, forecastOf, seenLater } from '../prognostics/lifeDistribution.ts';
import { remainingLife, type Weibull } from '../prognostics/weibull.ts';
import { type CompiledRule, extendsLife, type FoldContext, installs, type RuleView } from './rule.ts';

/** What a rule by the calendar remembers; everything else follows from these dates. */
export interface CalendarState {
  installedAt: Timestamp | null;
  /** Steps of a life passed, or 1 while an inspection is due. */
  level: number;
  /** When the present episode began. */
  start: Timestamp | null;
  /** Inspections that are settled. */
  settled: number;
  /** From installation, since it was extended. */
  life: Duration | null;
}

/** From this age on the finding has this severity. */
export interface Step {
  readonly age: Duration;
  readonly severity: Severity;
}

/** A life by the calendar, and what comes due in it. */
export interface CalendarLife {
  readonly life: Duration;
  /** How lives differ; without it every part ends at `life`. */
  readonly lives: Weibull | undefined;
  /** By age, each worse than the one before. */
  readonly steps: readonly Step[];
}

export type Schedule =
  | (CalendarLife & {
      readonly kind: 'life';
      /** As it is for a part that was given this life. */
      readonly extended: (life: Duration) => CalendarLife;
    })
  | {
      readonly kind: 'inspections';
      readonly first: Duration;
      readonly every: Duration | undefined;
      readonly severity: Severity;
    };

/** What comes due next. */
interface Due {
  /** By the calendar alone. */
  readonly at: Timestamp;
  readonly severity: Severity;
  /** End of life, or the date of the inspection. */
  readonly end: Timestamp;
}

const initCalendar = (): CalendarState => ({ installedAt: null, level: 0, start: null, settled: 0, life: null });

function lifeOf({ life }: CalendarState, schedule: Schedule & { readonly kind: 'life' }): CalendarLife {
  return life === null || life === undefined ? schedule : schedule.extended(life);
}

/** Says what comes due at its moment, or at the end of the maintenance in which that lies. */
export function calendarRule(rule: RuleDefinition, schedule: Schedule): CompiledRule<CalendarState> {
  function say(
    state: CalendarState,
    change: FindingChange,
    severity: Severity,
    time: Timestamp,
    end: Timestamp,
    context: FoldContext,
  ): void {
    const installedAt = state.installedAt!;
    const start = state.start ?? time;
    const forecast = forecastAt(state, time);
    context.state({
      change,
      severity,
      start,
      time,
      window: { from: Math.min(start, time), to: time },
      evidence: { kind: 'calendar', of: schedule.kind === 'life' ? 'life' : 'inspection', installedAt, due: end },
      ...(forecast && { forecast }),
    });
  }

  function next(state: CalendarState): Due | undefined {
    const { installedAt, level, settled } = state;
    if (installedAt === null) return undefined;
    if (schedule.kind === 'life') {
      const { steps, life } = lifeOf(state, schedule);
      const step = steps[level];
      const end = Math.round(installedAt + life);
      return step && { at: Math.round(installedAt + step.age), severity: step.severity, end };
    }
    if (level > 0 || (settled > 0 && schedule.every === undefined)) return undefined;
    const at = Math.round(installedAt + schedule.first + settled * (schedule.every ?? 0));
    return { at, severity: schedule.severity, end: at };
  }

  function elapse(state: CalendarState, time: Timestamp, context: FoldContext): void {
    for (let due = next(state); due && due.at <= time; due = next(state)) {
      const first = state.level === 0;
      if (first) state.start = due.at;
      state.level++;
      say(state, first ? 'raised' : 'escalated', due.severity, time, due.end, context);
    }
  }

  function present(state: CalendarState): Severity | undefined {
    if (state.level === 0) return undefined;
    return schedule.kind === 'life' ? lifeOf(state, schedule).steps[state.level - 1]!.severity : schedule.severity;
  }

  function endOf(state: CalendarState): Timestamp {
    if (schedule.kind === 'life') return Math.round(state.installedAt! + lifeOf(state, schedule).life);
    return state.start!;
  }

  /** Closing the ticket of an inspection settles all that were due by then. */
  function settle(state: CalendarState, time: Timestamp): void {
    if (schedule.kind === 'life' || state.installedAt === null) return;
    const since = time - state.installedAt - schedule.first;
    if (since < 0) return;
    state.settled = Math.max(state.settled, schedule.every === undefined ? 1 : Math.floor(since / schedule.every) + 1);
    state.level = 0;
    state.start = null;
  }

  /** By a longer life: what was raised is cleared; what it has passed of that life too was known, and is not said again. */
  function extend(state: CalendarState, { at, calendar }: LifeExtendedEvent, context: FoldContext): void {
    if (schedule.kind !== 'life' || state.installedAt === null || calendar === undefined) return;
    const age = at - state.installedAt;
    const longer = Math.max(lifeOf(state, schedule).life, age) + calendar;
    const { steps } = schedule.extended(longer);
    const passed = steps.filter((step) => step.age <= age).length;
    const severity = present(state);
    if (severity) say(state, 'cleared', severity, at, Math.round(state.installedAt + longer), context);
    state.life = longer;
    state.level = Math.min(state.level, passed);
    state.start = null;
  }

  function forecastAt(state: CalendarState, time: Timestamp): Forecast | undefined {
    const { installedAt } = state;
    if (schedule.kind !== 'life' || installedAt === null) return undefined;
    const age = time - installedAt;
    const { lives, life } = lifeOf(state, schedule);
    const left = lives ? remainingLife(lives, Math.max(0, age)) : seenLater(certainLife(life), age);
    return { basis: 'calendar', ...forecastOf(left, time) };
  }

  function event(state: CalendarState, happened: AssetEvent, context: FoldContext): void {
    if (happened.type === 'ticket-closed') {
      const { componentId, failureModeId } = rule;
      if (happened.componentId === componentId && happened.failureModeId === failureModeId) settle(state, happened.at);
    } else if (extendsLife(happened, rule)) {
      extend(state, happened, context);
    } else if (installs(happened, rule.componentId)) {
      const severity = present(state);
      if (severity) say(state, 'reset', severity, happened.at, endOf(state), context);
      Object.assign(state, { ...initCalendar(), installedAt: happened.at === 0 ? null : happened.at });
    }
  }

  return {
    definition: rule,
    inputs: [],
    ...(schedule.kind === 'life' && { extendable: { calendar: true } }),
    init: initCalendar,
    event,
    due: (state) => next(state)?.at ?? null,
    elapse,
    restate(state, time, context) {
      const severity = present(state);
      if (severity) say(state, 'raised', severity, time, endOf(state), context);
    },
    view(state, at): RuleView {
      const severity = present(state);
      const level = severity === undefined ? 0 : 1 + severityRank(severity);
      if (schedule.kind !== 'life') return { level };
      if (state.installedAt === null) return { level, wear: null };
      const age = Math.max(0, at - state.installedAt);
      const forecast = forecastAt(state, Math.max(at, state.installedAt));
      return { level, wear: age / lifeOf(state, schedule).life, ...(forecast && { forecast }) };
    },
  };
}
