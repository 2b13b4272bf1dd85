import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { SAMPLES } from '../support/sourcesPage.ts';

/** What the page on sources shows of a network server. */
function shown(heading: string) {
  const { yaml, payload } = SAMPLES.find((sample) => sample.heading === heading)!;
  return { source: parse(yaml).sources[0] as object, uplink: payload!.toString() };
}

const [chirpstack, tts] = [shown('ChirpStack'), shown('The Things Stack')];
const NOW = Date.now();
const YESTERDAY = NOW - 86_400_000;

const fettle = useFettle(() => ({
  assets: [rigAsset('rig-1', YESTERDAY), rigAsset('rig-2', YESTERDAY)],
  config: { sources: [chirpstack.source, tts.source] },
}));

async function serverOf(sourceId: string) {
  const { key } = await fettle.api.post<{ key: string }>('/keys', { name: sourceId, role: 'device', sourceId });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return (query: string, body: string) =>
    fetch(`${fettle.app.url}/api/v1/telemetry/${sourceId}${query}`, { method: 'POST', headers, body });
}

async function latest(assetId: string): Promise<readonly [string, number][]> {
  const range = { assetId, metricIds: ['temperature', 'pressure'], from: NOW - 60_000, to: NOW + 60_000 };
  const samples = await fettle.app.pipeline.parts.store.range(range, 10);
  return samples.map(({ metricId, value }) => [metricId, value]);
}

const stampedNow = (uplink: string) =>
  uplink.replaceAll(/2026-01-01T00:00:05/g, new Date(NOW).toISOString().slice(0, 19));
const counts = { stored: 0, duplicate: 0, refused: 0, rejections: [] };

it('takes what the HTTP integration of ChirpStack posts, and passes over what is no uplink', async () => {
  await fettle.api.post('/bindings', { deviceId: '24e124136d151368', assetId: 'rig-1', from: new Date(YESTERDAY) });
  const post = await serverOf('chirpstack');
  const uplink = stampedNow(chirpstack.uplink);
  const first = await post('?event=up', uplink);
  expect([first.status, await first.json()]).toEqual([200, { ...counts, stored: 1 }]);
  expect(await (await post('?event=up', uplink)).json()).toEqual({ ...counts, duplicate: 1 });
  const join = await post('?event=join', '{"devAddr":"00189440"}');
  expect([join.status, await join.json()]).toEqual([200, counts]);
  expect(await latest('rig-1')).toEqual([['temperature', 26.6]]);
});

it('takes what a webhook of The Things Stack posts, and refuses nothing to its face', async () => {
  await fettle.api.post('/bindings', { deviceId: 'pump-1', assetId: 'rig-2', from: new Date(YESTERDAY) });
  const post = await serverOf('tts');
  const uplink = stampedNow(tts.uplink);
  const first = await post('?refused=200', uplink);
  expect([first.status, await first.json()]).toEqual([200, { ...counts, stored: 2 }]);
  const stranger = await post('?refused=200', uplink.replace('"pump-1"', '"pump-9"'));
  expect([stranger.status, await stranger.json()]).toMatchObject([
    200,
    { refused: 1, rejections: [{ reason: 'unknown-asset' }] },
  ]);
  await expect.poll(() => fettle.api.all('/dead-letters')).toMatchObject([{ reason: 'unknown-asset' }]);
  expect(await latest('rig-2')).toEqual([
    ['temperature', 26.6],
    ['pressure', 2.5],
  ]);
});
