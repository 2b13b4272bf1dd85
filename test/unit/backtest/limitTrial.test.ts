import { describe, expect, it } from 'vitest';
import { figuresOf, type Known, type KnownPrediction, shownBy, warningLost } from '../../../src/backtest/limitTrial.ts';
import type { BacktestTicket, SideReport, Spell } from '../../../src/domain/backtest.ts';
import { backtestReport } from '../../support/apiFixtures.ts';

const place = (assetId: string) => ({ assetId, componentId: 'bearing', failureModeId: 'overheated' });
const ticket = (assetId: string, ...spells: [from: number, to: number][]): BacktestTicket => ({
  ...place(assetId),
  ruleId: 'hot',
  severity: 'warning',
  mode: 'live',
  title: { en: 'Hot', zh: '热' },
  openedAt: spells[0]![0],
  spells: spells.map(([from, to]): Spell => ({ from, to, end: 'cleared' })),
  verdict: 'unverifiable',
});
const side = (...tickets: BacktestTicket[]): SideReport => ({ ...backtestReport.candidate, tickets });
const known = (assetId: string, from: number, to: number, isWorth: boolean): KnownPrediction => ({
  place: place(assetId),
  from,
  to,
  isWorth,
});

const KNOWN: Known = {
  predictions: [known('a', 10, 20, true), known('b', 10, 20, false), known('c', 10, 20, true)],
  missed: [{ place: place('d'), at: 50 }],
};

describe('what limits did for what is known', () => {
  it('counts tickets that stood at the same time in the same place', () => {
    const tickets = [
      ticket('a', [5, 8], [19, 30]),
      ticket('b', [10, 12]),
      ticket('c', [21, 30]),
      ticket('d', [40, 60]),
    ];
    // Of a, c (whose ticket comes after it was over) and d, which had been missed, one is missed by these.
    expect(figuresOf(side(...tickets), 'hot', KNOWN)).toEqual({ hits: 2, misses: 1, falses: 1, unverifiable: 1 });
  });

  it('takes a ticket for no hit that opens when the failure has come, or the part comes too late', () => {
    const late = { ...KNOWN, predictions: [{ ...KNOWN.predictions[0]!, by: 14 }] };
    expect(figuresOf(side(ticket('a', [14, 20])), 'hot', late)).toMatchObject({ hits: 1, misses: 1, unverifiable: 0 });
    expect(figuresOf(side(ticket('a', [15, 20])), 'hot', late)).toMatchObject({ hits: 0, misses: 2, unverifiable: 0 });
  });

  it('takes no ticket for a catch that came with the failure or was over before', () => {
    expect(figuresOf(side(ticket('d', [50, 60]), ticket('d', [30, 45])), 'hot', KNOWN)).toMatchObject({
      hits: 0,
      unverifiable: 2,
    });
  });

  it('leaves to other rules what is theirs', () => {
    expect(figuresOf(side({ ...ticket('x', [1, 2]), ruleId: 'other' }), 'hot', KNOWN).unverifiable).toBe(0);
  });

  it('tells how much later tickets for the same faults open', () => {
    const predictions = [...KNOWN.predictions, known('e', 10, 20, true), known('f', 10, 20, true)];
    const today = side(
      ticket('a', [5, 6], [8, 30]),
      ticket('b', [9, 20]),
      ticket('c', [11, 20]),
      ticket('e', [12, 20]),
    );
    const other = side(ticket('a', [11, 30]), ticket('b', [19, 20]), ticket('c', [18, 20]), ticket('f', [10, 20]));
    // a by 3 and c by 7; b was false, and e and f have a ticket on one side only.
    expect(warningLost(today, other, { predictions, missed: [] })).toEqual({ median: 5, most: 7 });
    expect(warningLost(today, side(), KNOWN)).toBeUndefined();
  });

  it("rests on what today's limits show again", () => {
    const shown = shownBy(side(ticket('a', [10, 12]), ticket('d', [40, 60])), KNOWN);
    expect(shown).toEqual({ predictions: [KNOWN.predictions[0]], missed: [] });
  });
});
