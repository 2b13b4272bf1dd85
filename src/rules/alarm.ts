import type { Duration, Timestamp } from '../domain/time.ts';

/**
 * Alarm state with deadband, on-delay and off-delay in event time (OPC UA Part 9, alarms and conditions). Levels are
 * numbered from 1 (mildest); 0 is clear.
 */
export interface AlarmState {
  /** The worst level raised since it was last clear. */
  level: number;
  /** By level: since when the condition holds without a break, null while it does not. */
  since: (Timestamp | null)[];
  /** By level not yet raised: evaluations since then. Means nothing while the condition does not hold. */
  counts: number[];
  /** When the present or the last episode began. */
  start: Timestamp | null;
  clearSince: Timestamp | null;
  /** Its gate was closed at the newest sample: time since then does not count as clear. */
  paused: boolean;
  /** Time of the newest sample. */
  time: Timestamp | null;
  /** Time of the last statement. */
  stated: Timestamp | null;
}

export interface AlarmTiming {
  readonly onDelay: Duration;
  readonly offDelay: Duration;
  /** A gap between samples longer than this breaks a delay: what happened in it is unknown. */
  readonly maxGap: Duration;
  /** Evaluations within the condition, the first included, that must be there before it is raised. */
  readonly minSamples: number;
  /** An alarm that goes on is restated at most this often. */
  readonly updateEvery: Duration;
}

export function initAlarm(levels: number): AlarmState {
  const since = Array<null>(levels).fill(null);
  return {
    level: 0,
    since,
    counts: Array<number>(levels).fill(0),
    start: null,
    clearSince: null,
    paused: false,
    time: null,
    stated: null,
  };
}

export type AlarmTransition = 'none' | 'raised' | 'escalated' | 'updated' | 'cleared';

/**
 * Takes one evaluation at `time`. `reached` is the worst level whose limit is passed, `held` the worst level that is
 * not yet clear when the deadband is counted in (held >= reached).
 */
export function stepAlarm(
  alarm: AlarmState,
  timing: AlarmTiming,
  time: Timestamp,
  reached: number,
  held: number,
): AlarmTransition {
  passTime(alarm, timing, time);
  alarm.paused = false;
  const target = followLevels(alarm, timing, time, reached, held);
  if (target > alarm.level) return climb(alarm, time, target);
  if (alarm.level === 0) return 'none';
  // Once clear, the deadband no longer holds: only passing the limit again ends the clearing.
  const active = reached > 0 || (held > 0 && alarm.clearSince === null);
  return active ? goOn(alarm, timing, time) : settleDown(alarm, timing, time);
}

/** Holds the alarm as it is: delays start anew when evaluation resumes. For maintenance. */
export function holdAlarm(alarm: AlarmState, time: Timestamp): void {
  alarm.time = time;
  restartDelays(alarm);
}

/**
 * Holds the alarm while its gate is closed: the on-delay starts anew, the off-delay only pauses. A machine that never
 * works for as long as its off-delay would otherwise never clear, and never raise again.
 */
export function pauseAlarm(alarm: AlarmState, timing: AlarmTiming, time: Timestamp): void {
  passTime(alarm, timing, time);
  alarm.paused = true;
  forgetOnDelays(alarm);
}

/**
 * Takes up again at `time`, after hours outside its schedule, before the first evaluation since: the on-delay starts
 * anew, and nothing since the last evaluation counts for the off-delay.
 */
export function resumeAlarm(alarm: AlarmState, time: Timestamp): void {
  if (alarm.clearSince !== null) alarm.clearSince += time - (alarm.time ?? time);
  alarm.time = time;
  alarm.paused = true;
  forgetOnDelays(alarm);
}

function passTime(alarm: AlarmState, timing: AlarmTiming, time: Timestamp): void {
  const passed = alarm.time === null ? 0 : time - alarm.time;
  alarm.time = time;
  if (passed > timing.maxGap) restartDelays(alarm);
  else if (alarm.paused && alarm.clearSince !== null) alarm.clearSince += passed;
}

function followLevels(alarm: AlarmState, timing: AlarmTiming, time: Timestamp, reached: number, held: number): number {
  let target = 0;
  for (let level = 1; level <= alarm.since.length; level++) {
    const at = level - 1;
    const since = alarm.since[at] ?? null;
    if (level > held || (since === null && level > reached)) {
      alarm.since[at] = null;
      continue;
    }
    if (since === null) alarm.since[at] = time;
    if (level <= alarm.level) continue;
    const count = since === null ? 1 : alarm.counts[at]! + 1;
    alarm.counts[at] = count;
    if (time - (since ?? time) >= timing.onDelay && count >= timing.minSamples) target = level;
  }
  return target;
}

function climb(alarm: AlarmState, time: Timestamp, target: number): AlarmTransition {
  const first = alarm.level === 0;
  if (first) alarm.start = alarm.since[0] ?? time;
  alarm.level = target;
  alarm.clearSince = null;
  alarm.stated = time;
  return first ? 'raised' : 'escalated';
}

function goOn(alarm: AlarmState, timing: AlarmTiming, time: Timestamp): AlarmTransition {
  alarm.clearSince = null;
  if (alarm.stated !== null && time - alarm.stated < timing.updateEvery) return 'none';
  alarm.stated = time;
  return 'updated';
}

function settleDown(alarm: AlarmState, timing: AlarmTiming, time: Timestamp): AlarmTransition {
  alarm.clearSince ??= time;
  if (time - alarm.clearSince < timing.offDelay) return 'none';
  alarm.level = 0;
  alarm.clearSince = null;
  return 'cleared';
}

function restartDelays(alarm: AlarmState): void {
  forgetOnDelays(alarm);
  alarm.clearSince = null;
}

function forgetOnDelays({ since }: AlarmState): void {
  // No worse level can hold since a time when the mildest does not.
  if (since[0] === null) return;
  for (let at = 0; at < since.length; at++) since[at] = null;
}
