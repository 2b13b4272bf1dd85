import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { normalDraws } from '../../support/normalDraws.ts';
import { Asset, type Item, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'flow', kind: 'number', unit: 'l/min' },
  { id: 'pressure', kind: 'number', unit: 'bar' },
  { id: 'speed', kind: 'number', unit: '1/min' },
  { id: 'running', kind: 'state', codes: { no: 0, yes: 1 } },
];
const LEVELS = [{ limit: 6, severity: 'warning' }];
const make = (params: Record<string, unknown>) =>
  new Asset(
    makeModel(METRICS, [makeRule('anomaly', { levels: LEVELS, learning: '2d', learningSamples: 40, ...params })]),
  );
const one = (params: Record<string, unknown> = {}) => make({ metric: 'flow', ...params });

const at = (hour: number) => T0 + hour * HOUR;
const flow = (hour: number, value: number): Item => ({ metric: 0, time: at(hour), value });

/** Flow of 100 with a deviation of 2, hour by hour, and whatever is added to it. */
function flows(from: number, to: number, added: (hour: number) => number = () => 0, seed = 1): Item[] {
  const normal = normalDraws(seed + from);
  return Array.from({ length: to - from }, (_, k) => flow(from + k, 100 + 2 * normal() + added(from + k)));
}

describe('one metric', () => {
  it('is learned, then judged; frozen, so that what comes slowly is not learned as usual', () => {
    const slow = one().takeAll(flows(0, 24 * 60, (hour) => (hour > 100 ? (hour - 100) / 50 : 0)));
    expect(slow.said[0]).toBe('raised warning');
    const { evidence } = slow.findings[0]!;
    expect(evidence).toMatchObject({ kind: 'anomaly', statistic: 'deviation', limit: 6, learned: [T0, T0 + 2 * DAY] });
    expect(slow.findings[0]!.time).toBeGreaterThan(at(100 + 300));
    expect(slow.findings[0]!.time).toBeLessThan(at(100 + 700));
  });

  it('says nothing while it learns, nor of usual values', () => {
    expect(one().takeAll([...flows(0, 40), flow(41, 500)]).said).toEqual([]);
    expect(one().takeAll(flows(0, 24 * 90)).said).toEqual([]);
  });

  it('learns as many samples as it needs, however long', () => {
    const sparse = one().takeAll([...flows(0, 20), ...flows(1000, 1015), flow(1016, 500)]);
    expect(sparse.said).toEqual([]);
    expect(sparse.takeAll([...flows(1017, 1030), flow(1031, 500)]).said).toEqual(['raised warning']);
  });

  it('does not learn outliers', () => {
    const wild = one().takeAll(flows(0, 60, (hour) => (hour % 10 === 3 && hour < 48 ? 400 : 0)));
    expect(wild.takeAll([flow(61, 125)]).said).toEqual(['raised warning']);
  });

  it.each([
    ['above', 130, 70],
    ['below', 70, 130],
  ])('is bad only %s where that is said', (direction, bad, good) => {
    const asset = one({ direction }).takeAll(flows(0, 60));
    expect(asset.takeAll([flow(61, good)]).said).toEqual([]);
    expect(asset.takeAll([flow(62, bad)]).said).toEqual(['raised warning']);
  });

  it('may have a least deviation, by itself or as a share of its mean', () => {
    const quiet = Array.from({ length: 60 }, (_, hour) => flow(hour, 100 + (hour % 3) * 0.01));
    expect(one().takeAll([...quiet, flow(61, 101)]).said).toEqual(['raised warning']);
    expect(one({ leastDeviation: 0.5 }).takeAll([...quiet, flow(61, 101)]).said).toEqual([]);
    expect(one({ leastShare: 0.01 }).takeAll([...quiet, flow(61, 101)]).said).toEqual([]);
    const constant = Array.from({ length: 60 }, (_, hour) => flow(hour, 100));
    expect(one().takeAll([...constant, flow(61, 100), flow(62, 100.1)]).said).toEqual(['raised warning']);
  });

  it('is judged by a baseline that is given, at once', () => {
    const asset = one({ expected: { mean: 50, deviation: 1 } }).takeAll([flow(0, 51)]);
    expect(asset.said).toEqual([]);
    expect(asset.takeAll([flow(1, 57)]).findings[0]!.evidence).toMatchObject({ score: 7, learned: null });
  });

  it('is smoothed, and starts from what is usual after a gap', () => {
    const asset = one({ expected: { mean: 50, deviation: 1 }, smooth: '4h', maxGap: '6h' });
    asset.takeAll([flow(0, 500), flow(1, 50), flow(2, 50)]);
    expect(asset.said).toEqual([]);
    asset.takeAll([flow(3, 500)]);
    expect(asset.said).toEqual(['raised warning']);
    asset.takeAll([flow(100, 500)]);
    expect(asset.said).toEqual(['raised warning', 'cleared warning']);
  });

  it('is as steady with gaps where a sample stands for no longer than it holds', () => {
    const gappy = [flow(0, 50), flow(1, 50), flow(6, 59), flow(11, 59)];
    const smoothed = { expected: { mean: 50, deviation: 1 }, smooth: '4h', maxGap: '6h' };
    expect(one(smoothed).takeAll(gappy).said).toEqual(['raised warning']);
    expect(one({ ...smoothed, holds: '1h' }).takeAll(gappy).said).toEqual([]);
    const known = { ...smoothed, expected: { mean: 100, deviation: 1 } };
    const hourly = flows(0, 60, (hour) => (hour > 40 ? 20 : 0));
    const { said } = one({ ...known, holds: '1h' }).takeAll(hourly);
    expect(said[0]).toBe('raised warning');
    expect(said).toEqual(one(known).takeAll(hourly).said);
  });

  it('adapts to a season where that is asked for', () => {
    const season = flows(0, 24 * 120, (hour) => 20 * Math.sin((2 * Math.PI * hour) / (24 * 365)));
    expect(one().takeAll(season).said).toContain('raised warning');
    const adapting = one({ adapt: '10d' }).takeAll(season);
    expect(adapting.said).toEqual([]);
    expect(adapting.takeAll([flow(24 * 121, 40)]).said).toEqual(['raised warning']);
  });

  it('learns a level for each hour', () => {
    const day = (hour: number) => (hour % 24 < 12 ? 0 : 60);
    const byHour = one({ profile: 'hour-of-day', learning: '5d' }).takeAll(flows(0, 24 * 20, day));
    expect(byHour.said).toEqual([]);
    expect(byHour.takeAll([flow(24 * 20 + 3, 160)]).said).toEqual(['raised warning']);
    expect(one({ learning: '5d' }).takeAll([...flows(0, 24 * 20, day), flow(24 * 20 + 3, 160)]).said).toEqual([]);
  });

  it('learns only while its gate holds', () => {
    const asset = one({ while: { metric: 'running', equals: 'yes' } });
    for (let hour = 0; hour < 200; hour++) {
      const running = hour % 2;
      asset.take({ metric: 3, time: at(hour), value: running });
      asset.take(flow(hour, running ? 100 + (hour % 5) : 0));
    }
    expect(asset.said).toEqual([]);
    asset.takeAll([flow(201, 60), { metric: 3, time: at(202), value: 1 }, flow(203, 60), flow(204, 60)]);
    expect(asset.said).toEqual(['raised warning']);
  });

  it('keeps a state of bounded size', () => {
    const asset = one({ profile: 'hour-of-week', adapt: '30d' }).takeAll(flows(0, 24 * 60));
    expect(asset.saved.length).toBeLessThan(9000);
  });
});

