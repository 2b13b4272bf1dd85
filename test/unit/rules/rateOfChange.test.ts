import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { HOUR, MINUTE } from '../../../src/domain/time.ts';
import { rateOfChange } from '../../../src/rules/rateOfChange.ts';
import { Asset, makeModel, makeRule, samples, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [{ id: 'level', kind: 'number', unit: 'mm' }];
const FALLING = {
  metric: 'level',
  direction: 'below',
  window: '12h',
  levels: [
    { limit: -1, severity: 'warning' },
    { limit: -3, severity: 'critical' },
  ],
  deadband: 0.2,
};

const tank = (params: Record<string, unknown> = {}) =>
  new Asset(makeModel(METRICS, [makeRule('rate-of-change', { ...FALLING, ...params })]));
/** A value each ten minutes. */
const course = (hours: number, at: (hour: number) => number, from = 0) =>
  samples(
    Array.from({ length: hours * 6 }, (_, n) => at(from + n / 6)),
    10 * MINUTE,
    T0 + from * HOUR,
  );

describe('a rate of change', () => {
  it('is raised by a slope, whatever the level', () => {
    for (const level of [10, 1e6]) {
      const { findings } = tank().takeAll(course(12, (hour) => level - 1.5 * hour));
      expect(findings[0]).toMatchObject({
        change: 'raised',
        severity: 'warning',
        time: T0 + 4 * HOUR,
        evidence: { metricId: 'level', unit: 'mm/h', limit: -1 },
      });
      expect(findings[0]!.evidence).toHaveProperty('value', expect.closeTo(-1.5, 6));
    }
    expect(tank().takeAll(course(48, (hour) => 10 - 0.9 * hour)).said).toEqual([]);
  });

  it('takes its limits per day where they are', () => {
    expect(tank({ per: 'd' }).takeAll(course(48, (hour) => 10 - (0.9 * hour) / 24)).said).toEqual([]);
    const { findings } = tank({ per: 'd' }).takeAll(course(12, (hour) => 10 - (2 * hour) / 24));
    expect(findings[0]!.evidence).toMatchObject({ unit: 'mm/d', value: expect.closeTo(-2, 6) as number });
  });

  it('does not mind a stretch of nonsense', () => {
    const glitch = course(24, (hour) => (hour >= 6 && hour < 8 ? -5000 : 10 + Math.sin(7 * hour)));
    expect(tank().takeAll(glitch).said).toEqual([]);
  });

  it('clears when the change is over, and a step is over with its window', () => {
    const { said } = tank({ offDelay: '2h' }).takeAll(course(60, (hour) => 100 - 1.5 * Math.min(hour, 20)));
    expect(said.filter((change) => !change.startsWith('updated'))).toEqual(['raised warning', 'cleared warning']);
  });

  it('says nothing with samples in fewer than four stretches of its window', () => {
    expect(tank().takeAll(samples([90, 60, 30], 2 * HOUR)).said).toEqual([]);
    expect(tank().takeAll(samples([90, 60, 30, 0, -30], 2 * HOUR)).said).toEqual(['raised critical']);
  });

  it('starts anew with a new component', () => {
    const asset = tank();
    asset.takeAll(course(5, (hour) => 10 - 0.9 * hour));
    asset.take({
      type: 'component-replaced',
      id: 'e1',
      componentId: 'part',
      assetId: 'asset-1',
      at: T0 + 5 * HOUR,
      recordedAt: T0,
      by: 'test',
    });
    asset.takeAll(course(10, () => -200, 5));
    expect(asset.said).toEqual([]);
  });

  it.each([
    [{}, []],
    [{ metric: 'depth' }, ['metric']],
    [{ window: '5ms' }, ['window']],
    [
      {
        levels: [
          { limit: 1, severity: 'warning' },
          { limit: 2, severity: 'critical' },
        ],
      },
      ['levels.1.limit'],
    ],
    [{ while: 'level' }, ['while']],
  ])('is checked: %j at %j', (params, paths) => {
    const checked = makeRule('rate-of-change', { ...FALLING, ...params });
    const problems = rateOfChange.check(checked.params as never, makeModel(METRICS, [checked]), checked);
    expect(problems.map(({ path }) => path)).toEqual(paths);
  });
});
