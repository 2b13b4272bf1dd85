import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkConfiguration } from '../../../src/config/check.ts';
import { formatProblems } from '../../../src/config/problem.ts';
import type { AssetModel, MetricDefinition } from '../../../src/domain/model.ts';
import type { RejectionReason } from '../../../src/domain/sample.ts';
import type { SourceDefinition } from '../../../src/domain/source.ts';
import { DAY } from '../../../src/domain/time.ts';
import type { DeadLetter, DeadLetterGroup } from '../../../src/ports/database.ts';
import { reportUnmapped } from '../../../src/unmapped/report.ts';
import { codecCases } from '../../support/codecCases.ts';
import { MemoryDirectory } from '../../support/directory.ts';
import { mutate, mutations } from '../../support/mutations.ts';
import { tempFolder } from '../../support/temp.ts';

const NOW = Date.UTC(2026, 0, 1, 0, 0, 10);
const model = (id: string, ...metrics: MetricDefinition[]): AssetModel => ({
  ...{
    id,
    name: { en: id, zh: id },
    metrics,
    indicators: [],
    components: [],
    failureModes: [],
    rules: [],
    version: '1',
  },
});
const PUMP = model(
  'pump',
  { id: 'temperature', kind: 'number', unit: '°C', range: [-40, 120] },
  { id: 'pressure', kind: 'number', unit: 'bar', range: [0, 20] },
  { id: 'hours', kind: 'number', unit: 'h' },
  { id: 'running', kind: 'state', codes: { stopped: 0, running: 1 } },
);
const FAN = model(
  'fan',
  { id: 'motor-temperature', kind: 'number', unit: '°C' },
  { id: 'fan-speed', kind: 'number', unit: 'rpm' },
);
const SOURCE: SourceDefinition = {
  ...{ id: 'default', topic: 'fettle/{site}/{asset}/telemetry', codec: 'json', subject: 'device', clock: 'device' },
  ...{
    time: { unit: 'auto' },
    metrics: {},
    ignore: [],
    ignoreEvents: [],
    maxFuture: 300_000,
    maxPayloadBytes: 1024 * 1024,
  },
};

/** Dead letters in memory, as the database groups them. */
class Letters {
  readonly #all: DeadLetter[] = [];

