import { describe, expect, it } from 'vitest';
import type { FailureRecord } from '../../../src/domain/failure.ts';
import { type Renewal, type ScoringFacts, scoresOf } from '../../../src/domain/scoring.ts';
import type { Closing, Ticket } from '../../../src/domain/ticket.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { sampleTicket } from '../../support/ticket.ts';

const T0 = Date.UTC(2026, 4, 1);
const PART = { number: 'F-1', leadTimeMs: 5 * DAY };
/** The part went in 100 days before the ticket, and is expected to last 50 days more. */
const FORECAST = { p10: T0 + 30 * DAY, p50: T0 + 50 * DAY, p90: T0 + 60 * DAY };
const INSTALLED: Renewal = { at: T0 - 100 * DAY };
const RULE = { ruleId: 'wear', ruleVersion: 'v1' };

const opened = (change: Partial<Ticket> = {}) => sampleTicket({ ...RULE, part: PART, openedAt: T0, ...change });
const closed = (closing: Closing, at = T0 + 20 * DAY, change: Partial<Ticket> = {}) =>
  opened({ status: 'closed', closing, closedAt: at, resolvedAt: at, ...change });
const failure = (at: number, change: Partial<FailureRecord> = {}): FailureRecord => ({
  id: 'f1',
  assetId: 'compressor-7',
  componentId: 'air-filter',
  failureModeId: 'clogged',
  at,
  detectedBy: 'customer',
  impact: 'critical',
  source: 'api',
  recordedAt: at,
  recordedBy: 'ann',
  ...change,
});

function score(tickets: readonly Ticket[], more: Partial<ScoringFacts> = {}) {
  const facts = {
    failures: [],
    renewals: [],
    watchedSince: T0 - 300 * DAY,
    watcher: () => undefined,
    now: T0 + 40 * DAY,
  };
  return scoresOf({ ...facts, tickets, ...more });
}

/** The score of one ticket. */
function scoreOf(ticket: Ticket, more: Partial<ScoringFacts> = {}) {
  const scores = score([ticket], more);
  expect(scores.length).toBeLessThanOrEqual(1);
  return scores[0];
}

describe('a failure that came after a ticket', () => {
  it('is a hit from the lead time of the part on, else too late', () => {
    const ticket = closed({ outcome: 'other-cause' });
    expect(scoreOf(ticket, { failures: [failure(T0 + 5 * DAY)] })).toMatchObject({
      score: 'hit',
      warningMs: 5 * DAY,
      failureId: 'f1',
      ruleId: 'wear',
      ruleVersion: 'v1',
      at: T0,
      reason: { en: 'It failed 5 d after the ticket was opened.' },
    });
    expect(scoreOf(ticket, { failures: [failure(T0 + 5 * DAY - 1)] })).toMatchObject({ score: 'late' });
    expect(scoreOf(ticket, { failures: [failure(T0)] })).toMatchObject({ score: 'late', warningMs: 0 });
    const { part: _, ...atHand } = ticket;
    const scored = [T0, T0 + 1].map((at) => scoreOf(atHand, { failures: [failure(at)] })!.score);
    expect(scored).toEqual(['late', 'hit']);
  });

  it('is scored while the ticket is still open, and by the first of several', () => {
    const failures = [failure(T0 + 6 * DAY), failure(T0 + 9 * DAY, { id: 'f2' })];
    expect(scoreOf(opened(), { failures })).toMatchObject({ score: 'hit', failureId: 'f1' });
    expect(scoreOf(opened())).toBeUndefined();
  });

  it('is one of another failure mode, component life or time only as far as it can be', () => {
    const ticket = closed({ outcome: 'other-cause' });
    const scores = (change: FailureRecord, more: Partial<ScoringFacts> = {}) =>
      score([ticket], { failures: [change], ...more }).map((one) => one.score);
    expect(scores(failure(T0 + 6 * DAY, { failureModeId: 'torn' }))).toEqual(['unverifiable', 'missed']);
    const { failureModeId: _, ...unknown } = failure(T0 + 6 * DAY);
    expect(scores(unknown)).toEqual(['hit']);
    expect(scores(failure(T0 + 27 * DAY))).toEqual(['hit']);
    expect(scores(failure(T0 + 27 * DAY + 1))).toEqual(['unverifiable', 'missed']);
    expect(scores(failure(T0 + 6 * DAY), { renewals: [{ at: T0 + 5.5 * DAY }] })).toEqual(['unverifiable', 'missed']);
  });
});

