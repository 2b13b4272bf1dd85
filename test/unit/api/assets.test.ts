import { describe, expect, test } from 'vitest';
import type { ParseAssetsCsv } from '../../../src/api/index.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { asset, bindings, NOW, ODD_ID, T0, T0_ISO } from '../../support/apiFixtures.ts';
import { actor } from '../../support/fakeServices.ts';

const parseAssetsCsv: ParseAssetsCsv = (text, fileName) =>
  text.startsWith('id,')
    ? { assets: [{ ...asset, id: text.slice(3).trim() }], bindings: bindings.slice(0, 1) }
    : { problems: [{ path: '/1/id', message: `${fileName} has no such column` }] };

const api = useTestApi({ parseAssetsCsv });
const path = `/api/v1/assets/${encodeURIComponent(ODD_ID)}`;
const argsOf = (name: string) => api.services.calls.find((call) => call.name === name)?.args;

describe('list', () => {
  test('passes filter and page on', async () => {
    const url = '/api/v1/assets?siteId=leipzig&modelId=m&customerId=c&search=%C3%A4&limit=7';
    expect((await api.call('viewer', 'GET', url)).statusCode).toBe(200);
    const filter = { siteId: 'leipzig', modelId: 'm', customerId: 'c', search: 'ä' };
    expect(argsOf('assets.list')).toEqual([filter, { limit: 7 }]);
  });

  test('answers pages', async () => {
    await api.services.saveAssets([{ ...asset, id: 'b' }], actor('admin'));
    const first = (await api.call('viewer', 'GET', '/api/v1/assets?limit=1')).json();
    expect(first.nextCursor).toBeTypeOf('string');
    const second = (await api.call('viewer', 'GET', `/api/v1/assets?limit=1&cursor=${first.nextCursor}`)).json();
    expect(second.items).toMatchObject([{ id: 'b', health: 'unknown', inMaintenance: false }]);
    expect(second).not.toHaveProperty('nextCursor');
  });
});

describe('get', () => {
  test('leaves out a state that there is not', async () => {
    await api.services.saveAssets([{ ...asset, id: 'b' }], actor('admin'));
    expect((await api.call('viewer', 'GET', '/api/v1/assets/b')).json()).not.toHaveProperty('state');
  });

  test('HEAD answers the same without a body', async () => {
    const response = await api.call('viewer', 'HEAD', path);
    expect(response.statusCode).toBe(200);
    expect(response.body).toBe('');
  });
});

describe('register', () => {
  const fields = {
    modelId: asset.modelId,
    siteId: 'leipzig',
    commissionedAt: '2024-05-01T10:00:00+02:00',
    contract: { kind: 'warranty', until: T0_ISO },
    components: { 'air-filter': { installedAt: T0_ISO, installedReading: 3 } },
  };

  test('with defaults, and 201 with its address', async () => {
    const response = await api.call('engineer', 'POST', '/api/v1/assets', { payload: { id: 'a/b', ...fields } });
    expect(response.statusCode, response.body).toBe(201);
    expect(response.headers.location).toBe('/api/v1/assets/a%2Fb');
    expect(response.json()).toMatchObject({ id: 'a/b', registeredBy: 'api', commissionedAt: T0_ISO });
    expect(argsOf('saveAssets')).toEqual([
      [
        {
          id: 'a/b',
          modelId: asset.modelId,
          siteId: 'leipzig',
          tier: 'standard',
          criticality: 'medium',
          commissionedAt: T0,
          contract: { kind: 'warranty', until: T0 },
          components: { 'air-filter': { installedAt: T0, installedReading: 3 } },
          registeredBy: 'api',
        },
      ],
      actor('engineer'),
      [],
    ]);
  });

  test('what is there already: 409', async () => {
    const response = await api.call('engineer', 'POST', '/api/v1/assets', { payload: { id: ODD_ID, ...fields } });
    expect(problemOf(response).detail).toContain('PUT');
    expect(argsOf('saveAssets')).toBeUndefined();
  });

  test('PUT replaces with 200 and registers with 201', async () => {
    expect((await api.call('engineer', 'PUT', path, { payload: fields })).statusCode).toBe(200);
    const made = await api.call('engineer', 'PUT', '/api/v1/assets/new', { payload: fields });
    expect(made.statusCode).toBe(201);
    expect(made.headers.location).toBe('/api/v1/assets/new');
    expect((await api.call('viewer', 'GET', path)).json()).not.toHaveProperty('serial');
  });

  test('what an answer gave can be put back', async () => {
    const { state: _, id: __, registeredBy: ___, ...given } = (await api.call('viewer', 'GET', path)).json();
    expect((await api.call('engineer', 'PUT', path, { payload: given })).statusCode).toBe(200);
    expect(argsOf('saveAssets')![0]).toEqual([{ ...asset, registeredBy: 'api' }]);
  });

  test('what the services refuse: 422 with their problems', async () => {
    const response = await api.call('engineer', 'PUT', path, { payload: { ...fields, modelId: 'none' } });
    expect(problemOf(response)).toMatchObject({
      status: 422,
      problems: [{ path: '/body/modelId', message: 'no model none' }],
    });
  });
});

