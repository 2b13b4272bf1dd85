import { describe, expect, test } from 'vitest';
import { problemOf, useTestApi } from '../../support/api.ts';

const api = useTestApi();
const get = (url: string) => api.call('viewer', 'GET', `/api/v1${url}`);

describe('the fleet', () => {
  test('is asked for with filters, order and place', async () => {
    const query =
      'siteId=s&modelId=m&customerId=c&health=critical,warning&search=x&hasTickets=true&inMaintenance=false&silent=true';
    expect((await get(`/fleet?${query}&sort=-wear&offset=9000&limit=100`)).json()).toMatchObject({ total: 9 });
    const filter = {
      ...{ siteId: 's', modelId: 'm', customerId: 'c', health: ['critical', 'warning'], search: 'x' },
      ...{ hasTickets: true, inMaintenance: false, silent: true },
    };
    expect((await get(`/fleet/summary?${query}&by=model`)).statusCode).toBe(200);
    expect((await get('/fleet')).statusCode).toBe(200);
    expect(api.services.calls).toEqual([
      { name: 'fleet.rows', args: [filter, '-wear', { offset: 9000, limit: 100 }] },
      { name: 'fleet.count', args: [filter] },
      { name: 'fleet.groups', args: [filter, 'model'] },
      { name: 'fleet.rows', args: [{}, 'health', { offset: 0, limit: 50 }] },
    ]);
  });

  test('is summed up without groups where none are asked for', async () => {
    const summary = (await get('/fleet/summary')).json();
    expect(summary.groups).toEqual([]);
    expect(summary).not.toHaveProperty('by');
    expect(api.services.calls.map(({ name }) => name)).toEqual(['fleet.count']);
  });

  test('names what does not fit', async () => {
    expect(problemOf(await get('/fleet?health=fine')).problems?.[0]?.path).toBe('/query/health/0');
    expect(problemOf(await get('/fleet?limit=501')).status).toBe(400);
    expect(problemOf(await get('/fleet/summary?by=colour')).status).toBe(400);
  });
});
