import { describe, expect, it } from 'vitest';
import { whatChanged } from '../../../src/domain/ticketChanges.ts';
import { kindOf, kindWith } from '../../../src/domain/ticketKind.ts';
import { DAY } from '../../../src/domain/time.ts';
import { sampleTicket } from '../../support/ticket.ts';

describe('what changed', () => {
  const before = sampleTicket({ person: 'ann', doBy: 10 * DAY, priority: 'P3' });

  it('is told from and to, as text', () => {
    const deferral = { reason: 'part ordered', until: 2 * DAY };
    const after = {
      ...before,
      status: 'deferred',
      person: undefined,
      team: 'north',
      deferral,
      priority: 'P2',
    } as const;
    expect(whatChanged(before, after)).toEqual({
      from: 'open',
      to: 'deferred',
      changes: [
        { field: 'priority', from: 'P3', to: 'P2' },
        { field: 'team', to: 'north' },
        { field: 'person', from: 'ann' },
        { field: 'deferral', to: '1970-01-03T00:00:00.000Z: part ordered' },
      ],
    });
  });

  it('leaves out what stayed, and a do-by that moved by less than a day', () => {
    expect(whatChanged(before, { ...before, doBy: 10 * DAY + DAY / 2, updatedAt: 7 })).toEqual({});
    expect(whatChanged(before, { ...before, doBy: 9 * DAY }).changes).toEqual([
      { field: 'doBy', from: '1970-01-11T00:00:00.000Z', to: '1970-01-10T00:00:00.000Z' },
    ]);
    expect(whatChanged(before, { ...before, doBy: undefined }).changes).toHaveLength(1);
  });
});

describe('kind', () => {
  const threshold = {
    evidence: { kind: 'threshold', metricId: 't', direction: 'above', limit: 1, value: 2, extreme: 2, samples: 3 },
    time: 5,
  } as const;
  const usage = { kind: 'usage', metricId: 'h', unit: 'h', used: 11, life: 10, wear: 1.1 } as const;

  it('is planned while there is time left, and for what is worn or due', () => {
    expect(kindOf(threshold)).toBe('reactive');
    expect(kindOf({ ...threshold, forecast: { p10: 6, p50: 7, p90: null } })).toBe('planned');
    expect(kindOf({ ...threshold, forecast: { p10: null, p50: null, p90: null } })).toBe('planned');
    expect(kindOf({ ...threshold, forecast: { p10: 3, p50: 5, p90: 9 } })).toBe('reactive');
    expect(kindOf({ evidence: usage, time: 5 })).toBe('planned');
  });

  it('becomes reactive with what is critical and leaves no time, and stays so', () => {
    expect(kindWith({ kind: 'planned' }, { ...threshold, severity: 'warning' })).toBe('planned');
    expect(kindWith({ kind: 'planned' }, { ...threshold, severity: 'critical' })).toBe('reactive');
    expect(kindWith({ kind: 'reactive' }, { evidence: usage, time: 5, severity: 'critical' })).toBe('reactive');
  });
});
