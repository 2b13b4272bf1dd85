import { DAY, type Duration } from '../domain/time.ts';
import { type CoursesOfUse, courseWeights, overCourse } from '../prognostics/courseOfUse.ts';
import { type Degradation, type DegradationModel, fitDegradation } from '../prognostics/degradation.ts';
import { filterDrift } from '../prognostics/driftFilter.ts';
import { type Landmark, lifeByLandmarks } from '../prognostics/landmarks.ts';
import { type LifeDistribution, mixtureOf, seenLater } from '../prognostics/lifeDistribution.ts';
import { type DegradationPath, lifeOnPath } from '../prognostics/pathModel.ts';
import type { Scatter } from '../prognostics/scatter.ts';
import { overTime, pool, tabulate } from '../prognostics/tabulated.ts';
import { theilSen } from '../prognostics/theilSen.ts';
import type { ThinnedRecord } from '../prognostics/thinning.ts';
import { rateOfUse, type UsualUse } from '../prognostics/useRate.ts';
import { remainingLife, type Weibull } from '../prognostics/weibull.ts';

export interface TrendOptions {
  readonly model: DegradationModel | 'path' | 'landmarks';
  /** As the indicator rises towards it. */
  readonly limit: number;
  readonly base?: number;
  readonly path?: DegradationPath;
  /** In the clock of wear. */
  readonly landmarks?: readonly Landmark[];
  /** Usual lives, in ms and in units of use. */
  readonly lifeInTime?: Weibull;
  readonly lifeInUse?: Weibull;
  readonly usual?: UsualUse;
  /** How far the rate of use to come may lie off, as a share. */
  readonly useSpread: number;
  /** Courses of use that units are known to follow. */
  readonly courses?: CoursesOfUse;
  readonly evidence: { readonly points: number; readonly span: Duration; readonly confidence: number };
}

/** What a forecast is made from. */
export interface TrendRecord {
  /** The indicator over its clock: time or use since `since`. */
  readonly points: ThinnedRecord;
  /** Of the points as they came. */
  readonly scatter: Scatter;
  /** That clock now. */
  readonly clock: number;
  /** Use over time; undefined where time is the clock. */
  readonly uses?: ThinnedRecord;
  /** Age in ms and in units of use; undefined where it is not known. */
  readonly age?: number;
  readonly ageInUse?: number;
  /** By course of use: the farthest that the unit was off it, in deviations. */
  readonly departures?: readonly number[];
  /** How long the indicator was watched, in ms. */
  readonly watched: Duration;
}

export type TrendModelName = Degradation['model'] | 'path' | 'landmarks' | 'life';

export interface TrendForecast {
  readonly model: TrendModelName;
  /** The indicator as it rises towards its limit, without its noise; undefined while nothing is known of it. */
  readonly level?: number;
  /** Towards the limit per day. */
  readonly drift?: number;
  readonly life: LifeDistribution;
}

/** Both ends of the record must be this far apart for a drift to be spoken of. */
const FEWEST = 4;

/**
 * The forecast of an indicator to its limit, weighed with the usual life of such components; undefined where neither
 * says anything yet.
 */
export function forecastTrend(record: TrendRecord, options: TrendOptions): TrendForecast | undefined {
  const inClock = conditionLife(record, options);
  const rate = record.uses && rateOfUse(record.uses, options.useSpread, options.usual);
  const inUse = record.uses && lifeInUse(record, options, inClock?.life);
  const life = record.uses ? rate && inUse && overTime(inUse, rate.rate, rate.deviation) : inClock?.life;
  const { lifeInTime } = options;
  const prior = lifeInTime && record.age !== undefined ? remainingLife(lifeInTime, record.age) : undefined;
  const byRate = life && prior ? pool(life, prior) : (life ?? prior);
  const known = inUse ? onCourses(record, options, inUse, byRate) : byRate;
  if (!known) return undefined;
  const clockRate = record.uses ? (rate?.rate ?? 0) : 1;
  return {
    model: inClock?.model ?? 'life',
    ...(inClock && { level: inClock.level, drift: inClock.drift * clockRate * DAY }),
    life: known,
  };
}

interface ConditionLife {
  readonly model: TrendModelName;
  readonly level: number;
  readonly drift: number;
  readonly life: LifeDistribution;
}

/** Life left by the condition alone, in its clock. */
function conditionLife(record: TrendRecord, options: TrendOptions): ConditionLife | undefined {
  const { points } = record;
  const { evidence } = options;
  const weight = points.weight.reduce((sum, each) => sum + each, 0);
  if (weight < evidence.points || record.watched < evidence.span || points.x.length < FEWEST) return undefined;
  return landmarkLife(record, options) ?? pathLife(record, options) ?? trendLife(record, options);
}

function landmarkLife(
  { points, scatter, age, ageInUse, uses }: TrendRecord,
  { landmarks }: TrendOptions,
): ConditionLife | undefined {
  const clock = uses ? ageInUse : age;
  if (!landmarks || clock === undefined) return undefined;
  const { level, drift } = filterDrift(points)!;
  return { model: 'landmarks', level, drift, life: lifeByLandmarks(landmarks, { age: clock, level, scatter }) };
}

function pathLife({ points, age, ageInUse, uses }: TrendRecord, options: TrendOptions): ConditionLife | undefined {
  const { path, lifeInUse, lifeInTime } = options;
  const prior = uses ? lifeInUse : lifeInTime;
  const clock = uses ? ageInUse : age;
  if (!path || !prior || clock === undefined) return undefined;
  const filtered = filterDrift(points)!;
  const life = lifeOnPath(points, filtered.noise, path, prior, clock);
  return { model: 'path', level: filtered.level, drift: filtered.drift, life };
}

function trendLife(
  { points, clock }: TrendRecord,
  { model, limit, base, evidence }: TrendOptions,
): ConditionLife | undefined {
  const ofTrend = model === 'path' || model === 'landmarks' ? 'auto' : model;
  const fit = fitDegradation(points, { model: ofTrend, limit, base });
  if (!fit) return undefined;
  const trend = theilSen(points.x, points.y, evidence.confidence);
  // A point stands for the middle of its samples.
  if (trend && trend.low > 0) return { ...fit, life: seenLater(fit.life, clock - points.x.at(-1)!) };
  const passed = fit.life.within(0);
  return {
    ...fit,
    life: { within: () => passed, quantile: (p) => (passed >= p ? 0 : Number.POSITIVE_INFINITY) },
  };
}

/** Life left by condition and usual use, in units of use. */
function lifeInUse(
  { ageInUse }: TrendRecord,
  { lifeInUse: usual, path, landmarks }: TrendOptions,
  condition: LifeDistribution | undefined,
): LifeDistribution | undefined {
  const prior = usual && ageInUse !== undefined ? remainingLife(usual, ageInUse) : undefined;
  // Paths and landmarks have weighed the usual life already.
  return condition && prior && !path && !landmarks ? pool(condition, prior) : condition ? tabulate(condition) : prior;
}

/** Life in time by the courses of use that the unit may follow, and by its rate of use where it follows none. */
function onCourses(
  { age, departures }: TrendRecord,
  { courses }: TrendOptions,
  use: LifeDistribution,
  byRate: LifeDistribution | undefined,
): LifeDistribution | undefined {
  if (!courses || !departures || age === undefined) return byRate;
  const lives = courses.courses.map((course) => overCourse(use, course, age));
  const weights = courseWeights(byRate ? courses : { ...courses, other: 0 }, departures);
  return mixtureOf(byRate ? [...lives, byRate] : lives, weights);
}
