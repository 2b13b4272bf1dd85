import { describe, expect, it } from 'vitest';
import type { Codec, Reading, Refusal } from '../../../src/codecs/codec.ts';
import type { SourceDefinition } from '../../../src/domain/source.ts';
import { createDecoder } from '../../../src/pipeline/decode.ts';
import { MemoryDirectory } from '../../support/directory.ts';
import { jsonSource, PUMP, RETENTION } from '../../support/telemetry.ts';

const NOW = Date.UTC(2024, 5, 1);

const of = (subject: string | undefined, values: Reading['values'], more: Partial<Reading> = {}): Reading => ({
  time: NOW,
  values,
  timeName: undefined,
  ...(subject !== undefined && { subject }),
  ...more,
});

/** What a codec's readings become, whatever the payload is. */
function decode(items: readonly (Reading | Refusal)[], change: Partial<SourceDefinition> = {}, topic = 'acme/up') {
  const directory = new MemoryDirectory([PUMP]);
  directory.add('pump-1', PUMP.id);
  directory.add('pump-2', PUMP.id);
  directory.bind({ deviceId: 'sensor-2', assetId: 'pump-2', from: 0 });
  const speakers: string[] = [];
  const decoder = createDecoder({
    sources: [jsonSource({ topic: 'acme/up', codec: 'given', ...change })],
    codecs: { given: { create: (): Codec => () => items, namesSubject: true } },
    directory,
    retention: RETENTION,
    watch: { observe: (assetId) => void speakers.push(assetId) },
  });
  const { samples, rejections } = decoder.decode({ topic, payload: Buffer.from('x'), receivedAt: NOW });
  return {
    samples: samples.map(({ series, value, quality }) => [series.assetId, series.metricId, value, quality]),
    rejections: rejections.map(({ reason, detail, samples: count }) => ({ reason, detail, count })),
    speakers,
  };
}

describe('a payload that names whom its values are of', () => {
  it('speaks for devices, each bound to its asset', () => {
    const items = [of('sensor-2', { temperature: 20 }), of('sensor-9', { temperature: 21, pressure: 1 })];
    const { samples, rejections, speakers } = decode(items);
    expect(samples).toEqual([['pump-2', 'temperature', 20, 0]]);
    expect(rejections).toMatchObject([{ reason: 'unknown-asset', count: 2 }]);
    expect(rejections[0]!.detail).toContain('sensor-9');
    expect(speakers).toEqual(['pump-2']);
  });

  it('speaks for assets where the source says so', () => {
    const items = [of('pump-1', { temperature: 20 }), of('pump-2', { temperature: 21 })];
    const { samples, speakers } = decode(items, { subject: 'asset' });
    expect(samples).toEqual([
      ['pump-1', 'temperature', 20, 0],
      ['pump-2', 'temperature', 21, 0],
    ]);
    expect(speakers).toEqual(['pump-1', 'pump-2']);
  });

  it('counts before what the topic says, which holds for what names nobody', () => {
    const items = [of(undefined, { temperature: 20 }), of('pump-2', { temperature: 21 })];
    const { samples } = decode(items, { subject: 'asset', topic: 'acme/{asset}' }, 'acme/pump-1');
    expect(samples).toEqual([
      ['pump-1', 'temperature', 20, 0],
      ['pump-2', 'temperature', 21, 0],
    ]);
  });

  it('of nobody, and of an id that can be none, is refused', () => {
    const refusal: Refusal = { reason: 'malformed', detail: 'cut off' };
    const { samples, rejections } = decode([of(undefined, { a: 1, b: 2 }), of('a\\', { c: 1 }), refusal]);
    expect(samples).toEqual([]);
    expect(rejections.map(({ reason, count }) => [reason, count]).toSorted()).toEqual([
      ['invalid-id', 1],
      ['malformed', 0],
      ['unknown-asset', 2],
    ]);
  });
});

describe('a payload that tells units and quality', () => {
  it('is converted to the unit of the model, where the source names none itself', () => {
    const items = [
      of('sensor-2', { temperature: 212, p: 2500 }, { units: { temperature: '°F', p: 'furlong' }, quality: 2 }),
    ];
    const { samples } = decode(items, { metrics: { p: { metric: 'pressure', unit: 'mbar' } } });
    expect(samples.map(([, metric, value, quality]) => [metric, Math.round(Number(value) * 10) / 10, quality])).toEqual(
      [
        ['temperature', 100, 2],
        ['pressure', 2.5, 2],
      ],
    );
  });

  it('in a unit that measures something else is refused', () => {
    const { samples, rejections } = decode([of('sensor-2', { temperature: 3 }, { units: { temperature: 'bar' } })]);
    expect(samples).toEqual([]);
    expect(rejections).toMatchObject([{ reason: 'wrong-type', count: 1 }]);
    expect(rejections[0]!.detail).toContain('bar');
  });
});
