import { describe, expect, it } from 'vitest';
import { covarianceOf, initMoments, observeMoments } from '../../../src/prognostics/covariance.ts';
import { learnMonitor, type ProcessMonitor, scoreVector } from '../../../src/prognostics/processMonitor.ts';
import { normalDraws } from '../../support/normalDraws.ts';

const OPTIONS = { explained: 0.8, confidence: 0.99, leastDeviation: 0 };

/** Two hidden causes show in five metrics with some noise; the sixth never changes. */
function processOf(seed: number) {
  const normal = normalDraws(seed);
  return () => {
    const [load, heat] = [normal(), normal()];
    const of = (a: number, b: number, at: number) => 100 * at + a * load + b * heat + 0.3 * normal();
    return [of(2, 0, 1), of(1, 1, 2), of(0, 3, 3), of(-2, 1, 4), of(1, -1, 5), 7];
  };
}

function learned(count: number, seed = 5): { monitor: ProcessMonitor; draw: () => number[] } {
  const draw = processOf(seed);
  const moments = initMoments(6);
  for (let at = 0; at < count; at++) observeMoments(moments, draw());
  return { monitor: learnMonitor(moments, OPTIONS)!, draw };
}

describe('moments', () => {
  it('are those of the vectors, also far from zero', () => {
    const normal = normalDraws(2);
    const vectors = Array.from({ length: 300 }, () => {
      const a = normal();
      return [1e8 + a, -1e8 + 2 * a + normal()];
    });
    const moments = initMoments(2);
    for (const vector of vectors) observeMoments(moments, vector);
    const mean = (at: number) => vectors.reduce((sum, vector) => sum + vector[at]!, 0) / vectors.length;
    const [first, second] = [mean(0), mean(1)];
    const direct = (a: number, b: number, of: readonly number[]) =>
      vectors.reduce((sum, vector) => sum + (vector[a]! - of[a]!) * (vector[b]! - of[b]!), 0) / (vectors.length - 1);
    expect(moments.mean[0]).toBeCloseTo(first, 5);
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      expect(covarianceOf(moments, a, b)).toBeCloseTo(direct(a, b, [first, second]), 4);
    }
    expect(covarianceOf(moments, 1, 0)).toBe(covarianceOf(moments, 0, 1));
  });
});

describe('a process monitor', () => {
  it('finds the components that there are, and leaves out what never changes', () => {
    const { monitor } = learned(2000);
    expect(monitor.variances).toHaveLength(2);
    expect(monitor.deviation[5]).toBe(0);
    expect(scoreVector(monitor, [100, 200, 300, 400, 500, 900]).t2).toBeLessThan(1);
  });

  it('passes its limits as seldom as its confidence says', () => {
    const { monitor, draw } = learned(1000);
    const scores = Array.from({ length: 6000 }, () => scoreVector(monitor, draw()));
    const share = (of: 't2' | 'spe') => scores.filter((score) => score[of] > 1).length / scores.length;
    for (const of of ['t2', 'spe'] as const) {
      expect(share(of)).toBeGreaterThan(0.005);
      expect(share(of)).toBeLessThan(0.017);
    }
  });

  it('allows for what few vectors leave open', () => {
    const few = learned(12).monitor;
    const many = learned(3000).monitor;
    expect(few.t2Limit).toBeGreaterThan(1.5 * many.t2Limit);
  });

  it('sees by T² that a cause goes far, and by the prediction error that metrics part', () => {
    const { monitor } = learned(1000);
    const far = scoreVector(monitor, [100 + 16, 200 + 8, 300, 400 - 16, 500 + 8, 7]);
    expect(far.t2).toBeGreaterThan(3);
    expect(far.spe).toBeLessThan(far.t2);
    const parted = scoreVector(monitor, [100, 200, 300 + 4, 400, 500, 7]);
    expect(parted.spe).toBeGreaterThan(1);
    expect(parted.t2).toBeLessThan(1);
    expect(parted.contributions.indexOf(Math.max(...parted.contributions))).toBe(2);
  });

  it('splits T² over the metrics without a rest', () => {
    const { monitor } = learned(1000);
    const score = scoreVector(monitor, [100 + 16, 200 + 8, 300, 400 - 16, 500 + 8, 7]);
    const sum = score.contributions.reduce((total, part) => total + part, 0);
    expect(sum / monitor.t2Limit).toBeCloseTo(score.t2, 9);
  });

  it('needs two vectors more than metrics, and one metric that varies', () => {
    const moments = initMoments(2);
    for (let at = 0; at < 4; at++) observeMoments(moments, [5, 6]);
    expect(learnMonitor(moments, OPTIONS)).toBeUndefined();
    const few = initMoments(2);
    for (let at = 0; at < 3; at++) observeMoments(few, [at, at * at]);
    expect(learnMonitor(few, OPTIONS)).toBeUndefined();
    observeMoments(few, [1, 9]);
    expect(learnMonitor(few, OPTIONS)).toBeDefined();
  });

  it('takes a least deviation where a metric was very quiet', () => {
    const moments = initMoments(2);
    const normal = normalDraws(1);
    for (let at = 0; at < 100; at++) observeMoments(moments, [1000 + 0.001 * normal(), normal()]);
    const strict = learnMonitor(moments, OPTIONS)!;
    const easy = learnMonitor(moments, { ...OPTIONS, leastDeviation: 0.01 })!;
    expect(strict.deviation[0]).toBeLessThan(0.01);
    expect(easy.deviation[0]).toBeCloseTo(10, 3);
    expect(scoreVector(easy, [1001, 0]).t2).toBeLessThan(1);
  });
});
