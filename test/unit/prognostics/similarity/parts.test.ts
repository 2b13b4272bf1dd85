import { describe, expect, it } from 'vitest';
import { factorise, solve } from '../../../../src/prognostics/similarity/cholesky.ts';
import { fitDuty } from '../../../../src/prognostics/similarity/dutyFit.ts';
import { learnFactors } from '../../../../src/prognostics/similarity/factors.ts';
import { memory } from '../../../../src/prognostics/similarity/memory.ts';
import { Mixture } from '../../../../src/prognostics/similarity/mixture.ts';
import { learnNormaliser } from '../../../../src/prognostics/similarity/normaliser.ts';
import { learnRegimes } from '../../../../src/prognostics/similarity/regimes.ts';
import { libraryOf, wornRuns } from '../../../support/histories.ts';
import { random } from '../../../support/random.ts';

describe('regimes of the duty', () => {
  it('are as many as there are separate clusters, and nothing else is one of them', () => {
    const uniform = random(1);
    const centres = [
      [0, 100],
      [10, 100],
      [20, 60],
      [42, 60],
    ];
    const rows = Array.from({ length: 400 }, () => centres[Math.floor(4 * uniform())]!.map((at) => at + uniform()));
    const regimes = learnRegimes(Float64Array.from(rows.flat()), 2);
    expect(regimes.count).toBe(4);
    const labels = centres.map((centre) => regimes.of(Float64Array.from(centre, (at) => at + 0.5)));
    expect(new Set(labels).size).toBe(4);
    expect(regimes.of(Float64Array.of(31, 80))).toBe(-1);
  });

  it('is one where the duty varies without steps, and where it does not vary', () => {
    const uniform = random(2);
    const smooth = Float64Array.from({ length: 600 }, () => uniform());
    expect(learnRegimes(smooth, 2).count).toBe(1);
    expect(learnRegimes(new Float64Array(40).fill(3), 1).count).toBe(1);
    expect(learnRegimes(new Float64Array(0), 0).of(new Float64Array(0))).toBe(0);
  });
});

describe('the fit to the duty', () => {
  it('takes out what follows the duty and its square, and keeps the rest', () => {
    const duties = Float64Array.from({ length: 50 }, (_, at) => at / 10);
    const values = Float64Array.from(
      duties,
      (duty, at) => 7 + 3 * duty - 2 * duty * duty + (at % 2 === 0 ? 0.5 : -0.5),
    );
    const fit = fitDuty({ duties, dutyWidth: 1, values, width: 1 }, [...duties.keys()]);
    expect(fit.deviation[0]).toBeCloseTo(0.5, 2);
    const rest = new Float64Array(1);
    fit.residuals(Float64Array.of(7 + 9 - 18 + 4), Float64Array.of(3), rest);
    expect(rest[0]).toBeCloseTo(4, 1);
  });
});

describe('normalisation', () => {
  it.each([
    ['steps of load', [0, 40, 100]],
    ['a load without steps', Array.from({ length: 200 }, (_, at) => at / 2)],
  ])('removes changes of duty: %s', (_, loads) => {
    const library = libraryOf(wornRuns(12, 3, { loads, noise: 0.5 }));
    const normaliser = learnNormaliser(library, ['heat', 'flow', 'hum'], ['load']);
    const [low, high] = [0, 1].map(() => new Float64Array(3)) as [Float64Array, Float64Array];
    normaliser.apply(Float64Array.of(53, 194, 0), Float64Array.of(loads[0]!), low);
    const top = loads.at(-1)!;
    normaliser.apply(Float64Array.of(53 + top, 194 - 3 * top, 0), Float64Array.of(top), high);
    for (let at = 0; at < 3; at++) expect(Math.abs(low[at]! - high[at]!)).toBeLessThan(0.5);
  });

  it('drops metrics that are constant at the same duty', () => {
    const runs = wornRuns(6, 4, { loads: [0, 40] }).map((run) => ({
      ...run,
      rows: run.rows.map(([load, heat, flow]) => [load!, heat!, flow!, 5 + load!]),
    }));
    const normaliser = learnNormaliser(libraryOf(runs), ['heat', 'flow', 'hum'], ['load']);
    expect(normaliser.metrics).toEqual(['heat', 'flow']);
  });
});

describe('slow factors', () => {
  it('are the directions that drift, however strong the noise beside them is', () => {
    const uniform = random(5);
    const rows: number[] = [];
    for (let at = 0; at < 400; at++) {
      const loud = 5 * (uniform() - 0.5);
      rows.push(at / 400 + loud, -at / 400 + loud, 0.3 * (uniform() - 0.5));
    }
    const factors = learnFactors([Float64Array.from(rows)], 3, 20);
    expect(factors.count).toBe(1);
    const [a, b, c] = factors.weights[0]! as unknown as [number, number, number];
    expect(a / b).toBeCloseTo(-1, 1);
    expect(Math.abs(c / a)).toBeLessThan(0.5);
  });
});

describe('memory', () => {
  it('keeps exponential means in event time, unbiased from the first row', () => {
    const kept = memory(1, [10]);
    const state = kept.init(null);
    const features = new Float64Array(kept.width);
    kept.step(state, 100, Float64Array.of(4));
    kept.features(state, features);
    expect([...features]).toEqual([0, 4, 4]);
    kept.step(state, 110, Float64Array.of(8));
    kept.features(state, features);
    const old = Math.exp(-1);
    expect(features[0]).toBe(10);
    expect(features[1]).toBeCloseTo((4 * old + 8) / (old + 1), 12);
    expect(features[2]).toBe(6);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('counts the age from the installation where that is known', () => {
    const kept = memory(1, [10]);
    const state = kept.init(60);
    kept.step(state, 100, Float64Array.of(4));
    const features = new Float64Array(kept.width);
    kept.features(state, features);
    expect(features[0]).toBe(40);
  });
});

describe('a mixture of remaining lives', () => {
  const even = { below: 1, above: 1 };

  it('has the quantiles and shares of its histogram', () => {
    const life = new Mixture(Float64Array.of(1, 1, 1, 1), 10, even);
    expect(life.quantile(0.5)).toBeCloseTo(20, 9);
    expect(life.quantile(0.1)).toBeCloseTo(4, 9);
    expect(life.within(30)).toBeCloseTo(0.75, 9);
    expect([life.within(-1), life.within(0), life.within(1e9)]).toEqual([0, 0, 1]);
  });

  it('is spread about its median, and never ends in the past', () => {
    const life = new Mixture(Float64Array.of(1, 1, 1, 1), 10, { below: 2, above: 0.5 });
    expect(life.quantile(0.5)).toBeCloseTo(20, 9);
    expect(life.quantile(0.1)).toBe(0);
    expect(life.quantile(0.9)).toBeCloseTo(28, 9);
    expect(life.within(28)).toBeCloseTo(0.9, 9);
    expect(life.within(10)).toBeCloseTo(0.375, 9);
  });
});

describe('the factor of a matrix', () => {
  it('solves, and its leading part solves the smaller problem', () => {
    const lower = factorise(Float64Array.of(4, 2, 1, 2, 5, 3, 1, 3, 6), 3);
    const right = Float64Array.of(11, 21, 25);
    for (const [at, value] of [1, 2, 3].entries()) expect(solve(lower, 3, right, 3)[at]).toBeCloseTo(value, 9);
    const [x, y] = solve(lower, 3, Float64Array.of(8, 12, 99), 2) as unknown as [number, number];
    expect([x, y].map((value) => Number(value.toFixed(9)))).toEqual([1, 2]);
  });
});
