import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { threshold } from '../../../src/rules/threshold.ts';
import {
  Asset,
  type HistorySample,
  type Item,
  inOrder,
  makeEvent,
  makeModel,
  makeRule,
  samples,
  T0,
} from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'temperature', kind: 'number', unit: '°C' },
  { id: 'status', kind: 'state', codes: { stopped: 0, running: 1 } },
  { id: 'fault', kind: 'event', codes: { none: 0 } },
];
const LEVELS = [
  { limit: 80, severity: 'warning' },
  { limit: 90, severity: 'critical' },
];
const HOT = { metric: 'temperature', direction: 'above', levels: LEVELS, deadband: 5 };

function asset(params: Record<string, unknown> = {}) {
  return new Asset(makeModel(METRICS, [makeRule('threshold', { ...HOT, ...params })]));
}

function minutes(values: readonly number[], from = 0, metric = 0): HistorySample[] {
  return samples(values, MINUTE, T0 + from * MINUTE, metric);
}

describe('a threshold', () => {
  it.each([
    ['above', [80, 80.1], ['raised warning']],
    ['above', [95], ['raised critical']],
    ['above', [81, 91], ['raised warning', 'escalated critical']],
    ['above', [81, 76, 75], ['raised warning', 'cleared warning']],
    ['above', [91, 81, 75], ['raised critical', 'cleared critical']],
  ] as const)('%s its limits: %j gives %j', (_, values, said) => {
    expect(asset().takeAll(minutes(values)).said).toEqual(said);
  });

  it.each([
    [[20, 19.9], ['raised warning']],
    [[9], ['raised critical']],
    [
      [19, 22, 24.9, 25],
      ['raised warning', 'cleared warning'],
    ],
  ] as const)('below its limits: %j gives %j', (values, said) => {
    const levels = [
      { limit: 20, severity: 'warning' },
      { limit: 10, severity: 'critical' },
    ];
    expect(asset({ direction: 'below', levels }).takeAll(minutes(values)).said).toEqual(said);
  });

  it('gives its evidence: the window of the episode, its worst value and its number of samples', () => {
    const { findings } = asset({ onDelay: '2m' }).takeAll(minutes([70, 78, 82, 88, 84]));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      start: T0 + 2 * MINUTE,
      time: T0 + 4 * MINUTE,
      window: { from: T0 + 2 * MINUTE, to: T0 + 4 * MINUTE },
      evidence: {
        metricId: 'temperature',
        unit: '°C',
        direction: 'above',
        limit: 80,
        value: 84,
        extreme: 88,
        samples: 3,
      },
    });
  });

  it('counts only what lies in the window: not the deadband before, a gap before or a maintenance', () => {
    const hovering = minutes([...Array<number>(50).fill(79), 81], 0);
    expect(asset().takeAll(hovering).findings[0]!.evidence).toMatchObject({ extreme: 81, samples: 1 });

    const beforeGap = [...minutes([89, 89]), ...minutes([81, 82, 83], 100)];
    const afterGap = asset({ onDelay: '2m', maxGap: '1h' }).takeAll(beforeGap);
    expect(afterGap.findings[0]!.evidence).toMatchObject({ extreme: 83, samples: 3 });

    const maintenance = makeEvent({ id: 'e1', type: 'maintenance', at: T0, until: T0 + 10 * MINUTE });
    const tested = asset().takeAll([maintenance, ...minutes([150, 150]), ...minutes([81], 10)]);
    expect(tested.findings[0]!.evidence).toMatchObject({ extreme: 81, samples: 1 });
    expect(tested.findings[0]!.severity).toBe('warning');
  });

  it('goes by event time: a backlog in one burst does not fire, sparse samples do not delay', () => {
    const burst = Array.from({ length: 100 }, (_, at) => ({ metric: 0, time: T0 + at, value: 85 }));
    expect(asset({ onDelay: '5m' }).takeAll(burst).said).toEqual([]);
    expect(asset({ onDelay: '5m' }).takeAll([...minutes([85]), ...minutes([85], 6)]).said).toEqual(['raised warning']);
  });

  it('judges nothing of bad quality', () => {
    const bad = minutes([99, 99]).map((item) => ({ ...item, quality: 2 as const }));
    expect(asset().takeAll(bad).said).toEqual([]);
    const uncertain = minutes([99]).map((item) => ({ ...item, quality: 1 as const }));
    expect(asset().takeAll(uncertain).said).toEqual(['raised critical']);
  });

  it('is restated with newer evidence every six hours', () => {
    const { findings } = asset().takeAll(samples([81, 82, 83, 84, 85], 3 * HOUR));
    expect(findings.map(({ change, time }) => [change, (time - T0) / HOUR])).toEqual([
      ['raised', 0],
      ['updated', 6],
      ['updated', 12],
    ]);
    expect(findings.at(-1)!.evidence).toMatchObject({ value: 85, extreme: 85, samples: 5 });
    expect(new Set(findings.map(({ key }) => key)).size).toBe(3);
  });

  it('starts a new life with a new component: what was raised is reset and may raise again', () => {
    const replaced = makeEvent({ id: 'e1', type: 'component-replaced', componentId: 'part', at: T0 + 90_000 });
    const other = makeEvent({ id: 'e2', type: 'component-replaced', componentId: 'other', at: T0 + 95_000 });
    const { said, findings } = asset().takeAll(inOrder([...minutes([81, 82, 83, 84]), replaced, other]));
    expect(said).toEqual(['raised warning', 'reset warning', 'raised warning']);
    expect(findings[1]).toMatchObject({ start: T0, time: T0 + 90_000, evidence: { extreme: 82, samples: 2 } });
    expect(findings[2]).toMatchObject({ start: T0 + 2 * MINUTE, evidence: { extreme: 83, samples: 1 } });
  });

  it('shows its level', () => {
    const hot = asset();
    expect(hot.view(T0).level).toBe(0);
    expect(hot.takeAll(minutes([81])).view(T0).level).toBe(2);
    expect(hot.takeAll(minutes([99], 1)).view(T0).level).toBe(3);
    expect(hot.takeAll(minutes([70], 2)).view(T0).level).toBe(0);
  });
});

