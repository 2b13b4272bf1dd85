import type { Forecast } from '../domain/finding.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { FORECAST_HORIZON } from './usageForecast.ts';

/** What is known of the time left to functional failure or end of life, seen from one moment. Durations in ms. */
export interface LifeDistribution {
  /** Probability that the end comes within this time; rises to less than 1 where it may never come. */
  within(left: Duration): number;
  /** The time by which it has come with this probability; Infinity where it never does. */
  quantile(probability: number): Duration;
}

/** The P10, P50 and P90 of it; what lies further ahead than FORECAST_HORIZON is beyond the horizon. */
export function forecastOf(life: LifeDistribution, now: Timestamp): Forecast {
  return { p10: at(life, 0.1, now), p50: at(life, 0.5, now), p90: at(life, 0.9, now) };
}

function at(life: LifeDistribution, probability: number, now: Timestamp): Timestamp | null {
  const left = Math.max(0, life.quantile(probability));
  return left > FORECAST_HORIZON ? null : Math.round(now + left);
}
