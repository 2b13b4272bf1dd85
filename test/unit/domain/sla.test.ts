import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basisAfter, deadlinesOf, isPaused, promisesAfter, type SlaPolicy } from '../../../src/domain/sla.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { timersOf } from '../../../src/domain/ticketTimers.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { OFFICE, USUAL_POLICY } from '../../support/sla.ts';
import { sampleTicket } from '../../support/ticket.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
const HOURS: SlaPolicy = {
  ...USUAL_POLICY,
  targets: {
    P1: { response: HOUR, solution: 4 * HOUR },
    P2: { response: 4 * HOUR, solution: 24 * HOUR },
    P3: { response: 24 * HOUR, solution: 48 * HOUR },
    P4: { response: 48 * HOUR, solution: 96 * HOUR },
  },
};

/** A ticket in the hands of people, hour by hour; its promises are kept as in the service. */
class Life {
  ticket: Ticket;
  readonly #policy: SlaPolicy;

  constructor(change: Partial<Ticket> = {}, policy = HOURS) {
    this.#policy = policy;
    const opened = sampleTicket({ kind: 'reactive', openedAt: T0, updatedAt: T0, ...change });
    this.ticket = this.#promised(undefined, opened, T0);
  }

  at(hours: number, change: Partial<Ticket> = {}): this {
    this.ticket = this.#promised(this.ticket, { ...this.ticket, ...change }, T0 + hours * HOUR);
    return this;
  }

  /** Deadlines and breaches in hours from the report. */
  get told() {
    const hours = (time: number | undefined) => time && (time - T0) / HOUR;
    const { respondBy, solveBy, responseBreachedAt, solutionBreachedAt } = this.ticket;
    return [respondBy, solveBy, responseBreachedAt, solutionBreachedAt].map(hours);
  }

