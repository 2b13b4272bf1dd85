import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { parseState } from '../../../src/rules/state.ts';
import { Asset, type Item, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'temperature', kind: 'number' },
  { id: 'pressure', kind: 'number' },
  { id: 'fault', kind: 'event', codes: { jam: 1 } },
];
const observe = { mode: { default: 'observe' as const } };
const above = (metric: string, id: string) =>
  makeRule(
    'threshold',
    {
      metric,
      direction: 'above',
      levels: [
        { limit: 50, severity: 'warning' },
        { limit: 80, severity: 'critical' },
      ],
    },
    { id, ...observe },
  );
const MEMBERS = [
  above('temperature', 'hot'),
  above('pressure', 'high'),
  makeRule(
    'event',
    { metric: 'fault', within: '4h', levels: [{ count: 1, severity: 'info' }] },
    { id: 'jam', componentId: 'feeder', ...observe },
  ),
];
const ALL = [{ need: 'all', severity: 'warning' }];
const composite = (params: Record<string, unknown>, id = 'composite') =>
  makeRule('composite', { of: ['hot', 'high'], levels: ALL, ...params }, { id });
const make = (params: Record<string, unknown>) => new Asset(makeModel(METRICS, [composite(params), ...MEMBERS]));
const ofComposite = (asset: Asset) => asset.findings.filter(({ ruleId }) => ruleId === 'composite');
const said = (asset: Asset) => ofComposite(asset).map(({ change, severity }) => `${change} ${severity}`);

const at = (hour: number) => T0 + hour * HOUR;
const temperature = (hour: number, value: number): Item => ({ metric: 0, time: at(hour), value });
const pressure = (hour: number, value: number): Item => ({ metric: 1, time: at(hour), value });
const fault = (hour: number): Item => ({ metric: 2, time: at(hour), value: 1 });
const replaced = (hour: number, componentId: string) =>
  makeEvent({ id: `r${hour}`, type: 'component-replaced', at: at(hour), componentId });

describe('delays', () => {
  const both = (hour: number) => [temperature(hour, 60), pressure(hour, 60)];

  it('raise when enough were met for so long, whoever looks, and not when they were not', () => {
    const one = make({ onDelay: '3h' }).takeAll([...both(0), temperature(2, 20), temperature(4, 60)]);
    expect(said(one)).toEqual([]);
    one.tick(at(6));
    expect(said(one)).toEqual([]);
    one.tick(at(8));
    expect(ofComposite(one)).toMatchObject([{ change: 'raised', start: at(4), time: at(7) }]);
  });

  it('clear when too few were met for so long, and go on when they come back before', () => {
    const one = make({ offDelay: '3h' }).takeAll([...both(0), temperature(2, 20), temperature(4, 60), pressure(6, 20)]);
    expect(said(one)).toEqual(['raised warning']);
    one.tick(at(10));
    expect(ofComposite(one).at(-1)).toMatchObject({ change: 'cleared', time: at(9) });
    expect(said(one)).toHaveLength(2);
  });

  it('count from the end of the window, and a window that ends breaks what was to be raised', () => {
    const history = [temperature(0, 60), temperature(1, 20), pressure(2, 60), pressure(3, 20)];
    const short = make({ within: '2h', onDelay: '2h' }).takeAll(history);
    short.tick(at(20));
    expect(said(short)).toEqual([]);
    const long = make({ within: '4h', onDelay: '2h', offDelay: '5h' }).takeAll(history);
    long.tick(at(20));
    expect(ofComposite(long)).toMatchObject([
      { change: 'raised', start: at(2), time: at(4) },
      { change: 'cleared', time: at(10) },
    ]);
  });

  it('begin anew with a renewed component', () => {
    const one = make({ onDelay: '3h' }).takeAll([...both(0), replaced(2, 'part')]);
    one.tick(at(20));
    expect(said(one)).toEqual([]);
  });

  it('raise nothing before maintenance is over', () => {
    const maintenance = makeEvent({ id: 'm1', type: 'maintenance', at: at(1), until: at(5) });
    const one = make({ onDelay: '3h' }).takeAll([...both(0), maintenance]);
    one.tick(at(20));
    expect(ofComposite(one)).toMatchObject([{ change: 'raised', start: at(0), time: at(5) }]);
  });

  it('hold each level for itself', () => {
    const levels = [
      { need: 1, severity: 'warning' },
      { need: 2, severity: 'critical' },
    ];
    const one = make({ levels, onDelay: '3h' }).takeAll([temperature(0, 60), pressure(2, 60), pressure(4, 20)]);
    expect(said(one)).toEqual(['raised warning']);
    one.takeAll([pressure(5, 60)]).tick(at(20));
    expect(ofComposite(one).map(({ change, time }) => [change, time])).toEqual([
      ['raised', at(3)],
      ['escalated', at(8)],
    ]);
  });
});

