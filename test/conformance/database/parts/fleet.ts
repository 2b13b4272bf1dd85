import { expect, it } from 'vitest';
import type { ComponentView } from '../../../../src/domain/view.ts';
import { FLEET_SORTS } from '../../../../src/ports/fleet.ts';
import { asset, T0, ticket, view } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const PAGE = { offset: 0, limit: 10 };

export function describeFleet(harness: GetHarness): void {
  const fleet = () => harness().database.fleet;

  const component = (componentId: string, more: Partial<ComponentView> = {}): ComponentView => {
    return { componentId, health: 'good', rules: [], ...more };
  };
  const forecast = (p50: number | null) => ({ p10: T0, p50, p90: null });

  /** `a` well, `b` ailing with tickets, `c` silent and in maintenance, `d` never heard. */
  async function fill(): Promise<void> {
    const { assets, states, tickets } = harness().database;
    await assets.save([
      asset('a', { name: 'Zeta', customerId: 'acme' }),
      asset('b', { name: 'alpha 100%', siteId: 'south', modelId: 'lift' }),
      asset('c', { siteId: 'south', customerId: 'acme' }),
      asset('d', { name: 'Mid' }),
    ]);
    const save = (assetId: string, change: Parameters<typeof view>[0]) => ({
      ...{ assetId, time: T0, state: '{}', view: view(change) },
    });
    await states.save([
      save('a', {
        lastReceivedAt: T0 + 5,
        components: [
          component('belt', { wear: null, forecast: forecast(null) }),
          component('oil', { wear: 0.4, forecast: forecast(T0 + 900) }),
          component('filter', { wear: 0.7, forecast: forecast(T0 + 700) }),
        ],
      }),
      save('b', { health: 'critical', components: [component('oil', { wear: 0.2, forecast: forecast(T0 + 800) })] }),
      save('c', {
        health: 'warning',
        lastReceivedAt: T0 - 5,
        inMaintenance: true,
        components: [
          component('asset', { rules: [{ ruleId: 's', kind: 'silence', mode: 'live', severity: 'warning' }] }),
        ],
      }),
    ]);
    await harness().database.connectivity.report([
      { assetId: 'c', state: 'offline', at: T0, by: 'lwt', retained: false },
    ]);
    await tickets.insert(ticket({ assetId: 'b', severity: 'info' }));
    await tickets.insert(ticket({ assetId: 'b', componentId: 'other', severity: 'warning' }));
    await tickets.insert(ticket({ assetId: 'a', status: 'closed', closedAt: T0, severity: 'critical' }));
  }

  it('shows of each asset what its last state and its open tickets say', async () => {
    await fill();
    const { rows, total } = await fleet().rows({}, 'health', PAGE);
    expect(total).toBe(4);
    const quiet = { inMaintenance: false, silent: false, openTickets: 0 };
    expect(rows).toEqual([
      {
        ...{ ...quiet, id: 'b', name: 'alpha 100%', modelId: 'lift', siteId: 'south', health: 'critical' },
        ...{ lastReceivedAt: T0, wear: 0.2, wearComponentId: 'oil', endOfLife: T0 + 800, endOfLifeComponentId: 'oil' },
        ...{ openTickets: 2, worstTicket: 'warning' },
      },
      {
        ...{ id: 'c', modelId: 'compressor', siteId: 'south', customerId: 'acme', health: 'warning', openTickets: 0 },
        ...{ inMaintenance: true, silent: true, connectivity: 'offline', lastReceivedAt: T0 - 5 },
      },
      {
        ...{ ...quiet, id: 'a', name: 'Zeta', modelId: 'compressor', siteId: 'north', customerId: 'acme' },
        ...{ health: 'good', lastReceivedAt: T0 + 5, wear: 0.7, wearComponentId: 'filter' },
        ...{ endOfLife: T0 + 700, endOfLifeComponentId: 'filter' },
      },
      { ...quiet, id: 'd', name: 'Mid', modelId: 'compressor', siteId: 'north', health: 'unknown' },
    ]);
  });

  it('sorts, what has no such value last, and gives any page with the number of all', async () => {
    await fill();
    const orders = await Promise.all(
      FLEET_SORTS.map(async (sort) => {
        const { rows } = await fleet().rows({}, sort, PAGE);
        return [sort, rows.map(({ id }) => id).join('')];
      }),
    );
    expect(Object.fromEntries(orders)).toEqual({
      health: 'bcad',
      endOfLife: 'abcd',
      '-wear': 'abcd',
      '-tickets': 'bacd',
      '-lastReceivedAt': 'abcd',
      lastReceivedAt: 'cbad',
      name: 'bcda',
    });
    const part = await fleet().rows({}, 'health', { offset: 1, limit: 2 });
    expect([part.rows.map(({ id }) => id), part.total]).toEqual([['c', 'a'], 4]);
    expect(await fleet().rows({}, 'health', { offset: 9, limit: 2 })).toEqual({ rows: [], total: 4 });
    expect(await fleet().rows({ siteId: 'none' }, 'health', PAGE)).toEqual({ rows: [], total: 0 });
  });

  it('filters by all that is asked', async () => {
    await fill();
    const ids = async (filter: Parameters<ReturnType<typeof fleet>['rows']>[0]) => {
      const { rows, total } = await fleet().rows(filter, 'name', PAGE);
      expect(total).toBe(rows.length);
      expect((await fleet().count(filter)).assets).toBe(total);
      return rows.map(({ id }) => id).join('');
    };
    expect(await ids({ siteId: 'south' })).toBe('bc');
    expect(await ids({ modelId: 'lift' })).toBe('b');
    expect(await ids({ customerId: 'acme' })).toBe('ca');
    expect(await ids({ health: ['critical', 'unknown'] })).toBe('bd');
    expect(await ids({ search: 'A 100%' })).toBe('b');
    expect(await ids({ search: '1_0' })).toBe('');
    expect(await ids({ hasTickets: true })).toBe('b');
    expect(await ids({ hasTickets: false })).toBe('cda');
    expect(await ids({ inMaintenance: true })).toBe('c');
    expect(await ids({ silent: true })).toBe('c');
    expect(await ids({ connectivity: 'offline' })).toBe('c');
    expect(await ids({ connectivity: 'online' })).toBe('');
    expect(await ids({ silent: false, inMaintenance: false, siteId: 'north', search: 'z' })).toBe('a');
  });

  it('counts all, and by site, model or customer', async () => {
    await fill();
    const none = { good: 0, watch: 0, warning: 0, critical: 0, unknown: 0 };
    const all = { assets: 4, openTickets: 2, inMaintenance: 1, silent: 1, endOfLife: T0 + 700 };
    expect(await fleet().count({})).toEqual({
      ...all,
      health: { ...none, good: 1, warning: 1, critical: 1, unknown: 1 },
    });
    expect(await fleet().count({ siteId: 'none' })).toEqual({
      ...{ assets: 0, health: none, openTickets: 0, inMaintenance: 0, silent: 0 },
    });
    expect(await fleet().groups({}, 'site')).toMatchObject([
      { id: 'north', assets: 2, endOfLife: T0 + 700 },
      { id: 'south', assets: 2, openTickets: 2, silent: 1, endOfLife: T0 + 800 },
    ]);
    expect((await fleet().groups({}, 'model')).map(({ id, assets }) => [id, assets])).toEqual([
      ['compressor', 3],
      ['lift', 1],
    ]);
    const byCustomer = await fleet().groups({ health: ['good', 'unknown'] }, 'customer');
    expect(byCustomer.map(({ id, assets }) => [id, assets])).toEqual([
      ['acme', 1],
      [undefined, 1],
    ]);
  });
}
