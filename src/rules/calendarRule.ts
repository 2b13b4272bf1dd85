import type { AssetEvent, ComponentInstalledEvent, LifeExtendedEvent } from '../domain/asset.ts';
import type { FindingChange, Forecast } from '../domain/finding.ts';
import { type RuleDefinition, type Severity, severityRank } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { certainLife, forecastOf, seenLater } from '../prognostics/lifeDistribution.ts';
import { remainingLife, type Weibull } from '../prognostics/weibull.ts';
import { type CompiledRule, closes, extendsLife, type FoldContext, installs, type RuleView } from './rule.ts';
import type { Schedule } from './schedule.ts';

/** What a rule by the calendar remembers; everything else follows from these dates. */
export interface CalendarState {
  installedAt: Timestamp | null;
  /** Steps of a life passed, or 1 while an inspection is due. */
  level: number;
  /** When the present episode began. */
  start: Timestamp | null;
  /** Inspections that are settled. */
  settled: number;
  /** When the last one was, where the next is counted from that. */
  doneAt: Timestamp | null;
  /** From installation, since it was extended. */
  life: Duration | null;
  /** What was raised by a life that was extended since, and is not cleared yet. */
  held: { severity: Severity; clearAt: Timestamp | null } | null;
  /** When it was last looked at outside its hours, since it was within them. */
  waiting: Timestamp | null;
}

/** When what is due is said. */
export interface CalendarTiming {
  readonly onDelay: Duration;
  readonly offDelay: Duration;
  /** Share of a life; undefined: any extension clears. */
  readonly deadband: number | undefined;
  readonly schedule: Schedule | undefined;
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

export type Plan =
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
      /** Raised so long before. */
      readonly lead: Duration;
      /** From dates of their own, or from when the last was done. */
      readonly counted: 'fixed' | 'done';
      /** What dates count as that lie before anybody entered the installation or the rule. */
      readonly past: 'due' | 'done';
      readonly of: 'inspection' | 'service';
    };

type Inspections = Plan & { readonly kind: 'inspections' };

/** What comes due next. */
interface Due {
  /** By the calendar alone. */
  readonly at: Timestamp;
  /** After the on-delay. */
  readonly saidAt: Timestamp;
  readonly severity: Severity;
  /** End of life, or the date of the inspection. */
  readonly end: Timestamp;
}

const initCalendar = (): CalendarState => ({
  installedAt: null,
  level: 0,
  start: null,
  settled: 0,
  doneAt: null,
  life: null,
  held: null,
  waiting: null,
});

function lifeOf({ life }: CalendarState, plan: Plan & { readonly kind: 'life' }): CalendarLife {
  return life === null ? plan : plan.extended(life);
}

/** The whole intervals within this time. */
function later(time: Duration, every: Duration | undefined): Duration {
  return every === undefined || time < 0 ? 0 : Math.floor(time / every) * every;
}

