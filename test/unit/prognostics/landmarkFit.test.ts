import { describe, expect, it } from 'vitest';
import { fitLandmarks, type LifeCourse, usualAges } from '../../../src/prognostics/landmarkFit.ts';
import { normalDraws } from '../../support/normalDraws.ts';

/** Units that lose 3 of their life for each unit of level, and 10 for each doubling of the noise beyond 1. */
function units(count: number, { spread = 2, seed = 1 } = {}): LifeCourse[] {
  const normal = normalDraws(seed);
  return Array.from({ length: count }, (_, at) => {
    const higher = 4 * normal();
    const doublings = at % 3;
    const life = Math.round(200 - 3 * higher - 10 * doublings + spread * normal());
    const ages = Array.from({ length: life }, (_, age) => age + 1);
    return { ages, values: ages.map((age) => 20 + higher + age / 10 + 2 ** doublings * normal()) };
  });
}

describe('landmarks of units that were run to their end', () => {
  it('have the slopes, the usual values and the spread of lives', () => {
    const [landmark] = fitLandmarks(units(300), [100]);
    expect(landmark).toMatchObject({ at: 100, units: 300 });
    expect(Math.abs(landmark!.level - 30)).toBeLessThan(0.6);
    expect(Math.abs(landmark!.noise / 2 - 1)).toBeLessThan(0.15);
    expect(Math.abs(landmark!.life - 190)).toBeLessThan(3);
    expect(Math.abs(landmark!.perLevel + 3)).toBeLessThan(0.3);
    expect(Math.abs(landmark!.perNoise + 10)).toBeLessThan(1);
    expect(landmark!.spread).toBeGreaterThan(2);
    expect(landmark!.spread).toBeLessThan(4);
  });

  it('do not look at what came later', () => {
    const all = units(12);
    const cut = all.map(({ ages, values }) => ({
      ages,
      values: values.map((value, at) => (ages[at]! > 60 ? 0 : value)),
    }));
    expect(fitLandmarks(cut, [60])).toEqual(fitLandmarks(all, [60]));
  });

  it('rest on the units that came so far, and are left out where those are few', () => {
    const lives = [50, 60, 70, 80, 90, 100];
    const short = lives.map((life) => ({ ages: [1, life - 9, life], values: [1, 2, 3] }));
    const fitted = fitLandmarks(short, [40, 55, 65]);
    expect(fitted.map(({ at, units: came, life }) => [at, came, life])).toEqual([
      [40, 6, 75],
      [55, 5, 80],
    ]);
  });

  it('find no connection where units show all the same, and take few for little', () => {
    const alike = [90, 100, 110, 120, 130].map((life) => ({ ages: [1, 20, 40, 60, life], values: [5, 5, 5, 5, 5] }));
    const [same] = fitLandmarks(alike, [60]);
    expect([same!.perLevel, same!.perNoise]).toEqual([0, 0]);
    expect(same!.noise).toBeGreaterThan(0);
    // Five units on a line of slope −10: 5 of 6 parts of it are believed.
    const line = [-2, -1, 0, 1, 2].map((at) => ({ ages: [1, 100 - 10 * at], values: [at, 9] }));
    expect(fitLandmarks(line, [50])[0]!.perLevel).toBeCloseTo((-10 * 5) / 6, 9);
  });

  it('say how far a unit lies off that they do not know', () => {
    const few = fitLandmarks(units(6, { spread: 10 }), [100])[0]!;
    const many = fitLandmarks(units(200, { spread: 10 }), [100])[0]!;
    expect(few.spread).toBeGreaterThan(many.spread);
  });

  it('stand at ten ages over a usual life where nobody says any', () => {
    const ages = usualAges([80, 100, 900].map((life) => ({ ages: [1, life], values: [0, 0] })));
    expect(ages).toHaveLength(10);
    expect([ages[0], ages[9]]).toEqual([expect.closeTo(5.25, 9), expect.closeTo(99.75, 9)]);
  });
});
