import { expect, test } from 'vitest';
import { problemOf, useTestApi } from '../../support/api.ts';

const api = useTestApi();
const url = '/api/v1/history/devices';
const reading = { asset: 'p1', ts: '2025-03-10T12:00:00Z', values: { temperature: 20, running: true } };

test('takes readings of the past and answers what became of each', async () => {
  api.services.pastTaken = {
    stored: 1,
    duplicate: 2,
    rejections: [{ reading: 3, reason: 'out-of-range', detail: 'found 500', assetId: 'p1', metric: 't', samples: 1 }],
    spans: [{ assetId: 'p1', samples: 3, from: Date.UTC(2025, 0, 1), to: Date.UTC(2025, 0, 2) }],
  };
  const payload = {
    zone: 'Europe/Berlin',
    readings: [reading, { device: 'd1', ts: 5, values: { a: 'x' }, units: { a: 'bar' } }],
  };
  const response = await api.call('engineer', 'POST', url, { payload });
  expect(response.statusCode, response.body).toBe(200);
  expect(response.json()).toEqual({
    stored: 1,
    duplicate: 2,
    rejections: [{ reading: 3, reason: 'out-of-range', detail: 'found 500', assetId: 'p1', metric: 't' }],
    assets: [{ assetId: 'p1', samples: 3, from: '2025-01-01T00:00:00.000Z', to: '2025-01-02T00:00:00.000Z' }],
  });
  expect(api.services.calls).toContainEqual({
    name: 'takePast',
    args: [
      {
        sourceId: 'devices',
        zone: 'Europe/Berlin',
        readings: [
          { assetId: 'p1', time: reading.ts, values: reading.values },
          { deviceId: 'd1', time: 5, values: { a: 'x' }, units: { a: 'bar' } },
        ],
      },
    ],
  });
});

test('only looks, when asked to', async () => {
  const response = await api.call('engineer', 'POST', url, { payload: { dryRun: true, readings: [reading] } });
  expect(response.statusCode, response.body).toBe(200);
  expect(api.services.calls.map(({ name }) => name)).toContain('tryPast');
  expect(api.services.calls.map(({ name }) => name)).not.toContain('takePast');
});

test('asks to come again while the store is behind', async () => {
  for (const answer of ['busy', 'slow'] as const) {
    api.services.pastTaken = answer;
    const response = await api.call('engineer', 'POST', url, { payload: { readings: [reading] } });
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5']);
  }
});

test('refuses what it can not read, unknown sources and devices', async () => {
  const post = async (payload: object, to = url, role: 'engineer' | 'agent' = 'engineer') =>
    problemOf(await api.call(role, 'POST', to, { payload }));
  const zone = await post({ zone: 'Mars/Olympus', readings: [reading] });
  expect(zone).toMatchObject({ status: 400, problems: [{ path: '/body/zone' }] });
  expect(await post({ readings: [] })).toMatchObject({ status: 400 });
  const nested = await post({ readings: [{ ...reading, values: { a: { b: 1 } } }] });
  expect(nested).toMatchObject({ status: 400 });
  const values = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`m${at}`, at]));
  const wide = Array.from({ length: 50 }, () => ({ ...reading, values }));
  expect(await post({ readings: [...wide, reading] })).toMatchObject({
    status: 400,
    problems: [{ path: '/body/readings', message: expect.stringContaining('no more than 50,000 values') }],
  });
  const most = await api.call('engineer', 'POST', url, { payload: { readings: wide } });
  expect(most.statusCode, most.body).toBe(200);
  expect(await post({ readings: [reading] }, '/api/v1/history/other')).toMatchObject({ status: 404 });
  expect(await post({ readings: [reading] }, url, 'agent')).toMatchObject({ status: 403 });
});
