import type { ComponentInstalledEvent } from '../domain/asset.ts';
import type { Evidence, Forecast } from '../domain/finding.ts';
import { DAY, type Duration, type Timestamp } from '../domain/time.ts';
import { departure } from '../prognostics/courseOfUse.ts';
import { forecastOf } from '../prognostics/lifeDistribution.ts';
import { addToScatter, emptyScatter, type Scatter } from '../prognostics/scatter.ts';
import { addPoint, emptyRecord, type ThinnedRecord } from '../prognostics/thinning.ts';
import type { Judge } from './condition.ts';
import {
  type EndedLife,
  keepLife,
  learnFromLives,
  type PlaceLives,
  type RatedLife,
  type TaughtLife,
  taughtIn,
} from './fleetLives.ts';
import type { Indicator } from './indicator.ts';
import { addToRegime, closePoint, initRegimes, type Regimes, renewRegimes } from './regimes.ts';
import { judgeRisk, type RiskOptions } from './risk.ts';
import type { Latest, MetricLimit } from './rule.ts';
import { forecastTrend, type TrendForecast, type TrendOptions, type TrendRecord } from './trendForecast.ts';

/** Points of the indicator, and of use over time, that are kept. */
const POINTS = 48;
const USES = 24;

/** A first reading of the counter this soon after the installation is where the component began. */
const AT_ONCE: Duration = DAY;

export interface TrendState {
  /** What the indicator remembers. */
  subject: unknown;
  /** When the component was installed, where that is known. */
  renewedAt: Timestamp | null;
  /** First sample since then. */
  since: Timestamp | null;
  /** Units of use since then, the last reading, and whether the component began with the first. */
  used: number;
  reading: number | null;
  usedFromNew: boolean;
  /** Mean and number of samples of the new component, where limits are multiples of its level. */
  baseline: { mean: number; samples: number };
  points: ThinnedRecord;
  uses: ThinnedRecord;
  scatter: Scatter;
  /** By course of use: the farthest that the component was off it, in deviations. */
  departures: number[];
  regimes: Regimes;
  /** Age, by what wear goes on with, at which the component came under watch; null where it is not known. */
  entry: number | null;
  /** Lives that ended in this place. */
  lives: EndedLife[];
  /** What the fleet has taught of the life of such components. */
  taught: TaughtLife | null;
  /** When the last point was made, and the mean clock and number of the samples since. */
  closed: Timestamp | null;
  clock: { mean: number; samples: number };
  forecast: StoredForecast | null;
}

interface StoredForecast extends Forecast {
  readonly model: TrendForecast['model'];
  readonly level: number | null;
  /** Per day. */
  readonly drift: number | null;
  readonly probability: number;
}

export interface TrendJudgeOptions {
  readonly subject: Indicator;
  readonly direction: 'above' | 'below';
  readonly limit: number;
  readonly over?: { readonly metric: number; readonly id: string };
  readonly regime?: { readonly metric: number; readonly step?: number };
  /** How long the level of a new component is learned, of which metric and limit are multiples. */
  readonly baseline?: Duration;
  readonly updateEvery: Duration;
  readonly trend: TrendOptions;
  /** The usual life by what wear goes on with, where the fleet is to teach it. */
  readonly learn?: RatedLife;
  readonly risk: RiskOptions;
  readonly limits: readonly MetricLimit[];
}

/**
 * Forecasts an indicator to its limit and judges by the risk that it is passed before a planned visit. A sample adds
 * to a running mean; only where a new point is due is the forecast made anew, from a bounded record of points.
 */