describe('a failure that several tickets may have meant', () => {
  const nothing = closed({ outcome: 'no-fault-found' }, T0 + DAY);
  const next = { id: 'next', openedAt: T0 + 12 * DAY, recurrenceOf: nothing.id, kind: 'reactive' } as const;

  it('counts for the one whose wait was running, though the closing of its recurrence recorded it', () => {
    const forecast = { p10: T0 + 5 * DAY, p50: T0 + 20 * DAY, p90: T0 + 30 * DAY };
    const recurrence = closed({ outcome: 'failure-found', found: 'critical' }, T0 + 13 * DAY, next);
    const failures = [failure(T0 + 12 * DAY, { ticketId: 'next', source: 'ticket' })];
    const scores = score([{ ...nothing, forecast }, recurrence], { failures });
    expect(scores).toMatchObject([
      { ticketId: nothing.id, score: 'hit', warningMs: 12 * DAY, failureId: 'f1' },
      { ticketId: 'next', score: 'late', warningMs: 0, failureId: 'f1' },
    ]);
  });

  it('counts for none that was over long before', () => {
    const failures = [failure(T0 + 12 * DAY, { ticketId: 'next', source: 'ticket' })];
    const recurrence = closed({ outcome: 'failure-found', found: 'critical' }, T0 + 13 * DAY, next);
    expect(score([nothing, recurrence], { failures }).map((one) => one.score)).toEqual(['false', 'late']);
  });
});

describe('a ticket that is said to be done', () => {
  it.each(['resolved', 'awaiting-outcome'] as const)('waits no longer once it is %s', (status) => {
    const done = opened({ status, resolvedAt: T0 + 2 * DAY });
    const scores = (at: number) =>
      score([done], { failures: [failure(at)], now: T0 + 400 * DAY }).map((one) => one.score);
    expect(scores(T0 + 9 * DAY)).toEqual(['hit']);
    expect(scores(T0 + 9 * DAY + 1)).toEqual(status === 'resolved' ? ['missed'] : ['unverifiable', 'missed']);
    expect(scores(T0 + 300 * DAY)).toContain('missed');
  });
});

describe('a failure that came before', () => {
  it('is late for a ticket that opens within a week of it, and no longer missed', () => {
    const failures = [failure(T0 - 6 * HOUR)];
    expect(scoreOf(opened(), { failures })).toMatchObject({ score: 'late', warningMs: -6 * HOUR });
    expect(score([opened()], { failures: [failure(T0 - 8 * DAY)] }).map((one) => one.score)).toEqual(['missed']);
    expect(score([opened()], { failures, renewals: [{ at: T0 - HOUR }] }).map((one) => one.score)).toEqual(['missed']);
  });

  it('without any ticket is missed where it was critical and Fettle knew the asset', () => {
    const watcher = () => ({ id: 'wear', version: 'v2' });
    expect(score([], { failures: [failure(T0)], watcher })).toEqual([
      {
        id: 'missed|f1',
        failureId: 'f1',
        assetId: 'compressor-7',
        componentId: 'air-filter',
        failureModeId: 'clogged',
        ruleId: 'wear',
        ruleVersion: 'v2',
        at: T0,
        score: 'missed',
        reason: { en: 'It failed, and no ticket had been opened for it.', zh: '发生了故障，但此前没有相应工单。' },
        scoredAt: T0 + 40 * DAY,
      },
    ]);
    expect(score([], { failures: [failure(T0, { impact: 'degraded' })] })).toEqual([]);
    expect(score([], { failures: [failure(T0)], watchedSince: T0 + 1 })).toEqual([]);
  });
});

