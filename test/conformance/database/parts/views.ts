import { expect, it } from 'vitest';
import type { CatalogueEntry } from '../../../../src/domain/catalogue.ts';
import type { Finding, FindingChange } from '../../../../src/domain/finding.ts';
import type { Severity } from '../../../../src/domain/model.ts';
import { DAY, HOUR } from '../../../../src/domain/time.ts';
import type { StateToSave } from '../../../../src/ports/database.ts';
import { asset, deadLetter, finding, insertTicket, T0, view } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const MODEL: CatalogueEntry = {
  id: 'compressor',
  name: { en: 'Compressor', zh: '空压机' },
  metrics: [
    { id: 'dp', kind: 'number', unit: 'bar', range: [0, 5], name: { en: 'Pressure "drop"', zh: '压差' } },
    { id: 'status', kind: 'state', codes: { off: 0, on: 1 } },
  ],
  components: [
    { id: 'filter', name: { en: 'Filter', zh: '滤芯' }, part: { number: 'P-1', leadTime: 2.5 * DAY } },
    { id: 'asset', name: { en: 'Whole asset', zh: '整机' } },
  ],
  failureModes: [{ componentId: 'filter', id: 'clogged', name: { en: 'Clogged', zh: '堵塞' } }],
  rules: ['pressure'],
  limits: [
    { metricId: 'dp', componentId: 'filter', ruleId: 'pressure', direction: 'above', limit: 0.3, severity: 'warning' },
  ],
};

