import { expect, it } from 'vitest';
import type { PastReading } from '../../../src/domain/past.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { createDecoder } from '../../../src/pipeline/decode.ts';
import { decodePast, lookedAt } from '../../../src/pipeline/past.ts';
import { PastIntake } from '../../../src/pipeline/pastIntake.ts';
import { tryPast } from '../../../src/pipeline/tryPast.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { fleetOfPump, jsonSource, RETENTION } from '../../support/telemetry.ts';

const NOW = Date.UTC(2026, 6, 5, 12);
const OLD = NOW - 48 * HOUR;
const source = jsonSource();
const iso = (time: number) => new Date(time).toISOString();

function decode(readings: readonly PastReading[], zone?: string) {
  const decoder = createDecoder({ sources: [source], directory: fleetOfPump('p1'), retention: RETENTION });
  return decodePast(decoder, { sourceId: source.id, readings, ...(zone && { zone }) }, NOW);
}

it('reads what somebody brings as the source reads its devices, as history', () => {
  const [{ samples, rejections }] = decode([
    { assetId: 'p1', time: iso(OLD), values: { temperature: 68, nothing: 1 }, units: { temperature: '°F' } },
  ]) as [ReturnType<typeof decode>[number]];
  expect(samples).toMatchObject([{ time: OLD, historical: true, series: { assetId: 'p1', metricId: 'temperature' } }]);
  expect(samples[0]!.value).toBeCloseTo(20, 9);
  expect(rejections).toMatchObject([{ reason: 'unknown-metric', metric: 'nothing', assetId: 'p1', samples: 1 }]);
});

it('refuses each reading for itself, with the reason', () => {
  const values = { temperature: 20 };
  const decoded = decode([
    { assetId: 'p1', time: iso(OLD), values },
    { assetId: 'p2', time: iso(OLD), values },
    { assetId: 'p\n', time: iso(OLD), values },
    { time: iso(OLD), values },
    { deviceId: 'unbound', time: iso(OLD), values },
    { assetId: 'p1', time: undefined, values },
    { assetId: 'p1', time: '2026-07-04 10:00', values },
    { assetId: 'p1', time: iso(NOW - RETENTION - HOUR), values },
    { assetId: 'p1', time: iso(OLD), values: {} },
  ]);
  const { rejections, spans } = lookedAt(decoded);
  expect(rejections.map(({ reading, reason }) => [reading, reason])).toEqual([
    [1, 'unknown-asset'],
    [2, 'invalid-id'],
    [3, 'unknown-asset'],
    [4, 'unknown-asset'],
    [5, 'missing-time'],
    [6, 'time-without-zone'],
    [7, 'too-old'],
    [8, 'unexpected-shape'],
  ]);
  expect(spans).toEqual([{ assetId: 'p1', samples: 1, from: OLD, to: OLD }]);
});

it('goes by a zone that is named with the readings', () => {
  const at = (time: unknown) => decode([{ assetId: 'p1', time, values: { temperature: 1 } }], 'Europe/Berlin')[0]!;
  expect(at('2026-07-04 10:00').samples).toMatchObject([{ time: Date.UTC(2026, 6, 4, 8) }]);
  expect(at('2026-07-04T10:00:00Z').samples).toMatchObject([{ time: Date.UTC(2026, 6, 4, 10) }]);
  expect(at('yesterday').rejections).toMatchObject([{ reason: 'invalid-time' }]);
});

it('tries without registering anybody', () => {
  const fleet = fleetOfPump('p1');
  const autoRegister = { modelId: 'pump', siteId: 's1', max: 10 };
  const parts = {
    sources: [{ ...source, autoRegister }],
    directory: fleet,
    modelOf: (id: string) => fleet.model(id)?.model,
    retention: RETENTION,
  };
  const reading = { assetId: 'p9', time: iso(OLD), values: { temperature: 20 } };
  const taken = tryPast({ sourceId: source.id, readings: [reading, reading] }, parts, NOW);
  expect(taken).toEqual({
    stored: 0,
    duplicate: 0,
    rejections: [],
    spans: [{ assetId: 'p9', samples: 2, from: OLD, to: OLD }],
  });
  expect([fleet.get('p9'), fleet.hasUnsaved]).toEqual([undefined, false]);
});

it('turns what is brought away while the store is behind, or too much is in hand', async () => {
  const waiting: (() => void)[] = [];
  const taken = { stored: 1, duplicate: 0, rejections: [], spans: [] };
  const spill = { isEmpty: true };
  const ingest = { takePast: () => new Promise<typeof taken>((resolve) => waiting.push(() => resolve(taken))) };
  const intake = new PastIntake({ ingest: () => ingest, spill, clock: new FakeClock(NOW), patience: HOUR });
  const batch = { sourceId: source.id, readings: [] };
  const two = [intake.take(batch), intake.take(batch)];
  expect(await intake.take(batch)).toBe('busy');
  for (const end of waiting) end();
  expect(await Promise.all(two)).toEqual([taken, taken]);
  spill.isEmpty = false;
  expect(await intake.take(batch)).toBe('busy');
});
