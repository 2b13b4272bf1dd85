import jstat from 'jstat';
import { DAY, type Timestamp } from '../domain/time.ts';

const { centralF } = jstat.jStat;

/** How much is used in a day, and how that differs between days. */
export interface UsageRate {
  /** Mean usage per calendar day. */
  readonly mean: number;
  /** Standard deviation of the usage of single days about what is expected of them. */
  readonly deviation: number;
  /** Days it rests on. */
  readonly days: number;
  /** Mean usage of each day of the week where these differ; the day since the epoch modulo 7 is the place. */
  readonly week?: readonly number[];
}

/** Days of history below which the spread of daily usage says too little: the mean is then taken to be off by half. */
export const MIN_DAYS = 3;

/** Days of a week: fewer may be all weekend, or none of it. */
const WEEK = 7;

/** Chance at which days of the week that are all alike may be taken to differ. */
const SIGNIFICANCE = 0.01;

/**
 * Usage per day from that of single days, oldest first; undefined when nothing is known. Robust: from a week on a day
 * of more than three times the 90 % quantile counts as that (Winsorised mean, Huber 1981, §1), where at least every tenth day
 * has use. While less than a week was seen, the missing days are taken to be like `lifetime`, the mean usage per day
 * since installation, where that is known. From two weeks on days of the week are told apart where an analysis of
 * variance says that they differ (F test at 1 %), so that free weekends are neither spread nor lost; `today` is the day
 * after the last of them.
 */
export function usageRate(daily: readonly number[], lifetime?: number, today?: Timestamp): UsageRate | undefined {
  const missing = lifetime === undefined ? 0 : Math.max(0, WEEK - daily.length);
  const days = daily.length + missing;
  if (days === 0) return undefined;
  const usual = winsorised(daily);
  const mean = (sum(usual) + missing * (lifetime ?? 0)) / days;
  if (missing > 0 || days < MIN_DAYS) return { mean, deviation: mean / 2, days };
  const week = today === undefined ? undefined : weekOf(usual, Math.round(today / DAY), mean);
  const left = usual.map((used, at) => used - (week?.[placeOf(at, daily.length, today!)] ?? mean));
  const freedom = days - (week ? WEEK : 1);
  const variance = (sum(left.map((rest) => rest ** 2)) / freedom) * persistence(left);
  return { mean: week ? sum(week) / WEEK : mean, deviation: Math.sqrt(variance), days, ...(week && { week }) };
}

function winsorised(daily: readonly number[]): readonly number[] {
  if (daily.length < WEEK) return daily;
  const sorted = [...daily].sort((a, b) => a - b);
  const most = 3 * sorted[Math.floor(0.9 * (sorted.length - 1))]!;
  return most > 0 ? daily.map((used) => Math.min(used, most)) : daily;
}

/** Mean of each day of the week; undefined where they don't differ. */
function weekOf(daily: readonly number[], today: number, mean: number): number[] | undefined {
  if (daily.length < 2 * WEEK) return undefined;
  const sums = Array<number>(WEEK).fill(0);
  const counts = Array<number>(WEEK).fill(0);
  daily.forEach((used, at) => {
    const place = (today - daily.length + at) % WEEK;
    sums[place]! += used;
    counts[place]!++;
  });
  const means = sums.map((total, place) => total / counts[place]!);
  const between = sum(means.map((of, place) => counts[place]! * (of - mean) ** 2));
  const within = sum(daily.map((used, at) => (used - means[(today - daily.length + at) % WEEK]!) ** 2));
  const freedom = daily.length - WEEK;
  const ratio = between / (WEEK - 1) / (within / freedom);
  return between > 1e-12 * mean ** 2 && 1 - centralF.cdf(ratio, WEEK - 1, freedom) < SIGNIFICANCE ? means : undefined;
}

function placeOf(at: number, days: number, today: Timestamp): number {
  return (Math.round(today / DAY) - days + at) % WEEK;
}

/**
 * How much more a sum of days varies than independent ones would: (1 + ρ)/(1 − ρ) with the correlation of one day with
 * the next (Bayley & Hammersley 1946), where that is more than chance.
 */
function persistence(left: readonly number[]): number {
  const squares = sum(left.map((rest) => rest ** 2));
  if (left.length < 2 * WEEK || squares === 0) return 1;
  const correlation = sum(left.slice(1).map((rest, at) => rest * left[at]!)) / squares;
  if (correlation < 2 / Math.sqrt(left.length)) return 1;
  const believed = Math.min(correlation, 0.8);
  return (1 + believed) / (1 - believed);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
