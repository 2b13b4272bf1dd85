import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { isWorthTelling, type Told, toldOf } from '../../../src/domain/told.ts';

const NOW = Date.UTC(2024, 4, 1);
/** The evidence is ten days from the do-by and twenty from P50. */
const DO_BY = NOW + 10 * DAY;
const P50 = NOW + 20 * DAY;

function worth(
  change: { doBy?: number; p50?: number | null; told?: Partial<Told>; status?: 'open' | 'proposed' | 'resolved' } = {},
  now = NOW,
) {
  const { doBy = DO_BY, p50 = P50, told = {}, status = 'open' } = change;
  const subject = { status, doBy, forecast: { p10: null, p50, p90: null }, window: { from: NOW - DAY, to: NOW } };
  return isWorthTelling({ ...subject, told: { at: NOW, doBy: DO_BY, p50: P50, ...told } }, now);
}

describe('newer evidence is worth a word to the desk', () => {
  it.each([
    ['nothing moved', {}, false],
    ['the do-by moved by a fifth of what was left', { doBy: DO_BY + 2 * DAY }, false],
    ['the do-by moved by more, later', { doBy: DO_BY + 2 * DAY + MINUTE }, true],
    ['the do-by moved by more, earlier', { doBy: DO_BY - 2 * DAY - MINUTE }, true],
    ['P50 moved by a fifth of what was left', { p50: P50 - 4 * DAY }, false],
    ['P50 moved by more', { p50: P50 - 4 * DAY - MINUTE }, true],
    ['P50 moved beyond the horizon', { p50: null }, true],
    ['P50 came from beyond the horizon', { told: { p50: null } }, true],
    ['it has a do-by for the first time', { told: { doBy: undefined } }, true],
    ['what is overdue moved by minutes', { told: { doBy: NOW - DAY }, doBy: NOW - DAY + 12 * MINUTE }, false],
    ['what is overdue moved by more', { told: { doBy: NOW - DAY }, doBy: NOW - DAY + 13 * MINUTE }, true],
    ['nobody has released it', { status: 'proposed', p50: null }, false],
    ['it is said to be done', { status: 'resolved', p50: null }, false],
  ] as const)('%s: %j is %s', (_, change, expected) => {
    expect(worth(change)).toBe(expected);
  });

  it('however little, a day after the last', () => {
    expect(worth({ doBy: DO_BY + HOUR }, NOW + DAY - 1)).toBe(false);
    expect(worth({ doBy: DO_BY + HOUR }, NOW + DAY)).toBe(true);
  });

  it('by what was told, not by what was there in between', () => {
    const told = toldOf({ doBy: DO_BY, forecast: { p10: null, p50: P50, p90: null } }, NOW);
    expect(told).toEqual({ at: NOW, doBy: DO_BY, p50: P50 });
    expect(toldOf({}, NOW)).toEqual({ at: NOW });
  });
});
