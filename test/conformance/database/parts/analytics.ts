import { expect, it } from 'vitest';
import type { Asset } from '../../../../src/domain/asset.ts';
import type { CatalogueEntry } from '../../../../src/domain/catalogue.ts';
import { DAY, HOUR } from '../../../../src/domain/time.ts';
import type { NewTicket, UsageEntry } from '../../../../src/ports/database.ts';
import { asset, insertTicket, view } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

/** Times are round here, so that the sums in the comments can be followed. */
const START = Date.UTC(2026, 0, 1);
const at = (days: number) => START + days * DAY;
const EVER = { from: 0, to: at(10_000) };
const UTC = { sites: {}, others: 'UTC' };

const part = (number: string, days: number) => ({ number, leadTime: days * DAY });
const MODEL: CatalogueEntry = {
  id: 'compressor',
  name: { en: 'Compressor', zh: '空压机' },
  metrics: [],
  components: [
    { id: 'filter', name: { en: 'Filter', zh: '滤芯' }, part: part('P-1', 2) },
    { id: 'belt', name: { en: 'Belt', zh: '皮带' }, part: part('P-2', 5) },
    { id: 'asset', name: { en: 'Whole asset', zh: '整机' } },
  ],
  failureModes: [],
  rules: [],
  limits: [],
};

