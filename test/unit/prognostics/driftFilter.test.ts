import { describe, expect, it } from 'vitest';
import { filterDrift, type TrendPoints } from '../../../src/prognostics/driftFilter.ts';
import { normalDraws } from '../../support/normalDraws.ts';

interface Truth {
  readonly drift: number;
  readonly diffusion: number;
  readonly noise: number;
}

function simulate({ drift, diffusion, noise }: Truth, count: number, seed: number): TrendPoints {
  const normal = normalDraws(seed);
  let level = 5;
  const y = Array.from({ length: count }, (_, at) => {
    if (at > 0) level += drift + Math.sqrt(diffusion) * normal();
    return level + Math.sqrt(noise) * normal();
  });
  return { x: y.map((_, at) => at), y, weight: y.map(() => 1) };
}

const line = (count: number, slope: number): TrendPoints =>
  simulate({ drift: slope, diffusion: 0, noise: 0 }, count, 1);

describe('the filter of level and drift', () => {
  it('finds a line', () => {
    const found = filterDrift(line(20, 2))!;
    expect(found.level).toBeCloseTo(43, 5);
    expect(found.drift).toBeCloseTo(2, 5);
    expect(found.driftVariance).toBeLessThan(1e-6);
  });

  it('says nothing of fewer than four points', () => {
    expect(filterDrift(line(3, 2))).toBeUndefined();
    expect(filterDrift(line(4, 2))).toBeDefined();
  });

  it.each([
    { drift: 0.3, diffusion: 0, noise: 4 },
    { drift: 0.3, diffusion: 1, noise: 0.01 },
    { drift: 0.3, diffusion: 0.3, noise: 1 },
  ])('keeps noise of measurement apart from that of the process: %j', (truth) => {
    const all = Array.from({ length: 40 }, (_, seed) => filterDrift(simulate(truth, 200, seed))!);
    const mean = (of: (found: (typeof all)[number]) => number) =>
      all.reduce((sum, found) => sum + of(found), 0) / all.length;
    expect(mean(({ drift }) => drift)).toBeCloseTo(truth.drift, 1);
    expect(Math.abs(mean(({ noise }) => noise) - truth.noise)).toBeLessThan(0.1 + 0.1 * truth.noise);
    expect(Math.abs(mean(({ diffusion }) => diffusion) - truth.diffusion)).toBeLessThan(0.1 + 0.1 * truth.diffusion);
  });

  it('is as sure of the drift as it may be', () => {
    const truth = { drift: 0.1, diffusion: 0.1, noise: 1 };
    const scores = Array.from({ length: 200 }, (_, seed) => {
      const { drift, driftVariance } = filterDrift(simulate(truth, 48, seed))!;
      return (drift - truth.drift) ** 2 / driftVariance;
    });
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    // 1 where the variances are known; estimating them from 48 points costs some of it.
    expect(mean).toBeGreaterThan(0.7);
    expect(mean).toBeLessThan(2.5);
  });

  it('follows a drift that changes', () => {
    const y = Array.from({ length: 48 }, (_, at) => (at < 24 ? 0 : (at - 24) ** 2 / 10) + (at % 2) / 10);
    const { drift, wandering } = filterDrift({ x: y.map((_, at) => at), y, weight: y.map(() => 1) })!;
    expect(wandering).toBeGreaterThan(0);
    expect(drift).toBeGreaterThan(3.5);
    expect(drift).toBeLessThan(5.5);
  });

  it('is not turned by a single odd point', () => {
    const points = simulate({ drift: 0.2, diffusion: 0, noise: 0.04 }, 40, 3);
    const odd = { ...points, y: points.y.map((value, at) => (at === 37 ? value + 50 : value)) };
    expect(Math.abs(filterDrift(odd)!.drift - filterDrift(points)!.drift)).toBeLessThan(0.1);
  });

  it('follows wear that sets in after a long quiet time', () => {
    const y = Array.from({ length: 48 }, (_, at) => Math.max(0, at - 30));
    const found = filterDrift({ x: y.map((_, at) => at), y, weight: y.map(() => 1) })!;
    expect(found.level).toBeCloseTo(17, 0);
    expect(found.drift).toBeCloseTo(1, 1);
  });

  it('does not depend on where the scales begin, nor on their units', () => {
    const points = simulate({ drift: 0.2, diffusion: 0.1, noise: 0.5 }, 30, 5);
    const plain = filterDrift(points)!;
    const other = filterDrift({
      ...points,
      x: points.x.map((x) => 1e6 + 3600 * x),
      y: points.y.map((y) => 10 * y - 400),
    })!;
    expect(other.level).toBeCloseTo(10 * plain.level - 400, 4);
    expect(other.drift * 360).toBeCloseTo(plain.drift, 6);
    expect(other.driftVariance * 360 ** 2).toBeCloseTo(plain.driftVariance, 6);
    expect(other.diffusion * 36).toBeCloseTo(plain.diffusion, 6);
    expect(other.noise / 100).toBeCloseTo(plain.noise, 6);
  });

  it('trusts the mean of many measurements more', () => {
    const points = simulate({ drift: 0, diffusion: 0.2, noise: 1 }, 30, 8);
    const heavy = { ...points, weight: points.weight.map((_, at) => (at === 29 ? 100 : 1)) };
    const lastOf = (found: { level: number }) => Math.abs(found.level - points.y[29]!);
    expect(lastOf(filterDrift(heavy)!)).toBeLessThan(0.2 * lastOf(filterDrift(points)!));
  });
});
