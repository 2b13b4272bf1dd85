import { expect, it } from 'vitest';
import type { ConnectivityReport } from '../../../../src/domain/connectivity.ts';
import { T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const said = (change: Partial<ConnectivityReport> = {}): ConnectivityReport => ({
  assetId: 'p1',
  state: 'online',
  at: T0,
  by: 'lwt',
  retained: false,
  ...change,
});

export function describeConnectivity(harness: GetHarness): void {
  const repository = () => harness().database.connectivity;
  const known = async (id = 'p1') => (await repository().of([id, 'nobody']))[0];

  it('keeps what was said of a connection, to the microsecond', async () => {
    expect(await known()).toBeUndefined();
    await repository().report([said({ assetId: '空压机 №1' })]);
    expect(await known('空压机 №1')).toEqual({
      assetId: '空压机 №1',
      state: 'online',
      since: T0,
      by: 'lwt',
      retained: false,
      asOf: T0,
    });
    await repository().report([]);
  });

  it('lets time decide, in whatever order reports come', async () => {
    await repository().report([said({ at: T0 + 10 })]);
    await repository().report([said({ state: 'offline', at: T0 + 5 })]);
    expect(await known()).toMatchObject({ state: 'online', since: T0 + 10 });
    await repository().report([said({ at: T0 + 20 })]);
    expect(await known()).toMatchObject({ state: 'online', since: T0 + 10, asOf: T0 + 20 });
  });

  it('takes several of one asset in one call one after the other', async () => {
    await repository().report([
      said(),
      said({ assetId: 'p0' }),
      said({ state: 'offline', at: T0 + 1 }),
      said({ at: T0 + 2, by: 'data' }),
    ]);
    expect(await known()).toMatchObject({ state: 'online', since: T0 + 2, by: 'data' });
    expect(await known('p0')).toMatchObject({ since: T0 });
  });

  it('takes reports of two nodes at once, of new assets in any order as well', async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `a${at}`);
    const node = (state: ConnectivityReport['state'], at: number, list: readonly string[]) =>
      repository().report(list.map((assetId) => said({ assetId, state, at })));
    await Promise.all([
      node('online', T0 + 1, ids),
      node('offline', T0 + 2, [...ids].reverse()),
      node('online', T0, ids),
    ]);
    const rows = await repository().of(ids);
    expect(rows).toHaveLength(20);
    expect(new Set(rows.map(({ state, since }) => `${state} ${since - T0}`))).toEqual(new Set(['offline 2']));
  });

  it('tells what changed since a time of its own clock', async () => {
    await repository().report([said()]);
    const all = await repository().changedSince(0);
    expect(all.rows.map(({ assetId }) => assetId)).toEqual(['p1']);
    await repository().report([said({ assetId: 'p2' })]);
    const later = await repository().changedSince(all.now);
    expect(later.rows.map(({ assetId }) => assetId)).toEqual(['p2']);
  });

  it('logs a change of state for live pages, and nothing else', async () => {
    await repository().report([said()]);
    await repository().report([said({ at: T0 + 1 })]);
    await repository().report([said({ state: 'offline', at: T0 + 2 })]);
    const rows = await harness().query<{ body: unknown }>('SELECT body FROM fettle.changes ORDER BY position');
    expect(rows.map(({ body }) => body)).toEqual([{ state: 'online' }, { state: 'offline' }]);
  });
}