export function trendJudge(options: TrendJudgeOptions): Judge<TrendState> {
  const { subject, over, regime, risk, learn } = options;
  return {
    inputs: [...new Set([...subject.inputs, ...(over ? [over.metric] : []), ...(regime ? [regime.metric] : [])])],
    limits: options.limits,
    init: () => initTrend(subject.init()),
    judge(state, time, latest, verdict) {
      const value = subject.step(state.subject, time, latest);
      if (value !== undefined) take(state, options, time, latest, value);
      if (!state.forecast) return false;
      judgeRisk(state.forecast.probability, risk, verdict);
      return true;
    },
    evidence: (state) => evidenceOf(state.forecast!, options),
    forecast: ({ forecast }) => shown(forecast),
    renew(state, event) {
      endLife(state, options, event);
      const { regimes, reading, lives, taught } = state;
      Object.assign(state, initTrend(subject.init()), {
        renewedAt: event.at,
        regimes: renewRegimes(regimes),
        reading: event.reading ?? reading,
        usedFromNew: event.reading !== undefined,
        lives,
        taught,
      });
    },
    ...(learn && {
      fleet: learnFromLives(
        learn,
        (state, time) => livesOf(state, options, time),
        ({ taught }) => taught,
      ),
      learn(state, reference) {
        state.taught = taughtIn(learn.unit, reference) ?? state.taught;
      },
    }),
    view({ forecast }) {
      const known = shown(forecast);
      return known ? { forecast: known } : {};
    },
  };
}

function initTrend(subject: unknown): TrendState {
  return {
    subject,
    renewedAt: null,
    since: null,
    used: 0,
    reading: null,
    usedFromNew: false,
    baseline: { mean: 0, samples: 0 },
    points: emptyRecord(),
    uses: emptyRecord(),
    scatter: emptyScatter(),
    departures: [],
    regimes: initRegimes(),
    entry: null,
    lives: [],
    taught: null,
    closed: null,
    clock: { mean: 0, samples: 0 },
    forecast: null,
  };
}

function shown(forecast: StoredForecast | null): Forecast | undefined {
  if (!forecast) return undefined;
  const { basis, p10, p50, p90 } = forecast;
  return { ...(basis && { basis }), p10, p50, p90 };
}

/** A value of the indicator. */
function take(state: TrendState, options: TrendJudgeOptions, time: Timestamp, { values }: Latest, value: number): void {
  const { over, regime, direction } = options;
  if (over && !count(state, time, values[over.metric]!)) return;
  const key = regime ? regimeKey(values[regime.metric]!, regime.step) : 0;
  if (Number.isNaN(key)) return;
  if (state.since === null) state.entry = ageOf(state, options, time) ?? null;
  state.since ??= time;
  const level = levelOf(state, options, time, value);
  if (level !== undefined) {
    addToRegime(state.regimes, key, direction === 'above' ? level : -level);
    state.clock.samples++;
    state.clock.mean += (clockOf(state, options, time) - state.clock.mean) / state.clock.samples;
  }
  if (state.closed !== null && time - state.closed < options.updateEvery) return;
  state.closed = time;
  addPoints(state, options, time);
  noteDepartures(state, options, time);
  state.forecast = renewedForecast(state, options, time);
}

function regimeKey(value: number, step: number | undefined): number {
  return step === undefined ? value : Math.round(value / step);
}

/** The value, or how many times the level of the new component it is; undefined while that is learned. */
function levelOf(
  { baseline, since }: TrendState,
  { baseline: learning }: TrendJudgeOptions,
  time: Timestamp,
  value: number,
): number | undefined {
  if (learning === undefined) return value;
  if (time - since! >= learning && baseline.samples > 0) return baseline.mean > 0 ? value / baseline.mean : undefined;
  baseline.samples++;
  baseline.mean += (value - baseline.mean) / baseline.samples;
  return undefined;
}

/** Counts use by the counter; a fall of it is a counter set back, and counts nothing. Whether use is known. */
function count(state: TrendState, time: Timestamp, reading: number): boolean {
  if (Number.isNaN(reading)) return state.reading !== null;
  if (state.since === null) state.usedFromNew ||= state.renewedAt !== null && time - state.renewedAt <= AT_ONCE;
  if (state.reading !== null) state.used += Math.max(0, reading - state.reading);
  state.reading = reading;
  return true;
}

