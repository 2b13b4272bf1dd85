import { expect, it } from 'vitest';
import type { FailureRecord } from '../../../../src/domain/failure.ts';
import type { Score } from '../../../../src/domain/score.ts';
import { DAY, HOUR, MINUTE } from '../../../../src/domain/time.ts';
import type { NewTicket, UsageEntry } from '../../../../src/ports/database.ts';
import { asset, insertTicket, view } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

/** Times are round here, so that the sums in the names can be followed. */
const START = Date.UTC(2026, 0, 1);
const at = (days: number) => START + days * DAY;
const YEAR = { from: START, to: at(365) };

let count = 0;
const nextId = () => `n${++count}`;

/** Figures of what really happened: failures, scores and ratings. */
export function describeAnalyticsOutcomes(harness: GetHarness): void {
  const database = () => harness().database;
  const figures = () => harness().database.analytics;
  const fail = (assetId: string, day: number, more: Partial<FailureRecord> = {}) =>
    database().failures.insert({
      id: nextId(),
      assetId,
      componentId: 'filter',
      at: at(day),
      detectedBy: 'staff',
      impact: 'critical',
      source: 'api',
      recordedAt: at(day),
      recordedBy: 'x',
      ...more,
    });
  const run = (assetId: string, day: number, used: number, more: Partial<UsageEntry> = {}): UsageEntry => ({
    assetId,
    ruleId: 'hours',
    componentId: 'filter',
    day: at(day),
    unit: 'h',
    used,
    adjusted: 50,
    reading: null,
    ...more,
  });
  const heard = (assetId: string, day: number) => ({
    assetId,
    time: at(day),
    state: '{}',
    view: view({ stateTime: at(day) }),
  });
  const insert = (change: Partial<NewTicket>) =>
    insertTicket(database(), { kind: 'reactive', openedAt: START, ...change });

  describeReliability();
  describeRestoring();
  describeRules();
  describeRatings();

  function describeReliability() {
    it('counts a failure once that a ticket and another system tell of: 6 of 10 records', async () => {
      await database().assets.save([asset('a1')]);
      await database().states.saveUsage([run('a1', 0, 10), run('a1', 50, 10)]);
      const [ticketId, other] = [await insert({ assetId: 'a1' }), await insert({ assetId: 'a1', componentId: 'x' })];
      const found = { source: 'ticket', ticketId, failureModeId: 'clogged' } as const;
      // The same within a day; also where the other does not know the failure mode.
      await fail('a1', 10, found);
      await fail('a1', 11, { failureModeId: 'clogged' });
      await fail('a1', 9);
      // About the same ticket, weeks later; the worse one counts.
      await fail('a1', 20, { ...found, ticketId: other, impact: 'degraded' });
      await fail('a1', 35, { ticketId: other, impact: 'critical', source: 'csv' });
      await fail('a1', 34, { ticketId: other, impact: 'incipient', source: 'csv' });
      // Another failure mode, component, or day; two that are not by a ticket are two.
      await fail('a1', 10, { failureModeId: 'torn', impact: 'degraded' });
      await fail('a1', 11.1, { impact: 'degraded' });
      await fail('a1', 40, { impact: 'incipient' });
      await fail('a1', 40, { impact: 'incipient' });
      await fail('a1', 10, { componentId: 'belt', impact: 'incipient' });
      const [total] = await figures().exposures({ componentId: 'filter' }, YEAR, undefined, at(365));
      expect(total).toMatchObject({ critical: 2, degraded: 2, incipient: 2 });
      const restored = await figures().service({}, YEAR, undefined, at(365), 7 * DAY);
      expect(restored[0]!.restoring).toMatchObject({ unrestored: 4 });
    });

    it('takes the running hours of the ledger: 10 + 20 + 5 h with 2 critical failures', async () => {
      await database().assets.save([asset('a1'), asset('a2')]);
      await database().states.saveUsage([
        run('a1', 0, 10),
        run('a1', 1, 20),
        // The same hours once more, for another component, and what is no time.
        run('a1', 1, 20, { ruleId: 'belt-hours', componentId: 'belt' }),
        run('a1', 1, 999, { ruleId: 'air', unit: 'm³' }),
        run('a2', 1, 300, { ruleId: 'minutes', unit: 'min' }),
      ]);
      await fail('a1', 0.5);
      await fail('a2', 1.5);
      await fail('a1', 1.5, { impact: 'degraded' });
      await fail('a1', 1.6, { impact: 'incipient' });
      await fail('unregistered', 1);
      expect(await figures().exposures({}, YEAR, undefined, at(400))).toEqual([
        {
          assets: 2,
          unobservedAssets: 0,
          running: 35 * HOUR,
          calendar: 0,
          critical: 2,
          degraded: 1,
          incipient: 1,
          unobserved: 0,
        },
      ]);
    });

    it('takes whole UTC days: the second day alone has 20 h and the failure at noon', async () => {
      await database().assets.save([asset('a1')]);
      await database().states.saveUsage([run('a1', 0, 10), run('a1', 1, 20), run('a1', 2, 24)]);
      for (const day of [0.99, 1.5, 2]) await fail('a1', day);
      const [second] = await figures().exposures({}, { from: at(1.2), to: at(1.3) }, undefined, at(9));
      expect(second).toMatchObject({ running: 20 * HOUR, critical: 1 });
    });

    it('takes the calendar where no running time is counted: from when it was heard, not before it was commissioned, up to now', async () => {
      await database().assets.save([
        asset('heard'),
        asset('older', { commissionedAt: at(-900) }),
        asset('newer', { commissionedAt: at(8) }),
        asset('mute', { commissionedAt: at(5) }),
        asset('unknown'),
      ]);
      await database().states.save([heard('heard', 2), heard('older', 4), heard('newer', 1)]);
      await database().states.saveUsage([run('heard', 1, 7, { unit: 'cycles' })]);
      await fail('older', 3);
      await fail('unknown', 3);
      await fail('newer', 9);
      await fail('heard', 10.5);
      // 10 less 1, 4, 8 and 5 days.
      expect(await figures().exposures({}, YEAR, undefined, at(10))).toEqual([
        {
          assets: 4,
          unobservedAssets: 1,
          running: 0,
          calendar: (9 + 6 + 2 + 5) * DAY,
          critical: 1,
          degraded: 0,
          incipient: 0,
          unobserved: 2,
        },
      ]);
    });

    it('gives each component the time of its own counter, else that of its asset: 30, 8 and 30 h', async () => {
      await database().assets.save([asset('a1')]);
      await database().states.saveUsage([
        run('a1', 0, 30),
        run('a1', 0, 8, { ruleId: 'fan-hours', componentId: 'fan' }),
      ]);
      await fail('a1', 0.5);
      await fail('a1', 0.6, { componentId: 'fan' });
      await fail('a1', 0.7, { componentId: 'valve' });
      const rows = await figures().exposures({}, YEAR, 'component', at(9));
      expect(rows.map(({ key, running, critical }) => [key, running / HOUR, critical])).toEqual([
        // The total is that of the asset, whatever its components ran.
        [undefined, 30, 3],
        ['asset', 30, 0],
        ['fan', 8, 1],
        ['filter', 30, 1],
        ['valve', 30, 1],
      ]);
      const [fan] = await figures().exposures({ componentId: 'fan' }, YEAR, undefined, at(9));
      expect(fan).toMatchObject({ running: 8 * HOUR, critical: 1 });
    });

    it('counts the time of every asset for what no component fails of: 3 × 10 h with 1 silence', async () => {
      await database().assets.save([asset('a1'), asset('a2'), asset('a3')]);
      await database().states.saveUsage(['a1', 'a2', 'a3'].map((id) => run(id, 0, 10)));
      await fail('a1', 0.5, { componentId: 'asset' });
      const expected = { assets: 3, running: 30 * HOUR, critical: 1 };
      const [total, ...rows] = await figures().exposures({}, YEAR, 'component', at(9));
      expect(total).toMatchObject(expected);
      expect(rows.find(({ key }) => key === 'asset')).toMatchObject(expected);
      expect(await figures().exposures({ componentId: 'asset' }, YEAR, undefined, at(9))).toMatchObject([expected]);
      expect((await figures().exposures({}, YEAR, undefined, at(9)))[0]).toEqual(total);
    });

    it('comes to the whole with the parts of every grouping', async () => {
      await database().assets.save([
        asset('a1', { batch: 'B1', customerId: 'ACME' }),
        asset('a2', { modelId: 'pump', siteId: 'south' }),
        asset('a3', { siteId: 'south', batch: 'B1', commissionedAt: START }),
      ]);
      await database().states.saveUsage([run('a1', 0, 10), run('a2', 1, 20)]);
      for (const [n, id] of ['a1', 'a2', 'a3', 'a3'].entries()) await fail(id, n + 1);
      const fields = { site: 'siteId', model: 'modelId', batch: 'batch', customer: 'customerId' } as const;
      for (const by of ['site', 'model', 'batch', 'customer', 'asset'] as const) {
        const [whole, ...groups] = await figures().exposures({}, YEAR, by, at(10));
        expect(whole).toMatchObject({ critical: 4, running: 30 * HOUR, calendar: 10 * DAY });
        for (const name of ['assets', 'running', 'calendar', 'critical'] as const) {
          expect(
            groups.reduce((sum, group) => sum + group[name], 0),
            `${by} ${name}`,
          ).toBe(whole![name]);
        }
        for (const { key, ...group } of by === 'asset' ? [] : groups) {
          if (typeof key !== 'string') continue;
          const filter = { [fields[by as keyof typeof fields]]: key };
          expect(await figures().exposures(filter, YEAR, undefined, at(10)), `${by} ${key}`).toEqual([group]);
        }
      }
    });
  }

  function describeRestoring() {
    it('restores functional failures: by downtime 60 min, by the ticket 3 h, so 2 h in the mean; one is not restored yet', async () => {
      await database().assets.save([asset('a1')]);
      const [done, open] = [
        await insert({ assetId: 'a1', status: 'resolved', resolvedAt: at(1) + 3 * HOUR, team: 'east' }),
        await insert({ assetId: 'a1', failureModeId: 'other' }),
      ];
      await fail('a1', 0, { downtimeMinutes: 60 });
      await fail('a1', 1, { ticketId: done, impact: 'degraded', failureModeId: 'clogged' });
      await fail('a1', 2, { ticketId: open });
      await fail('a1', 3, { impact: 'incipient', downtimeMinutes: 1 });
      await fail('a1', 400, { downtimeMinutes: 1 });
      const rows = await figures().service({}, YEAR, 'team', at(500), DAY);
      expect(rows.map(({ key, restoring }) => [key, restoring])).toEqual([
        [undefined, { count: 2, mean: 2 * HOUR, p50: 2 * HOUR, p90: expect.closeTo(2.8 * HOUR, 3), unrestored: 1 }],
        ['east', { count: 1, mean: 3 * HOUR, p50: 3 * HOUR, p90: 3 * HOUR, unrestored: 0 }],
        [null, { count: 1, mean: HOUR, p50: HOUR, p90: HOUR, unrestored: 1 }],
      ]);
      expect(rows[0]).toMatchObject({ opened: 2, backlog: { tickets: 2 } });
      const [modes] = await figures().service({ componentId: 'belt' }, YEAR, 'failure-mode', at(500), DAY);
      expect(modes!.restoring).toEqual({ count: 0, unrestored: 0 });
    });
  }

  function describeRules() {
    const score = (kind: Score['score'], more: Partial<Score> = {}): Score => ({
      id: nextId(),
      assetId: 'a1',
      componentId: 'filter',
      ruleId: 'pressure',
      at: at(1),
      score: kind,
      reason: { en: 'x', zh: 'x' },
      scoredAt: at(1),
      ...more,
    });

    it('tells of each rule what was caught and missed, how early, and what it cost', async () => {
      await database().assets.save([asset('a1'), asset('a2', { modelId: 'pump' })]);
      const visited = await insert({ startedAt: at(1), closing: { outcome: 'no-fault-found', labourMinutes: 45 } });
      const called = await insert({ closing: { outcome: 'no-fault-found' } });
      await database().scores.set({ assetId: 'a1', componentId: 'filter' }, [
        score('hit', { warningMs: 1 * DAY, lifeLost: 0.1 }),
        score('hit', { warningMs: 3 * DAY, lifeLost: 0.3 }),
        score('late', { warningMs: 2 * DAY }),
        score('late', { warningMs: -2 * DAY }),
        score('early', { lifeLost: 0.5 }),
        score('false', { ticketId: visited }),
        score('false', { ticketId: called }),
        score('missed', { failureId: 'f1' }),
        score('missed', { failureId: 'f2', ruleId: undefined as never }),
        score('unverifiable'),
        score('hit', { at: at(999) }),
      ]);
      await database().scores.set({ assetId: 'a2', componentId: 'belt' }, [
        score('hit', { assetId: 'a2', componentId: 'belt', warningMs: DAY }),
      ]);
      const [one, unwatched, other, ...rest] = await figures().rules({}, YEAR);
      expect(one).toEqual({
        modelId: 'compressor',
        ruleId: 'pressure',
        hits: 2,
        early: 1,
        late: 2,
        false: 2,
        missed: 1,
        unverifiable: 1,
        // Two hits and one late one in time; one late one afterwards and one missed.
        caught: 3,
        uncaught: 2,
        // Of −2, 1, 2, 3 days.
        warning: { count: 4, p10: expect.closeTo(-1.1 * DAY, 3), p50: 1.5 * DAY, p90: expect.closeTo(2.7 * DAY, 3) },
        lifeLost: { parts: 3, lives: expect.closeTo(0.9, 9), mean: expect.closeTo(0.3, 9) },
        wasted: { visits: 1, labourMinutes: 45 },
      });
      expect(unwatched).toMatchObject({ modelId: 'compressor', missed: 1, hits: 0, warning: { count: 0 } });
      expect(unwatched!.ruleId).toBeUndefined();
      expect(other).toMatchObject({ modelId: 'pump', hits: 1, lifeLost: { parts: 0, lives: 0 } });
      expect(rest).toEqual([]);
      expect(await figures().rules({ componentId: 'belt' }, YEAR)).toEqual([other]);
    });

    it('counts a failure once that several tickets of a rule are about: as caught where one came before', async () => {
      await database().assets.save([asset('a1')]);
      await database().scores.set({ assetId: 'a1', componentId: 'filter' }, [
        score('hit', { failureId: 'f1', warningMs: 2 * DAY }),
        score('hit', { failureId: 'f1', warningMs: DAY }),
        score('late', { failureId: 'f1', warningMs: 0 }),
        score('late', { failureId: 'f2', warningMs: 0 }),
        score('late', { failureId: 'f2', warningMs: -DAY }),
        score('hit', { ruleId: 'other', failureId: 'f2', warningMs: DAY }),
      ]);
      const lines = await figures().rules({}, YEAR);
      expect(lines.map(({ ruleId, hits, late, caught, uncaught }) => [ruleId, hits, late, caught, uncaught])).toEqual([
        ['other', 1, 0, 1, 0],
        ['pressure', 2, 3, 1, 1],
      ]);
    });
  }

  function describeRatings() {
    it('sets ratings against team and time to resolve: (5 + 4) / 2 within a day, 1 after a week', async () => {
      const rated = async (score: number, day: number, change: Partial<NewTicket>) => {
        const ticketId = await insert({ status: 'resolved', customerId: 'ACME', ...change });
        await database().ratings.save({ ticketId, score, at: at(day) });
      };
      await database().assets.save([asset('a1', { customerId: 'ACME' })]);
      await rated(5, 1, { resolvedAt: START + HOUR, team: 'east' });
      await rated(4, 2, { resolvedAt: START + DAY, team: 'west' });
      await rated(1, 9, { resolvedAt: at(8), team: 'west' });
      await rated(3, 900, { resolvedAt: at(8) });
      const [whole, ...times] = await figures().ratings({}, YEAR, 'time-to-resolve');
      expect(whole).toEqual({
        count: 3,
        mean: expect.closeTo(10 / 3, 9),
        byScore: [1, 0, 0, 1, 1],
        resolving: expect.closeTo((217 / 3) * HOUR, 3),
      });
      expect(times.map(({ key, count, mean }) => [key, count, mean])).toEqual([
        ['0-1 d', 2, 4.5],
        ['7+ d', 1, 1],
      ]);
      const teams = await figures().ratings({}, YEAR, 'team');
      expect(teams.map(({ key, mean, resolving = 0 }) => [key, mean, resolving / MINUTE])).toEqual([
        [undefined, expect.anything(), expect.anything()],
        ['east', 5, 60],
        ['west', 2.5, (24 + 192) * 30],
      ]);
      expect(await figures().ratings({ siteId: 'nowhere' }, YEAR, 'team')).toEqual([
        { count: 0, byScore: [0, 0, 0, 0, 0] },
      ]);
      const [account] = await figures().accounts({}, YEAR);
      expect(account).toMatchObject({ customerId: 'ACME', rating: { count: 3, mean: expect.closeTo(10 / 3, 9) } });
    });
  }
}
