import { describe, expect, it } from 'vitest';
import { limitMoves, limitsOf, type Reached, reachedBy, withLimits } from '../../../src/backtest/limitMoves.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import type { RuleDefinition } from '../../../src/domain/model.ts';

const rule = (kind: string, direction: string, ...limits: number[]): RuleDefinition => ({
  id: 'hot',
  kind,
  componentId: 'bearing',
  failureModeId: 'overheated',
  mode: { default: 'live' },
  maxTicketsPerHour: 10,
  params: { direction, levels: limits.map((limit) => ({ limit, severity: 'warning' })) },
  version: 'v1',
});
const reached = (isWorth: boolean, ...extremes: number[]): Reached[] =>
  extremes.map((extreme) => ({ extreme, isWorth }));

const found = (evidence: object, from: number, to: number, more: Partial<Finding> = {}) =>
  ({ assetId: 'a', ruleId: 'hot', window: { from, to }, evidence, ...more }) as Finding;
const upTo = (extreme: number) => ({ kind: 'threshold', extreme });

describe('how far a prediction went', () => {
  const place = { assetId: 'a', componentId: 'bearing', failureModeId: 'overheated' };
  const predictions = [{ place, from: 10, to: 20, isWorth: true }];
  const findings = [
    found(upTo(84), 8, 10),
    found(upTo(88), 15, 25),
    found(upTo(99), 21, 30),
    found(upTo(98), 1, 9),
    found(upTo(97), 15, 16, { assetId: 'b' }),
    found(upTo(96), 15, 16, { ruleId: 'other' }),
  ];

  it('is the worst that its rule found on its asset while its ticket stood', () => {
    expect(reachedBy(rule('threshold', 'above', 80), predictions, findings)).toEqual([{ extreme: 88, isWorth: true }]);
    expect(reachedBy(rule('threshold', 'below', 90), predictions, findings)).toEqual([{ extreme: 84, isWorth: true }]);
    const worst = [found({ kind: 'anomaly', worst: 7 }, 10, 20)];
    expect(reachedBy(rule('anomaly', 'below', 4), predictions, worst)).toEqual([{ extreme: 7, isWorth: true }]);
  });

  it('is not known where it found nothing', () => {
    expect(reachedBy(rule('threshold', 'above', 80), predictions, [])).toEqual([]);
  });
});

describe('limits to try', () => {
  it('lie just beyond a quarter, half, three quarters and all of what was not wanted', () => {
    const known = [...reached(false, 81, 82, 83, 84), ...reached(true, 92, 93)];
    // Of the distances 1, 2, 3 and 4 from 80: 1.75, 2.5, 3.25 and 4, and 2 % more.
    expect(limitMoves(rule('threshold', 'above', 80, 95), known, 0)).toEqual([
      [81.8, 95],
      [82.5, 95],
      [83.3, 95],
      [84.1, 95],
    ]);
  });

  it('are milder where failures were missed, by the usual distance and half of it', () => {
    const known = reached(true, 84, 86, 88);
    expect(limitMoves(rule('threshold', 'above', 80), known, 1)).toEqual([[77], [74]]);
    expect(limitMoves(rule('threshold', 'above', 80), known, 0)).toEqual([]);
  });

  it('go downwards where below is bad, and never beyond the next level', () => {
    const known = reached(false, 9, 6);
    expect(limitMoves(rule('rate-of-change', 'below', 10, 7), known, 0)).toEqual([
      [8.2, 7],
      [7.5, 7],
    ]);
    expect(withLimits(rule('threshold', 'below', 10, 7), [6, 7])).toBeUndefined();
    expect(withLimits(rule('threshold', 'below', 10, 7), [8, 7])!.params.levels).toEqual([
      { limit: 8, severity: 'warning' },
      { limit: 7, severity: 'warning' },
    ]);
  });

  it('of an anomaly are deviations, which only rise', () => {
    expect(limitMoves(rule('anomaly', 'below', 4), reached(false, 6), 0)).toEqual([[6]]);
  });

  it('are those of kinds that have limits', () => {
    expect(limitsOf(rule('threshold', 'above', 80, 95))).toEqual([80, 95]);
    expect(limitsOf(rule('usage', 'above'))).toBeUndefined();
    expect(limitMoves(rule('usage', 'above'), reached(false, 1), 1)).toEqual([]);
  });
});
