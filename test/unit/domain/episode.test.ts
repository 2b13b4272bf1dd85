import { describe, expect, it } from 'vitest';
import { continuationOf } from '../../../src/domain/episode.ts';
import type { Evidence } from '../../../src/domain/finding.ts';
import { DAY } from '../../../src/domain/time.ts';

const HOT = {
  kind: 'threshold',
  metricId: 't',
  direction: 'above',
  limit: 1,
  value: 2,
  extreme: 2,
  samples: 3,
} as const;
const USED = { kind: 'usage', metricId: 'h', unit: 'h', used: 9, life: 10, wear: 0.9 } as const;
const AGED = { kind: 'calendar', of: 'life', installedAt: 0, due: DAY } as const;
const INSPECTION = { kind: 'calendar', of: 'inspection', installedAt: 0, due: DAY } as const;

const found = (evidence: Evidence, days: number, renewed = false) =>
  continuationOf({ evidence, time: (10 + days) * DAY }, { closedAt: 10 * DAY, renewed }, 7 * DAY);

describe('what is found after a closing', () => {
  it('reopens within the window, its end not included, and is a recurrence later', () => {
    expect([0, 6.99, 7, 400].map((days) => found(HOT, days))).toEqual([
      'reopened',
      'reopened',
      'recurrence',
      'recurrence',
    ]);
    expect(found(USED, 3)).toBe('reopened');
  });

  it('never reopens where the window is none', () => {
    const finding = { evidence: HOT, time: 10 * DAY };
    expect(continuationOf(finding, { closedAt: 10 * DAY, renewed: false }, 0)).toBe('recurrence');
  });

  it('of a new part recurs where it fails alike, and is its own where it comes to its end as parts do', () => {
    for (const days of [1, 300]) {
      expect(found(HOT, days, true)).toBe('recurrence');
      for (const life of [USED, AGED]) expect(found(life, days, true)).toBe('unrelated');
    }
  });

  it('is the next inspection, whatever came of the last', () => {
    expect(found(INSPECTION, 1)).toBe('unrelated');
  });
});