  #promised(before: Ticket | undefined, ticket: Ticket, now: number): Ticket {
    const after = { ...ticket, sla: basisAfter(before, ticket, now) };
    return { ...after, ...promisesAfter(before, after, this.#policy, now) };
  }
}

const wait = (since: number) => ({ waiting: { since, reason: 'access', by: 'ann' } });

describe('the promises of a reactive ticket', () => {
  it('are a response and a solution within the targets of its priority, from the report', () => {
    expect(new Life().told).toEqual([24, 48, undefined, undefined]);
    expect(new Life({ priority: 'P1' }).told).toEqual([1, 4, undefined, undefined]);
    expect(new Life({}, USUAL_POLICY).told.slice(0, 2)).toEqual([24, 48]);
  });

  it('count from its release, not from its proposal', () => {
    const proposed = new Life({ status: 'proposed', mode: 'propose' });
    expect(proposed.told).toEqual([undefined, undefined, undefined, undefined]);
    expect(proposed.at(10, { status: 'open' }).told).toEqual([34, 58, undefined, undefined]);
  });

  it('of a ticket from before there were any count from its first change', () => {
    const old = new Life();
    old.ticket = sampleTicket({ kind: 'reactive', openedAt: T0 - 99 * HOUR });
    expect(old.at(1).told).toEqual([25, 49, undefined, undefined]);
    old.ticket = sampleTicket({ kind: 'reactive', status: 'closed', resolvedAt: T0 });
    expect(old.at(1, { externalId: 'x' }).ticket.sla).toBeUndefined();
  });

  it('that become stricter count from then on, without giving more time than there was', () => {
    expect(new Life().at(10, { priority: 'P1' }).told).toEqual([11, 14, undefined, undefined]);
    expect(new Life().at(46, { acknowledgedAt: T0, priority: 'P1' }).told).toEqual([24, 48, undefined, undefined]);
  });

  it('that become less strict count from the beginning', () => {
    const life = new Life().at(10, { priority: 'P1' }).at(10.5, { priority: 'P2' });
    expect(life.told).toEqual([14, 34, undefined, undefined]);
    expect(life.at(11, { priority: 'P4' }).told).toEqual([48, 96, undefined, undefined]);
  });

  it('stand still while it waits for the customer, and move by that', () => {
    const life = new Life().at(2, { acknowledgedAt: T0 + 2 * HOUR }).at(10, wait(T0));
    expect(life.told).toEqual([24, undefined, undefined, undefined]);
    expect(isPaused(life.ticket)).toBe(true);
    expect(life.at(20, { waiting: undefined }).told).toEqual([24, 58, undefined, undefined]);
    expect(
      life.at(30, wait(T0)).at(31, { status: 'deferred' }).at(40, { status: 'open', waiting: undefined }).told[1],
    ).toBe(68);
    expect(life.ticket.sla!.pauses.map(({ why }) => why)).toEqual(['customer', 'customer', 'deferred']);
  });

  it('are kept when done in time, to the last moment', () => {
    const done = new Life()
      .at(24, { acknowledgedAt: T0 + 24 * HOUR })
      .at(48, { status: 'resolved', resolvedAt: T0 + 48 * HOUR });
    expect(done.at(99, { externalId: 'WO-1' }).told).toEqual([24, 48, undefined, undefined]);
  });

  it('that were not kept stay so, whatever is changed later', () => {
    const late = new Life().at(25, { acknowledgedAt: T0 + 25 * HOUR });
    expect(late.told).toEqual([24, 48, 24, undefined]);
    late.at(49, { priority: 'P4' });
    expect(late.told).toEqual([48, 96, 24, 48]);
    expect(late.at(50, { status: 'resolved', resolvedAt: T0 + 50 * HOUR }).told.slice(2)).toEqual([24, 48]);
  });

  it('count on from a premature end, and anew from a reopening after closing', () => {
    const life = new Life()
      .at(1, { acknowledgedAt: T0 + HOUR })
      .at(40, { status: 'resolved', resolvedAt: T0 + 40 * HOUR });
    expect(life.at(60, { status: 'open', resolvedAt: undefined }).told[1]).toBe(68);
    life.at(61, { status: 'closed', resolvedAt: T0 + 61 * HOUR });
    expect(life.at(90, { status: 'open', resolvedAt: undefined }).told).toEqual([undefined, 138, undefined, undefined]);
  });

  it('run in working hours, over a change of the clocks', () => {
    // Friday 16:00 in Berlin; one hour is left, and on Monday, in winter time, work begins at 7:00 UTC.
    const friday = Date.UTC(2026, 9, 23, 14);
    const targets = { ...HOURS.targets, P3: { response: 4 * HOUR, solution: 10 * HOUR } };
    const ticket = sampleTicket({ kind: 'reactive', openedAt: friday });
    const after = { ...ticket, sla: basisAfter(undefined, ticket, friday) };
    const { response, solution } = deadlinesOf(after, { ...HOURS, targets, calendar: OFFICE });
    const at = (time: number) => new Date(time).toISOString().slice(5, 16);
    expect([response!, solution!].map(({ due, warn }) => [at(warn), at(due)])).toEqual([
      ['10-26T09:00', '10-26T10:00'],
      ['10-26T13:30', '10-26T16:00'],
    ]);
  });
});

describe('the promises of a planned ticket', () => {
  const planned = (p10: number | null, margin = 0) =>
    new Life(
      { kind: 'planned', forecast: { p10, p50: null, p90: null } },
      { ...HOURS, planned: { response: 24 * HOUR, margin } },
    );

  it('are to take note of it, and to have done it by P10 of its forecast less a margin', () => {
    expect(planned(T0 + 240.9 * HOUR).told).toEqual([24, 240, undefined, undefined]);
    expect(planned(T0 + 240 * HOUR, DAY).told).toEqual([24, 216, undefined, undefined]);
    expect(planned(null).told).toEqual([24, undefined, undefined, undefined]);
    expect(planned(T0 + HOUR).told).toEqual([24, 24, undefined, undefined]);
  });

  it('move with the forecast, not with the customer', () => {
    const life = planned(T0 + 240 * HOUR)
      .at(1, { acknowledgedAt: T0 + HOUR })
      .at(2, wait(T0));
    expect(life.told[1]).toBe(240);
    expect(timersOf(life.ticket, HOURS).map(({ kind }) => kind)).toEqual(['solution-warning', 'solution-breach']);
    expect(life.at(3, { forecast: { p10: T0 + 100 * HOUR, p50: null, p90: null } }).told[1]).toBe(100);
  });

  it('are those of a reactive one once it has failed, from then on', () => {
    expect(planned(T0 + 240 * HOUR).at(100, { acknowledgedAt: T0, kind: 'reactive' }).told).toEqual([
      undefined,
      148,
      undefined,
      undefined,
    ]);
  });
});

describe('what time brings about', () => {
  const kinds = (ticket: Ticket) => timersOf(ticket, HOURS).map(({ kind, dueAt }) => [kind, (dueAt - T0) / HOUR]);

  it('are warnings and breaches of what is still to be kept', () => {
    const life = new Life();
    const tick = 1 / HOUR;
    const response = [
      ['response-warning', 18],
      ['response-breach', 24 + tick],
    ];
    const solution = [
      ['solution-warning', 36],
      ['solution-breach', 48 + tick],
    ];
    expect(kinds(life.ticket)).toEqual([...response, ...solution]);
    expect(kinds(life.at(1, { acknowledgedAt: T0 + HOUR, status: 'acknowledged' }).ticket)).toEqual(solution);
    expect(kinds(life.at(2, wait(T0)).ticket)).toEqual([]);
    expect(kinds(life.at(3, { status: 'resolved', resolvedAt: T0 + 3 * HOUR, waiting: undefined }).ticket)).toEqual([]);
  });

  it('are the ends of deferrals, and do-bys of what nobody has touched', () => {
    const doBy = T0 + 9 * HOUR;
    const deferral = { reason: 'x', until: T0 + 5 * HOUR };
    const of = (change: Partial<Ticket>) =>
      kinds(new Life({ kind: 'planned', acknowledgedAt: T0, doBy, ...change }).ticket);
    expect(of({})).toEqual([['do-by', 9]]);
    expect(of({ status: 'proposed', mode: 'propose' })).toEqual([['unreleased', 9]]);
    expect(of({ status: 'deferred', deferral })).toEqual([['deferral-end', 5]]);
    expect(of({ status: 'in-progress' })).toEqual([]);
    expect(of({ status: 'closed', resolvedAt: T0 })).toEqual([]);
  });
});

it('deadlines follow from the audit times alone: whoever recomputes them gets the same, at any time', () => {
  const step = fc.record({
    after: fc.integer({ min: 0, max: 30 }),
    act: fc.constantFrom('P1', 'P2', 'P3', 'P4', 'wait', 'resume', 'acknowledge', 'defer', 'open'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, office) => {
      const policy = office ? { ...HOURS, calendar: OFFICE } : HOURS;
      const life = new Life({}, policy);
      let hours = 0;
      for (const { after, act } of steps) {
        hours += after;
        const now = T0 + hours * HOUR;
        const { respondBy, solveBy, acknowledgedAt } = life.ticket;
        if (act.startsWith('P')) life.at(hours, { priority: act as Ticket['priority'] });
        else if (act === 'wait') life.at(hours, { ...wait(now), acknowledgedAt: acknowledgedAt ?? now });
        else if (act === 'resume') life.at(hours, { waiting: undefined });
        else if (act === 'acknowledge') life.at(hours, { acknowledgedAt: acknowledgedAt ?? now });
        else life.at(hours, { status: act === 'defer' ? 'deferred' : 'open' });
        const { response, solution } = deadlinesOf(life.ticket, policy);
        expect([life.ticket.respondBy, life.ticket.solveBy]).toEqual([response?.due, solution?.due]);
        if (acknowledgedAt !== undefined && now > acknowledgedAt && !act.startsWith('P'))
          expect(respondBy).toBe(response?.due);
        if (solveBy !== undefined && solution && !act.startsWith('P'))
          expect(solution.due).toBeGreaterThanOrEqual(solveBy);
      }
    }),
  );
});
