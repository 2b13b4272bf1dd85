import { describe, expect, it } from 'vitest';
import type { Forecast, ForecastBasis } from '../../../src/domain/finding.ts';
import { DAY } from '../../../src/domain/time.ts';
import {
  bestInformed,
  componentForecast,
  notBefore,
  renewedForecast,
} from '../../../src/prognostics/combinedForecast.ts';

const NOW = Date.UTC(2024, 0, 1);
const at = (day: number | null) => (day === null ? null : NOW + day * DAY);
const forecast = (p10: number | null, p50: number | null, p90: number | null, basis?: ForecastBasis): Forecast => ({
  ...(basis && { basis }),
  p10: at(p10),
  p50: at(p50),
  p90: at(p90),
});
const mode = (failureModeId: string, of: Forecast) => ({ failureModeId, forecast: of });
const days = (of: Forecast | undefined) =>
  of && [of.p10, of.p50, of.p90].map((time) => (time === null ? null : (time - NOW) / DAY));

describe('one failure mode', () => {
  const condition = forecast(20, 40, 90);
  const usage = forecast(10, 15, 20, 'usage');
  const calendar = forecast(5, 5, 5, 'calendar');

  it('goes by its condition before usage, by usage before age', () => {
    const of = (...all: Forecast[]) =>
      componentForecast(
        all.map((one) => mode('worn', one)),
        NOW,
      );
    expect(of(calendar, usage, condition)).toEqual(condition);
    expect(of(calendar, usage)).toEqual(usage);
    expect(of(calendar)).toEqual(calendar);
    expect(componentForecast([], NOW)).toBeUndefined();
  });

  it('goes by usage while its condition shows no end within the horizon', () => {
    const unworn = forecast(300, null, null);
    expect(bestInformed([unworn, usage])).toEqual(usage);
    expect(bestInformed([unworn, forecast(null, null, null, 'usage')])).toEqual(unworn);
  });

  it('goes by the sooner of two that know as much', () => {
    const sooner = forecast(30, 35, 90);
    expect(bestInformed([condition, sooner])).toEqual(sooner);
    expect(bestInformed([sooner, condition])).toEqual(sooner);
    const earlier = forecast(10, 40, 90);
    expect(bestInformed([condition, earlier])).toEqual(earlier);
  });

  it('ends now where it should have ended', () => {
    expect(notBefore(NOW, forecast(-5, -1, 3))).toEqual(forecast(0, 0, 3));
    expect(componentForecast([mode('worn', forecast(-5, null, null))], NOW)).toEqual(forecast(0, null, null));
  });
});

describe('failure modes of a component', () => {
  it('compete: worked by hand', () => {
    // Both normal with mean 100 d and deviation 20/1.2816 = 15.61 d. The first ends by the median where each has ended
    // with 1 − √0.5 = 0.2929: z = −0.5450, 91.49 d. P10: 1 − √0.9 = 0.0513, z = −1.6323, 74.53 d. P90: 1 − √0.1 =
    // 0.6838, z = 0.4783, 107.46 d.
    const one = forecast(80, 100, 120);
    const [p10, p50, p90] = days(componentForecast([mode('a', one), mode('b', one)], NOW))!;
    expect(p10).toBeCloseTo(74.53, 1);
    expect(p50).toBeCloseTo(91.49, 1);
    expect(p90).toBeCloseTo(107.46, 1);
  });

  it('end with a sure one at the latest, and keep what comes before it', () => {
    const wear = forecast(30, 60, 100);
    const age = forecast(50, 50, 50, 'calendar');
    const both = componentForecast([mode('wear', wear), mode('aged', age)], NOW)!;
    expect(days(both)).toEqual([expect.closeTo(30, 6), 50, 50]);
    expect(both.basis).toBeUndefined();
  });

  it('that never end within the horizon change nothing', () => {
    const wear = forecast(30, 60, null);
    const never = forecast(null, null, null, 'usage');
    const [p10, p50, p90] = days(componentForecast([mode('wear', wear), mode('aged', never)], NOW))!;
    expect(p10).toBeCloseTo(30, 6);
    expect(p50).toBeCloseTo(60, 6);
    expect(p90).toBeNull();
    expect(days(componentForecast([mode('a', never), mode('b', never)], NOW))).toEqual([null, null, null]);
  });

  it('are each taken by their best informed forecast first', () => {
    const overridden = forecast(1, 2, 3, 'calendar');
    const wear = forecast(80, 100, 120);
    const with3 = componentForecast([mode('a', wear), mode('a', overridden), mode('b', wear)], NOW);
    expect(with3).toEqual(componentForecast([mode('a', wear), mode('b', wear)], NOW));
  });

  it('have passed where one has', () => {
    const over = forecast(-3, -2, -1, 'usage');
    expect(days(componentForecast([mode('a', over), mode('b', forecast(80, 100, 120))], NOW))).toEqual([0, 0, 0]);
  });
});

describe('a forecast that evidence brings anew', () => {
  const condition = forecast(20, 40, 90);
  const usage = forecast(10, 15, 20, 'usage');

  it('holds where it rests on the same or knows more', () => {
    const newer = forecast(30, 50, 99);
    expect(renewedForecast(condition, newer)).toBe(newer);
    expect(renewedForecast(usage, condition)).toBe(condition);
    expect(renewedForecast(condition, usage)).toBe(condition);
    expect(renewedForecast(undefined, usage)).toBe(usage);
    expect(renewedForecast(usage, undefined)).toBe(usage);
    expect(renewedForecast(usage, forecast(10, null, null))).toBe(usage);
  });
});