describe('all of several rules', () => {
  it('at the same time', () => {
    const one = make({}).takeAll([temperature(0, 60), pressure(1, 60), temperature(2, 20), pressure(3, 60)]);
    expect(ofComposite(one)).toMatchObject([
      { change: 'raised', severity: 'warning', start: at(1), time: at(1), window: { from: at(0), to: at(1) } },
      { change: 'cleared', time: at(2) },
    ]);
    expect(ofComposite(one)[0]!.evidence).toEqual({
      kind: 'composite',
      need: 2,
      of: 2,
      within: 0,
      met: [
        { ruleId: 'hot', from: at(0), until: null },
        { ruleId: 'high', from: at(1), until: null },
      ],
    });
  });

  it('not one after the other, unless within the window, both ends included', () => {
    const history = [temperature(0, 60), temperature(1, 20), pressure(4, 60), pressure(5, 60), pressure(20, 60)];
    expect(said(make({}).takeAll(history))).toEqual([]);
    expect(said(make({ within: '2h' }).takeAll(history))).toEqual([]);
    const one = make({ within: '3h' }).takeAll(history);
    expect(ofComposite(one)).toMatchObject([
      { change: 'raised', time: at(4), evidence: { met: [{ ruleId: 'hot', from: at(0), until: at(1) }, {}] } },
      { change: 'cleared', time: at(4) },
    ]);
  });

  it('clears when the window has passed, whoever looks', () => {
    const one = make({ within: '3h' }).takeAll([temperature(0, 60), pressure(1, 60), temperature(2, 20)]);
    one.tick(at(3));
    expect(said(one)).toEqual(['raised warning']);
    one.tick(at(9));
    expect(ofComposite(one).at(-1)).toMatchObject({ change: 'cleared', time: at(5) });
    expect(one.take(pressure(4, 20))).toBe('late');
  });

  it('counts a rule only from the severity asked for', () => {
    const of = [{ rule: 'hot', severity: 'critical' }, 'high'];
    const one = make({ of }).takeAll([temperature(0, 60), pressure(0, 60), temperature(1, 90), temperature(2, 90)]);
    expect(ofComposite(one)).toMatchObject([{ change: 'raised', time: at(1) }]);
  });
});

describe('some of several rules', () => {
  const levels = [
    { need: 'any', severity: 'info' },
    { need: 2, severity: 'warning' },
    { need: 'all', severity: 'critical' },
  ];

  it('raise to the level of as many as are met', () => {
    const one = make({ of: ['hot', 'high', 'jam'], levels });
    one.takeAll([temperature(0, 60), pressure(1, 60), fault(2), temperature(3, 60)]);
    expect(said(one)).toEqual(['raised info', 'escalated warning', 'escalated critical']);
    one.takeAll([temperature(4, 20), pressure(4, 20), temperature(5, 20), temperature(7, 20)]);
    expect(ofComposite(one).at(-1)).toMatchObject({ change: 'cleared', time: at(6) });
  });

  it('may be composites themselves, in whatever order they are written', () => {
    const rules = [composite({ of: ['pair', 'jam'] }), composite({}, 'pair'), ...MEMBERS];
    const one = new Asset(makeModel(METRICS, rules));
    one.takeAll([temperature(0, 60), pressure(0, 60), fault(1), temperature(2, 60), temperature(9, 60)]);
    expect(ofComposite(one)).toMatchObject([
      { change: 'raised', time: at(1) },
      { change: 'cleared', time: at(5) },
    ]);
  });
});

