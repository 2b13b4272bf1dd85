import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOngoing,
  isReopening,
  isToDo,
  TICKET_STATUSES,
  TICKET_TRANSITIONS,
  timesAfter,
} from '../../../src/domain/ticket.ts';
import type { TicketStatus, TicketTimes } from '../../../src/domain/ticketStatus.ts';

const walks = fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }).map((choices) => {
  const walk: TicketStatus[] = ['open'];
  for (const choice of choices) {
    const next = TICKET_TRANSITIONS[walk.at(-1)!];
    if (next.length > 0) walk.push(next[choice % next.length]!);
  }
  return walk;
});

describe('transitions', () => {
  it('lead from a proposal to every status', () => {
    const reached = new Set<TicketStatus>(['proposed']);
    for (const status of reached) for (const next of TICKET_TRANSITIONS[status]) reached.add(next);
    expect([...reached].sort()).toEqual([...TICKET_STATUSES].sort());
  });

  it('lead from every ongoing status to closed; a closed ticket only opens again, a cancelled one never', () => {
    for (const status of TICKET_STATUSES) {
      if (isOngoing(status) && status !== 'proposed') expect(TICKET_TRANSITIONS[status]).toContain('closed');
      expect(TICKET_TRANSITIONS[status]).not.toContain(status);
    }
    expect(TICKET_TRANSITIONS.closed).toEqual(['open']);
    expect(TICKET_TRANSITIONS.cancelled).toEqual([]);
  });

  it('are a reopening where what was said to be done is not', () => {
    const pairs = TICKET_STATUSES.flatMap((from) => TICKET_TRANSITIONS[from].map((to) => ({ from, to })));
    const reopening = pairs.filter(({ from, to }) => isReopening(from, to)).map(({ from }) => from);
    expect(reopening).toEqual(['resolved', 'awaiting-outcome', 'closed']);
    expect(TICKET_STATUSES.filter((status) => isOngoing(status) && !isToDo(status))).toEqual([
      'resolved',
      'awaiting-outcome',
    ]);
  });
});

describe('times', () => {
  it('come in order, however a ticket walks; done is known exactly while it is said to be done', () => {
    fc.assert(
      fc.property(walks, (walk) => {
        let times: TicketTimes = {};
        for (let at = 1; at < walk.length; at++) {
          times = { ...times, ...timesAfter(times, walk[at - 1]!, walk[at]!, at, true) };
          const isOver = ['resolved', 'awaiting-outcome', 'closed'].includes(walk[at]!);
          expect(times.resolvedAt !== undefined).toBe(isOver);
          const { acknowledgedAt = at, startedAt = at, resolvedAt = at } = times;
          expect(acknowledgedAt).toBeLessThanOrEqual(startedAt);
          expect(acknowledgedAt).toBeLessThanOrEqual(resolvedAt);
        }
        const first = walk.findIndex((status) => status !== 'open');
        const isCancelled = walk[first] === 'cancelled';
        expect(times.acknowledgedAt).toBe(first === -1 || isCancelled ? undefined : first);
      }),
    );
  });

  it('do not take for noticed what cleared by itself', () => {
    expect(timesAfter({}, 'open', 'resolved', 5, false)).toEqual({ resolvedAt: 5 });
    expect(timesAfter({}, 'open', 'resolved', 5, true)).toEqual({ resolvedAt: 5, acknowledgedAt: 5 });
  });
});
