import type { ComponentInstalledEvent } from '../domain/asset.ts';
import { severityRank } from '../domain/model.ts';
import { DAY, type Duration, startOfDay, type Timestamp } from '../domain/time.ts';
import { type AlarmState, initAlarm } from './alarm.ts';
import { isKnown } from './extendedLife.ts';
import type { FoldContext } from './rule.ts';
import { initCounter, setCounter } from './usageCounter.ts';
import { endLife } from './usageLearning.ts';
import { calendarDue, judgeRisk, riskRank } from './usageRisk.ts';
import type { LifeOptions, UsageState } from './usageState.ts';
import { installationStatement, stateLife } from './usageStatements.ts';
import { initWear, judgeWear, raisedBy, totalWear, wearIsOver } from './usageWear.ts';

/** Days of usage kept for the rate: four weeks level out the days of the week. */
const RATE_DAYS = 28;
const UPDATE_EVERY: Duration = DAY;
/** Share of life from which on a counter is taken for that of a worn component where no level of wear says so. */
const WORN = 0.9;

export function initUsage(options: LifeOptions): UsageState {
  return {
    known: options.ownCounter,
    installedAt: null,
    awaiting: null,
    baseReading: null,
    asked: false,
    used: 0,
    entry: null,
    foundByCounter: false,
    lives: [],
    taught: null,
    adjusted: 0,
    extended: null,
    level: 0,
    wear: initWear(options),
    risk: options.risk ? initAlarm(options.risk.severities.length) : null,
    rank: 0,
    start: null,
    stated: null,
    putOff: null,
    counter: initCounter(),
    risenAt: null,
    leastRise: null,
    running: 0,
    daily: [],
    day: null,
    dayUsed: 0,
    dayAdjusted: 0,
    wholeDay: false,
  };
}

/**
 * Raises, escalates, restates and clears as wear and risk pass their levels; at most one statement a call. `quiet`: its
 * hours or its gate are closed.
 */
export function assessLife(
  state: UsageState,
  options: LifeOptions,
  time: Timestamp,
  context: FoldContext,
  quiet = false,
): void {
  const now = { muted: context.muted, quiet };
  judgeWear(state, options, time, now);
  judgeRisk(state, options, time, now);
  if (raiseLife(state, options, time, context, quiet) || context.muted || quiet) return;
  if (state.rank > 0 && wearIsOver(state, options, time)) state.level = 0;
  if (state.rank > 0 && riskIsOver(state, options, time)) clearLife(state, options, time, context);
  else if (state.rank > 0 && time - (state.stated ?? time) >= UPDATE_EVERY) {
    stateLife(state, options, 'updated', time, context);
  }
}

/** Raises or escalates when wear or the risk has passed a level; whether it did. */
export function raiseLife(
  state: UsageState,
  options: LifeOptions,
  time: Timestamp,
  context: FoldContext,
  quiet = false,
): boolean {
  if (!state.known) return false;
  const level = Math.max(state.level, raisedBy(state, options, time));
  const rank = rankOf(state, options, level, time);
  const since = state.putOff;
  state.putOff = null;
  if (isKnown(state, rank, totalWear(state, options, time))) return false;
  // Kept while muted as well: whoever looks first after the maintenance names the same episode.
  if (rank > 0) state.start ??= beginning(state, options, time);
  if (quiet || (level === state.level && rank <= state.rank)) return false;
  if (context.muted) {
    state.putOff = since ?? time;
    return false;
  }
  const change = state.rank === 0 ? 'raised' : 'escalated';
  state.level = level;
  state.rank = Math.max(rank, state.rank);
  stateLife(state, options, change, time, context);
  return true;
}

/** Severity that stands at this level of wear, as 1 + its rank; 0 when clear. */
export function rankOf(state: UsageState, options: LifeOptions, level: number, time: Timestamp): number {
  return Math.max(wearRank(options, level), riskRank(state, options), calendarRank(state, options, time));
}

function wearRank({ levels }: LifeOptions, level: number): number {
  return level === 0 ? 0 : 1 + severityRank(levels[level - 1]!.severity);
}

/** An end by the calendar is certain: with it every level of risk is passed at once. */
function calendarRank(state: UsageState, options: LifeOptions, time: Timestamp): number {
  const due = calendarDue(state, options);
  return due === undefined || time < due ? 0 : 1 + severityRank(options.risk!.severities.at(-1)!);
}

/** Life by the calendar ends at a known moment, whenever somebody looks; life by use when the sample says so. */
function beginning(state: UsageState, options: LifeOptions, time: Timestamp): Timestamp {
  const { calendarLife, levels } = options;
  const moments = [time, calendarDue(state, options), startOf(state.risk), startOf(state.wear)];
  if (calendarLife !== undefined && state.installedAt !== null && levels.length > 0) {
    moments.push(Math.round(state.installedAt + levels[0]!.wear * calendarLife));
  }
  const first = Math.min(...moments.filter((moment): moment is Timestamp => typeof moment === 'number'));
  return Math.max(first, state.extended?.at ?? first);
}

