import { describe, expect, it, test } from 'vitest';
import type { CodecDefinition, Reading } from '../../../src/codecs/codec.ts';
import { CODECS } from '../../../src/codecs/index.ts';
import type { Asset } from '../../../src/domain/asset.ts';
import type { TrialMessage } from '../../../src/domain/decodeTrial.ts';
import type { AssetModel, MetricDefinition } from '../../../src/domain/model.ts';
import type { SourceDefinition } from '../../../src/domain/source.ts';
import { DAY } from '../../../src/domain/time.ts';
import { Fleet } from '../../../src/pipeline/fleet.ts';
import { suggestName, suggestTopic } from '../../../src/pipeline/suggestions.ts';
import { tryDecode } from '../../../src/pipeline/tryDecode.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const source = (more: Partial<SourceDefinition> = {}): SourceDefinition => ({
  id: 'default',
  topic: 'fettle/{site}/{asset}/telemetry',
  codec: 'json',
  subject: 'device',
  clock: 'device',
  time: { unit: 'auto' },
  metrics: {},
  ignore: [],
  ignoreEvents: [],
  maxFuture: 60_000,
  maxPayloadBytes: 10_000,
  ...more,
});
const model = (id: string, ...metrics: MetricDefinition[]): AssetModel => ({
  id,
  name: { en: id, zh: id },
  metrics,
  indicators: [],
  components: [],
  failureModes: [],
  rules: [],
  version: '1',
});
const number = (id: string, unit = '1', range?: [number, number]): MetricDefinition => ({
  id,
  kind: 'number',
  unit,
  ...(range && { range }),
});
const PUMP = model('pump', number('temperature', '°C', [0, 100]), number('flow'), {
  id: 'running',
  kind: 'state',
  codes: { stopped: 0, running: 1 },
});
const FAN = model('fan', number('temperature'), number('speed', 'rpm'), number('oil-temp'), number('a'), number('b'));

const fleet = new Fleet([PUMP, FAN]);
const known: Asset = {
  id: 'fan-1',
  modelId: 'fan',
  siteId: 'hall',
  tier: 'standard',
  criticality: 'medium',
  registeredBy: 'api',
  components: {},
};
fleet.add(known);
fleet.setBindings([{ deviceId: 'gw-1', assetId: 'fan-1', from: 0 }]);

/** Of a JSON object that has the values by whose they are. */
const NAMED: CodecDefinition = {
  namesSubject: true,
  create: () => (payload) => {
    const all = JSON.parse(payload.toString('utf8') || '{}') as Record<string, Reading['values']>;
    return Object.entries(all).map(([subject, values]) => ({ time: NOW - 1000, timeName: undefined, values, subject }));
  },
};

const attempt = (
  topic: string,
  payload: unknown,
  { sources = [source()], ...more }: Partial<TrialMessage> & { sources?: SourceDefinition[] } = {},
) => {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(JSON.stringify(payload));
  const codecs = { ...CODECS, named: NAMED };
  const parts = { sources, models: [PUMP, FAN], directory: fleet, retention: 100 * DAY, codecs };
  return tryDecode({ topic, payload: bytes, ...more }, parts, NOW);
};

it('an unknown asset is taken for one of the model that fits best', async () => {
  const payload = { ts: NOW - 1000, values: { temperature: 41.5, running: 'running', flow: 3, humidity: 5 } };
  const { sources, models, suggestedAsset, suggestedTopic } = await attempt('fettle/hall/pump-7/telemetry', payload);
  expect(models.map(({ modelId, score }) => [modelId, score])).toEqual([
    ['pump', 0.86],
    ['fan', 0.22],
  ]);
  expect(models[0]).toMatchObject({ missing: [], unknown: ['humidity'], similar: [] });
  expect(models[1]).toMatchObject({
    mapped: [{ name: 'temperature', metric: 'temperature' }],
    missing: ['speed', 'oil-temp', 'a', 'b'],
  });
  expect(suggestedAsset).toEqual({ id: 'pump-7', siteId: 'hall', name: 'Pump 7' });
  expect(suggestedTopic).toBeUndefined();
  expect(sources).toHaveLength(1);
  expect(sources[0]).toMatchObject({ sourceId: 'default', registered: false, modelId: 'pump', assetId: 'pump-7' });
  const time = '2026-11-22T11:59:59.000Z';
  expect(sources[0]!.samples).toEqual([
    { asset: 'pump-7', metric: 'temperature', time, value: 41.5, unit: '°C', quality: 0 },
    { asset: 'pump-7', metric: 'running', time, value: 1, symbol: 'running', quality: 0 },
    { asset: 'pump-7', metric: 'flow', time, value: 3, unit: '1', quality: 0 },
  ]);
  expect(sources[0]!.rejections).toMatchObject([{ reason: 'unknown-metric', metric: 'humidity' }]);
});