export function describeAnalytics(harness: GetHarness): void {
  const database = () => harness().database;
  const figures = () => harness().database.analytics;
  const entry = (assetId: string, day: number, used: number, more: Partial<UsageEntry> = {}): UsageEntry => ({
    assetId,
    ruleId: 'hours',
    componentId: 'filter',
    day: at(day),
    unit: 'h',
    used,
    adjusted: 0,
    reading: null,
    ...more,
  });
  const tickets = (...changes: Partial<NewTicket>[]) =>
    Promise.all(changes.map((change) => insertTicket(database(), { kind: 'reactive', openedAt: START, ...change })));

  describeUsage();
  describeParts();
  describeService();
  describeAccounts();

  function describeUsage() {
    it('meters usage exactly: 0.1 + 0.2 + 0.3 h are 0.6 h, with what was taken out beside it', async () => {
      await database().assets.save([asset('a1', { name: 'One', customerId: 'ACME' })]);
      await database().states.saveUsage([
        entry('a1', 0, 0.1, { reading: 10.1 }),
        entry('a1', 1, 0.2, { adjusted: 900, reading: 910.3 }),
        entry('a1', 2, 0.3),
      ]);
      expect(await figures().usage({}, EVER, 'whole', UTC, 9)).toEqual([
        {
          assetId: 'a1',
          assetName: 'One',
          siteId: 'north',
          customerId: 'ACME',
          componentId: 'filter',
          ruleId: 'hours',
          zone: 'UTC',
          unit: 'h',
          used: 0.6,
          adjusted: 900,
          reading: 910.3,
          firstDay: at(0),
          lastDay: at(2),
          days: 3,
        },
      ]);
    });

    it('meters by the months of the site: the UTC day of 31 January is February in Auckland (its middle is 01:00 there)', async () => {
      await database().assets.save([asset('a1', { siteId: 'nz' }), asset('a2', { siteId: 'cn' })]);
      await database().states.saveUsage(
        ['a1', 'a2'].flatMap((id) => [entry(id, 29, 1), entry(id, 30, 2), entry(id, 31, 4)]),
      );
      const zones = { sites: { nz: 'Pacific/Auckland' }, others: 'Asia/Shanghai' };
      const rows = await figures().usage({}, EVER, 'month', zones, 9);
      expect(rows.map(({ assetId, period, zone, used }) => [assetId, period, zone, used])).toEqual([
        ['a1', '2026-01', 'Pacific/Auckland', 1],
        ['a1', '2026-02', 'Pacific/Auckland', 6],
        ['a2', '2026-01', 'Asia/Shanghai', 3],
        ['a2', '2026-02', 'Asia/Shanghai', 4],
      ]);
      const auckland = { from: Date.UTC(2026, 0, 31, 11), to: Date.UTC(2026, 1, 28, 11) };
      const february = await figures().usage({ siteId: 'nz' }, auckland, 'whole', zones, 9);
      expect(february.map(({ used }) => used)).toEqual([6]);
    });

    it('meters no more rows than asked for', async () => {
      await database().assets.save([asset('a1'), asset('a2')]);
      await database().states.saveUsage([entry('a1', 0, 1), entry('a2', 0, 1)]);
      expect(await figures().usage({}, EVER, 'day', UTC, 1)).toHaveLength(1);
      expect((await figures().usage({}, EVER, 'day', UTC, 2)).map(({ period }) => period)).toEqual([
        '2026-01-01',
        '2026-01-01',
      ]);
    });
  }

  function describeParts() {
    /** From a forecast that is exponential with a mean of `days`: then the quantiles lie on one line, with F(t) = 1 − exp(−t/mean). */
    const exponential = (days: number) => ({
      p10: at(0) + days * DAY * -Math.log(0.9),
      p50: at(0) + days * DAY * Math.log(2),
      p90: at(0) + days * DAY * Math.log(10),
    });
    const seen = (assetId: string, forecast: ReturnType<typeof exponential>) => ({
      assetId,
      time: at(0),
      state: '{}',
      view: view({ stateTime: at(0), components: [{ componentId: 'filter', health: 'good', forecast, rules: [] }] }),
    });

    it('expects parts by the probability of each end: four of 1 − exp(−30/100), 0.259, are 1.04 filters', async () => {
      const ids = ['a1', 'a2', 'a3', 'a4'];
      await database().assets.save(ids.map((id) => asset(id)));
      await database().catalogue.replace([MODEL]);
      await database().states.save(ids.map((id) => seen(id, exponential(100))));
      const [filter, belt] = await figures().partsDemand({}, at(0), [30 * DAY, 90 * DAY]);
      const p = 1 - Math.exp(-0.3);
      // None of 4: 0.3012, at most one: 0.7228, at most two: 0.9591.
      expect(filter).toEqual({
        partNumber: 'P-1',
        leadTime: 2 * DAY,
        components: 4,
        withForecast: 4,
        unknown: 0,
        oldestForecast: at(0),
        needs: [
          { within: 30 * DAY, expected: expect.closeTo(4 * p, 6), p10: 0, p50: 1, p90: 2, ticketed: 0 },
          {
            within: 90 * DAY,
            expected: expect.closeTo(4 * (1 - Math.exp(-0.9)), 6),
            p10: 1,
            p50: 2,
            p90: 4,
            ticketed: 0,
          },
        ],
      });
      expect(belt).toMatchObject({
        partNumber: 'P-2',
        components: 4,
        withForecast: 0,
        unknown: 4,
        needs: [{ expected: 0, p90: 0 }, {}],
      });
    });

    it('counts a part that a ticket asks for once, from when it is due', async () => {
      await database().assets.save([asset('a1'), asset('a2')]);
      await database().catalogue.replace([MODEL]);
      await database().states.save([seen('a1', exponential(100))]);
      const wanted = { number: 'P-1', leadTimeMs: 2 * DAY };
      await tickets(
        { assetId: 'a1', part: wanted, doBy: at(40) },
        { assetId: 'a2', part: wanted, doBy: at(3), status: 'deferred', deferral: { reason: 'x', until: at(80) } },
        { assetId: 'a2', failureModeId: 'done', part: wanted, status: 'resolved' },
      );
      const [filter] = await figures().partsDemand({}, at(0), [30 * DAY, 60 * DAY, 90 * DAY]);
      expect(filter).toMatchObject({ components: 2, withForecast: 1, unknown: 0 });
      expect(filter!.needs).toMatchObject([
        { expected: expect.closeTo(1 - Math.exp(-0.3), 6), ticketed: 0 },
        { expected: 1, ticketed: 1, p10: 1, p90: 1 },
        { expected: 2, ticketed: 2, p10: 2, p90: 2 },
      ]);
    });

    it('adds what the services that are due take: 2.5 l of oil are 3 pieces', async () => {
      await database().assets.save([asset('a1')]);
      await database().catalogue.replace([MODEL]);
      const parts = [{ number: 'OIL', name: { en: 'Oil', zh: '油' }, quantity: 2.5 }];
      const service = { checklist: [], parts };
      await tickets(
        { assetId: 'a1', componentId: 'asset', service, doBy: at(50) },
        { assetId: 'a1', failureModeId: 'done', service, status: 'resolved' },
      );
      const [oil] = await figures().partsDemand({}, at(0), [30 * DAY, 60 * DAY]);
      expect(oil).toMatchObject({
        partNumber: 'OIL',
        name: { en: 'Oil' },
        components: 3,
        unknown: 0,
        needs: [
          { expected: 0, ticketed: 0 },
          { expected: 3, ticketed: 3, p10: 3, p90: 3 },
        ],
      });
    });

    it('takes what lies beyond the horizon for never, and what is past its P10 for due', async () => {
      await database().assets.save([asset('a1'), asset('a2')]);
      await database().catalogue.replace([MODEL]);
      const forecast = (p10: number | null, p50: number | null) => ({ p10, p50, p90: null }) as never;
      await database().states.save([seen('a1', forecast(null, null)), seen('a2', forecast(at(-1), at(10)))]);
      const [need] = (await figures().partsDemand({}, at(10), [DAY]))[0]!.needs;
      expect(need!.expected).toBeGreaterThan(0.5);
      expect(need!.expected).toBeLessThan(0.6);
    });

    it('tells dashboards the same chance of an end as it counts with', async () => {
      const days = (day: number | null) => (day === null ? 'NULL' : `to_timestamp(${day * 86400})`);
      for (const [after, ...quantiles] of [
        [30, 10, 20, 40],
        [5, 10, 20, 40],
        [90, 10, 20, 40],
        [30, 40, null, null],
        [30, null, null, null],
        [30, -5, 3, 3],
        [0, 1, 2, 3],
      ]) {
        const ms = quantiles.map((day) => (day === null ? 'NULL' : `${day! * DAY}`));
        const [row] = await harness().query<{ counted: number; shown: number }>(
          `SELECT fettle.share_ended(${after! * DAY}, ${ms.join(', ')}) AS counted,
            fettle_views.ended_by(${[after!, 0, ...quantiles].map((day) => days(day!)).join(', ')}) AS shown`,
        );
        expect(row!.shown, `${after} of ${quantiles}`).toBeCloseTo(row!.counted, 9);
        expect(row!.counted).toBeGreaterThanOrEqual(0);
        expect(row!.counted).toBeLessThanOrEqual(1);
      }
    });

    it('takes many by the normal distribution, within one of the exact count', async () => {
      const [many] = await harness().query<{ band: number[] }>(
        'SELECT fettle.count_quantiles(array_fill(0.5::float8, ARRAY[1000])) AS band',
      );
      // Mean 500, deviation 15.81: 500 ∓ 20.26.
      expect(many!.band).toEqual([480, 500, 520]);
      const [some] = await harness().query<{ band: number[] }>(
        "SELECT fettle.count_quantiles(array_fill(0.5::float8, ARRAY[400]) || '{0, 1, 1}') AS band",
      );
      expect(some!.band).toEqual([189, 202, 215]);
      const [none] = await harness().query<{ band: number[] }>("SELECT fettle.count_quantiles('{}') AS band");
      expect(none!.band).toEqual([0, 0, 0]);
    });
  }

  function describeService() {
    it('measures times from the opening, or from the release: (1 + 3) / 2 = 2 h to acknowledge', async () => {
      const sla = (from: number) => ({ from, pressing: {}, pauses: [] });
      await tickets(
        { sla: sla(START), acknowledgedAt: START + HOUR, status: 'acknowledged', team: 'east' },
        {
          sla: sla(START + 9 * HOUR),
          acknowledgedAt: START + 12 * HOUR,
          resolvedAt: START + 19 * HOUR,
          status: 'resolved',
          team: 'west',
        },
        { status: 'proposed', acknowledgedAt: START, team: 'east' },
        { status: 'cancelled', sla: sla(START), acknowledgedAt: START, team: 'east' },
        { sla: sla(START), openedAt: at(-1), acknowledgedAt: at(30), status: 'acknowledged', team: 'east' },
      );
      const rows = await figures().service({}, { from: START, to: at(1) }, 'team', at(2), 30 * DAY);
      expect(rows[0]).toMatchObject({
        opened: 2,
        resolved: 1,
        acknowledging: { count: 2, mean: 2 * HOUR, p50: 2 * HOUR, p90: 2.8 * HOUR },
        resolving: { count: 1, mean: 10 * HOUR },
      });
      expect(rows.map(({ key, opened, acknowledging }) => [key, opened, acknowledging.mean])).toEqual([
        [undefined, 2, 2 * HOUR],
        ['east', 1, HOUR],
        ['west', 1, 3 * HOUR],
      ]);
      const [whole, ...groups] = await figures().service({}, { from: at(50), to: at(51) }, undefined, at(2), DAY);
      expect(whole).toMatchObject({ opened: 0, acknowledging: { count: 0 }, backlog: { tickets: 4 } });
      expect(whole!.acknowledging).toEqual({ count: 0 });
      expect(groups).toEqual([]);
    });

    it('takes a fix for the first when nothing came back within 30 days', async () => {
      const closing = { outcome: 'failure-found' } as const;
      const closed = (id: string, day: number, more: Partial<NewTicket> = {}) =>
        tickets({ id, status: 'closed', closing, closedAt: at(day), resolvedAt: at(day), ...more });
      await closed('fixed', 1);
      await closed('again', 1);
      await closed('soon', 1);
      await closed('later', 1);
      await closed('fresh', 31);
      await closed('cleared', 1, { closing: { outcome: 'cleared-unconfirmed' } });
      await tickets(
        { recurrenceOf: 'again', openedAt: at(20) },
        { recurrenceOf: 'soon', openedAt: at(3) },
        { recurrenceOf: 'later', openedAt: at(31.5) },
      );
      await tickets({ recurrenceOf: 'fixed', openedAt: at(5), status: 'cancelled', closedAt: at(6) });
      const [reopened] = await tickets({ formerClosings: [{ closing, closedAt: at(2) }] });
      await database().tickets.update(reopened!, 1, { reopened: 1 });
      const [whole] = await figures().service({}, { from: START, to: at(99) }, undefined, at(40), 30 * DAY);
      expect(whole!.firstTimeFix).toEqual({ fixed: 2, notFixed: 3, undecided: 1 });
      const [first] = await figures().service({}, { from: START, to: at(2) }, undefined, at(40), 30 * DAY);
      expect(first!.firstTimeFix).toEqual({ fixed: 2, notFixed: 2, undecided: 0 });
    });

    it('counts promises kept, broken and undecided', async () => {
      const sla = { from: START, pressing: {}, pauses: [] };
      const [respondBy, solveBy] = [at(1), at(2)];
      await tickets(
        { sla, respondBy, solveBy, acknowledgedAt: at(0.5), resolvedAt: at(1), status: 'resolved' },
        { sla, respondBy, solveBy, acknowledgedAt: at(1.5), responseBreachedAt: at(1), status: 'acknowledged' },
        { sla, respondBy, solveBy },
        { sla, respondBy, kind: 'planned' },
        {
          sla,
          respondBy,
          solveBy,
          status: 'closed',
          closedAt: at(1),
          resolvedAt: at(1),
          closing: { outcome: 'cleared-unconfirmed' },
        },
        { status: 'proposed' },
        { sla: { ...sla, from: at(9) }, acknowledgedAt: at(9.5) },
      );
      const [whole] = await figures().service({}, { from: START, to: at(1) }, undefined, at(0.9), DAY);
      expect(whole!.response).toEqual({ kept: 1, broken: 1, undecided: 2 });
      expect(whole!.solution).toEqual({ kept: 1, broken: 0, undecided: 2 });
    });

    it('tells how old the backlog is and what waits for whom', async () => {
      await tickets(
        { openedAt: at(99), priority: 'P1' },
        { openedAt: at(95), status: 'scheduled' },
        { openedAt: at(90), status: 'acknowledged', waiting: { since: at(91), reason: 'x', by: 'y' } },
        { openedAt: at(0), status: 'awaiting-outcome', priority: 'P1' },
        { openedAt: at(0), status: 'closed', closedAt: at(1), closing: { outcome: 'other-cause' } },
      );
      const rows = await figures().service({}, EVER, 'priority', at(100), DAY);
      expect(rows[0]!.backlog).toEqual({
        tickets: 4,
        // Ages 1, 5, 10 and 100 days.
        p10: expect.closeTo(2.2 * DAY, 3),
        p50: 7.5 * DAY,
        p90: expect.closeTo(73 * DAY, 3),
        oldest: 100 * DAY,
        byAge: [1, 1, 1, 0, 1],
        waitsFor: { acknowledgement: 1, visit: 1, customer: 1, outcome: 1 },
      });
      expect(rows.map(({ key, backlog }) => [key, backlog.waitsFor])).toEqual([
        [undefined, expect.anything()],
        ['P1', { acknowledgement: 1, outcome: 1 }],
        ['P3', { visit: 1, customer: 1 }],
      ]);
    });

    it('comes to the whole with the parts of every grouping', async () => {
      await database().assets.save([
        asset('a1', { batch: 'B1', customerId: 'ACME' }),
        asset('a2', { modelId: 'pump', siteId: 'south' }),
        asset('a3', { siteId: 'south', batch: 'B1' }),
      ]);
      for (const [n, assetId] of ['a1', 'a2', 'a3', 'a1', 'a2'].entries()) {
        const { siteId, customerId } = (await database().assets.get(assetId)) as Asset;
        await tickets({
          assetId,
          siteId,
          ...(customerId !== undefined && { customerId }),
          failureModeId: `f${n}`,
          componentId: n < 2 ? 'filter' : 'belt',
          openedAt: at(n),
        });
      }
      for (const by of ['site', 'model', 'batch', 'component', 'customer', 'failure-mode', 'team', 'kind'] as const) {
        const [whole, ...groups] = await figures().service({}, EVER, by, at(9), DAY);
        expect(whole!.opened).toBe(5);
        expect(
          groups.reduce((sum, { opened }) => sum + opened, 0),
          by,
        ).toBe(5);
        const fields = {
          site: 'siteId',
          model: 'modelId',
          batch: 'batch',
          component: 'componentId',
          customer: 'customerId',
        };
        const field = fields[by as keyof typeof fields];
        for (const { key, ...group } of field ? groups : []) {
          if (key === null || key === undefined) continue;
          const [alone] = await figures().service({ [field]: key }, EVER, undefined, at(9), DAY);
          expect(alone, `${by} ${key}`).toEqual(group);
        }
      }
    });
  }

  function describeAccounts() {
    it('shows how things stand with each customer', async () => {
      const contract = { kind: 'service', until: at(200), reference: 'R' } as const;
      await database().assets.save([
        asset('a1', { customerId: 'ACME', contract }),
        asset('a2', { customerId: 'ACME', contract }),
        asset('a3', { customerId: 'ACME', contract: { kind: 'warranty', until: at(100) } }),
        asset('a4', { customerId: 'Zed', contract: { kind: 'none' } }),
        asset('a5'),
      ]);
      await database().states.saveUsage([
        entry('a1', 0, 0.1),
        entry('a2', 1, 0.2),
        entry('a3', 2, 7, { unit: 'm³', ruleId: 'air' }),
        entry('a4', 3, 9),
        entry('a1', 60, 9),
      ]);
      const sla = { from: START, pressing: {}, pauses: [] };
      await tickets(
        { assetId: 'a1', customerId: 'ACME', sla, acknowledgedAt: at(1), priority: 'P1', solutionBreachedAt: at(2) },
        { assetId: 'a2', customerId: 'ACME', sla, acknowledgedAt: at(1), resolvedAt: at(2), status: 'resolved' },
        {
          assetId: 'a4',
          customerId: 'Zed',
          sla,
          status: 'closed',
          closedAt: at(1),
          closing: { outcome: 'other-cause' },
        },
      );
      const [acme, zed, ...others] = await figures().accounts({}, { from: START, to: at(31) });
      expect(acme).toEqual({
        customerId: 'ACME',
        assets: 3,
        openTickets: { P1: 1, P3: 1 },
        overdueTickets: 1,
        rating: { count: 0 },
        response: { kept: 2, broken: 0, undecided: 0 },
        solution: { kept: 1, broken: 1, undecided: 0 },
        contracts: [
          { kind: 'warranty', until: at(100), assets: 1 },
          { ...contract, assets: 2 },
        ],
        usage: [
          { modelId: 'compressor', componentId: 'filter', ruleId: 'air', unit: 'm³', used: 7, adjusted: 0 },
          { modelId: 'compressor', componentId: 'filter', ruleId: 'hours', unit: 'h', used: 0.3, adjusted: 0 },
        ],
      });
      expect(zed).toMatchObject({ customerId: 'Zed', openTickets: {}, contracts: [], usage: [{ used: 9 }] });
      expect(others).toEqual([]);
      expect(await figures().accounts({ customerId: 'Zed' }, { from: START, to: at(31) })).toEqual([zed]);
    });
  }
}
