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
 * has use. A standstill of a week or more that is over does not count: it is not how the machine is used. While less than a week was seen, the missing days are taken to be like `lifetime`, the mean usage per day
 * since installation, where that is known. From two weeks on days of the week are told apart where an analysis of
 * variance says that they differ (F test at 1 %), so that free weekends are neither spread nor lost; `today` is the day
 * after the last of them.
 */
export function usageRate(daily: readonly number[], lifetime?: number, today?: Timestamp): UsageRate | undefined {
  const known = inOperation(daily, today ?? 0);
  const missing = lifetime === undefined ? 0 : Math.max(0, WEEK - known.length);
  const days = known.length + missing;
  if (days === 0) return undefined;
  const usual = winsorised(known);
  const mean = (sum(usual.map(({ used }) => used)) + missing * (lifetime ?? 0)) / days;
  if (missing > 0 || days < MIN_DAYS) return { mean, deviation: mean / 2, days };
  const week = today === undefined ? undefined : weekOf(usual, mean);
  const left = usual.map(({ used, place }) => used - (week?.[place] ?? mean));
  const freedom = days - (week ? WEEK : 1);
  const variance = (sum(left.map((rest) => rest ** 2)) / freedom) * persistence(left);
  return { mean: week ? sum(week) / WEEK : mean, deviation: Math.sqrt(variance), days, ...(week && { week }) };
}

interface Day {
  readonly used: number;
  /** Days since the epoch, modulo 7. */
  readonly place: number;
}

/** The days without the one standstill that is over. */
function inOperation(daily: readonly number[], today: Timestamp): Day[] {
  const first = Math.round(today / DAY) - daily.length;
  const all = daily.map((used, at): Day => ({ used, place: (((first + at) % WEEK) + WEEK) % WEEK }));
  const stops = standstills(daily).filter(([from, to]) => to - from >= WEEK);
  const [from, to] = stops[0] ?? [0, 0];
  const active = daily.filter((used) => used > 0).length;
  const isOver = stops.length === 1 && to < daily.length && active >= MIN_DAYS;
  return isOver ? [...all.slice(0, from), ...all.slice(to)] : all;
}

/** Runs of days without use, each from (inclusive) to (exclusive). */
function standstills(daily: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  daily.forEach((used, at) => {
    const last = runs.at(-1);
    if (used > 0) return;
    if (last?.[1] === at) last[1] = at + 1;
    else runs.push([at, at + 1]);
  });
  return runs;
}

function winsorised(days: readonly Day[]): readonly Day[] {
  if (days.length < WEEK) return days;
  const sorted = days.map(({ used }) => used).sort((a, b) => a - b);
  const most = 3 * sorted[Math.floor(0.9 * (sorted.length - 1))]!;
  return most > 0 ? days.map((day) => ({ ...day, used: Math.min(day.used, most) })) : days;
}

/** Mean of each day of the week; undefined where they don't differ. */
function weekOf(days: readonly Day[], mean: number): number[] | undefined {
  if (days.length < 2 * WEEK) return undefined;
  const means = Array.from({ length: WEEK }, (_, place) => meanOf(days.filter((day) => day.place === place)));
  const counts = means.map((_, place) => days.filter((day) => day.place === place).length);
  if (counts.some((count) => count === 0)) return undefined;
  const between = sum(means.map((of, place) => counts[place]! * (of - mean) ** 2));
  const within = sum(days.map(({ used, place }) => (used - means[place]!) ** 2));
  const freedom = days.length - WEEK;
  const ratio = between / (WEEK - 1) / (within / freedom);
  return between > 1e-12 * mean ** 2 && 1 - centralF.cdf(ratio, WEEK - 1, freedom) < SIGNIFICANCE ? means : undefined;
}

function meanOf(days: readonly Day[]): number {
  return sum(days.map(({ used }) => used)) / days.length;
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
