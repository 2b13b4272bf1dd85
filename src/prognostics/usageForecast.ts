import jstat from 'jstat';
import { DAY, type Timestamp } from '../domain/time.ts';
import { crossing } from './crossing.ts';
import { FORECAST_HORIZON, type LifeDistribution } from './lifeDistribution.ts';
import { MIN_DAYS, type UsageRate } from './usageRate.ts';
import type { RemainingLife } from './weibull.ts';

const { normal } = jstat.jStat;

/**
 * When a budget of usage is spent: an amount, or the life left where parts differ. Daily usage is taken as independent
 * with the observed mean (of its day of the week where these differ) and spread, so usage after t days is about normal
 * with mean m·t and variance s²·(t + t²/n), whose second term is the uncertainty of the mean of n days; the budget is
 * spent by t with the probability that usage is beyond it (the normal approximation of first-passage times of a random
 * walk with drift, see Cox & Miller 1965, §2). Since the spread is itself estimated from n days, it is Student's t with
 * n − 1 degrees of freedom (by the normal distribution after Wallace 1959). `from`: the moment it is seen from.
 */
export function forecastUsage(budget: number | RemainingLife, rate: UsageRate, from: Timestamp): LifeDistribution {
  const usage = usageAfter(rate, from);
  const within = typeof budget === 'number' ? amountWithin(budget, usage) : lifeWithin(budget, usage);
  return {
    within: (left) => within(left / DAY),
    quantile: (probability) => daysUntil(within, probability) * DAY,
  };
}

interface Usage {
  /** Expected usage in so many days. */
  expected(days: number): number;
  /** Its standard error, scale of a Student's t. */
  error(days: number): number;
  readonly freedom: number;
}

function usageAfter({ mean, deviation, days, week }: UsageRate, from: Timestamp): Usage {
  const expected = week ? weekly(week, from) : (t: number) => mean * t;
  return {
    expected,
    error: (t) => deviation * Math.sqrt(t + (t * t) / days),
    freedom: days < MIN_DAYS ? Number.POSITIVE_INFINITY : days - (week ? week.length : 1),
  };
}

function weekly(week: readonly number[], from: Timestamp): (days: number) => number {
  const before = week.map((_, at) => week.slice(0, at).reduce((sum, used) => sum + used, 0));
  const whole = before.at(-1)! + week.at(-1)!;
  const since = (days: number): number => {
    const day = Math.floor(days);
    const place = day % week.length;
    return ((day - place) / week.length) * whole + before[place]! + (days - day) * week[place]!;
  };
  const start = from / DAY;
  return (days) => since(start + days) - since(start);
}

type Within = (days: number) => number;

function amountWithin(budget: number, { expected, error, freedom }: Usage): Within {
  return (days) => {
    if (budget <= 0) return 1;
    if (days <= 0) return 0;
    const [ahead, spread] = [expected(days) - budget, error(days)];
    if (spread === 0) return ahead >= 0 ? 1 : 0;
    return normal.cdf(toNormal(ahead / spread, freedom), 0, 1);
  };
}

/** Nodes of equal probability that stand for the uncertainty of usage. */
const NODES = 9;

/** Parts differ and usage does: the mean over usage of the share of parts that do not outlive it. */
function lifeWithin(life: RemainingLife, { expected, error, freedom }: Usage): Within {
  const nodes = Array.from({ length: NODES }, (_, at) => toStudent(normal.inv((at + 0.5) / NODES, 0, 1), freedom));
  return (days) => {
    if (days <= 0) return 0;
    const [mean, spread] = [expected(days), error(days)];
    if (spread === 0) return life.within(mean);
    let sum = 0;
    for (const node of nodes) sum += life.within(Math.max(0, mean + node * spread));
    return sum / NODES;
  };
}

function toNormal(t: number, freedom: number): number {
  if (freedom === Number.POSITIVE_INFINITY) return t;
  const size = Math.sqrt(freedom * Math.log1p((t * t) / freedom)) * ((8 * freedom + 1) / (8 * freedom + 3));
  return Math.sign(t) * size;
}

function toStudent(z: number, freedom: number): number {
  if (freedom === Number.POSITIVE_INFINITY) return z;
  const wide = (z * (8 * freedom + 3)) / (8 * freedom + 1);
  return Math.sign(z) * Math.sqrt(freedom * Math.expm1((wide * wide) / freedom));
}

/** Relative, of the days until an end: less than a tenth of a second in a century. */
const ACCURACY = 1e-11;

/** The days at which the probability is reached; Infinity when it never is. */
function daysUntil(within: Within, probability: number): number {
  if (within(0) >= probability) return 0;
  let low = 0;
  let high = 1;
  while (within(high) < probability) {
    low = high;
    high *= 2;
    if (high > (2 * FORECAST_HORIZON) / DAY) return Number.POSITIVE_INFINITY;
  }
  return crossing(within, probability, low, high, ACCURACY);
}
