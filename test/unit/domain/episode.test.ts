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

const CLOSED = { closing: { outcome: 'failure-found' } } as const;
const RENEWED = { closing: { outcome: 'worn-as-expected', replaced: { at: 0 } } } as const;
const found = (evidence: Evidence, days: number, closed: typeof CLOSED | typeof RENEWED) =>
  continuationOf({ evidence, time: (10 + days) * DAY }, closed, 10 * DAY, 7 * DAY);

describe('what is found after a closing', () => {
  it('reopens within the window, its end not included, and is a recurrence later', () => {
    expect([0, 6.99, 7, 400].map((days) => found(HOT, days, CLOSED))).toEqual([
      'reopened',
      'reopened',
      'recurrence',
      'recurrence',
    ]);
    expect(found(USED, 3, CLOSED)).toBe('reopened');
  });

  it('never reopens where the window is none', () => {
    expect(continuationOf({ evidence: HOT, time: 10 * DAY }, CLOSED, 10 * DAY, 0)).toBe('recurrence');
  });

  it('is the same trouble where a new part fails alike, and none where it comes to its end as parts do', () => {
    expect(found(HOT, 1, RENEWED)).toBe('reopened');
    for (const life of [USED, AGED]) for (const days of [1, 300]) expect(found(life, days, RENEWED)).toBe('unrelated');
  });

  it('is the next inspection, whatever came of the last', () => {
    expect(found(INSPECTION, 1, CLOSED)).toBe('unrelated');
  });
});