describe('accumulated deviations', () => {
  const cusum = {
    cusum: { slack: 0.5 },
    levels: [{ limit: 10, severity: 'warning' }],
    expected: { mean: 100, deviation: 2 },
  };

  it('find a small shift that lasts, and no single value', () => {
    const asset = one(cusum).takeAll([...flows(0, 100), flow(100, 1000), ...flows(101, 130)]);
    expect(asset.said).toEqual([]);
    asset.takeAll(flows(130, 180, () => -3));
    expect(asset.said[0]).toBe('raised warning');
    expect(asset.said).not.toContain('cleared warning');
    expect(asset.findings[0]!.time).toBeLessThan(at(160));
  });

  it('clear within bounded time after however long', () => {
    const asset = one(cusum).takeAll([...flows(0, 2000, () => 10), ...flows(2000, 2100)]);
    expect(asset.said.at(-1)).toBe('cleared warning');
    expect(asset.findings.at(-1)!.time).toBeLessThan(at(2080));
  });
});

describe('what is learned', () => {
  const replaced = (hour: number, componentId = 'part') =>
    makeEvent({ id: `r${hour}`, type: 'component-replaced', at: at(hour), componentId });

  it('is learned anew of a new component', () => {
    const asset = one().takeAll([...flows(0, 60), replaced(61), ...flows(62, 130, () => 50)]);
    expect(asset.said).toEqual([]);
    expect(asset.takeAll([flow(131, 100)]).said).toEqual(['raised warning']);
    expect(one().takeAll([...flows(0, 60), replaced(61, 'other'), flow(62, 150)]).said).toEqual(['raised warning']);
  });

  it('may begin with a renewal alone, and after a run-in', () => {
    const params = { learnFrom: 'renewal', runIn: '10h' };
    const asset = one(params).takeAll([...flows(0, 100, () => 90), replaced(101)]);
    asset.takeAll([...flows(102, 112, () => 60), ...flows(112, 165)]);
    expect(asset.said).toEqual([]);
    expect(asset.takeAll([flow(166, 150)]).findings[0]!.evidence).toMatchObject({ learned: [at(112), at(160)] });
  });

  it('survives a restart between any two samples', () => {
    const history = flows(0, 200, (hour) => (hour > 150 ? 30 : 0));
    const through = one({ profile: 'hour-of-day' }).takeAll(history);
    const restarted = one({ profile: 'hour-of-day' });
    for (const item of history) {
      restarted.take(item);
      restarted.restore();
    }
    expect(restarted.findings).toEqual(through.findings);
    expect(restarted.saved).toBe(through.saved);
  });
});

