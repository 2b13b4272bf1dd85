import type { UMetric } from 'sparkplug-payload/lib/sparkplugbpayload.js';
import { expect, it } from 'vitest';
import type { CodecOptions, Refusal } from '../../../src/codecs/codec.ts';
import { rebirthCommand } from '../../../src/codecs/sparkplug/command.ts';
import { checkSparkplug, createSparkplugCodec } from '../../../src/codecs/sparkplug/index.ts';
import { parseTopic } from '../../../src/codecs/sparkplug/topic.ts';
import { SPARKPLUG_DEFAULTS } from '../../../src/domain/source.ts';
import { decodeSparkplug, metric, sparkplugPayload } from '../../support/sparkplugEdge.ts';

it('asks for a rebirth as an independent reader understands it', () => {
  const { topic, payload } = rebirthCommand({ group: 'plant', node: 'edge' }, 1_767_225_600_000);
  expect(topic).toBe('spBv1.0/plant/NCMD/edge');
  const { timestamp, metrics } = decodeSparkplug(payload);
  expect(Number(timestamp)).toBe(1_767_225_600_000);
  expect(metrics).toMatchObject([{ name: 'Node Control/Rebirth', type: 'Boolean', value: true }]);
});

it.each([
  ['spBv1.0/g/NDATA/n', { type: 'NDATA', group: 'g', node: 'n' }],
  ['spBv1.0/g/DDATA/n/d', { type: 'DDATA', group: 'g', node: 'n', device: 'd' }],
  ['spBv1.0/STATE/host', 'state'],
  ['STATE/host', 'state'],
  ['spBv1.0/g/DDATA/n', undefined],
  ['spBv1.0/g/NDATA/n/d', undefined],
  ['spBv1.0/g/NDATA/', undefined],
  ['spBv1.0/g/DDATA/n/d/e', undefined],
  ['spAv1.0/g/NDATA/n', undefined],
])('reads the topic %s', (topic, expected) => expect(parseTopic(topic)).toEqual(expected));

it('refuses ids that several nodes or devices would share', () => {
  const flawed = { ...SPARKPLUG_DEFAULTS, nodeId: '{group}', deviceId: '{node}' };
  expect(checkSparkplug({ sparkplug: flawed })).toEqual([
    { path: ['sparkplug', 'nodeId'], message: 'it must hold {node}' },
    { path: ['sparkplug', 'deviceId'], message: 'it must hold {device}' },
  ]);
  expect(checkSparkplug({ sparkplug: SPARKPLUG_DEFAULTS })).toEqual([]);
});

it('composes no names that are longer than names may be, whatever a payload asks for', () => {
  const columns = Array.from({ length: 5000 }, (_, index) => `c${index}`);
  const value = {
    numOfColumns: 5000,
    columns,
    types: columns.map(() => 'Int8' as const),
    rows: [columns.map(() => 1)],
  };
  const wide = { name: 'x'.repeat(500_000), type: 'DataSet' as const, value };
  const decode = createSparkplugCodec({ sparkplug: SPARKPLUG_DEFAULTS } as CodecOptions);
  const payload = sparkplugPayload([wide as UMetric, metric('t', 1, 20)], 0);
  const items = decode(payload, 0, 'spBv1.0/plant/NBIRTH/edge');
  expect(items[0]).toMatchObject({ values: { t: 20 } });
  expect(items.slice(1)).toHaveLength(9);
  expect(items.at(-1)).toMatchObject({ reason: 'unexpected-shape', detail: '4992 more metrics like these' });
  for (const item of items.slice(1)) expect((item as Refusal).detail.length).toBeLessThan(200);
});