function startOf(alarm: AlarmState | null): Timestamp | null {
  return alarm !== null && alarm.level > 0 ? alarm.start : null;
}

/** Only the risk was raised, and use has slowed down. */
function riskIsOver(state: UsageState, options: LifeOptions, time: Timestamp): boolean {
  return state.level === 0 && riskRank(state, options) === 0 && calendarRank(state, options, time) === 0;
}

/** What was raised holds no longer. */
export function clearLife(state: UsageState, options: LifeOptions, time: Timestamp, context: FoldContext): void {
  stateLife(state, options, 'cleared', time, context);
  state.rank = 0;
  state.start = null;
}

/** While the component's age is unknown: one request for data, once. */
export function askForInstallation(
  state: UsageState,
  options: LifeOptions,
  time: Timestamp,
  context: FoldContext,
): void {
  if (state.asked || context.muted) return;
  state.asked = true;
  state.start = time;
  context.state(installationStatement('raised', options, time, time));
}

/** Takes the installation of a component from its event on. */
export function installComponent(
  state: UsageState,
  options: LifeOptions,
  event: ComponentInstalledEvent,
  context: FoldContext,
): void {
  countTo(state, options, event);
  endLife(state, options, event);
  renewComponent(state, options, event.at, context);
  const { counter } = state;
  const before = event.age?.usage?.unit === options.unit ? event.age.usage.amount : 0;
  state.installedAt = event.at === 0 ? null : (event.age?.since ?? event.at);
  state.used = before;
  state.baseReading = null;
  state.awaiting = null;
  if (options.ownCounter) {
    // A reading beyond the first level is the old component's: its counter is not set back yet.
    const worn = (options.levels[0]?.wear ?? WORN) * options.life;
    if (counter.reading !== null && counter.reading < worn) state.used = counter.reading;
  } else if (options.byReading && event.reading !== undefined) {
    if (counter.reading === null) state.baseReading = event.reading - before;
    else state.used = counter.reading - event.reading + before;
  } else if (counter.reading === null) {
    state.awaiting = event.at;
  }
  state.known = state.awaiting === null && state.baseReading === null;
  state.entry = state.known ? state.used : null;
  if (state.known) settleRequest(state, options, event.at, context);
}

/** What a person read is as good as a reading of the device: the component that goes was used until then. */
function countTo(state: UsageState, options: LifeOptions, { at, reading }: ComponentInstalledEvent): void {
  const { counter } = state;
  if (options.ownCounter || !options.byReading || counter.reading === null || reading === undefined) return;
  if (reading <= counter.reading) return;
  const rise = setCounter(counter, options.counter, at, reading);
  state.used += rise;
  state.dayUsed += rise;
}

/** Ends the life of the present component: wear starts anew, what was raised is reset. */
export function renewComponent(state: UsageState, options: LifeOptions, time: Timestamp, context: FoldContext): void {
  if (state.rank > 0) stateLife(state, options, 'reset', time, context);
  state.installedAt = time;
  state.used = 0;
  state.extended = null;
  state.entry = 0;
  state.foundByCounter = false;
  state.level = 0;
  state.wear = initWear(options);
  state.risk = options.risk ? initAlarm(options.risk.severities.length) : null;
  state.rank = 0;
  state.stated = null;
  state.putOff = null;
  if (!state.asked) state.start = null;
}

/** Takes back the request for data once the age is known. */
function settleRequest(state: UsageState, options: LifeOptions, time: Timestamp, context: FoldContext): void {
  if (!state.asked) return;
  context.state(installationStatement('cleared', options, state.start ?? time, time));
  state.asked = false;
  state.start = null;
}

/** Enters the days that `time` has moved past; by the rule's own samples, so that other metrics make no difference. */
export function passDays(state: UsageState, options: LifeOptions, time: Timestamp, context: FoldContext): void {
  const today = startOfDay(time);
  if (state.day === null) state.day = today;
  if (today === state.day) return;
  context.usage({
    day: state.day,
    unit: options.unit,
    used: state.dayUsed,
    adjusted: state.dayAdjusted,
    reading: options.byReading ? state.counter.reading : null,
  });
  const empty = Math.round((today - state.day) / DAY) - 1;
  if (state.wholeDay) state.daily.push(state.dayUsed);
  for (let i = 0; i < Math.min(empty, RATE_DAYS); i++) state.daily.push(0);
  if (state.daily.length > RATE_DAYS) state.daily.splice(0, state.daily.length - RATE_DAYS);
  state.day = today;
  state.dayUsed = 0;
  state.dayAdjusted = 0;
  state.wholeDay = true;
}

/** States again what is raised: the rule counts from now on. */
export function restateLife(state: UsageState, options: LifeOptions, time: Timestamp, context: FoldContext): void {
  if (state.asked) context.state(installationStatement('raised', options, state.start ?? time, time));
  else if (state.rank > 0) stateLife(state, options, 'raised', time, context);
}
