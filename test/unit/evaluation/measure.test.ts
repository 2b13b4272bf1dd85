import { describe, expect, it } from 'vitest';
import { numberGoal, shareGoal, shareOf } from '../../../src/evaluation/measure.ts';

describe('a share of cases', () => {
  it('has its interval by Wilson: 8 of 10', () => {
    const { share, interval } = shareOf(8, 10);
    expect(share).toBe(0.8);
    expect(interval![0]).toBeCloseTo(0.4901625, 6);
    expect(interval![1]).toBeCloseTo(0.9433178, 6);
  });

  it('stays within 0 and 1 at its ends', () => {
    expect(shareOf(5, 5).interval![1]).toBe(1);
    expect(shareOf(0, 5).interval![0]).toBe(0);
  });

  it('says nothing of no case', () => {
    expect(shareOf(0, 0)).toEqual({ hits: 0, of: 0 });
    expect(shareGoal('x', shareOf(0, 0), '>=', 0.9).met).toBeNull();
  });
});

describe('a goal', () => {
  it.each([
    ['>=', 9, true],
    ['>=', 8, false],
    ['<=', 8, true],
    ['<=', 10, false],
  ] as const)('of a share %s 90 %% is judged for %i of 10', (side, hits, met) => {
    expect(shareGoal('x', shareOf(hits, 10), side, 0.9).met).toBe(met);
  });

  it('of a number is met at its limit, unless it must lie below it', () => {
    expect(numberGoal('x', 8, '<=', 8).met).toBe(true);
    expect(numberGoal('x', 8, '<', 8).met).toBe(false);
    expect(numberGoal('x', 8, '>=', 8).met).toBe(true);
    expect(numberGoal('x', null, '<=', 8).met).toBeNull();
  });
});
