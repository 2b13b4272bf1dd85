import jstat from 'jstat';
import type { Forecast, ForecastBasis } from '../domain/finding.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { FORECAST_HORIZON, firstOf, forecastOf, type LifeDistribution } from './lifeDistribution.ts';

const { normal } = jstat.jStat;

/** z of the 90 % quantile of the standard normal distribution. */
const Z90 = 1.2815515655446004;

/** A forecast of one way in which a component fails. */
export interface ModeForecast {
  readonly failureModeId: string;
  readonly forecast: Forecast;
}

/**
 * One forecast of a component, seen from `now`; undefined without any. Within a failure mode the best informed one
 * holds, see {@link bestInformed}. Failure modes are competing risks, taken as independent: the component survives
 * while it survives each of them, S(t) = ∏ Sₘ(t) (Meeker & Escobar 1998, §15), whose quantiles are sought. Between its
 * P10, P50 and P90 a forecast is taken as normal on either side of its median (two-piece normal, Fechner 1897), which
 * gives back exactly those three. What should have ended by now ends now.
 */
export function componentForecast(forecasts: readonly ModeForecast[], now: Timestamp): Forecast | undefined {
  const byMode = new Map<string, Forecast[]>();
  for (const { failureModeId, forecast } of forecasts) {
    byMode.set(failureModeId, [...(byMode.get(failureModeId) ?? []), forecast]);
  }
  const modes = [...byMode.values()].map((of) => bestInformed(of)!);
  if (modes.length <= 1) return modes[0] && notBefore(now, modes[0]);
  const basis = bestInformed(modes)!.basis;
  const combined = forecastOf(firstOf(modes.map((forecast) => lifeOf(forecast, now))), now);
  return { ...combined, ...(basis && { basis }) };
}

const RANK: Readonly<Record<ForecastBasis, number>> = { calendar: 0, usage: 1, condition: 2 };

function basisOf({ basis }: Forecast): ForecastBasis {
  return basis ?? 'condition';
}

/**
 * Of several forecasts of the same failure mode the one that knows most: one with a median within the horizon before
 * one without (a condition that shows no wear yet says little of the end), then by condition before by usage before by
 * the calendar, then the sooner.
 */
export function bestInformed(forecasts: readonly Forecast[]): Forecast | undefined {
  return forecasts.reduce<Forecast | undefined>(
    (best, forecast) => (best === undefined || knowsMore(forecast, best) ? forecast : best),
    undefined,
  );
}

function knowsMore(one: Forecast, other: Forecast): boolean {
  if ((one.p50 === null) !== (other.p50 === null)) return one.p50 !== null;
  const rank = RANK[basisOf(one)] - RANK[basisOf(other)];
  if (rank !== 0) return rank > 0;
  return (one.p50 ?? 0) < (other.p50 ?? 0) || (one.p50 === other.p50 && late(one.p10) < late(other.p10));
}

function late(quantile: Timestamp | null): number {
  return quantile ?? Number.POSITIVE_INFINITY;
}

/** What a newer forecast of the same failure mode makes of the one there was; both may be absent. */
export function renewedForecast(before: Forecast | undefined, newer: Forecast | undefined): Forecast | undefined {
  if (!before || !newer) return newer ?? before;
  return basisOf(before) === basisOf(newer) ? newer : bestInformed([newer, before]);
}

/** Whether the one may be what the other was made of. */
export function sameBasis(one: Forecast, other: Forecast): boolean {
  return basisOf(one) === basisOf(other);
}

export function notBefore(now: Timestamp, forecast: Forecast): Forecast {
  const later = (quantile: Timestamp | null) => (quantile === null ? null : Math.max(now, quantile));
  return { ...forecast, p10: later(forecast.p10), p50: later(forecast.p50), p90: later(forecast.p90) };
}

/** Normal on either side of the median; what is beyond the horizon is taken to lie at its end. */
function lifeOf({ p10, p50, p90 }: Forecast, now: Timestamp): LifeDistribution {
  if (p10 === null) return { within: () => 0, quantile: () => Number.POSITIVE_INFINITY };
  const horizon = now + FORECAST_HORIZON;
  const median = p50 ?? horizon;
  const [before, after] = [(median - p10) / Z90, (Math.max(median, p90 ?? horizon) - median) / Z90];
  return {
    within(left: Duration) {
      const away = now + left - median;
      const spread = away < 0 ? before : after;
      if (spread === 0) return away >= 0 ? 1 : 0;
      return normal.cdf(away / spread, 0, 1);
    },
    quantile(probability) {
      const z = normal.inv(probability, 0, 1);
      return Math.max(0, median + z * (z < 0 ? before : after) - now);
    },
  };
}