  add(topic: string, payload: unknown, change: Partial<DeadLetter> = {}): this {
    const bytes = Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    const id = String(this.#all.length);
    const at = NOW + this.#all.length;
    const base = {
      id,
      at,
      topic,
      reason: 'unknown-topic',
      detail: '',
      payload: bytes,
      payloadBytes: bytes.length,
    } as const;
    this.#all.push({ ...base, ...change });
    return this;
  }

  /** What was refused of a message of a known asset. */
  names(assetId: string, payload: object, ...metrics: (string | undefined)[]): this {
    const at = NOW + this.#all.length;
    for (const metric of metrics) {
      const about = { reason: 'unknown-metric', sourceId: 'default', assetId, at } as const;
      this.add(
        `fettle/hall/${assetId}/telemetry`,
        { ts: NOW, ...payload },
        { ...about, ...(metric !== undefined && { metric }) },
      );
    }
    return this;
  }

  async getAll(ids: readonly string[]): Promise<DeadLetter[]> {
    return this.#all.filter(({ id }) => ids.includes(id));
  }

  async groups(reason: RejectionReason, _newest: number, samples: number): Promise<DeadLetterGroup[]> {
    const groups = new Map<string, DeadLetter[]>();
    for (const letter of this.#all.filter((one) => one.reason === reason)) {
      const key = JSON.stringify([letter.topic, letter.sourceId, letter.assetId, letter.metric]);
      groups.set(key, [letter, ...(groups.get(key) ?? [])]);
    }
    return [...groups.values()]
      .sort((a, b) => b.length - a.length)
      .map((own) => {
        const { topic, sourceId, assetId, metric } = own[0]!;
        return {
          ...{ topic, count: own.length, firstAt: own.at(-1)!.at, lastAt: own[0]!.at },
          ...(sourceId !== undefined && { sourceId }),
          ...(assetId !== undefined && { assetId }),
          ...(metric !== undefined && { metric }),
          newest: own.slice(0, samples).map(({ id, at }) => ({ id, at })),
        };
      });
  }
}

function report(deadLetters: Letters, sources: readonly SourceDefinition[] = [SOURCE]) {
  const directory = new MemoryDirectory([PUMP, FAN]);
  directory.add('pump-1', 'pump');
  directory.add('fan-1', 'fan');
  const parts = {
    sources,
    presence: [],
    models: [PUMP, FAN],
    directory,
    sites: new Set(['hall']),
    retention: 1000 * DAY,
  };
  return reportUnmapped({ ...parts, deadLetters });
}

const sourceFor = async (topic: string, ...payloads: unknown[]) => {
  const letters = new Letters();
  for (const payload of payloads) letters.add(topic, payload);
  const { topics } = await report(letters);
  return topics[0]!.suggestion;
};

/** What the configuration makes of it. */
function load(into: string, yaml: string) {
  const cwd = tempFolder();
  mkdirSync(join(cwd, 'models'));
  for (const one of [PUMP, FAN]) {
    const { id, name, metrics } = one;
    writeFileSync(join(cwd, 'models', `${id}.yaml`), JSON.stringify({ id, name, metrics, components: [] }));
  }
  writeFileSync(join(cwd, 'fettle.yaml'), `models: models\n${into}:\n${yaml}`);
  const result = checkConfiguration({ env: {}, cwd });
  if ('problems' in result) throw new Error(formatProblems(result.problems));
  return result.configuration.config;
}

describe('sources for topics that none takes', () => {
  it('map what a payload has, by the model whose metrics fit best', async () => {
    const found = await sourceFor('acme/north/c-7/data', {
      ts: NOW,
      tempF: 154.4,
      'p (kPa)': 740,
      run: 'ON',
      fw: '1.2',
    });
    expect(found).toEqual({
      into: 'sources',
      codec: 'json',
      modelId: 'pump',
      yaml: [
        '  - id: acme',
        '    topic: acme/{site}/{asset}/data',
        '    metrics:',
        '      tempF: { metric: temperature, unit: °F }',
        '      "p (kPa)": { metric: pressure, unit: kPa }',
        '      run: { metric: running, values: { "ON": running, OFF: stopped } }'.replace('OFF', '"OFF"'),
        '    # Like no metric of the model: add them there, map them, or pass them over with',
        '    # ignore: ["fw"]',
        '    # Unless its assets are registered otherwise:',
        '    # autoRegister: { model: pump, site: north }',
        '',
      ].join('\n'),
      taken: 3,
      refused: 1,
    });
  });

  it('are as docs/sources.md shows', async () => {
    const [, section = ''] = readFileSync('docs/sources.md', 'utf8').split('## Is it all there?');
    const [, topic = ''] = /message on `([^`]+)`/.exec(section) ?? [];
    const [, payload = ''] = /```json\n([\s\S]*?)```/.exec(section) ?? [];
    const [, yaml] = /```text\n([\s\S]*?)```/.exec(section) ?? [];
    expect((await sourceFor(topic, payload))!.yaml).toBe(yaml);
  });

  it('are of the model of the asset that speaks', async () => {
    const found = await sourceFor('acme/fan-1/data', { ts: NOW, temperature: 60 });
    expect([found!.modelId, found!.yaml, found!.taken]).toEqual([
      'fan',
      '  - id: acme\n    topic: acme/{asset}/data\n    metrics:\n      temperature: { metric: motor-temperature }\n',
      1,
    ]);
  });

  it('take the receipt for the time where the payload has none, and look into what is nested', async () => {
    const found = await sourceFor('acme/pump-1/data', { oil: { temp: 60 } });
    expect(found!.yaml.split('\n')).toEqual([
      '  - id: acme',
      '    topic: acme/{asset}/data',
      '    clock: receipt # no time in the payload',
      '    flatten: true',
      '    metrics:',
      '      oil.temp: { metric: temperature }',
      '',
    ]);
  });

  it('say what is as likely', async () => {
    const { metrics } = PUMP;
    const two = model('two', { ...metrics[0]!, id: 'oil-temperature' }, { ...metrics[0]!, id: 'motor-temperature' });
    const directory = new MemoryDirectory([two]);
    const deadLetters = new Letters().add('a/c-7/data', { ts: NOW, temp: 60 });
    const parts = { sources: [], presence: [], models: [two], directory, sites: new Set<string>(), retention: DAY };
    const { topics } = await reportUnmapped({ ...parts, deadLetters });
    expect(topics[0]!.suggestion!.yaml).toContain('temp: { metric: oil-temperature } # or motor-temperature\n');
  });

  it.each([
    [
      'tele/pump-1/SENSOR',
      { Time: '2026-01-01T00:00:05', DS18B20: { Temperature: 20 } },
      'tasmota',
      'tele/{asset}/SENSOR',
    ],
    ['zigbee2mqtt/pump-1', { temperature: 20, linkquality: 1 }, 'zigbee2mqtt', 'zigbee2mqtt/{asset}'],
    [
      'v1/gateway/telemetry',
      { 'Pump A': [{ ts: NOW, values: { temperature: 42 } }] },
      'thingsboard',
      'v1/gateway/telemetry',
    ],
    ['x/pump-1', [{ bn: 'urn:dev:pump-1_', bt: 1_767_225_605, n: 'temp', u: 'Cel', v: 20 }], 'senml-json', 'x/{asset}'],
    ['x/pump-1', `weather,location=x temperature=20 ${NOW}000000`, 'influx-line', 'x/{asset}'],
    ['x/pump-1', Buffer.from('a26274731a6955b90564 74656d7014'.replace(/ /g, ''), 'hex'), 'cbor', 'x/{asset}'],
    ['x/pump-1/temp', '20.5', 'text', 'x/{asset}/{metric}'],
    ['spBv1.0/g/DDATA/n/d', Buffer.from([0x18, 1]), 'sparkplug-b', 'spBv1.0/#'],
  ])('of %s know %j', async (topic, payload, codec, template) => {
    const found = await sourceFor(topic, payload);
    const [source] = parse(found!.yaml) as [{ topic: string }];
    expect([found!.codec, source.topic]).toEqual([codec, template]);
  });

  it('take words on a connection for presence', async () => {
    const lwt = await sourceFor('plc/pump-1/LWT', 'Connected');
    expect(lwt).toEqual({
      into: 'presence',
      yaml: '  - id: plc\n    topic: plc/{asset}/LWT\n    online: [connected]\n    offline: [disconnected]\n',
      taken: 1,
      refused: 0,
    });
    const state = await sourceFor('zigbee2mqtt/pump-1/availability', { state: 'offline' });
    expect(state!.yaml).toBe('  - id: zigbee2mqtt\n    topic: zigbee2mqtt/{asset}/availability\n    field: state\n');
  });

  it('are none where nothing can read the payload', async () => {
    expect(await sourceFor('x/pump-1', Buffer.from([0xff, 0xfe, 0, 1, 2, 3]))).toBeUndefined();
    expect(await sourceFor('x/pump-1', Buffer.alloc(0))).toBeUndefined();
  });

  it('are sound configuration, whatever came', async () => {
    const letters = new Letters();
    for (const { topic, payload } of codecCases()) letters.add(`other/${topic}`, payload);
    letters.add('weird: topic/ #x', { 'a: b': 1, '# c': 2, "d'e": 3, '*': 4, true: 5, '1': 6 });
    letters.add('"quoted"/{asset}/x', { temp: 1 }).add('@a/b', { temp: 'on' }).add('-/c', '5');
    letters.add('nul\u0000l/\u2028x', { 'te\nmp': 3, 'temp\u2028': 1 });
    const { topics } = await report(letters);
    const suggestions = topics.flatMap(({ suggestion }) => suggestion ?? []);
    expect(suggestions.length).toBeGreaterThan(8);
    for (const { into, yaml } of suggestions) expect(load(into, yaml)[into as 'sources'], yaml).toHaveLength(1);
    const ids = suggestions.map(({ yaml }) => (parse(yaml) as [{ id: string }])[0].id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('makes sound YAML of mutated payloads on topics of any kind, or nothing', async () => {
  const cases = codecCases();
  const level = fc.oneof(fc.constantFrom('plc', 'pump-1', 'hall', 'data', '', '+', '{x}', 'temp'), fc.string());
  const topics = fc.array(level, { minLength: 1, maxLength: 6 }).map((levels) => levels.join('/'));
  const letter = fc.tuple(fc.constantFrom(...cases), mutations, topics);
  await fc.assert(
    fc.asyncProperty(fc.array(letter, { minLength: 1, maxLength: 6 }), async (several) => {
      const letters = new Letters();
      for (const [{ payload }, ways, topic] of several) {
        const bytes = mutate(payload, ways);
        letters.add(topic, bytes);
        const about = { reason: 'unknown-metric', sourceId: 'default', assetId: 'pump-1', metric: 'x' } as const;
        letters.add('fettle/hall/pump-1/telemetry', bytes, about);
      }
      const { topics: told, sources } = await report(letters);
      for (const { suggestion } of told) {
        if (suggestion) expect(parse(suggestion.yaml), suggestion.yaml).toHaveLength(1);
      }
      for (const { yaml } of sources) expect(() => parse(yaml), yaml).not.toThrow();
    }),
    { numRuns: 300 },
  );
});

describe('names that nothing maps', () => {
  it('are told with their values and what they probably are', async () => {
    const letters = new Letters()
      .names('pump-1', { tempF: 154.4, temperature: 60, rssi: -60 }, 'tempF', 'rssi')
      .names('pump-1', { Press: 740 }, 'Press')
      .names('fan-1', { Speed: 1450 }, 'Speed');
    const { metrics, sources } = await report(letters);
    expect(
      metrics.map(({ name, modelId, samples, suggestion }) => [name, modelId, samples[0]!.value, suggestion?.yaml]),
    ).toEqual([
      // Temperature comes under its own name already.
      ['tempF', 'pump', '154.4', undefined],
      ['rssi', 'pump', '-60', undefined],
      ['Press', 'pump', '740', 'Press: { metric: pressure, unit: kPa }'],
      ['Speed', 'fan', '1450', 'Speed: { metric: fan-speed }'],
    ]);
    expect(sources).toEqual([
      {
        sourceId: 'default',
        yaml: [
          '    metrics:',
          '      Press: { metric: pressure, unit: kPa }',
          '      Speed: { metric: fan-speed }',
          '    # Like no metric of the model: add them there, map them, or pass them over with',
          '    # ignore: ["tempF", "rssi"]',
          '',
        ].join('\n'),
      },
    ]);
  });

  it('have a key of their own where the name is mapped for another model', async () => {
    const letters = new Letters().names('pump-1', { temp: 60 }, 'temp').names('fan-1', { temp: 61 }, 'temp');
    const { sources } = await report(letters);
    expect(sources[0]!.yaml).toBe(
      '    metrics:\n      temp: { metric: temperature }\n      motor-temperature: { metric: motor-temperature, from: temp }\n',
    );
    const mapped = { ...SOURCE, metrics: { temp: { metric: 'motor-temperature' } } };
    expect((await report(letters, [mapped])).sources[0]!.yaml).toBe(
      '    metrics:\n      temperature: { metric: temperature, from: temp }\n',
    );
  });

  it('are found beyond those that dead letters name, in what the message held', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`unknown-${at}`, at]));
    const { metrics } = await report(new Letters().names('pump-1', { ...many, Press: 7 }, 'unknown-0', undefined));
    expect(metrics).toHaveLength(41);
    expect(metrics.find(({ name }) => name === 'Press')!.suggestion!.metricId).toBe('pressure');
  });

  it('are only counted once they are mapped, ignored, or nested in what is flattened', async () => {
    const letters = new Letters().names('pump-1', { temp: 60, oil: { press: 7 } }, 'temp', 'oil');
    expect((await report(letters)).metrics.map(({ suggestion }) => suggestion!.yaml)).toEqual([
      'temp: { metric: temperature }',
      'oil.press: { metric: pressure }',
    ]);
    const mapped = { ...SOURCE, flatten: true, metrics: { 'oil.press': { metric: 'pressure' } }, ignore: ['temp'] };
    expect(await report(letters, [mapped])).toEqual({
      ...{ topics: [], metrics: [], sources: [], letters: 2, complete: true, mappedSince: 2 },
    });
  });

  it('are told without a suggestion where the payload was not kept whole, or the asset is gone', async () => {
    const cut = new Letters().names('pump-1', { temp: 60 }, 'temp');
    const [letter] = await cut.getAll(['0']);
    const letters = new Letters()
      .add(letter!.topic, '{"ts": 1, "te', {
        ...letter!,
        id: '0',
        payload: Buffer.from('{"ts": 1, "te'),
        payloadBytes: 9000,
      })
      .names('gone', { temp: 60 }, 'temp');
    const { metrics } = await report(letters);
    expect(metrics.map(({ modelId, samples, suggestion }) => [modelId, samples.length, suggestion?.metricId])).toEqual([
      ['pump', 0, 'temperature'],
      [undefined, 1, undefined],
    ]);
  });
});
