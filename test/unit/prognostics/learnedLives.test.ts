import { describe, expect, it } from 'vitest';
import { learnLives, type PartLife } from '../../../src/prognostics/learnedLives.ts';
import { quantileAge, weibullOf } from '../../../src/prognostics/weibull.ts';
import { fitWeibull } from '../../../src/prognostics/weibullFit.ts';
import { random } from '../../support/random.ts';

const failures = (ages: readonly number[], change: Partial<PartLife> = {}) =>
  ages.map((age): PartLife => ({ age, failed: true, ...change }));
const RATED = weibullOf(2000, 0.3);
const AGES = [700, 900, 1000, 1100, 1250];

describe('lives learned from parts', () => {
  it('are fitted to all of them', () => {
    expect(learnLives(failures(AGES), RATED)).toEqual({ all: fitWeibull(failures(AGES), RATED), byBatch: new Map() });
  });

  it('are the rated life below a failure, and nothing without one', () => {
    const surviving = failures(AGES, { failed: false });
    expect(learnLives(surviving, RATED).all).toMatchObject(RATED);
    expect(learnLives(surviving).all).toBeUndefined();
    expect(learnLives(failures(AGES.slice(1))).all).toBeUndefined();
  });

  it('are kept apart by batch from five failures on', () => {
    const uniform = random(4);
    const draw = (count: number, median: number) =>
      Array.from({ length: count }, () => quantileAge(weibullOf(median, 0.2), uniform()));
    const { all, byBatch } = learnLives(
      [
        ...failures(draw(30, 2000), { batch: 'A' }),
        ...failures(draw(8, 1000), { batch: 'B' }),
        ...failures(draw(4, 1000), { batch: 'C' }),
        ...failures(draw(9, 1000), { batch: 'C', failed: false }),
        ...failures(draw(6, 500)),
      ],
      RATED,
    );
    expect([...byBatch.keys()]).toEqual(['A', 'B']);
    const [a, b, whole] = [byBatch.get('A')!, byBatch.get('B')!, all!].map((life) => quantileAge(life, 0.5));
    expect(a! / 2000).toBeCloseTo(1, 1);
    expect(b! / 1000).toBeCloseTo(1, 0);
    expect(whole).toBeGreaterThan(b!);
    expect(whole).toBeLessThan(a!);
  });
});
