import type { AssetEvent } from '../domain/asset.ts';
import type { FindingChange, Forecast } from '../domain/finding.ts';
import { type RuleDefinition, type Severity, severityRank } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { certainLife, forecastOf, seenLater } from '../prognostics/lifeDistribution.ts';
import { remainingLife, type Weibull } from '../prognostics/weibull.ts';
import { type CompiledRule, type FoldContext, installs, type RuleView } from './rule.ts';

/** What a rule by the calendar remembers; everything else follows from these dates. */
export interface CalendarState {
  installedAt: Timestamp | null;
  /** Steps of a life passed, or 1 while an inspection is due. */
  level: number;
  /** When the present episode began. */
  start: Timestamp | null;
  /** Inspections that are settled. */
  settled: number;
}

/** From this age on the finding has this severity. */
export interface Step {
  readonly age: Duration;
  readonly severity: Severity;
}

export type Schedule =
  | {
      readonly kind: 'life';
      readonly life: Duration;
      /** How lives differ; without it every part ends at `life`. */
      readonly lives: Weibull | undefined;
      /** By age, each worse than the one before. */
      readonly steps: readonly Step[];
    }
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

const initCalendar = (): CalendarState => ({ installedAt: null, level: 0, start: null, settled: 0 });

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
      const step = schedule.steps[level];
      const end = Math.round(installedAt + schedule.life);
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
    return schedule.kind === 'life' ? schedule.steps[state.level - 1]!.severity : schedule.severity;
  }

  function endOf(state: CalendarState): Timestamp {
    if (schedule.kind === 'life') return Math.round(state.installedAt! + schedule.life);
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

  function forecastAt({ installedAt }: CalendarState, time: Timestamp): Forecast | undefined {
    if (schedule.kind !== 'life' || installedAt === null) return undefined;
    const age = time - installedAt;
    const left = schedule.lives
      ? remainingLife(schedule.lives, Math.max(0, age))
      : seenLater(certainLife(schedule.life), age);
    return { basis: 'calendar', ...forecastOf(left, time) };
  }

  function event(state: CalendarState, happened: AssetEvent, context: FoldContext): void {
    if (happened.type === 'ticket-closed') {
      const { componentId, failureModeId } = rule;
      if (happened.componentId === componentId && happened.failureModeId === failureModeId) settle(state, happened.at);
    } else if (installs(happened, rule.componentId)) {
      const severity = present(state);
      if (severity) say(state, 'reset', severity, happened.at, endOf(state), context);
      Object.assign(state, { ...initCalendar(), installedAt: happened.at === 0 ? null : happened.at });
    }
  }

  return {
    definition: rule,
    inputs: [],
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
      return { level, wear: age / schedule.life, ...(forecast && { forecast }) };
    },
  };
}
