import type { Forecast } from '../domain/finding.ts';
import { DAY, type Timestamp } from '../domain/time.ts';

/** z of the 90 % quantile of the standard normal distribution. */
const Z90 = 1.2815515655446004;

/** Coefficients, by 1/ν and 1/ν², of Student's 90 % quantile about the normal one (Abramowitz & Stegun 1964, 26.7.5). */
const STUDENT90 = [(Z90 ** 3 + Z90) / 4, (5 * Z90 ** 5 + 16 * Z90 ** 3 + 3 * Z90) / 96] as const;

/** Days of history below which the spread of daily usage says too little: the mean is then taken to be off by half. */
const MIN_DAYS = 3;

/** Further ahead than this a forecast is "beyond the horizon". */
export const FORECAST_HORIZON = 3650 * DAY;

export interface UsageRate {
  /** Mean usage per calendar day. */
  readonly mean: number;
  /** Standard deviation of the usage of single days. */
  readonly deviation: number;
  /** Days it rests on. */
  readonly days: number;
}

/** Days of a week: fewer may be all weekend, or none of it. */
const WEEK = 7;

/**
 * Mean and spread of daily usage; undefined when nothing is known. While less than a week was seen, the missing days
 * are taken to be like `lifetime`, the mean usage per day since installation, where that is known.
 */
export function usageRate(dailyUsage: readonly number[], lifetime?: number): UsageRate | undefined {
  const missing = lifetime === undefined ? 0 : Math.max(0, WEEK - dailyUsage.length);
  const days = dailyUsage.length + missing;
  if (days === 0) return undefined;
  const mean = (dailyUsage.reduce((sum, used) => sum + used, 0) + missing * (lifetime ?? 0)) / days;
  if (missing > 0) return { mean, deviation: mean / 2, days };
  if (days < MIN_DAYS) return { mean, deviation: mean / 2, days };
  const squares = dailyUsage.reduce((sum, used) => sum + (used - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (days - 1)), days };
}

/**
 * When a budget of usage is spent, as quantiles. Daily usage is taken as independent with the observed mean and
 * spread, so usage after t days is about normal with mean m·t and variance s²·(t + t²/n), whose second term is the
 * uncertainty of the mean of n days; a quantile is the t at which that normal distribution puts the quantile on the
 * budget (the normal approximation of first-passage times of a random walk with drift, see Cox & Miller 1965, §2).
 * Since the spread is itself estimated from n days, the quantiles are those of Student's t with n − 1 degrees of freedom.
 * A mean of zero or a crossing later than FORECAST_HORIZON gives null.
 */
export function forecastUsage(remaining: number, rate: UsageRate, now: Timestamp): Forecast {
  if (remaining <= 0) return { p10: now, p50: now, p90: now };
  const spread = quantile90(rate.days);
  return {
    p10: at(crossing(remaining, rate, spread), now),
    p50: at(crossing(remaining, rate, 0), now),
    p90: at(crossing(remaining, rate, -spread), now),
  };
}

/** Quantile by quantile the earlier of two forecasts; null is later than anything. */
export function sooner(a: Forecast, b: Forecast): Forecast {
  const min = (x: Timestamp | null, y: Timestamp | null) => (x === null ? y : y === null ? x : Math.min(x, y));
  return { p10: min(a.p10, b.p10), p50: min(a.p50, b.p50), p90: min(a.p90, b.p90) };
}

function quantile90(days: number): number {
  if (days < MIN_DAYS) return Z90;
  const freedom = days - 1;
  return Z90 + STUDENT90[0] / freedom + STUDENT90[1] / freedom ** 2;
}

/** The t in days at which m·t + z·s·sqrt(t + t²/n) reaches the budget; Infinity when it never does. */
function crossing(budget: number, rate: UsageRate, z: number): number {
  const used = (t: number) => rate.mean * t + z * rate.deviation * Math.sqrt(t + (t * t) / rate.days);
  let low = 0;
  let high = 1;
  while (used(high) < budget) {
    low = high;
    high *= 2;
    if (high > (2 * FORECAST_HORIZON) / DAY) return Number.POSITIVE_INFINITY;
  }
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (used(middle) < budget) low = middle;
    else high = middle;
  }
  return high;
}

function at(days: number, now: Timestamp): Timestamp | null {
  return days * DAY > FORECAST_HORIZON ? null : Math.round(now + days * DAY);
}