/** Says what comes due at its moment, or at the end of the maintenance in which that lies. */
export function calendarRule(
  rule: RuleDefinition,
  plan: Plan,
  { onDelay, offDelay, deadband, schedule }: CalendarTiming,
): CompiledRule<CalendarState> {
  const isForgiving = plan.kind === 'inspections' && plan.past === 'done';

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
      evidence: { kind: 'calendar', of: plan.kind === 'life' ? 'life' : plan.of, installedAt, due: end },
      ...(forecast && { forecast }),
    });
  }

  function next(state: CalendarState): Due | undefined {
    const { installedAt, level, settled, doneAt } = state;
    if (installedAt === null) return undefined;
    if (plan.kind === 'life') {
      const { steps, life } = lifeOf(state, plan);
      const step = steps[level];
      if (!step) return undefined;
      const at = Math.round(installedAt + step.age);
      return { at, saidAt: at + onDelay, severity: step.severity, end: Math.round(installedAt + life) };
    }
    if (level > 0 || (settled > 0 && plan.every === undefined)) return undefined;
    const end = dateOf(state, plan);
    const at = Math.max(end - plan.lead, doneAt ?? installedAt);
    return { at, saidAt: at + onDelay, severity: plan.severity, end };
  }

  function elapse(state: CalendarState, time: Timestamp, context: FoldContext): void {
    state.waiting = schedule && schedule.openSince(time) === undefined ? time : null;
    if (state.waiting !== null) return;
    for (let due = next(state); due && due.saidAt <= time; due = next(state)) reach(state, due, time, context);
    const { held } = state;
    if (held === null || held.clearAt === null || held.clearAt > time) return;
    say(state, 'cleared', held.severity, time, endOf(state), context);
    state.held = null;
    state.start = null;
  }

  function reach(state: CalendarState, due: Due, time: Timestamp, context: FoldContext): void {
    const before = present(state);
    if (before === undefined) state.start = due.at;
    state.level++;
    if (state.held) state.held.clearAt = null;
    if (state.held && severityRank(due.severity) <= severityRank(state.held.severity)) return;
    say(state, before === undefined ? 'raised' : 'escalated', due.severity, time, due.end, context);
  }

  function due(state: CalendarState): Timestamp | null {
    const moment = Math.min(
      next(state)?.saidAt ?? Number.POSITIVE_INFINITY,
      state.held?.clearAt ?? Number.POSITIVE_INFINITY,
    );
    if (!Number.isFinite(moment)) return null;
    return schedule ? schedule.next(Math.max(moment, state.waiting ?? moment)) : moment;
  }

  function reached(state: CalendarState): Severity | undefined {
    if (state.level === 0) return undefined;
    return plan.kind === 'life' ? lifeOf(state, plan).steps[state.level - 1]!.severity : plan.severity;
  }

  function present(state: CalendarState): Severity | undefined {
    const [now, held] = [reached(state), state.held?.severity];
    return held === undefined || (now !== undefined && severityRank(now) > severityRank(held)) ? now : held;
  }

  function endOf(state: CalendarState): Timestamp {
    if (plan.kind === 'life') return Math.round(state.installedAt! + lifeOf(state, plan).life);
    return dateOf(state, plan);
  }

  /** The date of the inspection that is next, or was raised. */
  function dateOf({ installedAt, settled, doneAt }: CalendarState, { first, every = 0 }: Inspections): Timestamp {
    return Math.round(doneAt === null ? installedAt! + first + settled * every : doneAt + every);
  }

  /** Closing the ticket of an inspection settles all that were due by then. */
  function settle(state: CalendarState, time: Timestamp): void {
    if (plan.kind === 'life' || state.installedAt === null) return;
    const passed = datesBefore(state.installedAt, time);
    if (passed === 0 && state.level === 0) return;
    state.settled = Math.max(state.settled + (state.level > 0 ? 1 : 0), passed);
    if (plan.counted === 'done') state.doneAt = time;
    state.level = 0;
    state.start = null;
  }

  /** A person who cancels a ticket lets go its date, and those that have come since; the next ones stay. */
  function skip(state: CalendarState, time: Timestamp): void {
    if (plan.kind === 'life' || state.installedAt === null || state.level === 0) return;
    const due = dateOf(state, plan);
    settle(state, time);
    if (plan.counted === 'done') state.doneAt = due + later(time - due, plan.every);
  }

  /** How many dates of an inspection, counted from the installation, have come by this time. */
  function datesBefore(installedAt: Timestamp, time: Timestamp): number {
    if (plan.kind === 'life') return 0;
    const since = time - installedAt - plan.first;
    if (since < 0) return 0;
    return plan.every === undefined ? 1 : Math.floor(since / plan.every) + 1;
  }

  /** By a longer life: what was raised is cleared; what it has passed of that life too was known, and is not said again. */
  function extend(state: CalendarState, { at, calendar }: LifeExtendedEvent, context: FoldContext): void {
    if (plan.kind !== 'life' || state.installedAt === null || calendar === undefined) return;
    const age = at - state.installedAt;
    const longer = Math.max(lifeOf(state, plan).life, age) + calendar;
    const { steps } = plan.extended(longer);
    const passed = steps.filter((step) => step.age <= age).length;
    const severity = present(state);
    const clears = deadband === undefined || age < steps[0]!.age - deadband * longer;
    const closed = schedule !== undefined && schedule.openSince(at) === undefined;
    const held = severity !== undefined && (!clears || offDelay > 0 || closed);
    if (severity && !held) say(state, 'cleared', severity, at, Math.round(state.installedAt + longer), context);
    state.life = longer;
    state.level = Math.min(state.level, passed);
    state.held = held ? { severity, clearAt: clears ? at + offDelay : null } : null;
    if (!held) state.start = null;
  }

  function forecastAt(state: CalendarState, time: Timestamp): Forecast | undefined {
    const { installedAt } = state;
    if (plan.kind !== 'life' || installedAt === null) return undefined;
    const age = time - installedAt;
    const { lives, life } = lifeOf(state, plan);
    const left = lives ? remainingLife(lives, Math.max(0, age)) : seenLater(certainLife(life), age);
    return { basis: 'calendar', ...forecastOf(left, time) };
  }

  function event(state: CalendarState, happened: AssetEvent, context: FoldContext): void {
    if (closes(happened, rule)) {
      const { at, endedAs } = happened;
      if (endedAs === undefined) settle(state, at);
      else if (endedAs === 'cancelled') skip(state, at);
      // What the next version of the rule says of it is an episode of its own.
      else if (state.level > 0) state.start = at;
    } else if (extendsLife(happened, rule)) {
      extend(state, happened, context);
    } else if (installs(happened, rule.componentId)) {
      const severity = present(state);
      if (severity) say(state, 'reset', severity, happened.at, endOf(state), context);
      Object.assign(state, { ...initCalendar(), installedAt: installationOf(happened) });
      if (isForgiving && state.installedAt !== null)
        state.settled = datesBefore(state.installedAt, happened.recordedAt);
    }
  }

  /** A part ages from when it was first in use; what is inspected or serviced is the place where it is now. */
  function installationOf({ at, age }: ComponentInstalledEvent): Timestamp | null {
    if (at === 0) return null;
    return plan.kind === 'life' ? (age?.since ?? at) : at;
  }

  return {
    definition: rule,
    inputs: [],
    ...(plan.kind === 'life' && { extendable: { calendar: true } }),
    init: initCalendar,
    event,
    due,
    elapse,
    introduce(state, time) {
      if (isForgiving && state.level > 0 && endOf(state) < time) settle(state, time);
    },
    restate(state, time, context) {
      const severity = present(state);
      if (severity) say(state, 'raised', severity, time, endOf(state), context);
    },
    view(state, at): RuleView {
      const severity = present(state);
      const level = severity === undefined ? 0 : 1 + severityRank(severity);
      if (plan.kind !== 'life') return { level };
      if (state.installedAt === null) return { level, wear: null };
      const age = Math.max(0, at - state.installedAt);
      const forecast = forecastAt(state, Math.max(at, state.installedAt));
      return { level, wear: age / lifeOf(state, plan).life, ...(forecast && { forecast }) };
    },
  };
}
