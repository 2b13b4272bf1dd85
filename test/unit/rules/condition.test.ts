import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { Asset, makeModel, makeRule, samples, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [{ id: 'temperature', kind: 'number', unit: '°C' }];
const HOT = { metric: 'temperature', direction: 'above', levels: [{ limit: 80, severity: 'warning' }] };
const OFFICE = { zone: 'UTC', from: '08:00', to: '16:00' };

function asset(params: Record<string, unknown>) {
  return new Asset(makeModel(METRICS, [makeRule('threshold', { ...HOT, ...params })]));
}

/** Hours of the first day at which it said what, with one value an hour. */
function said(params: Record<string, unknown>, values: readonly number[], every = HOUR) {
  return asset(params)
    .takeAll(samples(values, every))
    .findings.map(({ change, time }) => `${change} ${(time - T0) / HOUR}`);
}

describe('a condition rule with a schedule', () => {
  it('raises only within it', () => {
    expect(said({ schedule: OFFICE }, Array<number>(8).fill(90))).toEqual([]);
    expect(said({ schedule: OFFICE }, Array<number>(9).fill(90))).toEqual(['raised 8']);
  });

  it('does not count the hours between two openings for the on-delay', () => {
    const params = { schedule: OFFICE, onDelay: '3h', maxGap: '2d' };
    const evening = [{ metric: 0, time: T0 + 15 * HOUR, value: 90 }];
    const morning = samples([90, 90, 90, 90], HOUR, T0 + DAY + 8 * HOUR);
    expect(
      asset(params)
        .takeAll([...evening, ...morning])
        .findings.map(({ time }) => (time - T0) / HOUR),
    ).toEqual([24 + 11]);
  });

  it('clears over several openings, also without a sample between them', () => {
    const params = { schedule: OFFICE, offDelay: '10h' };
    const day = (number: number, value: number) =>
      samples(Array<number>(8).fill(value), HOUR, T0 + number * DAY + 8 * HOUR);
    const { findings } = asset(params).takeAll([...day(0, 90), ...day(1, 70), ...day(3, 70), ...day(5, 70)]);
    expect(findings.map(({ change, time }) => `${change} ${(time - T0) / HOUR}`)).toEqual([
      'raised 8',
      'updated 14',
      // Seven hours from sample to sample on the first clear day, three on the next.
      `cleared ${3 * 24 + 11}`,
    ]);
  });
});

describe('a condition rule with minimum evidence', () => {
  it('raises with so many samples within the condition, however long they took', () => {
    expect(said({ minSamples: 3 }, [90, 90, 70, 90, 90, 90])).toEqual(['raised 5']);
    expect(said({ minSamples: 3, onDelay: '90m' }, Array<number>(20).fill(90), 10 * MINUTE)).toEqual(['raised 1.5']);
  });

  it('starts counting anew with a new component or after maintenance', () => {
    const hot = asset({ minSamples: 3 });
    hot.takeAll(samples([90, 90], HOUR));
    hot.take({
      type: 'component-replaced',
      id: 'e1',
      componentId: 'part',
      assetId: 'asset-1',
      at: T0 + 90 * MINUTE,
      recordedAt: T0,
      by: 'test',
    });
    hot.takeAll(samples([90, 90], HOUR, T0 + 2 * HOUR));
    expect(hot.said).toEqual([]);
    hot.takeAll(samples([90], HOUR, T0 + 4 * HOUR));
    expect(hot.said).toEqual(['raised warning']);
  });
});
