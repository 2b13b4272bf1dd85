import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/domain/finding.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { HOUR, MINUTE } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { Asset, type Item, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'fault', kind: 'event', codes: { none: 0, jam: 1, hot: 2 } },
  { id: 'load', kind: 'number', unit: '%' },
];
const LEVELS = [
  { count: 2, severity: 'warning' },
  { count: 4, severity: 'critical' },
];
const at = (hour: number) => T0 + hour * HOUR;
const fault = (hour: number, value = 1): Item => ({ metric: 0, time: at(hour), value });
const load = (hour: number, value: number): Item => ({ metric: 1, time: at(hour), value });
const make = (params: Record<string, unknown>) =>
  new Asset(makeModel(METRICS, [makeRule('event', { metric: 'fault', within: '6h', levels: LEVELS, ...params })]));
const once = [{ count: 1, severity: 'warning' }];

function countOf(evidence: Evidence): number {
  return evidence.kind === 'event' ? evidence.count : Number.NaN;
}

describe('events within a window', () => {
  it('are counted with both ends of it', () => {
    expect(make({}).takeAll([fault(0), fault(6.01)]).said).toEqual([]);
    const one = make({}).takeAll([fault(0), fault(6)]);
    expect(one.findings).toMatchObject([{ change: 'raised', start: at(0), time: at(6), evidence: { count: 2 } }]);
  });

  it('raise to the worst level that they reach', () => {
    const one = make({}).takeAll([0, 1, 2, 3].map((hour) => fault(hour)));
    expect(one.said).toEqual(['raised warning', 'escalated critical']);
    expect(one.findings.map(({ evidence }) => countOf(evidence))).toEqual([2, 4]);
  });

  it('count by code where a level names some', () => {
    const levels = [...once, { count: 1, codes: ['hot'], severity: 'critical' }];
    const one = make({ levels }).takeAll([fault(0, 1), fault(1, 2)]);
    expect(one.said).toEqual(['raised warning', 'escalated critical']);
    expect(one.findings[1]!.evidence).toMatchObject({ codes: ['hot'], count: 1, limit: 1 });
  });

  it('are all codes but 0 where none are named, else those', () => {
    expect(make({ levels: once }).takeAll([fault(0, 0)]).said).toEqual([]);
    expect(make({ levels: once, codes: ['hot', 7] }).takeAll([fault(0, 1)]).said).toEqual([]);
    const unknown = make({ levels: once, codes: ['hot', 7] }).takeAll([fault(0, 7)]);
    expect(unknown.findings[0]!.evidence).toMatchObject({ codes: ['7'] });
  });

  it('count once while the device repeats its present code', () => {
    const one = make({ counted: 'change' }).takeAll([fault(0), fault(1), fault(2), fault(3)]);
    expect(one.said).toEqual([]);
    expect(one.takeAll([fault(4, 0), fault(5)]).said).toEqual(['raised warning']);
  });

  it('count only while the gate holds and within the schedule', () => {
    const gated = make({ levels: once, while: { metric: 'load', above: 50 } });
    gated.takeAll([load(0, 20), fault(1), load(2, 80), fault(3), load(4, 80)]);
    expect(gated.findings.map(({ time }) => time)).toEqual([at(3)]);
    const schedule = { zone: 'UTC', from: '06:00', to: '18:00' };
    const scheduled = make({ levels: once, schedule }).takeAll([fault(5), fault(6)]);
    expect(scheduled.findings.map(({ time }) => time)).toEqual([at(6)]);
  });

  it('do not count during maintenance', () => {
    const one = make({ levels: once });
    one.takeAll([makeEvent({ id: 'm', type: 'maintenance', at: at(0), until: at(2) }), fault(1)]);
    expect(one.said).toEqual([]);
  });

  it('are remembered in bounded number', () => {
    const one = make({ levels: once });
    for (let minute = 0; minute < 5000; minute++) one.take({ metric: 0, time: T0 + minute * MINUTE, value: 1 });
    expect(one.saved.length).toBeLessThan(2000);
    expect(one.findings.at(-1)!.change).toBe('updated');
  });
});

describe('the clearing', () => {
  it('comes a window after the last event, whoever looks when', () => {
    const looking = make({}).takeAll([fault(0), fault(1)]);
    looking.tick(at(7));
    expect(looking.said).toEqual(['raised warning']);
    looking.tick(at(7) + MINUTE);
    expect(looking.findings[1]).toMatchObject({ change: 'cleared', time: at(7) });
    const later = make({}).takeAll([fault(0), fault(1), fault(30)]);
    expect(later.findings.slice(0, 2)).toEqual(looking.findings);
    expect(later.said).toEqual(['raised warning', 'cleared warning']);
  });

  it('makes what comes behind it late', () => {
    const one = make({})
      .takeAll([fault(0), fault(1)])
      .tick(at(8));
    expect(one.take(fault(7))).toBe('late');
    expect(one.take(makeEvent({ id: 'm', type: 'maintenance', at: at(6), until: at(9) }))).toBe('late');
    expect(one.take(fault(7.5))).toBe('folded');
  });

  it('waits for the end of maintenance', () => {
    const one = make({}).takeAll([fault(0), fault(1)]);
    one.take(makeEvent({ id: 'm', type: 'maintenance', at: at(5), until: at(20) }));
    one.tick(at(19));
    expect(one.said).toEqual(['raised warning']);
    one.tick(at(21));
    expect(one.findings[1]).toMatchObject({ change: 'cleared', time: at(20) });
  });

  it('waits while a backlog is folded, in which time has not come as far', () => {
    const one = make({});
    for (const item of [fault(0), fault(1)]) one.fold.sample(0, 'time' in item ? item.time : 0, 1, 0, at(1000));
    one.tick(at(1000) + MINUTE);
    expect(one.said).toEqual(['raised warning']);
    one.tick(at(1000) + 7 * HOUR);
    expect(one.said).toEqual(['raised warning', 'cleared warning']);
  });

  it('is a reset where the component is replaced, which counts anew', () => {
    const one = make({}).takeAll([fault(0), fault(1)]);
    one.take(makeEvent({ id: 'r', type: 'component-replaced', at: at(2), componentId: 'part' }));
    one.takeAll([fault(3)]);
    expect(one.said).toEqual(['raised warning', 'reset warning']);
    expect(one.view(at(3)).level).toBe(0);
  });
});

describe('its check', () => {
  const problems = (params: Record<string, unknown>) => {
    const rule = makeRule('event', { metric: 'fault', within: '6h', levels: once, ...params });
    return ruleKinds.get('event')!.check(rule.params, makeModel(METRICS, [rule]), rule);
  };

  it.each([
    [{}, []],
    [{ metric: 'load' }, ['metric']],
    [{ metric: 'gone' }, ['metric']],
    [{ codes: ['cold'] }, ['codes.0']],
    [{ codes: ['jam'], levels: [{ count: 1, codes: ['hot'], severity: 'info' }] }, ['levels.0.codes.0']],
    [{ levels: [...once, { count: 1, severity: 'critical' }] }, ['levels.1.count']],
    [{ while: { metric: 'gone', above: 1 } }, ['while.metric']],
  ])('of %j finds %j', (params, paths) => {
    expect(problems(params).map(({ path }) => path)).toEqual(paths);
  });
});