describe('several metrics', () => {
  const many = (params: Record<string, unknown> = {}) =>
    make({ metrics: ['flow', 'pressure', 'speed'], levels: [{ limit: 2, severity: 'warning' }], ...params });

  /** Flow and pressure follow the speed of the pump. */
  function pump(from: number, to: number, loss: (hour: number) => number = () => 0): Item[] {
    const normal = normalDraws(9 + from);
    return Array.from({ length: to - from }, (_, k) => {
      const hour = from + k;
      const speed = 1500 + 200 * normal();
      const values = [speed / 15 + normal() - loss(hour), (speed / 1500) ** 2 * 6 + 0.1 * normal(), speed];
      return values.map((value, metric): Item => ({ metric, time: at(hour), value }));
    }).flat();
  }

  it('go together as usual while each of them moves far', () => {
    const asset = many().takeAll(pump(0, 24 * 40));
    expect(asset.said).toEqual([]);
  });

  it('part where one does not follow, which is named, and survive a restart', () => {
    const loss = (hour: number) => (hour >= 300 ? 15 : 0);
    const history = pump(0, 302, loss);
    const asset = many().takeAll(history);
    expect(asset.said).toEqual(['raised warning']);
    expect(asset.findings[0]!.time).toBe(at(300));
    expect(asset.findings[0]!.evidence).toMatchObject({
      metricId: 'flow',
      statistic: 'spe',
      learned: [T0, T0 + 2 * DAY],
    });
    const restarted = many();
    for (const item of history) {
      restarted.take(item);
      restarted.restore();
    }
    expect(restarted.findings).toEqual(asset.findings);
    // None of them is unusual by itself.
    expect(one().takeAll(history).said).toEqual([]);
  });

  it('are judged only while each has a value that is not old', () => {
    const asset = many({ maxGap: '5h' }).takeAll(pump(0, 100));
    for (let hour = 100; hour < 110; hour++) asset.take(flow(hour, 20));
    const raised = asset.findings.map(({ time }) => time);
    expect(raised).toEqual([at(100)]);
    asset.takeAll(pump(110, 112));
    expect(asset.said.at(-1)).toBe('cleared warning');
  });

  it('go on learning where nothing has varied yet', () => {
    const still = Array.from({ length: 100 }, (_, hour) =>
      [0, 1, 2].map((metric): Item => ({ metric, time: at(hour), value: 5 })),
    );
    const asset = many().takeAll(still.flat());
    expect(asset.takeAll(pump(100, 400)).said).toEqual([]);
  });
});

describe('its check', () => {
  const problems = (params: Record<string, unknown>) => {
    const rule = makeRule('anomaly', { levels: LEVELS, ...params });
    return ruleKinds.get('anomaly')!.check(rule.params, makeModel(METRICS, [rule]), rule);
  };

  it.each([
    [{ metric: 'flow' }, []],
    [{ metrics: ['flow', 'speed'] }, []],
    [{}, ['']],
    [{ metric: 'flow', metrics: ['flow', 'speed'] }, ['']],
    [{ metric: 'gone' }, ['metric']],
    [{ metrics: ['flow', 'gone', 'flow'] }, ['metrics.1', 'metrics.2']],
    [{ metric: 'flow', levels: [...LEVELS, { limit: 5, severity: 'critical' }] }, ['levels.1.limit']],
    [{ metric: 'flow', deadband: 6 }, ['deadband']],
    [{ metrics: ['flow', 'speed'], cusum: { slack: 1 }, adapt: '9d' }, ['cusum', 'adapt']],
    [{ metric: 'flow', expected: { mean: 1, deviation: 1 }, profile: 'hour-of-day' }, ['profile']],
    [{ metric: 'flow', while: { metric: 'gone', above: 1 } }, ['while.metric']],
  ])('of %j finds %j', (params, paths) => {
    expect(problems(params).map(({ path }) => path)).toEqual(paths);
  });
});
