import type { Timestamp } from '../domain/time.ts';
import { type AlarmState, type AlarmTiming, holdAlarm, initAlarm, pauseAlarm, stepAlarm } from './alarm.ts';
import { isOpen } from './condition.ts';
import type { Gate } from './gate.ts';
import type { Latest } from './rule.ts';
import type { Schedule } from './schedule.ts';
import type { LifeOptions, UsageState } from './usageState.ts';

/** How wear is raised where that is more than passing a level: delays, evidence, and whether it can clear. */
export interface UsageWear {
  readonly timing: AlarmTiming;
  /** Share of life; undefined: what wear has raised stands. */
  readonly deadband: number | undefined;
}

/** When a usage rule raises and clears; it counts at all times. */
export interface UsageHours {
  readonly gate: Gate | undefined;
  readonly schedule: Schedule | undefined;
}

/** Whether it may raise or clear now; without `latest` the gate is unknown, and so closed. */
export function isQuiet({ gate, schedule }: UsageHours, time: Timestamp, latest?: Latest): boolean {
  if (schedule && schedule.openSince(time) === undefined) return true;
  return gate !== undefined && !(latest && gate.holds(latest));
}

/** Lets the alarm follow its hours; whether it may be judged. */
export function takesUp(
  alarm: AlarmState,
  timing: AlarmTiming,
  { hours }: LifeOptions,
  time: Timestamp,
  { muted, quiet }: { readonly muted: boolean; readonly quiet: boolean },
): boolean {
  if (quiet) pauseAlarm(alarm, timing, time);
  else if (hours.schedule) isOpen(hours.schedule, alarm, time);
  if (muted && !quiet) holdAlarm(alarm, time);
  return !muted && !quiet;
}

export function initWear({ wear, levels }: LifeOptions): AlarmState | null {
  return wear ? initAlarm(levels.length) : null;
}

/** Judges the share of life used, as of a sample of the counter. */
export function judgeWear(
  state: UsageState,
  options: LifeOptions,
  time: Timestamp,
  now: { readonly muted: boolean; readonly quiet: boolean },
): void {
  const { wear } = options;
  const alarm = state.wear;
  if (!wear || !alarm || !state.known || !takesUp(alarm, wear.timing, options, time, now)) return;
  const share = state.used / options.life;
  const reached = passedBy(options, share);
  const held = wear.deadband === undefined ? alarm.level : passedBy(options, share + wear.deadband);
  stepAlarm(alarm, wear.timing, time, reached, Math.max(reached, held));
}

/** The level that wear has come to. */
export function levelOf(state: UsageState, options: LifeOptions, time: Timestamp): number {
  return passedBy(options, totalWear(state, options, time));
}

/** The level to raise: of use with its delays, of the calendar, which is certain, with the on-delay alone. */
export function raisedBy(state: UsageState, options: LifeOptions, time: Timestamp): number {
  if (!options.wear || !state.wear) return levelOf(state, options, time);
  return Math.max(state.wear.level, calendarLevel(state, options, options.wear, time));
}

function calendarLevel(state: UsageState, options: LifeOptions, { timing }: UsageWear, time: Timestamp): number {
  return passedBy(options, calendarWear(state, options, time - timing.onDelay) ?? 0);
}

/** Wear has fallen back, where that clears it. */
export function wearIsOver(state: UsageState, options: LifeOptions, time: Timestamp): boolean {
  const { wear } = options;
  if (wear?.deadband === undefined || !state.wear) return false;
  return state.wear.level === 0 && calendarLevel(state, options, wear, time) === 0;
}

/** Share of life used: by use or by the calendar, whichever is further. */
export function totalWear(state: UsageState, options: LifeOptions, time: Timestamp): number {
  return Math.max(state.used / options.life, calendarWear(state, options, time) ?? 0);
}

export function calendarWear(state: UsageState, options: LifeOptions, time: Timestamp): number | undefined {
  if (options.calendarLife === undefined || state.installedAt === null) return undefined;
  return Math.max(0, time - state.installedAt) / options.calendarLife;
}

/** Levels that a share of life has come to. */
function passedBy({ levels }: LifeOptions, share: number): number {
  const above = levels.findIndex((level) => share < level.wear);
  return above === -1 ? levels.length : above;
}