it('registers nothing, not even where the source would', async () => {
  const before = fleet.size;
  const autoRegister = { modelId: 'fan', siteId: 'auto', max: 10 };
  const { sources } = await attempt(
    'fettle/hall/new/telemetry',
    { temperature: 1 },
    { sources: [source({ autoRegister })] },
  );
  expect(sources[0]).toMatchObject({ registered: false, modelId: 'fan' });
  expect([fleet.size, fleet.hasUnsaved]).toEqual([before, false]);
});

it('a registered one keeps its model, whatever fits better', async () => {
  const payload = { ts: NOW, temperature: 41.5, flow: 3 };
  const { sources } = await attempt('fettle/hall/fan-1/telemetry', payload, { modelId: 'pump' });
  expect(sources[0]).toMatchObject({ registered: true, modelId: 'fan' });
  expect(sources[0]!.samples.map(({ metric }) => metric)).toEqual(['temperature']);
  const byDevice = [source({ topic: 'gw/{device}' })];
  expect((await attempt('gw/gw-1', payload, { sources: byDevice })).sources[0]).toMatchObject({
    registered: true,
    deviceId: 'gw-1',
    modelId: 'fan',
  });
  expect((await attempt('gw/gw-2', payload, { sources: byDevice })).sources[0]!.registered).toBe(false);
});

it('another model may be asked for', async () => {
  const { sources } = await attempt(
    'fettle/hall/p/telemetry',
    { ts: NOW, temperature: 5, flow: 3 },
    { modelId: 'fan' },
  );
  expect(sources[0]!.modelId).toBe('fan');
  expect(sources[0]!.rejections).toMatchObject([{ metric: 'flow' }]);
});

it('says of every source whose topic fits what it makes of it, the one that counts first', async () => {
  const raw = source({ id: 'raw', topic: 'fettle/#', metrics: {} });
  const sources = [
    source({ metrics: { T: { metric: 'temperature', unit: '°F' } } }),
    { ...raw, topic: '+/+/{asset}/#' },
  ];
  const payload = { ts: NOW, T: 50 };
  const topic = 'fettle/hall/pump-7/telemetry';
  const trial = await attempt(topic, payload, { sources });
  expect(
    trial.sources.map(({ sourceId, samples }) => [sourceId, samples.map(({ value }) => Math.round(value))]),
  ).toEqual([
    ['default', [10]],
    ['raw', []],
  ]);
  expect((await attempt(topic, payload, { sources, sourceId: 'raw' })).sources.map(({ sourceId }) => sourceId)).toEqual(
    ['raw'],
  );
});

it('says why not', async () => {
  const reasons = async (payload: unknown) =>
    (await attempt('fettle/hall/pump-7/telemetry', payload)).sources[0]!.rejections.map(({ reason }) => reason);
  expect(await reasons('{"a":')).toEqual(['malformed']);
  expect(await reasons('')).toEqual(['empty-payload']);
  expect(await reasons({ ts: NOW, temperature: 500 })).toEqual(['out-of-range']);
  expect(await reasons({ ts: NOW + DAY, temperature: 5 })).toEqual(['future-time']);
  expect(await reasons({ ts: NOW, nothing: 5 })).toEqual(['unknown-asset']);
});

it('where no source has the topic, it names a template and still finds the model', async () => {
  const { sources, suggestedTopic, models, suggestedAsset } = await attempt('acme/hall-2/pump_9/data', {
    ts: NOW,
    flow: 1,
  });
  expect(sources).toEqual([]);
  expect(suggestedTopic).toBe('acme/{site}/{asset}/data');
  expect(models[0]).toMatchObject({ modelId: 'pump', unknown: [] });
  expect(suggestedAsset).toEqual({ id: 'pump_9', siteId: 'hall-2', name: 'Pump 9' });
});

