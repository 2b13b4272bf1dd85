import { expect, it } from 'vitest';
import { rebirthCommand } from '../../../src/codecs/sparkplug/command.ts';
import { checkSparkplug } from '../../../src/codecs/sparkplug/index.ts';
import { parseTopic } from '../../../src/codecs/sparkplug/topic.ts';
import { SPARKPLUG_DEFAULTS } from '../../../src/domain/source.ts';
import { decodeSparkplug } from '../../support/sparkplugEdge.ts';

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
