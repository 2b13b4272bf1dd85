import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logNormalCdf, NORMAL_NODES, normalCdf } from '../../../src/prognostics/normal.ts';
import { type WienerState, wienerPassage } from '../../../src/prognostics/wienerPassage.ts';
import { normalDraws } from '../../support/normalDraws.ts';

const KNOWN: WienerState = {
  distance: 10,
  distanceVariance: 0,
  drift: 1,
  driftVariance: 0,
  covariance: 0,
  diffusion: 1,
};

/** The inverse Gaussian density (Chhikara & Folks 1989, eq. 2.1) of mean w/b and shape w²/s², integrated numerically. */
function integrated({ distance, drift, diffusion }: WienerState, until: number): number {
  const steps = 20_000;
  const h = until / steps;
  let sum = 0;
  for (let at = 0; at < steps; at++) {
    const t = (at + 0.5) * h;
    const exponent = -((distance - drift * t) ** 2) / (2 * diffusion * t);
    sum += (distance / Math.sqrt(2 * Math.PI * diffusion * t ** 3)) * Math.exp(exponent) * h;
  }
  return sum;
}

/** Share of simulated processes that pass within each of the times. */
function simulated(state: WienerState, times: readonly number[], draws: number): number[] {
  const normal = normalDraws(11);
  const step = 0.02;
  const end = Math.max(...times);
  const slope = state.distanceVariance > 0 ? state.covariance / state.distanceVariance : 0;
  const rest = Math.sqrt(state.driftVariance - slope * state.covariance);
  const passed = times.map(() => 0);
  for (let draw = 0; draw < draws; draw++) {
    const on = Math.sqrt(state.distanceVariance) * normal();
    const drift = state.drift + slope * on + rest * normal();
    let level = on;
    let time = 0;
    while (level < state.distance && time < end) {
      level += drift * step + Math.sqrt(state.diffusion * step) * normal();
      time += step;
    }
    if (level >= state.distance) for (const [at, limit] of times.entries()) if (time <= limit) passed[at]!++;
  }
  return passed.map((count) => count / draws);
}

/** In hundredths: nothing measured has drifts like 1e-300. */
const between = (min: number, max: number) =>
  fc.integer({ min: 100 * min, max: 100 * max }).map((count) => count / 100);
const states = fc.record({
  distance: between(1, 100),
  distanceVariance: between(0, 4),
  drift: between(-2, 5),
  driftVariance: between(0, 1),
  covariance: fc.constant(0),
  diffusion: between(0, 10),
});

describe('first passage of a Wiener process', () => {
  it.each([
    KNOWN,
    { ...KNOWN, drift: 0.3, diffusion: 4 },
    { ...KNOWN, drift: -0.2, diffusion: 2 },
  ])('is inverse Gaussian where the drift is known: %j', (state) => {
    const life = wienerPassage(state);
    for (const until of [3, 10, 25, 60]) expect(life.within(until)).toBeCloseTo(integrated(state, until), 5);
  });

  it('may never come where the drift is zero or below', () => {
    const falling = wienerPassage({ ...KNOWN, drift: -0.1 });
    expect(falling.within(Number.POSITIVE_INFINITY)).toBeCloseTo(Math.exp(-2), 12);
    expect(falling.quantile(0.1)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(falling.quantile(0.2)).toBe(Number.POSITIVE_INFINITY);
    expect(wienerPassage({ ...KNOWN, drift: 0, diffusion: 0 }).quantile(0.01)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is where the line crosses when nothing is uncertain', () => {
    const life = wienerPassage({ ...KNOWN, diffusion: 0 });
    expect([life.within(9.99), life.within(10.01)]).toEqual([0, 1]);
    expect(life.quantile(0.5)).toBeCloseTo(10, 5);
  });

  it('has passed where the level is beyond the limit', () => {
    expect(wienerPassage({ ...KNOWN, distance: 0 }).quantile(0.9)).toBe(0);
    expect(wienerPassage({ ...KNOWN, distance: -3 }).within(0)).toBe(1);
  });

  it.each([
    { ...KNOWN, drift: 0.5, driftVariance: 0.04, diffusion: 0.3 },
    { ...KNOWN, drift: 0.5, driftVariance: 0.04, diffusion: 0.3, distanceVariance: 1, covariance: 0.1 },
    { ...KNOWN, drift: 0.1, driftVariance: 0.04, diffusion: 0.3, distanceVariance: 4, covariance: -0.2 },
  ])('agrees with simulated processes of uncertain drift and level: %j', (state) => {
    const times = [5, 10, 20, 40];
    const life = wienerPassage(state);
    for (const [at, share] of simulated(state, times, 4000).entries()) {
      expect(Math.abs(life.within(times[at]!) - share)).toBeLessThan(0.025);
    }
  });

  it('never falls, and its quantiles invert it', () => {
    fc.assert(
      fc.property(states, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (state, p) => {
        const life = wienerPassage(state);
        const end = life.quantile(p);
        if (end === Number.POSITIVE_INFINITY) expect(life.within(1e6)).toBeLessThan(p + 1e-9);
        else {
          expect(life.within(end * 1.0001)).toBeGreaterThanOrEqual(p - 1e-9);
          if (end > 0) expect(life.within(end * 0.999)).toBeLessThanOrEqual(p + 1e-9);
        }
        expect(life.within(7)).toBeLessThanOrEqual(life.within(9) + 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('comes earlier with more drift and with a limit that is nearer', () => {
    fc.assert(
      fc.property(states, fc.double({ min: 0, max: 3, noNaN: true }), (state, more) => {
        const faster = wienerPassage({ ...state, drift: state.drift + more });
        const nearer = wienerPassage({ ...state, distance: state.distance / (1 + more) });
        for (const t of [1, 10, 100]) {
          expect(faster.within(t)).toBeGreaterThanOrEqual(wienerPassage(state).within(t) - 1e-9);
          expect(nearer.within(t)).toBeGreaterThanOrEqual(wienerPassage(state).within(t) - 1e-9);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the normal distribution', () => {
  it('has a logarithm far out in its tail', () => {
    expect(logNormalCdf(-10)).toBeCloseTo(-53.2312852, 5);
    expect(logNormalCdf(-40)).toBeCloseTo(-804.608442, 4);
    expect(logNormalCdf(-6.0001)).toBeCloseTo(logNormalCdf(-5.9999) - 0.0002 * 6.16, 4);
    expect(logNormalCdf(1)).toBeCloseTo(Math.log(normalCdf(1)), 12);
  });

  it('is integrated exactly up to the sixth moment by its nodes', () => {
    const moment = (k: number) => NORMAL_NODES.reduce((sum, [z, weight]) => sum + weight * z ** k, 0);
    expect([0, 2, 4, 6].map(moment).map((value) => Number(value.toFixed(9)))).toEqual([1, 1, 3, 15]);
  });
});
