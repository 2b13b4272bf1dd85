import { describe, expect, it } from 'vitest';
import { lifeErrors, phmPenalty } from '../../../src/evaluation/remainingLife.ts';

/** Errors of 0, 10 late and 20 early; the last is beyond the horizon and lies above the cap, as its truth does. */
const PAIRS = [
  { p10: 40, p50: 50, p90: 60, truth: 50 },
  { p10: 25, p50: 40, p90: 55, truth: 30 },
  { p10: 60, p50: 80, p90: 95, truth: 100 },
  { p10: 150, p50: null, p90: null, truth: 200 },
];

describe('errors of the remaining life', () => {
  it('are those of a hand-worked example, capped', () => {
    const errors = lifeErrors(PAIRS, 125);
    expect(errors.n).toBe(4);
    expect(errors.rmse).toBeCloseTo(Math.sqrt((0 + 100 + 400 + 0) / 4), 12);
    expect(errors.mae).toBe(7.5);
    expect(errors.bias).toBe(-2.5);
    expect(errors.score).toBeCloseTo(Math.E - 1 + (Math.exp(20 / 13) - 1), 12);
    expect(errors.coverage).toMatchObject({ hits: 3, of: 4 });
    expect(errors.width).toBe((20 + 30 + 35 + 0) / 4);
    expect(errors.beyond).toBe(1);
  });

  it('leave out what is beyond the horizon where there is no cap', () => {
    const errors = lifeErrors(PAIRS);
    expect(errors.rmse).toBeCloseTo(Math.sqrt(500 / 3), 12);
    expect(errors.coverage).toMatchObject({ hits: 3, of: 4 });
    expect(errors.beyond).toBe(1);
  });

  it('are none of no forecast', () => {
    expect(lifeErrors([])).toMatchObject({ n: 0, rmse: null, score: null, coverage: { hits: 0, of: 0 } });
  });

  it('weigh a late prediction more than an early one', () => {
    expect(phmPenalty(0)).toBe(0);
    expect(phmPenalty(10)).toBeCloseTo(1.718281828, 8);
    expect(phmPenalty(-13)).toBeCloseTo(1.718281828, 8);
    expect(phmPenalty(20)).toBeGreaterThan(phmPenalty(-20));
  });
});
