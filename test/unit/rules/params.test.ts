import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { checkMetric, duration } from '../../../src/rules/params.ts';
import { makeModel } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'speed', kind: 'number', unit: 'rpm' },
  { id: 'status', kind: 'state', codes: { stopped: 0, running: 3 } },
];
const MODEL = makeModel(METRICS, []);

describe('parameters', () => {
  it('name a metric of the model', () => {
    expect(checkMetric(MODEL, 'speed', 'metric')).toBe(METRICS[0]);
    expect(checkMetric(MODEL, 'heat', 'metric')).toMatchObject({ path: 'metric' });
  });

  it('say what a duration looks like', () => {
    expect(duration('1.5h')).toBe(5_400_000);
    expect(() => duration('soon')).toThrow(/'soon' is no duration: write .*15m/);
  });
});