describe('events of the asset', () => {
  const history = [temperature(0, 60), pressure(0, 60), temperature(1, 60)];

  it('reset it with its component, and what was met before does not count for the new one', () => {
    const one = make({ within: '9h' }).takeAll([
      ...history,
      replaced(2, 'part'),
      temperature(3, 60),
      temperature(4, 60),
    ]);
    expect(said(one)).toEqual(['raised warning', 'reset warning']);
  });

  it('reach it through the rules that it reads', () => {
    const one = make({ of: ['hot', 'jam'] }).takeAll([temperature(0, 60), fault(0), replaced(1, 'feeder')]);
    expect(ofComposite(one)).toMatchObject([
      { change: 'raised', time: at(0) },
      { change: 'cleared', time: at(1) },
    ]);
  });

  it('let it neither raise nor clear during maintenance', () => {
    const one = make({ within: '2h' }).takeAll([...history, temperature(2, 20)]);
    one.takeAll([makeEvent({ id: 'm', type: 'maintenance', at: at(3), until: at(30) })]);
    one.tick(at(29));
    expect(said(one)).toEqual(['raised warning']);
    one.tick(at(31));
    expect(ofComposite(one).at(-1)).toMatchObject({ change: 'cleared', time: at(30) });
  });
});

describe('samples of the metrics that its rules read', () => {
  it('are late behind an instant of any of them', () => {
    const one = make({}).takeAll([temperature(5, 60)]);
    expect(one.take(pressure(4, 60))).toBe('late');
    expect(one.take(fault(4))).toBe('folded');
  });
});

it('changes with a rule that it reads', () => {
  const before = make({}).takeAll([temperature(0, 60)]);
  const changed = MEMBERS.map((member) => (member.id === 'hot' ? { ...member, version: '2' } : member));
  const after = new Asset({ ...makeModel(METRICS, [composite({}), ...changed]), version: '2' });
  expect(parseState(before.saved, after.model)).toMatchObject({ changedRules: ['composite', 'hot'] });
});

describe('its check', () => {
  const silence = makeRule('silence', { after: '1h' });
  const problems = (params: Record<string, unknown>, ...others: ReturnType<typeof composite>[]) => {
    const rule = composite(params);
    return ruleKinds
      .get('composite')!
      .check(rule.params, makeModel(METRICS, [rule, ...MEMBERS, silence, ...others]), rule);
  };

  it.each([
    [{}, []],
    [{ of: ['hot', 'gone'] }, ['of.1']],
    [{ of: ['hot', 'hot'] }, ['of.1']],
    [{ of: ['composite', 'hot'] }, ['of.0']],
    [{ of: ['silence', 'hot'] }, ['of.0']],
    [{ levels: [{ need: 3, severity: 'info' }] }, ['levels.0.need']],
    [{ levels: [...ALL, { need: 2, severity: 'critical' }] }, ['levels.1.need']],
  ])('of %j finds %j', (params, paths) => {
    expect(problems(params).map(({ path }) => path)).toEqual(paths);
  });

  it('names a cycle', () => {
    const [problem] = problems(
      { of: ['second', 'hot'] },
      composite({ of: ['third', 'hot'] }, 'second'),
      composite({ of: ['composite', 'high'] }, 'third'),
    );
    expect(problem).toMatchObject({
      path: 'of.0',
      message: expect.stringContaining('composite → second → third → composite'),
    });
  });
});