describe('import', () => {
  const csv = (payload: string, query = '', type = 'text/csv') =>
    api.call('engineer', 'POST', `/api/v1/assets/import${query}`, { payload, headers: { 'content-type': type } });

  test('registers assets and bindings', async () => {
    const response = await csv('id,neu\n', '', 'text/csv; charset=utf-8');
    expect(response.json()).toEqual({ assets: 1, bindings: 1 });
    expect(argsOf('saveAssets')).toEqual([[{ ...asset, id: 'neu' }], actor('engineer'), [bindings[0]]]);
    expect(api.services.calls).toHaveLength(1);
  });

  test('with a problem registers nothing and says where', async () => {
    const problem = problemOf(await csv('wrong\n', '?fileName=fleet.csv'));
    expect(problem).toMatchObject({
      status: 422,
      detail: 'fleet.csv has 1 problem; nothing was imported.',
      problems: [{ path: '/body/1/id', message: 'fleet.csv has no such column' }],
    });
    expect(api.services.calls).toEqual([]);
  });

  test('takes nothing but CSV', async () => {
    expect(problemOf(await csv('{}', '', 'application/json')).status).toBe(415);
  });
});

describe('events', () => {
  test('a component replaced in the past', async () => {
    const what = { type: 'component-replaced', componentId: 'air-filter', reading: 4012, serial: 'F2' };
    const payload = { ...what, at: T0_ISO, removed: 'failed' };
    const response = await api.call('agent', 'POST', `${path}/events`, { payload });
    expect(response.statusCode, response.body).toBe(201);
    expect(response.json()).toMatchObject({ ...payload, by: 'key-agent', assetId: ODD_ID });
    expect(argsOf('addEvent')).toEqual([ODD_ID, { ...payload, at: T0 }, actor('agent')]);
  });

  test('maintenance, open or with an end', async () => {
    const open = { type: 'maintenance', at: T0_ISO };
    expect((await api.call('agent', 'POST', `${path}/events`, { payload: open })).json()).not.toHaveProperty('until');
    expect(argsOf('addEvent')).toEqual([ODD_ID, { type: 'maintenance', at: T0 }, actor('agent')]);
    const closed = { ...open, until: '2024-05-01T09:00:00Z', note: 'yearly' };
    const added = await api.call('agent', 'POST', `${path}/events`, { payload: closed });
    expect(added.json()).toMatchObject({ until: '2024-05-01T09:00:00.000Z', note: 'yearly' });
  });

  test('maintenance that ends before it begins', async () => {
    const payload = { type: 'maintenance', at: T0_ISO, until: T0_ISO };
    const response = await api.call('agent', 'POST', `${path}/events`, { payload });
    expect(problemOf(response).problems).toEqual([{ path: '/body/until', message: 'must be after at' }]);
  });

  test('what the removed part can not have been', async () => {
    const payload = { type: 'component-replaced', componentId: 'air-filter', at: T0_ISO, removed: 'lost' };
    const { problems } = problemOf(await api.call('agent', 'POST', `${path}/events`, { payload }));
    expect(problems).toEqual([{ path: '/body/removed', message: 'must be one of failed, worn, sound' }]);
  });

  test.each([
    { type: 'ticket-closed', at: T0_ISO },
    { type: 'fleet-learned', at: T0_ISO },
    {},
  ])('no other type: %j', async (payload) => {
    const { problems } = problemOf(await api.call('agent', 'POST', `${path}/events`, { payload }));
    expect(problems).toEqual([{ path: '/body/type', message: 'must be one of component-replaced, maintenance' }]);
  });
});

describe('usage', () => {
  test('the last 31 days unless asked otherwise', async () => {
    await api.call('viewer', 'GET', `${path}/usage`);
    expect(argsOf('usage')).toEqual([ODD_ID, NOW - 31 * 86_400_000, NOW]);
  });

  test('a range the wrong way round', async () => {
    const response = await api.call('viewer', 'GET', `${path}/usage?from=2024-05-02T00:00:00Z&to=2024-05-02T00:00:00Z`);
    expect(problemOf(response).problems?.[0]?.path).toBe('/query/from');
  });
});

describe('bindings', () => {
  test('by asset and by device', async () => {
    const of = async (query: string) =>
      (await api.call('viewer', 'GET', `/api/v1/bindings?${query}`))
        .json()
        .items.map((b: { deviceId: string }) => b.deviceId);
    expect(await of('')).toEqual(['gw-1', 'gw-2']);
    expect(await of('assetId=other')).toEqual(['gw-2']);
    expect(await of('deviceId=gw-1')).toEqual(['gw-1']);
    expect(await of('deviceId=gw-1&assetId=other')).toEqual([]);
  });

  test('binds from now on unless asked otherwise', async () => {
    const payload = { deviceId: 'gw 9', assetId: ODD_ID };
    const response = await api.call('engineer', 'POST', '/api/v1/bindings', { payload });
    expect(response.statusCode, response.body).toBe(201);
    expect(argsOf('bind')).toEqual([{ ...payload, from: NOW }, actor('engineer')]);
  });

  test('not to an asset that is not there, nor to before it begins', async () => {
    const bind = (payload: object) => api.call('engineer', 'POST', '/api/v1/bindings', { payload });
    expect(problemOf(await bind({ deviceId: 'd', assetId: 'none' })).status).toBe(404);
    const backwards = await bind({ deviceId: 'd', assetId: ODD_ID, from: T0_ISO, to: T0_ISO });
    expect(problemOf(backwards).problems?.[0]?.path).toBe('/body/to');
  });
});
