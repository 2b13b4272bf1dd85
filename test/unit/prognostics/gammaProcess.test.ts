import fc from 'fast-check';
import jstat from 'jstat';
import { describe, expect, it } from 'vitest';
import { fitGamma, gammaPassage } from '../../../src/prognostics/gammaProcess.ts';
import { random } from '../../support/random.ts';

const { gamma } = jstat.jStat;

/** A known process: one that was seen for ever. */
const known = (drift: number, scale: number) => ({ drift, scale, seen: 1e12 });

describe('a gamma process', () => {
  it('passes when it is beyond the distance, for it never falls', () => {
    const life = gammaPassage(known(2, 0.5), 30);
    for (const t of [5, 12, 15, 20]) expect(life.within(t)).toBeCloseTo(1 - gamma.cdf(30, 4 * t, 0.5), 6);
    expect(life.within(Number.POSITIVE_INFINITY)).toBe(1);
  });

  it('goes over to its normal form without a step', () => {
    const at = (shape: number) => gammaPassage(known(shape, 1), shape * 1.01).within(1);
    expect(at(999.9)).toBeCloseTo(at(1000.1), 3);
  });

  it('is estimated from what it was drawn from', () => {
    const uniform = random(5);
    // Increments of shape 3 and scale 0.5 are sums of three exponential ones.
    const y = [0];
    for (let at = 1; at < 3000; at++)
      y.push(y[at - 1]! - 0.5 * Math.log((1 - uniform()) * (1 - uniform()) * (1 - uniform())));
    const found = fitGamma(
      y.map((_, at) => at),
      y,
    )!;
    expect(found.drift).toBeCloseTo(1.5, 1);
    expect(found.scale).toBeCloseTo(0.5, 1);
    expect(found.seen).toBeCloseTo(y.at(-1)!, 6);
  });

  it('agrees with simulated processes', () => {
    const uniform = random(6);
    const draws = 5000;
    const passed = [0, 0, 0];
    for (let draw = 0; draw < draws; draw++) {
      let level = 0;
      for (let t = 1; t <= 14; t++) {
        level -= Math.log((1 - uniform()) * (1 - uniform()));
        if (level < 20) continue;
        for (const [at, until] of [8, 10, 14].entries()) if (t <= until) passed[at]!++;
        break;
      }
    }
    const life = gammaPassage(known(2, 1), 20);
    for (const [at, until] of [8, 10, 14].entries()) {
      expect(Math.abs(life.within(until) - passed[at]! / draws)).toBeLessThan(0.02);
    }
  });

  it('levels out falls, which can only be noise', () => {
    expect(fitGamma([0, 1, 2, 3, 4], [0, 2, 1, 3, 4])).toMatchObject({ drift: 1, seen: 4 });
  });

  it('never comes where nothing wears', () => {
    expect(gammaPassage(fitGamma([0, 1, 2], [3, 3, 3])!, 5).quantile(0.1)).toBe(Number.POSITIVE_INFINITY);
    expect(fitGamma([0, 1], [0, 1])).toBeUndefined();
  });

  it('has passed where the distance is none', () => {
    expect(gammaPassage(known(1, 1), 0).within(0)).toBe(1);
    expect(gammaPassage(known(1, 1), -1).quantile(0.5)).toBe(0);
  });

  it('is wider where less was seen, earlier where it is faster, and inverted by its quantiles', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(number(0.1, 10), number(0.01, 3), number(1, 50), number(0.05, 0.95), (drift, scale, distance, p) => {
        const life = gammaPassage({ drift, scale, seen: 10 * scale }, distance);
        expect(life.within(life.quantile(p))).toBeCloseTo(p, 4);
        expect(gammaPassage({ drift: drift * 1.5, scale, seen: 10 * scale }, distance).quantile(p)).toBeLessThan(
          life.quantile(p),
        );
        const sure = gammaPassage(known(drift, scale), distance);
        expect(life.quantile(0.9) - life.quantile(0.1)).toBeGreaterThan(sure.quantile(0.9) - sure.quantile(0.1));
      }),
      { numRuns: 60 },
    );
  });
});