function addPoints(state: TrendState, { over }: TrendJudgeOptions, time: Timestamp): void {
  const { points, uses, scatter, regimes, used, clock } = state;
  if (over) addPoint(uses, timeIn(state, time), used, USES);
  const point = closePoint(regimes, points.y.at(-1));
  if (point !== undefined) {
    addPoint(points, clock.mean, point, POINTS);
    addToScatter(scatter, clock.mean, point);
  }
  state.clock = { mean: 0, samples: 0 };
}

function noteDepartures(state: TrendState, { trend: { courses } }: TrendJudgeOptions, time: Timestamp): void {
  if (!courses || !state.usedFromNew) return;
  const age = timeIn(state, time);
  state.departures = courses.courses.map((course, at) =>
    Math.max(state.departures[at] ?? 0, departure(course, age, state.used, courses.deviation)),
  );
}

/** Time since the installation, where that is known, else since the first sample. */
function timeIn({ renewedAt, since }: TrendState, time: Timestamp): Duration {
  return time - (renewedAt ?? since!);
}

/** What wear goes on with. */
function clockOf(state: TrendState, { over }: TrendJudgeOptions, time: Timestamp): number {
  return over ? state.used : timeIn(state, time);
}

/** Age by what wear goes on with; undefined where it is not known. */
function ageOf({ used, usedFromNew, renewedAt }: TrendState, { over }: TrendJudgeOptions, time: Timestamp) {
  if (over) return usedFromNew ? used : undefined;
  return renewedAt === null ? undefined : time - renewedAt;
}

function endLife(state: TrendState, options: TrendJudgeOptions, event: ComponentInstalledEvent): void {
  const { over } = options;
  if (over && event.reading !== undefined && state.reading !== null) count(state, event.at, event.reading);
  const { entry } = state;
  const age = ageOf(state, options, event.at);
  if (age !== undefined && entry !== null) keepLife(state.lives, { age, entry, failed: event.removed === 'failed' });
}

function livesOf(state: TrendState, options: TrendJudgeOptions, time: Timestamp): PlaceLives {
  const { lives: ended, entry } = state;
  const age = ageOf(state, options, time);
  return { ended, ...(age !== undefined && entry !== null && { present: { age, entry } }) };
}

function renewedForecast(state: TrendState, options: TrendJudgeOptions, time: Timestamp): StoredForecast | null {
  const { points, uses, scatter, departures, used, usedFromNew, renewedAt, since } = state;
  const { over, risk } = options;
  const record: TrendRecord = {
    points,
    scatter,
    clock: clockOf(state, options, time),
    watched: time - since!,
    ...(over && { uses, ...(usedFromNew && { ageInUse: used, departures }) }),
    ...(renewedAt !== null && { age: time - renewedAt }),
  };
  const made = forecastTrend(record, asTaught(options, state.taught));
  if (!made) return null;
  return {
    ...forecastOf(made.life, time),
    ...(made.model === 'life' && { basis: over ? 'usage' : 'calendar' }),
    model: made.model,
    level: made.level ?? null,
    drift: made.drift ?? null,
    probability: made.life.within(risk.horizon),
  };
}

/** With the usual life as the fleet has taught it. */
function asTaught({ trend, over }: TrendJudgeOptions, taught: TaughtLife | null): TrendOptions {
  if (!taught) return trend;
  return over ? { ...trend, lifeInUse: taught } : { ...trend, lifeInTime: taught };
}

function evidenceOf({ model, level, drift, probability }: StoredForecast, options: TrendJudgeOptions): Evidence {
  const { subject, baseline, direction, limit, risk, over } = options;
  const sign = direction === 'above' ? 1 : -1;
  const shownUnit = baseline === undefined ? subject.unit : '×';
  return {
    kind: 'trend',
    metricId: subject.id,
    ...(shownUnit !== undefined && { unit: shownUnit }),
    direction,
    limit,
    model,
    ...(level !== null && { level: sign * level }),
    ...(drift !== null && { driftPerDay: sign * drift }),
    ...(over && { over: over.id }),
    probability,
    horizon: risk.horizon,
  };
}
