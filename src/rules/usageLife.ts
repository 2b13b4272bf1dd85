import type { ComponentInstalledEvent } from '../domain/asset.ts';
import type { Evidence, FindingChange, Forecast } from '../domain/finding.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import { INSTALLATION_UNKNOWN, SEVERITIES, severityRank } from '../domain/model.ts';
import { DAY, type Duration, startOfDay, type Timestamp } from '../domain/time.ts';
import { forecastOf } from '../prognostics/lifeDistribution.ts';
import type { Weibull } from '../prognostics/weibull.ts';
import { type AlarmState, initAlarm } from './alarm.ts';
import { type ExtendedLife, isKnown } from './extendedLife.ts';
import { basisOf, type EndedLife, type TaughtLife } from './fleetLives.ts';
import type { LifeLevel } from './lifeLevels.ts';
import type { FoldContext, RuleView } from './rule.ts';
import { type CounterOptions, type CounterState, initCounter, setCounter } from './usageCounter.ts';
import { endLife } from './usageLearning.ts';
import { lifeLeft, presentRate } from './usageLeft.ts';
import { calendarDue, judgeRisk, riskOf, riskRank, type UsageRisk } from './usageRisk.ts';
import {
  calendarWear,
  initWear,
  judgeWear,
  raisedBy,
  totalWear,
  type UsageHours,
  type UsageWear,
  wearIsOver,
} from './usageWear.ts';

/** Days of usage kept for the rate: four weeks level out the days of the week. */
const RATE_DAYS = 28;
const UPDATE_EVERY: Duration = DAY;
/** Share of life from which on a counter is taken for that of a worn component where no level of wear says so. */
const WORN = 0.9;

export interface LifeOptions {
  readonly componentId: string;
  readonly metricId: string;
  readonly unit: string;
  readonly life: number;
  /** How the lives of such parts differ; without it the rated life is the end of each. */
  readonly lives: Weibull | undefined;
  readonly calendarLife: Duration | undefined;
  /** Of a part whose life was extended: how many times as long it is. */
  readonly stretch?: number;
  /** By wear, mildest first; may be empty where it is raised by risk. */
  readonly levels: readonly LifeLevel[];
  /** Absent where wear is raised as soon as it passes a level. */
  readonly wear: UsageWear | undefined;
  readonly risk: UsageRisk | undefined;
  readonly hours: UsageHours;
  readonly counter: CounterOptions;
  /** The counter belongs to the component: its reading is the component's age. */
  readonly ownCounter: boolean;
  /** False where running time is integrated and an installation reading means nothing. */
  readonly byReading: boolean;
  /** It is no life but what goes by between two services. */
  readonly isService: boolean;
}

export interface UsageState {
  /** Whether the component's age is known; without it there is no wear. */
  known: boolean;
  installedAt: Timestamp | null;
  /** When it was installed, where the reading of that time is not known: the first within a day settles it. */
  awaiting: Timestamp | null;
  /** Reading at installation, kept until the first reading of the counter. */
  baseReading: number | null;
  /** The request for installation data was raised. */
  asked: boolean;
  /** Units since installation. */
  used: number;
  /** Its age when it came under watch; null until that is known. */
  entry: number | null;
  /** Nobody entered its installation: its counter was set back. */
  foundByCounter: boolean;
  /** Lives that ended in this place, the oldest first; few. */
  lives: EndedLife[];
  /** What the fleet has taught of the life of such parts. */
  taught: TaughtLife | null;
  /** Units taken out as implausible, since ever. */
  adjusted: number;
  /** Since its life was extended. */
  extended: ExtendedLife | null;
  /** The worst level of wear raised for this component; only a renewal or a longer life sets it back. */
  level: number;
  /** The share of life used, where that is raised with delays, more evidence, or can clear. */
  wear: AlarmState | null;
  /** The risk of its end, where it is raised by that. */
  risk: AlarmState | null;
  /** Severity that stands, as 1 + its rank; 0 when clear. */
  rank: number;
  start: Timestamp | null;
  stated: Timestamp | null;
  /** When a level was first passed that is raised only once the maintenance ends. */
  putOff: Timestamp | null;
  counter: CounterState;
  /** When the counter last rose, and the least that it ever rose by: its resolution, or coarser. */
  risenAt: Timestamp | null;
  leastRise: number | null;
  /** For integration: the last value of the running signal. */
  running: number;
  /** Usage of the last whole days, oldest first. */
  daily: number[];
  /** The UTC day that `dayUsed` and `dayAdjusted` belong to. */
  day: Timestamp | null;
  dayUsed: number;
  dayAdjusted: number;
  /** The present day began with data: a first, partial day says nothing of the rate. */
  wholeDay: boolean;
}

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

export function viewLife(state: UsageState, options: LifeOptions, at: Timestamp): RuleView {
  // What goes by until the next service is no life of the component.
  if (options.isService) return { level: state.known ? state.rank : Number(state.asked) };
  if (!state.known) return { level: state.asked ? 1 : 0, wear: null, life: options.life, unit: options.unit };
  return {
    level: state.rank,
    wear: totalWear(state, options, at),
    used: state.used,
    life: options.life,
    unit: options.unit,
    forecast: forecastLife(state, options, at),
  };
}

function forecastLife(state: UsageState, options: LifeOptions, time: Timestamp): Forecast | undefined {
  const left = lifeLeft(state, options, time);
  return left && { basis: 'usage', ...forecastOf(left, time) };
}

function stateLife(
  state: UsageState,
  options: LifeOptions,
  change: FindingChange,
  time: Timestamp,
  context: FoldContext,
): void {
  const start = state.start ?? time;
  state.stated = time;
  context.state({
    change,
    severity: SEVERITIES[state.rank - 1]!,
    start,
    time,
    window: { from: start, to: time },
    evidence: evidence(state, options, time),
    forecast: forecastLife(state, options, time),
  });
}

function evidence(state: UsageState, options: LifeOptions, time: Timestamp): Evidence {
  const risk = riskOf(state, options, time);
  return {
    kind: 'usage',
    ...(options.isService && { of: 'service' as const }),
    metricId: options.metricId,
    unit: options.unit,
    used: state.used,
    life: options.life,
    wear: totalWear(state, options, time),
    ratePerDay: presentRate(state, time)?.mean,
    calendarWear: calendarWear(state, options, time),
    ...(risk && { risk }),
    ...(state.taught && { learnedFrom: basisOf(state.taught) }),
  };
}

function installationStatement(change: FindingChange, options: LifeOptions, start: Timestamp, time: Timestamp) {
  return {
    change,
    severity: 'info' as const,
    start,
    time,
    window: { from: start, to: time },
    evidence: { kind: 'installation-unknown' as const, componentIds: [options.componentId] },
    about: { componentId: WHOLE_ASSET, failureModeId: INSTALLATION_UNKNOWN.id },
  };
}
