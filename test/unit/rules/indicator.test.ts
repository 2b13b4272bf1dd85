import { describe, expect, it } from 'vitest';
import type { IndicatorDefinition, MetricDefinition } from '../../../src/domain/model.ts';
import { HOUR, MINUTE } from '../../../src/domain/time.ts';
import { compileIndicator } from '../../../src/rules/indicator.ts';
import { checkIndicator, checkSubject } from '../../../src/rules/indicatorChecks.ts';
import { Asset, makeModel, makeRule, samples, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'inlet-temperature', kind: 'number', unit: '°C' },
  { id: 'outlet-temperature', kind: 'number', unit: '°C' },
  { id: 'load', kind: 'number', unit: '1' },
  { id: 'fault', kind: 'event', codes: { none: 0 } },
];

function model(...indicators: IndicatorDefinition[]) {
  return { ...makeModel(METRICS, []), indicators };
}

/** What it says of samples [minute, metric, value], those of one minute together; NaN is a bad sample. */
function play(indicators: IndicatorDefinition[], rows: readonly (readonly [number, number, number])[]) {
  const indicator = compileIndicator(model(...indicators), indicators.at(-1)!.id);
  let state = indicator.init();
  const values = METRICS.map(() => Number.NaN);
  const times = METRICS.map(() => Number.NEGATIVE_INFINITY);
  return [...new Set(rows.map(([minute]) => minute))].map((minute) => {
    for (const [at, metric, value] of rows) {
      if (at !== minute) continue;
      times[metric] = T0 + at * MINUTE;
      values[metric] = value;
    }
    const said = indicator.step(state, T0 + minute * MINUTE, { values, times });
    state = JSON.parse(JSON.stringify(state)) as unknown;
    return said;
  });
}

const RISE: IndicatorDefinition = { id: 'rise', expression: 'outlet_temperature - inlet_temperature' };
const mean = (last: string) => ({ last, take: 'mean', minSamples: 1 }) as const;

