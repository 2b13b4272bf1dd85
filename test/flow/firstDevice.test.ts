import type { Static } from 'typebox';
import { expect, it } from 'vitest';
import type { DecodeTrialSchema, InstallationSchema } from '../../src/api/resources/firstSteps.ts';
import { useFettle } from '../support/fettle.ts';

const fettle = useFettle(() => ({}));
const look = () => fettle.api.get<Static<typeof InstallationSchema>>('/installation');

it('an empty installation says where to report, what a message would become, and when the first has come', async () => {
  expect(await look()).toMatchObject({
    assets: 0,
    heard: false,
    mqtt: { url: expect.stringMatching(/^mqtt:\/\/127\.0\.0\.1:\d+/), embedded: true, login: false },
    sources: [{ id: 'rigs', topic: 'rigs/{site}/{asset}', codec: 'json' }],
  });
  const message = { topic: 'rigs/hall/pump-1', payload: JSON.stringify({ ts: Date.now(), temperature: 21, hours: 5 }) };
  const trial = await fettle.api.post<Static<typeof DecodeTrialSchema>>('/decode', message);
  expect(trial.sources[0]).toMatchObject({ registered: false, modelId: 'rig', rejections: [] });
  expect(trial.sources[0]!.samples.map(({ metric, value, unit }) => [metric, value, unit])).toEqual([
    ['temperature', 21, '°C'],
    ['hours', 5, 'h'],
  ]);
  expect(await look()).toMatchObject({ assets: 0 });

  const { id, siteId, name } = trial.suggestedAsset!;
  await fettle.api.post('/assets', { id, siteId, name, modelId: trial.models[0]!.modelId });
  expect(await look()).toMatchObject({ assets: 1, heard: false });
  await fettle.send('pump-1', message.payload, 'hall');
  await fettle.settled();
  const after = await look();
  expect(after.heard).toBe(true);
  expect(Date.now() - Date.parse(after.lastReceivedAt!)).toBeLessThan(60_000);
});
