import { describe, expect, it } from 'vitest';
import { createFormat } from '../../../src/console/i18n/format.ts';
import { possibleActs } from '../../../src/console/pages/ticket/acts.ts';
import { dueOf } from '../../../src/console/pages/ticket/due.ts';
import { readParts } from '../../../src/console/pages/ticket/parts.ts';
import { filterOf } from '../../../src/console/pages/tickets/views.ts';

type Ticket = Parameters<typeof possibleActs>[0];
const NOW = Date.UTC(2026, 4, 1, 12);
const ticket = (fields: Partial<Ticket>) => fields as Ticket;

describe('what can be done with a ticket', () => {
  it('is what its transitions allow', () => {
    const proposed = ticket({ status: 'proposed', transitions: ['open', 'cancelled'] });
    expect(possibleActs(proposed, false)).toEqual(['release', 'void', 'assign', 'comment']);
    const closed = ticket({ status: 'closed', transitions: ['open'] });
    expect(possibleActs(closed, true)).toEqual(['reopen', 'comment']);
    const waiting = ticket({
      status: 'in-progress',
      transitions: ['acknowledged', 'scheduled', 'deferred', 'resolved', 'closed', 'cancelled'],
      waiting: { since: '', reason: '', by: '' },
    });
    expect(possibleActs(waiting, false)).toEqual(
      expect.arrayContaining(['resume', 'schedule', 'defer', 'resolve', 'close', 'cancel']),
    );
    expect(possibleActs(waiting, false)).not.toContain('wait');
  });

  it('is to void a version of a rule only for an engineer, and where a rule opened it', () => {
    const open = { status: 'open', transitions: ['closed'] } as const;
    expect(possibleActs(ticket({ ...open, transitions: ['closed'], ruleVersion: 'abc' }), true)).toContain(
      'voidVersion',
    );
    expect(possibleActs(ticket({ ...open, transitions: ['closed'], ruleVersion: 'abc' }), false)).not.toContain(
      'voidVersion',
    );
    expect(possibleActs(ticket({ ...open, transitions: ['closed'] }), true)).not.toContain('voidVersion');
  });
});

describe('the next deadline', () => {
  it('is the earliest of those that still count', () => {
    const open = ticket({ status: 'open', respondBy: '2026-05-01T13:00:00Z', solveBy: '2026-05-02T12:00:00Z' });
    expect(dueOf(open, NOW)).toEqual({ what: 'respond', at: '2026-05-01T13:00:00Z', late: false });
    const answered = { ...open, acknowledgedAt: '2026-05-01T12:30:00Z', doBy: '2026-05-01T11:00:00Z' };
    expect(dueOf(answered, NOW)).toEqual({ what: 'doBy', at: '2026-05-01T11:00:00Z', late: true });
    expect(dueOf({ ...open, status: 'closed' }, NOW)).toBeUndefined();
  });
});

describe('parts that were used', () => {
  it.each([
    [
      'AF-1 × 2\n\n  BRG-1',
      [
        { number: 'AF-1', quantity: 2 },
        { number: 'BRG-1', quantity: 1 },
      ],
    ],
    ['AF-1 x3', [{ number: 'AF-1', quantity: 3 }]],
    [
      'SKF 6205 × 4\nSKF 6206',
      [
        { number: 'SKF 6205', quantity: 4 },
        { number: 'SKF 6206', quantity: 1 },
      ],
    ],
    ['AF-1 * 1', [{ number: 'AF-1', quantity: 1 }]],
  ])('%j', (text, parts) => expect(readParts(text)).toEqual({ parts }));

  it.each(['AF-1 × two', 'AF-1 × 0', 'AF-1 × 2 × 3'])('refuses %j', (line) =>
    expect(readParts(line)).toEqual({ fault: line }));
});

describe('filters of the address', () => {
  it('are those of the list; what is none of them is left out', () => {
    expect(filterOf('')).toMatchObject({ view: 'todo', filter: { sort: 'priority' } });
    expect(filterOf('view=over&priority=P1&siteId=a&sort=nonsense&x=1')).toEqual({
      view: 'over',
      filter: { status: ['closed', 'cancelled'], sort: '-updatedAt', priority: ['P1'], siteId: 'a' },
    });
  });
});

describe('numbers and times', () => {
  const en = createFormat('en');
  const zh = createFormat('zh');

  it('are written as the reader writes them', () => {
    expect(en.quantity(71.456, 'Cel')).toBe('71.46\u202f°C');
    expect(en.quantity(12_345.6, 'h')).toBe('12,346\u202fh');
    expect(en.percent(0.923)).toBe('92%');
    expect(en.duration(7500)).toBe('2 hrs 5 mins');
    expect(en.duration(0)).toBe('0 secs');
    expect(zh.duration(90_000)).toBe('1天 1小时');
    expect(en.relative(NOW + 3 * 86_400_000, NOW)).toBe('in 3 days');
    expect(zh.relative(NOW - 300_000, NOW)).toBe('5分钟前');
  });
});