describe('what was found at the closing', () => {
  it.each<[Closing, string, string]>([
    [{ outcome: 'failure-found', found: 'degraded' }, 'hit', 'badly'],
    [{ outcome: 'failure-found', found: 'incipient' }, 'hit', 'as it began'],
    [{ outcome: 'failure-found' }, 'unverifiable', 'in what condition'],
    [{ outcome: 'failure-found', found: 'critical' }, 'unverifiable', 'taken out'],
    [{ outcome: 'failure-found', replaced: { at: T0 + 19 * DAY, removed: 'worn' } }, 'hit', 'worn'],
    [{ outcome: 'worn-as-expected', replaced: { at: T0 + 19 * DAY, removed: 'worn' } }, 'hit', 'worn'],
    [{ outcome: 'worn-as-expected', replaced: { at: T0 + 19 * DAY, removed: 'sound' } }, 'early', 'sound'],
    [{ outcome: 'worn-as-expected', replaced: { at: T0 + 19 * DAY, removed: 'failed' } }, 'hit', '19 d after'],
    [
      { outcome: 'worn-as-expected', replaced: { at: T0 + 4 * DAY, removed: 'failed' } },
      'late',
      'sooner than its part',
    ],
    [{ outcome: 'worn-as-expected', replaced: { at: T0 + 19 * DAY } }, 'unverifiable', 'in what condition'],
    [{ outcome: 'worn-as-expected', extendBy: { usage: 5 } }, 'early', 'lasts longer'],
    [{ outcome: 'other-cause' }, 'unverifiable', 'Something else'],
    [{ outcome: 'cleared-unconfirmed' }, 'unverifiable', 'nobody looked'],
    [{ outcome: 'replaced-detected', replaced: { at: T0 + 19 * DAY } }, 'unverifiable', 'in what condition'],
  ])('%j is %s', (closing, expected, reason) => {
    const scored = scoreOf(closed(closing))!;
    expect([scored.score, scored.reason.en]).toEqual([expected, expect.stringContaining(reason)]);
  });

  it('is early where much life was left: more than its lead time and a week until P10', () => {
    // P10 is 30 days after the opening, the lead time 5 days: up to 18 days after the opening it is early.
    const early = (closing: Closing, startedAt?: number) =>
      scoreOf(closed(closing, T0 + 20 * DAY, { forecast: FORECAST, ...(startedAt && { startedAt }) }))!.score;
    const found = { outcome: 'failure-found', found: 'incipient' } as const;
    expect([early(found, T0 + 18 * DAY - 1), early(found, T0 + 18 * DAY)]).toEqual(['early', 'hit']);
    const replaced = (at: number) => ({ outcome: 'worn-as-expected', replaced: { at } }) as const;
    expect([early(replaced(T0 + 18 * DAY - 1)), early(replaced(T0 + 18 * DAY))]).toEqual(['early', 'unverifiable']);
    const graded = { outcome: 'worn-as-expected', replaced: { at: T0, removed: 'worn' } } as const;
    expect(early(graded)).toBe('hit');
  });

  it('takes the condition from the event of the asset where the closing does not say it', () => {
    const renewals = [INSTALLED, { at: T0 + 10 * DAY, removed: 'worn' as const }];
    expect(scoreOf(closed({ outcome: 'worn-as-expected' }), { renewals })).toMatchObject({ score: 'hit' });
    const detected = (at: number) => scoreOf(closed({ outcome: 'replaced-detected', replaced: { at } }), { renewals });
    expect(detected(T0 + 10 * DAY + HOUR)!.score).toBe('hit');
    expect(detected(T0 + 10 * DAY + HOUR + 1)!.score).toBe('unverifiable');
  });

  it('tells the share of life that was thrown away', () => {
    // Installed 100 days before the ticket, P50 50 days after it: 150 days. Replaced after 110 of them.
    const replaced = { at: T0 + 10 * DAY, removed: 'worn' as const };
    const renewals = [INSTALLED, { at: replaced.at }];
    const closing = { outcome: 'worn-as-expected', replaced } as const;
    const lost = (change: Partial<Ticket>, more = closing as Closing) =>
      scoreOf(closed(more, T0 + 11 * DAY, change), { renewals })!.lifeLost;
    expect(lost({ forecast: FORECAST })).toBeCloseTo(40 / 150, 12);
    expect(lost({ forecast: { ...FORECAST, p50: T0 } })).toBe(0);
    expect(lost({})).toBeUndefined();
    const evidence = { kind: 'usage', metricId: 'h', unit: 'h', used: 90, life: 100, wear: 0.9 } as const;
    expect(lost({ evidence })).toBeCloseTo(0.1, 12);
    expect(lost({ evidence }, { ...closing, replaced: { ...replaced, removed: 'failed' } })).toBe(0);
    expect(lost({ evidence }, { outcome: 'other-cause' })).toBeCloseTo(0.1, 12);
  });

  it('throws away nothing of a part that had failed, whoever says so', () => {
    const renewals = [INSTALLED, { at: T0 + 10 * DAY }];
    const replaced = { at: T0 + 10 * DAY };
    const lost = (closing: Closing, failures: FailureRecord[] = []) =>
      scoreOf(closed(closing, T0 + 11 * DAY, { forecast: FORECAST }), { renewals, failures })!.lifeLost;
    expect(lost({ outcome: 'failure-found', found: 'critical', replaced })).toBe(0);
    expect(lost({ outcome: 'failure-found', found: 'degraded', replaced })).toBeCloseTo(40 / 150, 12);
    expect(lost({ outcome: 'other-cause', replaced }, [failure(T0 + 9 * DAY)])).toBe(0);
    const degraded = failure(T0 + 9 * DAY, { impact: 'degraded' });
    expect(lost({ outcome: 'other-cause', replaced }, [degraded])).toBeCloseTo(40 / 150, 12);
  });
});