describe('an indicator', () => {
  it('is a metric as it comes', () => {
    const indicator = compileIndicator(model(), 'load');
    expect(indicator).toMatchObject({ id: 'load', unit: '1', inputs: [2], metric: 2 });
    expect(indicator.step(null, 5, { values: [0, 0, 7, 0], times: [5, 5, 5, 5] })).toBe(7);
    expect(indicator.step(null, 5, { values: [0, 0, 7, 0], times: [5, 5, 4, 5] })).toBeUndefined();
    expect(indicator.step(null, 5, { values: [0, 0, Number.NaN, 0], times: [5, 5, 5, 5] })).toBeUndefined();
  });

  it('is an expression over metrics, with the newest value of each', () => {
    const rows = [
      [0, 0, 20],
      [1, 1, 50],
      [2, 0, 25],
      [3, 2, 1],
    ] as const;
    expect(play([RISE], rows)).toEqual([undefined, 30, 25, undefined]);
  });

  it('has no value after a bad sample of what it is made of, until a good one', () => {
    const rows = [
      [0, 0, 20],
      [0, 1, 50],
      [1, 0, Number.NaN],
      [2, 1, 60],
      [3, 0, 30],
    ] as const;
    expect(play([RISE], rows)).toEqual([30, undefined, undefined, 30]);
  });

  it('has no value where it can not be worked out', () => {
    const perLoad: IndicatorDefinition = { id: 'per-load', expression: 'outlet_temperature / load' };
    const rows = [
      [0, 1, 50],
      [0, 2, 0],
      [1, 2, 2],
    ] as const;
    expect(play([perLoad], rows)).toEqual([undefined, 25]);
  });

  it('is made of earlier ones: an expression over windows', () => {
    const slow: IndicatorDefinition = { id: 'slow', of: 'rise', window: mean('5h') };
    const over: IndicatorDefinition = { id: 'over', expression: 'rise - slow' };
    const rows = [
      [0, 0, 20],
      [0, 1, 50],
      [60, 1, 60],
    ] as const;
    expect(play([RISE, slow, over], rows)).toEqual([0, 5]);
  });

  it.each([{ metric: 'load', above: 0.6 }, 'load > 0.6'])('takes into its window only while %j holds', (gate) => {
    const gated: IndicatorDefinition = { id: 'gated', of: 'inlet-temperature', while: gate, window: mean('5h') };
    const rows = [
      [0, 0, 10],
      [1, 2, 0.7],
      [1, 0, 20],
      [2, 2, 0.5],
      [2, 0, 90],
      [3, 2, 0.9],
      [4, 0, 40],
    ] as const;
    expect(play([gated], rows)).toEqual([undefined, 20, undefined, undefined, 30]);
  });

  it('reads the metrics of its gate too, and has the unit of what it is made of', () => {
    const gated: IndicatorDefinition = {
      id: 'gated',
      of: 'inlet-temperature',
      while: 'load > 0.6',
      window: mean('5h'),
    };
    expect(compileIndicator(model(gated), 'gated')).toMatchObject({ inputs: [0, 2], unit: '°C' });
    const slope: IndicatorDefinition = { ...gated, window: { last: '1h', take: 'slope', minSamples: 2 } };
    expect(compileIndicator(model(slope), 'gated').unit).toBeUndefined();
    expect(compileIndicator(model({ ...slope, unit: 'K/h' }), 'gated').unit).toBe('K/h');
  });

  it.each([
    [{ id: 'a' }, "id: 'a' must be made of something: give one of 'of' and 'expression'"],
    [
      { id: 'a', of: 'load', expression: 'load' },
      "id: 'a' must be made of something: give one of 'of' and 'expression'",
    ],
    [
      { id: 'a', of: 'a' },
      "of: there is no metric or earlier indicator 'a'; there are inlet-temperature, outlet-temperature, load, fault, rise",
    ],
    [{ id: 'a', of: 'fault' }, "of: 'fault' is an event; an indicator needs numbers"],
    [
      { id: 'a', expression: 'fault + 1' },
      "expression: there is no 'fault'; it may use inlet_temperature, outlet_temperature, load, rise",
    ],
    [{ id: 'a', expression: '1 + 1' }, 'expression: must use a metric or an earlier indicator'],
    [{ id: 'a', of: 'load', while: 'load' }, 'while: must be true or false, as in load > 0.6, but is a double'],
    [{ id: 'a', of: 'load', while: 'true' }, 'while: must use a metric'],
    [{ id: 'a', of: 'load', window: mean('10ms') }, 'window.last: must be at least 30ms'],
  ] as const)('%j is refused: %s', (definition, problem) => {
    const problems = checkIndicator(model(RISE, definition), definition, 1);
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([problem]);
  });

  it('is sound with an earlier one, and found by rules', () => {
    const slow: IndicatorDefinition = { id: 'slow', of: 'rise', while: 'load > 0', window: mean('1h') };
    const sound = model(RISE, slow);
    expect(checkIndicator(sound, slow, 1)).toEqual([]);
    expect(checkSubject(sound, 'slow', 'metric')).toBe(slow);
    expect(checkSubject(sound, 'heat', 'metric')).toEqual({
      path: 'metric',
      message:
        "the model has no metric or indicator 'heat'; it has inlet-temperature, outlet-temperature, load, fault, rise, slow",
    });
  });
});

describe('a threshold on an indicator', () => {
  const warm: IndicatorDefinition = { id: 'warm', of: 'load', window: { last: '10h', take: 'mean', minSamples: 3 } };
  const rule = makeRule('threshold', {
    metric: 'warm',
    direction: 'above',
    levels: [{ limit: 1, severity: 'warning' }],
  });
  const asset = () => new Asset({ ...model(warm), rules: [rule] });

  it('judges what the indicator says, and names it', () => {
    const { findings, said } = asset().takeAll(samples([3, 3, 0, 0, 0], HOUR, T0, 2));
    expect(said).toEqual(['raised warning', 'updated warning'].slice(0, 1));
    expect(findings[0]).toMatchObject({
      time: T0 + 2 * HOUR,
      evidence: { metricId: 'warm', unit: '1', value: 2, extreme: 2, samples: 1 },
    });
  });

  it('begins a window anew with a new component', () => {
    const replaced = asset().takeAll(samples([0, 0, 0], HOUR, T0, 2));
    replaced.take({
      type: 'component-replaced',
      id: 'e1',
      componentId: 'part',
      assetId: 'asset-1',
      at: T0 + 3 * HOUR,
      recordedAt: T0,
      by: 'test',
    });
    replaced.takeAll(samples([2, 2, 2], HOUR, T0 + 3 * HOUR, 2));
    expect(replaced.findings.map(({ evidence }) => evidence)).toMatchObject([{ value: 2 }]);
  });

  it('draws no limit on a chart of metrics', () => {
    expect(asset().model.rules[0]!.limits).toBeUndefined();
  });
});