export function describeViews(harness: GetHarness): void {
  const database = () => harness().database;
  const read = (sql: string) => harness().query<Record<string, unknown>>(sql);
  const state = (assetId: string, time: number, change: Partial<StateToSave['view']>): StateToSave => ({
    assetId,
    time,
    state: '{}',
    view: view({ stateTime: time, ...change }),
  });
  const registered = async () => {
    await database().assets.save([asset('a1', { name: 'One' }), asset('a2')]);
    await database().catalogue.replace([MODEL]);
  };
  const stated = async (hour: number, change: FindingChange, severity: Severity, more: Partial<Finding> = {}) => {
    const at = T0 + hour * HOUR;
    await database().findings.record(
      finding({ change, severity, time: at, window: { from: T0, to: at }, ...more }),
      at,
    );
  };
  const hours = `round(extract(epoch FROM from_at) / 3600 - ${T0 / HOUR})::int AS since`;

  it('replaces the catalogue as a whole', async () => {
    await database().catalogue.replace([MODEL, { ...MODEL, id: 'gone' }]);
    await database().catalogue.replace([{ ...MODEL, limits: [] }]);
    await database().catalogue.replace([MODEL]);
    expect(await read('SELECT DISTINCT model FROM fettle_views.metrics')).toEqual([{ model: 'compressor' }]);
    expect(
      await read(
        'SELECT metric, metric_name, metric_name_zh, kind, unit, range_high, position FROM fettle_views.metrics ORDER BY position',
      ),
    ).toEqual([
      {
        metric: 'dp',
        metric_name: 'Pressure "drop"',
        metric_name_zh: '压差',
        kind: 'number',
        unit: 'bar',
        range_high: 5,
        position: 1,
      },
      {
        metric: 'status',
        metric_name: 'status',
        metric_name_zh: 'status',
        kind: 'state',
        unit: '',
        range_high: null,
        position: 2,
      },
    ]);
    expect(
      await read('SELECT metric, severity, severity_rank, direction, "limit" FROM fettle_views.thresholds'),
    ).toEqual([{ metric: 'dp', severity: 'warning', severity_rank: 2, direction: 'above', limit: 0.3 }]);
    await database().catalogue.replace([]);
    expect(await read('SELECT * FROM fettle_views.model_components')).toEqual([]);
  });

  it('shows each asset with the health that was saved with its state, the unheard as unknown', async () => {
    await registered();
    await database().states.save([
      state('a1', T0, { health: 'good' }),
      state('a1', T0 + 1000, { health: 'critical', inMaintenance: true }),
    ]);
    expect(
      await read(
        'SELECT asset, asset_name, model_name_zh, health, health_rank, in_maintenance, extract(epoch FROM state_time)::float8 * 1000 AS at FROM fettle_views.assets ORDER BY asset',
      ),
    ).toMatchObject([
      {
        asset: 'a1',
        asset_name: 'One',
        model_name_zh: '空压机',
        health: 'critical',
        health_rank: 3,
        in_maintenance: true,
        at: expect.closeTo(T0 + 1000, 2),
      },
      { asset: 'a2', asset_name: 'a2', health: 'unknown', health_rank: -1, in_maintenance: false, at: null },
    ]);
  });

  it('shows components with wear, forecast and the date to order the part', async () => {
    await registered();
    const forecast = { p10: T0 + 10 * DAY, p50: T0 + 20 * DAY, p90: null };
    const worn = {
      componentId: 'filter',
      health: 'warning',
      wear: 0.9,
      used: 900,
      life: 1000,
      unit: 'h',
      forecast,
      rules: [],
    } as const;
    const unknown = { componentId: 'belt', health: 'watch', wear: null, life: 10, unit: 'h', rules: [] } as const;
    await database().states.save([
      state('a1', T0, { components: [worn, unknown, { componentId: 'asset', health: 'good', rules: [] }] }),
    ]);
    const days = (column: string) => `round((extract(epoch FROM ${column}) - ${T0 / 1000}) / 8640) / 10 AS ${column}`;
    expect(
      await read(
        `SELECT component, component_name, health_rank, has_life, wear, used, ${days('end_of_life_early')}, ${days('end_of_life')}, end_of_life_late, ${days('order_by')} FROM fettle_views.components ORDER BY component`,
      ),
    ).toMatchObject([
      { component: 'asset', component_name: 'Whole asset', has_life: false, wear: null },
      { component: 'belt', component_name: 'belt', health_rank: 1, has_life: true, wear: null, end_of_life: null },
      {
        component: 'filter',
        component_name: 'Filter',
        health_rank: 2,
        has_life: true,
        wear: 0.9,
        used: 900,
        end_of_life_late: null,
      },
    ]);
    const [dates] = await read(
      `SELECT ${days('end_of_life_early')}, ${days('end_of_life')}, ${days('order_by')} FROM fettle_views.components WHERE component = 'filter'`,
    );
    expect(Object.values(dates!).map(Number)).toEqual([10, 20, 7.5]);
  });

  it('tells health over time from the findings: two rules at once, a rise, a clearing, a retraction', async () => {
    await registered();
    await database().catalogue.replace([{ ...MODEL, rules: ['pressure', 'hours'] }]);
    await database().states.save([state('a1', T0 - HOUR, {}), state('a2', T0, {})]);
    await stated(1, 'raised', 'warning');
    await stated(2, 'updated', 'warning');
    await stated(3, 'escalated', 'critical');
    await stated(4, 'raised', 'info', { ruleId: 'hours', start: T0 + HOUR });
    await stated(5, 'cleared', 'critical');
    await stated(6, 'reset', 'info', { ruleId: 'hours', start: T0 + HOUR });
    await stated(7, 'raised', 'critical', { ruleId: 'forgotten' });
    const wrong = await database().findings.record(
      finding({ ruleId: 'hours', start: T0 + 8, severity: 'critical' }),
      T0,
    );
    await database().findings.retract(wrong!.id, T0);
    expect(
      await read(
        `SELECT health, ${hours}, to_at IS NULL AS now FROM fettle_views.health_periods WHERE asset = 'a1' ORDER BY from_at`,
      ),
    ).toEqual([
      { health: 'good', since: -1, now: false },
      { health: 'warning', since: 1, now: false },
      { health: 'critical', since: 3, now: false },
      { health: 'watch', since: 5, now: false },
      { health: 'good', since: 6, now: true },
    ]);
    expect(await read(`SELECT health, ${hours} FROM fettle_views.health_periods WHERE asset = 'a2'`)).toEqual([
      { health: 'good', since: 0 },
    ]);
    expect(
      await read(
        'SELECT rule, severity, ended_at IS NULL AS lasts, failure_mode_name FROM fettle_views.episodes ORDER BY raised_at',
      ),
    ).toEqual([
      { rule: 'pressure', severity: 'critical', lasts: false, failure_mode_name: 'Clogged' },
      { rule: 'hours', severity: 'info', lasts: false, failure_mode_name: 'Clogged' },
    ]);
  });

  it('takes an episode that came again after it was cleared for one that lasts', async () => {
    await registered();
    await stated(1, 'raised', 'warning');
    await stated(2, 'cleared', 'warning');
    await stated(3, 'raised', 'warning', { start: T0 + 2.5 * HOUR });
    expect(await read('SELECT ended_at IS NULL AS lasts FROM fettle_views.episodes ORDER BY started_at')).toEqual([
      { lasts: false },
      { lasts: true },
    ]);
  });

  it('shows tickets, events, usage, dead letters and deliveries with the words people use', async () => {
    await registered();
    const ticketId = await insertTicket(database(), {
      assetId: 'a1',
      status: 'closed',
      closing: { outcome: 'other-cause' },
    });
    await insertTicket(database(), { assetId: 'a2' });
    expect(
      await read(
        'SELECT number, asset, model, component_name, ongoing, title, outcome FROM fettle_views.tickets ORDER BY number',
      ),
    ).toMatchObject([
      {
        number: 1,
        asset: 'a1',
        model: 'compressor',
        component_name: 'Filter',
        ongoing: false,
        title: 'Filter',
        outcome: 'other-cause',
      },
      { number: 2, asset: 'a2', ongoing: true, outcome: null },
    ]);
    const at = { assetId: 'a1', at: T0, recordedAt: T0, by: 'x' };
    await database().events.add([{ ...at, id: 'e1', type: 'component-replaced', componentId: 'filter', serial: 'S' }]);
    expect(await read('SELECT asset_name, type, component_name, serial, until FROM fettle_views.events')).toEqual([
      { asset_name: 'One', type: 'component-replaced', component_name: 'Filter', serial: 'S', until: null },
    ]);
    await database().states.saveUsage([
      {
        assetId: 'a1',
        ruleId: 'hours',
        componentId: 'filter',
        day: 20_000 * DAY,
        unit: 'h',
        used: 23.5,
        adjusted: 0,
        reading: 5,
      },
    ]);
    expect(
      await read("SELECT component_name, used, (day AT TIME ZONE 'UTC')::text AS day FROM fettle_views.usage"),
    ).toEqual([{ component_name: 'Filter', used: 23.5, day: '2024-10-04 00:00:00' }]);
    await database().deadLetters.add([deadLetter('d1')]);
    expect(await read('SELECT reason, payload_bytes FROM fettle_views.dead_letters')).toEqual([
      { reason: 'malformed', payload_bytes: 6 },
    ]);
    await database().outbox.add({ id: 'o1', ticketId, event: 'ticket.opened', key: 'k1', createdAt: T0 });
    expect(await read('SELECT ticket, event, status FROM fettle_views.deliveries')).toEqual([
      { ticket: 1, event: 'ticket.opened', status: 'pending' },
    ]);
  });
}
