import { DAY, type Timestamp } from '../domain/time.ts';
import { certainLife, firstOf, type LifeDistribution, seenLater } from '../prognostics/lifeDistribution.ts';
import { forecastUsage } from '../prognostics/usageForecast.ts';
import { type UsageRate, usageRate } from '../prognostics/usageRate.ts';
import { remainingLife } from '../prognostics/weibull.ts';
import { livesOf } from './extendedLife.ts';
import type { LifeOptions, UsageState } from './usageState.ts';

/** A component in use for less says nothing of its usual rate. */
const LIFETIME_DAYS = 7;

/** When life ends, by use and by the calendar, whichever comes first; undefined while nothing is known of either. */
export function lifeLeft(state: UsageState, options: LifeOptions, time: Timestamp): LifeDistribution | undefined {
  const byUse = leftByUse(state, options, time);
  if (options.calendarLife === undefined || state.installedAt === null) return byUse;
  const byCalendar = certainLife(state.installedAt + options.calendarLife - time);
  return byUse ? firstOf([byUse, byCalendar]) : byCalendar;
}

/** From the last reading on: while nothing is heard, use is expected to go on, not to wait. */
function leftByUse(state: UsageState, options: LifeOptions, time: Timestamp): LifeDistribution | undefined {
  const { life } = options;
  const lives = livesOf(state, options);
  if (!lives && state.used >= life) return certainLife(0);
  const rate = presentRate(state, time);
  if (!rate) return undefined;
  const from = Math.min(time, state.counter.time);
  const used = state.used + unseenUse(state, rate, from);
  const budget = lives ? remainingLife(lives, used) : life - used;
  return seenLater(forecastUsage(budget, rate, from), time - from);
}

/** A coarse counter stands still while use goes on: by no more than the least that it ever rose by. */
function unseenUse({ risenAt, leastRise }: UsageState, rate: UsageRate, time: Timestamp): number {
  if (risenAt === null || leastRise === null) return 0;
  return Math.min((rate.mean * Math.max(0, time - risenAt)) / DAY, leastRise);
}

export function presentRate(state: UsageState, time: Timestamp): UsageRate | undefined {
  const age = state.installedAt === null ? 0 : (time - state.installedAt) / DAY;
  return usageRate(state.daily, age >= LIFETIME_DAYS ? state.used / age : undefined, state.day ?? undefined);
}