it('names that are written a little differently count half', async () => {
  const { models } = await attempt('fettle/hall/x/telemetry', { Oil_Temp: 5, SPEED: 2, other: 1 });
  expect(models).toEqual([
    {
      modelId: 'fan',
      score: 0.25,
      mapped: [],
      similar: [
        { name: 'Oil_Temp', metric: 'oil-temp' },
        { name: 'SPEED', metric: 'speed' },
      ],
      missing: ['temperature', 'speed', 'oil-temp', 'a', 'b'],
      unknown: ['other'],
    },
  ]);
});

it('a name that the topic gives, or that is ignored, counts so', async () => {
  const sources = [source({ topic: 'm/{asset}/{metric}', ignore: ['rssi'] })];
  const { models } = await attempt('m/p/temperature', '21.5', { sources });
  expect(models[0]!.mapped).toEqual([{ name: 'temperature', metric: 'temperature' }]);
  const plain = [source({ ignore: ['rssi'] })];
  expect((await attempt('fettle/h/p/telemetry', { rssi: 1 }, { sources: plain })).models).toEqual([]);
});

describe('a payload that names whom its values are of', () => {
  const sources = [source({ id: 'gw', topic: 'gateway/up', codec: 'named' })];

  it('is shown for each, by the model of each', async () => {
    const payload = { 'gw-1': { temperature: 20 }, 'pump-8': { flow: 3, running: 1 } };
    const trial = await attempt('gateway/up', payload, { sources });
    const [shown] = trial.sources;
    expect(shown).toMatchObject({ deviceId: 'gw-1', registered: true, modelId: 'fan' });
    expect(shown!.subjects).toEqual([
      { deviceId: 'gw-1', registered: true, modelId: 'fan' },
      { deviceId: 'pump-8', registered: false, modelId: 'pump' },
    ]);
    expect(shown!.samples.map(({ asset, metric, value, unit }) => [asset, metric, value, unit])).toEqual([
      ['fan-1', 'temperature', 20, '1'],
      ['pump-8', 'flow', 3, '1'],
      ['pump-8', 'running', 1, undefined],
    ]);
    expect(shown!.rejections).toEqual([]);
    expect(trial.suggestedAsset).toEqual({ id: 'pump-8', siteId: 'site-1', name: 'Pump 8' });
    expect(trial.models[0]!.modelId).toBe('pump');
  });

  it('is of assets where the source says so', async () => {
    const ofAssets = sources.map((one) => ({ ...one, subject: 'asset' as const }));
    const trial = await attempt('gateway/up', { 'fan-1': { speed: 20 } }, { sources: ofAssets });
    expect(trial.sources[0]).toMatchObject({ assetId: 'fan-1', registered: true, modelId: 'fan' });
    expect(trial.sources[0]!.subjects).toBeUndefined();
    expect(trial.sources[0]!.samples).toHaveLength(1);
  });

  it('of nobody, or of an id that can be none, is refused and suggests nothing', async () => {
    const reasons = async (payload: object) => {
      const { sources: shown, suggestedAsset } = await attempt('gateway/up', payload, { sources });
      expect(suggestedAsset).toBeUndefined();
      return shown[0]!.rejections.map(({ reason }) => reason);
    };
    expect(await reasons({ 'a\\': { flow: 1 } })).toEqual(['invalid-id']);
    expect((await attempt('gateway/up', '', { sources })).sources[0]!.rejections).toMatchObject([
      { reason: 'empty-payload' },
    ]);
  });

  it('tells fifty at most, and refuses nothing of the others', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`gw-${at + 10}`, { flow: at }]));
    const [shown] = (await attempt('gateway/up', many, { sources })).sources;
    expect(shown!.subjects).toHaveLength(50);
    expect(shown!.samples).toHaveLength(60);
    expect(shown!.rejections).toEqual([]);
  });
});

test.each([
  ['acme/hall/p1/telemetry', 'acme/{site}/{asset}/telemetry'],
  ['acme/hall/p1', 'acme/{site}/{asset}'],
  ['acme/p1/data', 'acme/{asset}/data'],
  ['p1', '{asset}'],
  ['a/b/c/p1/state/json', 'a/b/{site}/{asset}/state/json'],
  ['data/state', undefined],
  ['a//b', undefined],
  ['a/+/b', undefined],
])('a template for %s is %s', (topic, template) => {
  expect(suggestTopic(topic)).toBe(template);
});

test('names are made of ids', () => {
  expect(['pump-7', 'HALL_2.fan', 'x'].map(suggestName)).toEqual(['Pump 7', 'HALL 2 fan', 'X']);
});
