import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantileAge, remainingLife, spreadOf, type Weibull, weibullOf } from '../../../src/prognostics/weibull.ts';
import { fitWeibull, type LifeRecord } from '../../../src/prognostics/weibullFit.ts';
import { random } from '../../support/random.ts';

const failed = (age: number): LifeRecord => ({ age, failed: true });
const survived = (age: number): LifeRecord => ({ age, failed: false });

/** Endurance of 23 deep-groove ball bearings in million revolutions (Lieblein & Zelen 1956). */
const BEARINGS = [
  17.88, 28.92, 33, 41.52, 42.12, 45.6, 48.4, 51.84, 51.96, 54.12, 55.56, 67.8, 68.64, 68.64, 68.88, 84.12, 93.12,
  98.64, 105.12, 105.84, 127.92, 128.04, 173.4,
].map(failed);

/** Kilometres of 38 vehicle shock absorbers, 11 of which failed (O'Connor 1985; Meeker & Escobar 1998, table C.2). */
const ABSORBERS = [
  ...[6700, 9120, 12_200, 13_150, 14_300, 17_520, 20_100, 20_900, 22_700, 26_510, 27_490].map(failed),
  ...[6950, 7820, 8790, 9660, 9820, 11_310, 11_690, 11_850, 11_880, 12_140, 12_870, 13_330, 13_470, 14_040].map(
    survived,
  ),
  ...[17_540, 17_890, 18_450, 18_960, 18_980, 19_410, 20_100, 20_150, 20_320, 23_490, 27_410, 27_890, 28_100].map(
    survived,
  ),
];

const draw = (life: Weibull, uniform: () => number) => quantileAge(life, uniform());

describe('a Weibull life by maximum likelihood', () => {
  it('of complete data is the published one', () => {
    const fit = fitWeibull(BEARINGS)!;
    expect(fit).toMatchObject({ observed: 23, records: 23 });
    expect(fit.shape).toBeCloseTo(2.102, 3);
    expect(fit.scale).toBeCloseTo(81.88, 1);
  });

  it('of censored data is the published one, and as uncertain', () => {
    const fit = fitWeibull(ABSORBERS)!;
    expect(fit).toMatchObject({ observed: 11, records: 38 });
    expect(Math.log(fit.scale)).toBeCloseTo(10.23, 2);
    expect(1 / fit.shape).toBeCloseTo(0.316, 3);
    const [ofShape, , ofScale] = fit.covariance!;
    expect(Math.sqrt(ofScale)).toBeCloseTo(0.11, 2);
    expect(Math.sqrt(ofShape) / fit.shape).toBeCloseTo(0.073, 2);
  });

  it.each([
    { shape: 1.2, scale: 400 },
    { shape: 3, scale: 9000 },
  ])('finds what simulated parts were drawn from, replaced early or met in mid-life: %j', (truth) => {
    const uniform = random(20_240_101);
    const records: LifeRecord[] = [];
    while (records.length < 3000) {
      const life = draw(truth, uniform);
      const entry = uniform() < 0.5 ? 0 : truth.scale * uniform();
      const until = truth.scale * (0.3 + 1.2 * uniform());
      if (life <= entry || until <= entry) continue;
      records.push({ age: Math.min(life, until), entry, failed: life <= until });
    }
    const fit = fitWeibull(records)!;
    expect(fit.shape / truth.shape).toBeCloseTo(1, 1);
    expect(Math.abs(fit.scale / truth.scale - 1)).toBeLessThan(0.04);
    const blind = fitWeibull(records.map(({ age, failed }) => ({ age, failed })))!;
    expect(blind.scale / truth.scale).toBeGreaterThan(1.02);
  });

  it('is no other in another unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (unit) => {
        const fit = fitWeibull(ABSORBERS)!;
        const scaled = fitWeibull(ABSORBERS.map((record) => ({ ...record, age: record.age * unit })))!;
        expect(scaled.shape / fit.shape).toBeCloseTo(1, 6);
        expect(scaled.scale / fit.scale / unit).toBeCloseTo(1, 6);
      }),
      { numRuns: 30 },
    );
  });

  it('of parts that all ended at the same age stays finite', () => {
    const fit = fitWeibull(Array.from({ length: 8 }, () => failed(700)))!;
    expect(fit.scale / 700).toBeCloseTo(1, 2);
    expect(fit.shape).toBeLessThanOrEqual(50);
    const left = remainingLife(fit, 650);
    expect(left.quantile(0.5)).toBeGreaterThan(20);
    expect(left.quantile(0.5)).toBeLessThan(60);
  });

  it('needs five failures or a prior', () => {
    expect(fitWeibull(BEARINGS.slice(0, 4))).toBeUndefined();
    expect(fitWeibull(BEARINGS.slice(0, 5))).toBeDefined();
    expect(fitWeibull([])).toBeUndefined();
    expect(fitWeibull([failed(Number.NaN), failed(0), { age: 5, entry: 6, failed: true }], RATED)).toMatchObject({
      records: 0,
    });
  });
});

