import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../../src/backtest/figures.ts';
import { judge, type Place, type Truth } from '../../../src/backtest/judge.ts';
import type { RecordedFailure, Spell } from '../../../src/domain/backtest.ts';
import { DAY } from '../../../src/domain/time.ts';

const PUMP: Place = { assetId: 'a', componentId: 'pump', failureModeId: 'worn' };

/** Times in days. */
function spell(from: number, to: number, end: Spell['end'] = 'cleared'): Spell {
  return { from: from * DAY, to: to * DAY, end };
}

function failure(at: number, more: Partial<RecordedFailure> = {}): RecordedFailure {
  return { assetId: 'a', componentId: 'pump', at: at * DAY, ...more };
}

function truth(failures: readonly RecordedFailure[] | undefined, more: Partial<Truth> = {}): Truth {
  return { failures, renewals: () => [], from: 0, to: 100 * DAY, within: 7 * DAY, ...more };
}

/** Warning times in days, and what became of each warning. */
function outcome(spells: readonly Spell[], against: Truth, place = PUMP) {
  const { warnings, failures } = judge([{ place, spells }], against);
  return {
    days: failures.map((warning) => warning && warning / DAY),
    verdicts: warnings[0]!.warnings.map(({ verdict }) => verdict),
  };
}

describe('a failure', () => {
  it('is hit by the ticket that stands when it comes; the warning time counts from its opening', () => {
    const got = outcome([spell(10, 32, 'closed')], truth([failure(30)]));
    expect(got).toEqual({ days: [20], verdicts: ['hit'] });
  });

  it('is hit by a ticket that had cleared no longer ago than is allowed, and not by an older one', () => {
    expect(outcome([spell(10, 23)], truth([failure(30)])).days).toEqual([20]);
    expect(outcome([spell(10, 22.99)], truth([failure(30)]))).toEqual({ days: [undefined], verdicts: ['false'] });
  });

  it('is not hit by a ticket that was closed before: that was about the part before', () => {
    const got = outcome([spell(10, 29, 'closed')], truth([failure(30)]));
    expect(got).toEqual({ days: [undefined], verdicts: ['unverifiable'] });
  });

  it('is not hit by a ticket that opens as it comes', () => {
    expect(outcome([spell(30, 40, 'closed')], truth([failure(30)])).days).toEqual([undefined]);
  });

  it('counts the longest unbroken warning: short breaks are none, long ones are', () => {
    expect(outcome([spell(10, 12), spell(19, 31, 'closed')], truth([failure(30)])).days).toEqual([20]);
    expect(outcome([spell(10, 12), spell(19.5, 31, 'closed')], truth([failure(30)]))).toEqual({
      days: [10.5],
      verdicts: ['false', 'hit'],
    });
  });

  it('belongs to its component, and to its failure mode where it names one', () => {
    const spells = [spell(10, 31, 'closed')];
    expect(outcome(spells, truth([failure(30, { assetId: 'b' })])).days).toEqual([undefined]);
    expect(outcome(spells, truth([failure(30, { componentId: 'belt' })])).days).toEqual([undefined]);
    expect(outcome(spells, truth([failure(30, { failureModeId: 'leaks' })])).days).toEqual([undefined]);
    expect(outcome(spells, truth([failure(30, { failureModeId: 'worn' })])).days).toEqual([20]);
  });

  it('is also hit by a warning from before the range', () => {
    const got = outcome([spell(10, 31, 'closed')], truth([failure(30)], { from: 20 * DAY }));
    expect(got).toEqual({ days: [20], verdicts: [] });
  });
});

describe('a warning without a failure', () => {
  it('is false where it cleared by itself', () => {
    expect(outcome([spell(10, 12)], truth([])).verdicts).toEqual(['false']);
  });

  it('can not be verified without recorded failures', () => {
    expect(outcome([spell(10, 12)], truth(undefined)).verdicts).toEqual(['unverifiable']);
  });

  it('can not be verified where its component was renewed meanwhile', () => {
    const renewals = (componentId: string) => (componentId === 'pump' ? [15 * DAY] : []);
    expect(outcome([spell(10, 12)], truth([], { renewals })).verdicts).toEqual(['unverifiable']);
    expect(outcome([spell(1, 7.9)], truth([], { renewals })).verdicts).toEqual(['false']);
    expect(outcome([spell(15.1, 16)], truth([], { renewals })).verdicts).toEqual(['false']);
  });

  it('can not be verified where it stands at the end, or cleared too shortly before', () => {
    expect(outcome([spell(10, 100, 'standing')], truth([])).verdicts).toEqual(['unverifiable']);
    expect(outcome([spell(10, 94)], truth([])).verdicts).toEqual(['unverifiable']);
    expect(outcome([spell(10, 93)], truth([])).verdicts).toEqual(['false']);
  });
});

describe('figures', () => {
  it('count, rate and spread', () => {
    const figures = figuresOf({
      tickets: 4,
      verdicts: ['hit', 'hit', 'false', 'false', 'false', 'unverifiable'],
      failures: [20 * DAY, undefined, 5 * DAY, 9 * DAY],
      assetYears: 2,
      judged: true,
    });
    expect(figures).toEqual({
      tickets: 4,
      warnings: 6,
      hits: 3,
      misses: 1,
      falses: 3,
      unverifiable: 1,
      falsePerAssetYear: 1.5,
      warning: { min: 5 * DAY, median: 9 * DAY, max: 20 * DAY },
    });
  });

  it('name no rate where nothing is judged or nothing was heard', () => {
    const nothing = { tickets: 0, verdicts: [], failures: [] };
    expect(figuresOf({ ...nothing, assetYears: 1, judged: false })).not.toHaveProperty('falsePerAssetYear');
    expect(figuresOf({ ...nothing, assetYears: 0, judged: true })).not.toHaveProperty('falsePerAssetYear');
    expect(figuresOf({ ...nothing, assetYears: 1, judged: true }).falsePerAssetYear).toBe(0);
  });
});
