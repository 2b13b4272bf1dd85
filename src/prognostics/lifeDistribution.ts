import type { Forecast } from '../domain/finding.ts';
import { DAY, type Duration, type Timestamp } from '../domain/time.ts';
import { invert } from './invert.ts';

/** Further ahead than this a forecast is "beyond the horizon". */
export const FORECAST_HORIZON = 3650 * DAY;

/** Weight of a kind that is out of the question. */
const NEGLIGIBLE = 1e-6;

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

/** A life that ends after just this time. */
export function certainLife(left: Duration): LifeDistribution {
  return { within: (time) => (time >= left ? 1 : 0), quantile: () => Math.max(0, left) };
}

/** The same life, seen so much later: what should have ended by then ends now. */
export function seenLater(life: LifeDistribution, later: Duration): LifeDistribution {
  if (later <= 0) return life;
  return {
    within: (left) => life.within(left + later),
    quantile: (probability) => Math.max(0, life.quantile(probability) - later),
  };
}

/** What ends with the first of several that know nothing of each other (competing risks): survivals multiply. */
export function firstOf(lives: readonly LifeDistribution[]): LifeDistribution {
  if (lives.length === 1) return lives[0]!;
  const within = (left: Duration) => 1 - lives.reduce((survival, life) => survival * (1 - life.within(left)), 1);
  return {
    within,
    quantile(probability) {
      // No life ends later than the one that ends first, nor before each has ended with its share of the risk.
      const share = 1 - (1 - probability) ** (1 / lives.length);
      let high = Math.min(...lives.map((life) => life.quantile(probability)));
      let low = Math.min(high, ...lives.map((life) => life.quantile(share)));
      if (high === Number.POSITIVE_INFINITY) high = 2 * FORECAST_HORIZON;
      if (within(high) < probability) return Number.POSITIVE_INFINITY;
      for (let i = 0; i < 60 && high - low > 0.5; i++) {
        const middle = (low + high) / 2;
        if (within(middle) < probability) low = middle;
        else high = middle;
      }
      return high;
    },
  };
}

/** The life of a unit that is of one of several kinds, nobody knows of which: a mixture. Weights sum to 1. */
export function mixtureOf(lives: readonly LifeDistribution[], weights: readonly number[]): LifeDistribution {
  const parts = lives.map((life, at) => ({ life, weight: weights[at]! })).filter(({ weight }) => weight > NEGLIGIBLE);
  if (parts.length === 1) return parts[0]!.life;
  const within = (left: Duration) => parts.reduce((sum, { life, weight }) => sum + weight * life.within(left), 0);
  return { within, quantile: (probability) => invert(within, probability, DAY) };
}