const RATED: Weibull = { shape: 3, scale: 2000 };

describe('the rated life as a prior', () => {
  it('stands while nothing has failed, whatever survived', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e6 })), (ages) => {
        expect(fitWeibull(ages.map(survived), RATED)).toEqual({ ...RATED, observed: 0, records: ages.length });
      }),
    );
  });

  it('fades with each failure and is gone with the fifth', () => {
    const ages = Array<number>(5).fill(800);
    const scales = ages.map((_, at) => fitWeibull(ages.slice(0, at + 1).map(failed), RATED)!.scale);
    expect(scales[0]).toBeLessThan(2000);
    expect(scales[0]).toBeGreaterThan(1200);
    for (const [at, scale] of scales.entries()) if (at > 0) expect(scale).toBeLessThan(scales[at - 1]!);
    const [alone, withPrior] = [undefined, RATED].map((prior) => fitWeibull(BEARINGS.slice(0, 5), prior)!);
    expect(withPrior!.shape).toBeCloseTo(alone!.shape, 6);
    expect(withPrior!.scale).toBeCloseTo(alone!.scale, 6);
  });

  it('draws one failure at the rated life nowhere', () => {
    const fit = fitWeibull([failed(quantileAge(RATED, 0.57))], RATED)!;
    expect(Math.abs(fit.scale / RATED.scale - 1)).toBeLessThan(0.05);
    expect(fit.shape / RATED.shape).toBeGreaterThan(0.9);
  });
});

describe('the life left', () => {
  it('is that of a new part at age 0 and has no memory where nothing wears', () => {
    expect(remainingLife(RATED, 0).quantile(0.5)).toBeCloseTo(2000 * Math.LN2 ** (1 / 3), 6);
    const chance = { shape: 1, scale: 500 };
    for (const age of [0, 100, 5000]) expect(remainingLife(chance, age).quantile(0.9)).toBeCloseTo(500 * Math.LN10, 6);
  });

  it('is what those have that survived: worked by hand', () => {
    // S(t) = exp(−(t/1000)²): of those that came to 600, exp(0.36 − 0.64) come to 800.
    const left = remainingLife({ shape: 2, scale: 1000 }, 600);
    expect(left.within(200)).toBeCloseTo(1 - Math.exp(-0.28), 9);
    expect(left.quantile(1 - Math.exp(-0.28))).toBeCloseTo(200, 6);
    expect(left.within(0)).toBe(0);
  });

  it('shrinks with age where parts wear, and its quantiles fit its probabilities, uncertain or not', () => {
    const shape = fc.double({ min: 1.05, max: 20, noNaN: true });
    const share = fc.double({ min: 0, max: 3, noNaN: true });
    const variance = fc.option(fc.double({ min: 0.001, max: 0.2, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(shape, share, variance, (shape, share, v) => {
        const life = { shape, scale: 1000, ...(v && { covariance: [v, 0.3 * v, v] as const }) };
        const left = remainingLife(life, share * 1000);
        let before = 0;
        for (const p of [0.01, 0.1, 0.5, 0.9, 0.99]) {
          const at = left.quantile(p);
          expect(at).toBeGreaterThanOrEqual(before);
          expect(left.within(at)).toBeCloseTo(p, 4);
          before = at;
        }
        if (!v) expect(left.quantile(0.5)).toBeLessThanOrEqual(remainingLife(life, 0).quantile(0.5) + 1e-9);
      }),
    );
  });

  it('of parts like a sample of eight covers 80 % once the sample counts as what it is', () => {
    const uniform = random(7);
    const truth = { shape: 2.5, scale: 100 };
    const covered = { all: 0, pluggedIn: 0 };
    const RUNS = 1500;
    for (let run = 0; run < RUNS; run++) {
      const fit = fitWeibull(Array.from({ length: 8 }, () => failed(draw(truth, uniform))))!;
      const end = draw(truth, uniform);
      const holds = (life: Parameters<typeof remainingLife>[0]) => {
        const left = remainingLife(life, 0);
        return end >= left.quantile(0.1) && end <= left.quantile(0.9);
      };
      if (holds(fit)) covered.all++;
      if (holds({ shape: fit.shape, scale: fit.scale })) covered.pluggedIn++;
    }
    expect(covered.pluggedIn / RUNS).toBeLessThan(0.74);
    expect(covered.all / RUNS).toBeGreaterThan(0.77);
    expect(covered.all / RUNS).toBeLessThan(0.85);
  });
});

describe('a rated life with a spread', () => {
  it.each([0.05, 0.1, 0.3, 1])('has that spread and that median: %d', (spread) => {
    const life = weibullOf(8000, spread);
    expect(spreadOf(life.shape)).toBeCloseTo(spread, 6);
    expect(quantileAge(life, 0.5)).toBeCloseTo(8000, 6);
  });

  it('of 1 is a life of pure chance', () => {
    expect(weibullOf(10, 1).shape).toBeCloseTo(1, 6);
  });
});
