import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/pipeline/decode.ts';
import { explainDecode, formatExplanation } from '../../../src/pipeline/explain.ts';
import { withPresence } from '../../../src/pipeline/presence.ts';
import { MemoryDirectory } from '../../support/directory.ts';
import { jsonSource, PUMP, RETENTION } from '../../support/telemetry.ts';

const NOW = Date.UTC(2024, 0, 1);

function explain(payload: string, topic = 'acme/site-1/pump-1/telemetry', model = PUMP) {
  const directory = new MemoryDirectory([model]);
  directory.add('pump-1', PUMP.id);
  const decoder = createDecoder({ sources: [jsonSource({ ignore: ['rssi'] })], directory, retention: RETENTION });
  return explainDecode(decoder, directory, { topic, payload: Buffer.from(payload), receivedAt: NOW });
}

it('shows samples with unit, symbol and exact time, and what was refused', () => {
  const explanation = explain('{"ts":1704067199999.250,"temperature":21.5,"running":1,"pressure":99}');
  expect(explanation.samples).toEqual([
    {
      asset: 'pump-1',
      metric: 'temperature',
      time: '2023-12-31T23:59:59.999250Z',
      value: 21.5,
      unit: '°C',
      quality: 0,
    },
    {
      asset: 'pump-1',
      metric: 'running',
      time: '2023-12-31T23:59:59.999250Z',
      value: 1,
      symbol: 'running',
      quality: 0,
    },
  ]);
  expect(formatExplanation(explanation).split('\n')).toEqual([
    'source: acme',
    '',
    'asset   metric       time                         value        unit',
    'pump-1  temperature  2023-12-31T23:59:59.999250Z  21.5         °C',
    'pump-1  running      2023-12-31T23:59:59.999250Z  1 (running)',
    '',
    'refused:',
    '  out-of-range: pressure: found 99 bar; valid are 0 to 20 bar',
    '',
  ]);
});

it('says so when there is no source, or nothing but ignored names', () => {
  expect(formatExplanation(explain('{}', 'elsewhere'))).toBe(
    'source: none\n\nrefused:\n  unknown-topic: 0 values: no source has this topic\n',
  );
  expect(formatExplanation(explain('{"ts":1704067200000,"rssi":1}'))).toContain('ignores');
});

it('says what a code means where the model does', () => {
  const metrics = PUMP.metrics.map((metric) =>
    metric.id === 'fault' ? { ...metric, texts: { overload: { en: 'Motor overload', zh: '电机过载' } } } : metric,
  );
  const explanation = explain('{"ts":1704067200000,"fault":2}', undefined, { ...PUMP, metrics });
  expect(explanation.samples).toMatchObject([{ symbol: 'overload', meaning: 'Motor overload' }]);
  expect(formatExplanation(explanation)).toContain('2 (overload: Motor overload)');
});

describe('a word on a connection', () => {
  const words = { online: ['ready'], offline: ['lost'], ignore: ['init'] };
  const homie = { id: 'homie', topic: 'homie/{asset}/$state', ...words };
  const json = { id: 'json', topic: 'state/{asset}', field: 'state', timeField: 'at', ...words };

  function explained(payload: string, topic = 'homie/pump-1/$state') {
    const directory = new MemoryDirectory([PUMP]);
    directory.add('pump-1', PUMP.id);
    const decoder = createDecoder({ sources: [jsonSource()], directory, retention: RETENTION });
    const message = { topic, payload: Buffer.from(payload), receivedAt: NOW };
    const definitions = [homie, json];
    return explainDecode(withPresence(decoder, definitions, directory), directory, message, undefined, definitions);
  }

  it('says who would be online or offline, and by what', () => {
    const explanation = explained('lost');
    expect(explanation).toEqual({
      source: 'homie',
      samples: [],
      rejections: [],
      connectivity: [{ asset: 'pump-1', state: 'offline', since: '2024-01-01T00:00:00.000Z', clock: 'receipt' }],
      said: 'the payload is "lost", a word for offline',
    });
    expect(formatExplanation(explanation)).toBe(
      'source: homie\n\npump-1 would be offline since 2024-01-01T00:00:00.000Z, when it is received\n' +
        'the payload is "lost", a word for offline\n',
    );
    const stamped = formatExplanation(explained('{"state":"ready","at":"2023-12-31T00:00:00Z"}', 'state/pump-1'));
    expect(stamped).toContain('pump-1 would be online since 2023-12-31T00:00:00.000Z, as the payload says\n');
    expect(stamped).toContain('state is "ready", a word for online');
  });

  it('says why it says nothing, or is refused', () => {
    expect(formatExplanation(explained('init'))).toBe(
      'source: homie\n\nthe payload is "init", a word that says nothing of the connection\n',
    );
    expect(formatExplanation(explained(''))).toContain('empty');
    expect(formatExplanation(explained('gone'))).toBe(
      'source: homie\n\nrefused:\n  unknown-code: 0 values: the payload is "gone"; expected one of init, lost, ready\n',
    );
    expect(formatExplanation(explained('lost', 'homie/pump-9/$state'))).toContain('unknown-asset');
  });

  it('leaves other topics to the sources', () => {
    expect(explained('{"ts":1704067200000,"temperature":21.5}', 'acme/site-1/pump-1/telemetry')).toMatchObject({
      source: 'acme',
      samples: [{ value: 21.5 }],
    });
  });
});