describe('no fault found', () => {
  const nothing: Closing = { outcome: 'no-fault-found' };

  it('is a false alarm once a week has passed, and cannot be verified until then', () => {
    const at = (now: number) => scoreOf(closed(nothing), { now });
    expect(at(T0 + 27 * DAY - 1)).toMatchObject({ score: 'unverifiable', reviewAt: T0 + 27 * DAY });
    expect(at(T0 + 27 * DAY)).toMatchObject({ score: 'false' });
    expect(at(T0 + 27 * DAY)).not.toHaveProperty('reviewAt');
  });

  it('waits for the end of its forecast, at most 90 days', () => {
    const until = (p90: number | null) =>
      scoreOf(closed(nothing, T0 + 20 * DAY, { forecast: { ...FORECAST, p90 } }), { now: T0 + 21 * DAY })!.reviewAt;
    expect(until(T0 + 60 * DAY)).toBe(T0 + 60 * DAY);
    expect(until(T0 + 500 * DAY)).toBe(T0 + 110 * DAY);
    expect(until(null)).toBe(T0 + 110 * DAY);
    expect(until(T0)).toBe(T0 + 27 * DAY);
    const never = { p10: null, p50: null, p90: null };
    const closing = closed(nothing, T0 + 20 * DAY, { forecast: never });
    expect(scoreOf(closing, { now: T0 + 21 * DAY })!.reviewAt).toBe(T0 + 110 * DAY);
  });

  it('was right after all where it fails within that time', () => {
    const failures = [failure(T0 + 25 * DAY)];
    expect(scoreOf(closed(nothing), { failures })).toMatchObject({ score: 'hit', warningMs: 25 * DAY });
    expect(scoreOf(closed(nothing), { failures: [failure(T0 + 25 * DAY, { impact: 'degraded' })] })!.score).toBe('hit');
  });

  it('can not be verified any more where the part was replaced meanwhile, unless it was sound', () => {
    expect(scoreOf(closed(nothing), { renewals: [{ at: T0 + 22 * DAY }] })!.score).toBe('unverifiable');
    const sound = { ...nothing, replaced: { at: T0 + 19 * DAY, removed: 'sound' as const } };
    expect(scoreOf(closed(sound), { now: T0 + 20 * DAY })!.score).toBe('false');
  });
});

describe('what has not ended, or ended otherwise', () => {
  it('is not scored before anything is known', () => {
    for (const status of ['proposed', 'open', 'scheduled', 'deferred', 'resolved'] as const)
      expect(scoreOf(opened({ status }))).toBeUndefined();
  });

  it('can not be verified while it awaits its outcome, and when it was cancelled', () => {
    expect(scoreOf(opened({ status: 'awaiting-outcome' }))!.score).toBe('unverifiable');
    expect(scoreOf(opened({ status: 'cancelled', closedAt: T0 + DAY }))!.score).toBe('unverifiable');
  });

  it('stands where Fettle reopened it, and is taken back where a person did', () => {
    const former = { closing: { outcome: 'failure-found', found: 'degraded' }, closedAt: T0 + DAY } as const;
    const reopened = (findingId?: string) =>
      scoreOf(opened({ formerClosings: [findingId === undefined ? former : { ...former, findingId }] }));
    expect(reopened('f')!.score).toBe('hit');
    expect(reopened()).toBeUndefined();
    const nothing = { closing: { outcome: 'no-fault-found' }, closedAt: T0 + DAY, findingId: 'f' } as const;
    expect(scoreOf(opened({ formerClosings: [nothing] }), { now: T0 + 99 * DAY })!.reason.en).toContain('came again');
  });

  it('is no prediction at all for requests of people or for data, and for inspections', () => {
    const closing: Closing = { outcome: 'no-fault-found' };
    const { ruleId: _, ...ofCustomer } = closed(closing);
    expect(score([ofCustomer, closed(closing, T0, { failureModeId: 'installation-unknown' })])).toEqual([]);
    const due = (of: 'life' | 'inspection' | 'service') =>
      score([closed(closing, T0, { evidence: { kind: 'calendar', of, installedAt: T0 - DAY, due: T0 } })]).length;
    expect([due('inspection'), due('service'), due('life')]).toEqual([0, 0, 1]);
  });
});
