import { expect, it } from 'vitest';
import { MINUTE } from '../../src/domain/time.ts';
import { useFettle } from '../support/fettle.ts';
import { API_KEY } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';

const NOW = Date.now();
const fettle = useFettle(() => ({
  assets: [rigAsset('rig-1', NOW - 100_000_000), rigAsset('rig-2', NOW - 100_000_000)],
  config: {
    sources: [
      { id: 'rigs', topic: 'rigs/{site}/{asset}' },
      { id: 'twin', topic: 'rigs/{site}/{asset}' },
    ],
  },
}));

function post(path: string, body: string, key = API_KEY): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${fettle.app.url}/api/v1/telemetry/${path}`, { method: 'POST', headers, body });
}

it('stores what is posted once, whatever is sent again, and keeps what it refuses', async () => {
  const { key } = await fettle.api.post<{ key: string }>('/keys', {
    name: 'gateway',
    role: 'device',
    sourceId: 'twin',
  });
  const hot = [4, 3, 2, 1].map((minutes) => ({ ts: NOW - minutes * MINUTE, temperature: 90 }));
  const body = JSON.stringify(hot);
  const first = await post('twin?asset=rig-1&site=plant', body, key);
  expect([first.status, await first.json()]).toEqual([200, { stored: 4, duplicate: 0, refused: 0, rejections: [] }]);
  const again = await post('twin?topic=rigs/plant/rig-1', body, key);
  expect([again.status, await again.json()]).toEqual([200, { stored: 0, duplicate: 4, refused: 0, rejections: [] }]);

  const mixed = await post('twin?asset=rig-1&site=plant', JSON.stringify({ ts: NOW, temperature: 90, speed: 3 }), key);
  expect(await mixed.json()).toMatchObject({ stored: 1, refused: 1, rejections: [{ reason: 'unknown-metric' }] });
  const bad = await post('twin?asset=rig-1&site=plant', '{"ts":', key);
  expect(bad.status).toBe(400);
  expect(await bad.json()).toMatchObject({ problems: [{ message: expect.stringContaining('malformed') }] });
  const elsewhere = await post('twin?topic=other/rig-1', body, key);
  expect(await elsewhere.json()).toMatchObject({ status: 400, problems: [{ message: /unknown-topic/ }] });
  expect((await post('rigs?asset=rig-1&site=plant', body, key)).status).toBe(403);

  await fettle.settled();
  const range = { assetId: 'rig-1', metricIds: ['temperature'], from: NOW - 10 * MINUTE, to: NOW + MINUTE };
  expect((await fettle.app.pipeline.parts.store.range(range, 100)).map(({ value }) => value)).toEqual([
    90, 90, 90, 90, 90,
  ]);
  expect(await fettle.tickets('rig-1')).toHaveLength(1);
  await expect
    .poll(async () => (await fettle.api.all<{ reason: string }>('/dead-letters')).map(({ reason }) => reason).sort())
    .toEqual(['malformed', 'unknown-metric', 'unknown-topic']);
});

it('answers many at once, each when its own samples are durable', async () => {
  const bodies = Array.from({ length: 200 }, (_, at) => JSON.stringify({ ts: NOW - at * 1000, pressure: 8 }));
  const answers = await Promise.all(bodies.map((body) => post('rigs?asset=rig-2&site=plant', body)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const range = { assetId: 'rig-2', metricIds: ['pressure'], from: NOW - 10 * MINUTE, to: NOW + MINUTE };
  expect(await fettle.app.pipeline.parts.store.range(range, 1000)).toHaveLength(200);
});