describe('a threshold with a gate', () => {
  const gated = (params: Record<string, unknown> = {}) =>
    asset({ while: { metric: 'status', equals: 'running' }, ...params });
  const status = (minute: number, value: number) => minutes([value], minute, 1);
  const play = (items: Item[], params?: Record<string, unknown>) => gated(params).takeAll(inOrder(items)).said;

  it('judges only while the gate holds', () => {
    expect(play([...status(0, 0), ...minutes([99, 99, 99], 1), ...status(5, 0)])).toEqual([]);
    expect(play([...status(0, 1), ...minutes([99], 1), ...status(5, 1)])).toEqual(['raised critical']);
    expect(play([...minutes([99], 1), ...status(5, 1)])).toEqual([]);
  });

  it('takes both metrics of one instant together', () => {
    expect(play([...status(0, 0), ...minutes([99], 1), ...status(1, 1), ...status(2, 0)])).toEqual(['raised critical']);
    expect(play([...status(0, 1), ...minutes([99], 1), ...status(1, 0), ...status(2, 1)])).toEqual([]);
  });

  it('is closed by a bad sample of the gate and holds through a bad sample of its metric', () => {
    const bad = (items: HistorySample[]) => items.map((item) => ({ ...item, quality: 2 as const }));
    expect(play([...status(0, 1), ...bad(status(1, 1)), ...minutes([99, 99], 2), ...status(9, 1)])).toEqual([]);
    expect(play([...status(0, 1), ...bad(minutes([99], 1)), ...status(9, 1)])).toEqual([]);
  });

  it('judges only readings of its own metric, not an old one again with each sample of the gate', () => {
    const running = [1, 2, 3, 4, 5].flatMap((minute) => status(minute, 1));
    expect(play([...status(0, 1), ...minutes([85], 1), ...running], { onDelay: '2m' })).toEqual([]);
  });

  it('starts the on-delay anew when the gate closes', () => {
    const items = [...status(0, 1), ...minutes([85, 85], 1), ...status(3, 0), ...minutes([85], 3), ...status(4, 1)];
    expect(play([...items, ...minutes([85, 85, 85], 4), ...status(9, 1)], { onDelay: '3m' })).toEqual([]);
    expect(play([...items, ...minutes([85, 85, 85, 85], 4), ...status(9, 1)], { onDelay: '3m' })).toEqual([
      'raised warning',
    ]);
  });

  it('clears over several openings of the gate, as what works by the hour does', () => {
    const hours = (from: number, to: number, value: number) =>
      samples(Array<number>((to - from) * 4).fill(value), HOUR / 4, T0 + from * HOUR);
    const shift = (day: number, value: number): Item[] => [
      { metric: 1, time: T0 + day * DAY + 8 * HOUR, value: 1 },
      ...hours(day * 24 + 8, day * 24 + 16, value),
      { metric: 1, time: T0 + day * DAY + 16 * HOUR, value: 0 },
      ...hours(day * 24 + 16, day * 24 + 24, 20),
    ];
    const items = inOrder([...shift(0, 85), ...shift(1, 70), ...shift(2, 70)]);
    const { findings } = gated({ offDelay: '12h', deadband: 0 }).takeAll(items);
    expect(findings.map(({ change }) => change)).toEqual(['raised', 'updated', 'cleared']);
    expect((findings.at(-1)!.time - T0) / HOUR).toBe(2 * 24 + 12);
  });

  it('stays as it is while the gate stays closed', () => {
    const on = [...status(0, 1), ...minutes([99], 1), ...status(2, 0)];
    const closed = samples(Array<number>(100).fill(20), HOUR, T0 + HOUR);
    const held = gated().takeAll([...on, ...closed]);
    expect(held.said).toEqual(['raised critical']);
    expect(held.view(T0).level).toBe(3);
  });

  it('may be gated by its own metric', () => {
    const levels = [{ limit: 2000, severity: 'warning' }];
    const slow = () => asset({ direction: 'below', levels, deadband: 0, while: { metric: 'temperature', above: 0 } });
    expect(slow().takeAll(minutes([0, 0, 2100, 1500])).said).toEqual(['raised warning']);
    expect(slow().takeAll(minutes([0, 0, 0])).said).toEqual([]);
  });
});

describe('a threshold rule is refused', () => {
  const check = (params: Record<string, unknown>) => {
    const rule = makeRule('threshold', { ...HOT, ...params });
    return threshold.check(rule.params as never, makeModel(METRICS, [rule]), rule);
  };
  it.each([
    [{}, []],
    [{ metric: 'heat' }, ['metric']],
    [{ metric: 'fault' }, ['metric']],
    [{ direction: 'below' }, ['levels.1.limit']],
    [{ levels: [...LEVELS, LEVELS[1]] }, ['levels.2.limit']],
    [{ while: { metric: 'speed', above: 1 } }, ['while.metric']],
    [{ while: { metric: 'status' } }, ['while']],
    [{ while: { metric: 'status', above: 0, below: 2 } }, ['while']],
    [{ while: { metric: 'status', equals: 'flying' } }, ['while.equals']],
  ])('%j at %j', (params, paths) => {
    expect(check(params).map(({ path }) => path)).toEqual(paths);
  });
});
