import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { compileRule } from '../../../src/rules/index.ts';
import { compileModel, describeMode } from '../../../src/rules/model.ts';
import { parseState } from '../../../src/rules/state.ts';
import { ASSET, Asset, type Item, inOrder, makeEvent, makeModel, makeRule, samples, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'temperature', kind: 'number', unit: '°C' },
  { id: 'status', kind: 'state', codes: { stopped: 0, running: 1 } },
  { id: 'hours', kind: 'number', unit: 'h' },
];
const HOT = { metric: 'temperature', direction: 'above', levels: [{ limit: 80, severity: 'warning' }] };
const LEVELS = [...HOT.levels, { limit: 90, severity: 'critical' }];
const hot = makeRule('threshold', HOT, { id: 'hot' });
const hotRunning = makeRule(
  'threshold',
  { ...HOT, while: { metric: 'status', equals: 'running' } },
  { id: 'hot-running' },
);
const life = makeRule('usage', { counter: 'hours', life: 100 }, { id: 'life' });

const asset = (...rules: Parameters<typeof makeModel>[1]) => new Asset(makeModel(METRICS, rules));
const at = (minute: number) => T0 + minute * MINUTE;
const temperature = (minute: number, value: number): Item => ({ metric: 0, time: at(minute), value });
const status = (minute: number, value: number): Item => ({ metric: 1, time: at(minute), value });
const closed = (minute: number, id = 'c') =>
  makeEvent({
    id,
    type: 'ticket-closed',
    at: at(minute),
    componentId: 'part',
    failureModeId: 'threshold-mode',
    ticketId: id,
  });
const changed = (minute: number, ruleIds: string[], id = 'r') =>
  makeEvent({ id, type: 'rules-changed', at: at(minute), ruleIds });
const maintenance = (minute: number, until: number | undefined, id = `m${minute}`) =>
  makeEvent({ id, type: 'maintenance', at: at(minute), ...(until === undefined ? {} : { until: at(until) }) });

describe("an asset's own time", () => {
  it('goes on from its newest sample as fast as the clock, whatever fell due meanwhile', () => {
    const installed = makeEvent({ id: 'i', type: 'component-installed', componentId: 'part', at: at(0) });
    const one = asset(hot, makeRule('calendar', { life: '100m' }, { id: 'old' })).takeAll([installed]);
    const heardAt = at(100_000);
    one.fold.sample(0, at(0), 70, 0, heardAt);
    one.tick(heardAt + 91 * MINUTE).tick(heardAt + 92 * MINUTE);
    expect(one.said).toEqual(['raised warning']);
    one.tick(heardAt + 101 * MINUTE);
    expect(one.said).toEqual(['raised warning', 'escalated critical']);
  });

  it('is what the state has come to where something was found as it passed', () => {
    const yearly = makeRule('usage', { counter: 'hours', life: 100, calendarLife: '1d' }, { id: 'life' });
    const installed = makeEvent({ id: 'i', type: 'component-installed', componentId: 'part', at: at(0), reading: 0 });
    const one = asset(yearly).takeAll([installed, { metric: 2, time: at(1), value: 1 }]);
    one.tick(at(0) + 2 * DAY);
    expect(one.findings.map(({ time }) => time)).toEqual([at(0) + 2 * DAY]);
    expect(one.fold.state.time).toBe(at(0) + 2 * DAY);
  });
});

describe('the place of an item', () => {
  it('is seen when it is not after the newest of its metric, whatever its value', () => {
    const one = asset(hot).takeAll([temperature(5, 70)]);
    expect(one.take(temperature(5, 99))).toBe('seen');
    expect(one.take(temperature(4, 99))).toBe('seen');
    expect(one.said).toEqual([]);
  });

  it('may lie behind another metric that no rule reads with it', () => {
    const one = asset(hot, life).takeAll([temperature(5, 70)]);
    expect(one.take({ metric: 2, time: at(1), value: 3 })).toBe('folded');
  });

  it('is late behind an instant of its joint rule, and of the same instant in time', () => {
    const one = asset(hotRunning).takeAll([status(0, 1), temperature(5, 85)]);
    expect(one.take(status(4, 0))).toBe('late');
    expect(one.take(status(5, 0))).toBe('folded');
    expect(one.take(temperature(6, 70))).toBe('folded');
    expect(one.said).toEqual([]);
  });

  it('is late behind an event, also for single rules; at its very time an event comes first', () => {
    const one = asset(hot).takeAll([temperature(0, 70), maintenance(5, 10)]);
    expect(one.take(temperature(4, 85))).toBe('late');
    expect(one.take(temperature(5, 85))).toBe('folded');
    expect(one.take(changed(5, ['hot']))).toBe('late');
    expect(one.take(changed(6, ['hot']))).toBe('folded');
  });

  it('of events is by time and id', () => {
    const one = asset(hot);
    expect(one.take(changed(5, ['hot'], 'b'))).toBe('folded');
    expect(one.take(changed(5, ['hot'], 'b'))).toBe('seen');
    expect(one.take(changed(5, ['hot'], 'a'))).toBe('seen');
    expect(one.take(changed(4, ['hot'], 'z'))).toBe('seen');
    expect(one.take(changed(5, ['hot'], 'c'))).toBe('folded');
  });
});

describe('a joint rule', () => {
  it('is judged once time has moved past the instant, by a sample or an event', () => {
    const one = asset(hotRunning).takeAll([status(0, 1), temperature(5, 85)]);
    expect(one.said).toEqual([]);
    expect(one.takeAll([status(6, 0)]).said).toEqual(['raised warning']);
    expect(one.findings[0]!.time).toBe(at(5));
    const other = asset(hotRunning).takeAll([status(0, 1), temperature(5, 85), changed(9, [])]);
    expect(other.said).toEqual(['raised warning']);
  });

  it('is judged by the maintenance of its instant, not of the item that moves time on', () => {
    const before = asset(hotRunning).takeAll([
      status(0, 1),
      temperature(5, 85),
      maintenance(6, 60),
      temperature(7, 85),
    ]);
    expect(before.said).toEqual(['raised warning']);
    const within = asset(hotRunning).takeAll([status(0, 1), maintenance(4, 6), temperature(5, 85), temperature(7, 70)]);
    expect(within.said).toEqual([]);
  });
});

describe('maintenance', () => {
  const readings = (from: number, to: number, value: number) =>
    samples(Array<number>(to - from).fill(value), MINUTE, at(from));

  it('lets nothing raise nor clear until it is over', () => {
    const one = asset(hot).takeAll([temperature(0, 85), maintenance(1, 5), ...readings(1, 5, 20)]);
    expect(one.said).toEqual(['raised warning']);
    expect(one.takeAll([temperature(5, 20)]).said).toEqual(['raised warning', 'cleared warning']);
    const raising = asset(hot).takeAll([maintenance(1, 5), ...readings(1, 5, 85)]);
    expect(raising.said).toEqual([]);
    expect(raising.takeAll([temperature(5, 85)]).findings[0]).toMatchObject({ start: at(5) });
  });

  it('counts usage', () => {
    const one = asset(life).takeAll([
      makeEvent({ id: 'i', type: 'component-installed', componentId: 'part', at: T0 - DAY, reading: 0 }),
      maintenance(0, 1000),
      ...samples([10, 11, 12], HOUR, T0, 2),
    ]);
    expect(one.view(T0).used).toBe(12);
  });

  it('that overlaps another lasts until the later end; an open one ends with the next', () => {
    const overlapping = [maintenance(0, 60), maintenance(10, 20)];
    expect(asset(hot).takeAll([...overlapping, ...readings(10, 60, 85)]).said).toEqual([]);
    expect(asset(hot).takeAll([...overlapping, ...readings(59, 61, 85)]).said).toEqual(['raised warning']);
    const open = [maintenance(0, undefined), ...readings(0, 10, 85), maintenance(10, 20), ...readings(10, 21, 85)];
    expect(
      asset(hot)
        .takeAll(open)
        .findings.map(({ start }) => start),
    ).toEqual([at(20)]);
  });

  it('is kept by a saved state, also when it is open', () => {
    const one = asset(hot).takeAll([maintenance(0, undefined)]);
    one.restore();
    expect(one.takeAll(readings(500, 510, 85)).said).toEqual([]);
  });
});

describe('a closed ticket', () => {
  it('lets evidence up to its watermark raise no more, and later evidence does', () => {
    const late = [temperature(1, 85), temperature(2, 70), temperature(8, 85)];
    const anew = asset(hot);
    anew.fold.announce([closed(5)]);
    anew.takeAll(inOrder([...late, closed(5)]));
    expect(anew.said).toEqual(['raised warning closed', 'cleared warning', 'raised warning']);
  });

  it('counts evidence that ends at the watermark itself as before', () => {
    const anew = asset(hot);
    anew.takeAll([closed(5), temperature(5, 85), temperature(6, 70), temperature(7, 85)]);
    expect(anew.said).toEqual(['raised warning closed', 'cleared warning', 'raised warning']);
  });

  it('leaves what goes on raised: it opens again when it got worse or came back', () => {
    const one = asset(makeRule('threshold', { ...HOT, levels: LEVELS }, { id: 'hot' }));
    one.takeAll([temperature(0, 85), closed(5), temperature(6, 86), temperature(7, 99)]);
    expect(one.said).toEqual(['raised warning', 'escalated critical']);
    expect(one.takeAll([temperature(8, 70), temperature(9, 85)]).said.slice(2)).toEqual([
      'cleared critical',
      'raised warning',
    ]);
  });

  it('is about its component and failure mode alone, and never moves back', () => {
    const other = makeEvent({
      id: 'o',
      type: 'ticket-closed',
      at: at(9),
      componentId: 'part',
      failureModeId: 'x',
      ticketId: 'o',
    });
    const anew = asset(hot);
    anew.fold.announce([other]);
    expect(anew.takeAll([temperature(1, 85)]).said).toEqual(['raised warning']);
    const twice = asset(hot);
    twice.fold.announce([closed(2), closed(9, 'd')]);
    twice.takeAll([closed(2), temperature(3, 85)]);
    expect(twice.said).toEqual(['raised warning closed']);
  });
});

describe('a changed rule', () => {
  it('opens no ticket for what it finds before, and states again what holds then', () => {
    const anew = asset(hot);
    anew.fold.announce([changed(5, ['hot'])]);
    anew.takeAll([temperature(1, 85), temperature(4, 86), changed(5, ['hot']), temperature(6, 70), temperature(7, 85)]);
    expect(anew.said).toEqual(['raised warning inactive', 'raised warning', 'cleared warning', 'raised warning']);
    const [before, restated] = anew.findings;
    expect(restated).toMatchObject({ start: at(1), time: at(5), window: { from: at(1), to: at(5) } });
    expect(restated!.key).not.toBe(before!.key);
    expect(before!.key).toBe(`${restated!.key}|inactive`);
  });

  it('that is clear then states nothing, nor does one that was not changed', () => {
    const anew = asset(hot, makeRule('threshold', HOT, { id: 'other' }));
    anew.fold.announce([changed(5, ['hot'])]);
    anew.takeAll([temperature(1, 85), temperature(4, 70), changed(5, ['hot'])]);
    expect(anew.findings.map(({ ruleId, change, dormant }) => [ruleId, change, dormant])).toEqual([
      ['hot', 'raised', 'inactive'],
      ['other', 'raised', undefined],
      ['hot', 'cleared', 'inactive'],
      ['other', 'cleared', undefined],
    ]);
  });

  it('that was changed again counts from the last change on', () => {
    const anew = asset(hot);
    const changes = [changed(5, ['hot'], 'a'), changed(9, ['hot'], 'b')];
    anew.fold.announce(changes);
    anew.takeAll(
      inOrder([temperature(1, 85), temperature(7, 70), temperature(8, 85), ...changes, temperature(10, 70)]),
    );
    expect(anew.said).toEqual([
      'raised warning inactive',
      'cleared warning inactive',
      'raised warning inactive',
      'raised warning',
      'cleared warning',
    ]);
  });
});

describe('a finding', () => {
  it('names asset, component, failure mode, rule and its version, and is known by its key', () => {
    const rule = makeRule('threshold', HOT, {
      id: 'hot',
      version: 'v7',
      componentId: 'bearing',
      failureModeId: 'worn',
    });
    const one = asset(rule).takeAll([temperature(0, 85)]);
    expect(one.findings).toEqual([
      {
        key: `${ASSET}|hot|raised|warning|${at(0)}`,
        assetId: ASSET,
        componentId: 'bearing',
        failureModeId: 'worn',
        ruleId: 'hot',
        ruleVersion: 'v7',
        change: 'raised',
        severity: 'warning',
        start: at(0),
        time: at(0),
        window: { from: at(0), to: at(0) },
        evidence: expect.objectContaining({ kind: 'threshold' }),
      },
    ]);
  });

  it('of a bad sample there is none, though its time counts', () => {
    const one = asset(hot);
    expect(one.take({ metric: 0, time: at(5), value: 99, quality: 2 })).toBe('folded');
    expect(one.take(temperature(5, 99))).toBe('seen');
    expect(one.said).toEqual([]);
    expect(one.fold.state.values[0]).toBeNaN();
  });
});

describe('a stored state', () => {
  it('keeps everything, the open instant and bad values too', () => {
    const one = asset(hotRunning, life).takeAll([maintenance(-9, -5), closed(-4), changed(-3, ['life']), status(0, 1)]);
    one.takeAll([{ metric: 2, time: at(1), value: 5, quality: 2 }, temperature(5, 85)]);
    const { state } = parseState(one.saved, one.model);
    expect(state).toEqual(one.fold.state);
  });

  it('of nothing is a fresh one', () => {
    const one = asset(hot);
    expect(parseState(one.saved, one.model).state).toEqual(one.fold.state);
  });

  it('of another model is refused, with the rules that are new or different', () => {
    const one = asset(hot, life).takeAll([temperature(5, 85)]);
    const next = makeModel(METRICS, [{ ...hot, version: '2' }, life, hotRunning]);
    const compiled = compileModel({ ...next, version: 'next' });
    expect(parseState(one.saved, compiled)).toEqual({
      state: undefined,
      changedRules: ['hot', 'hot-running'],
      newRules: ['hot-running'],
      time: at(5),
    });
    expect(parseState(asset(hot).saved, compiled)).toMatchObject({ time: Number.NEGATIVE_INFINITY });
  });

  it('of an older form is refused', () => {
    const one = asset(hot).takeAll([temperature(5, 85)]);
    const { format } = JSON.parse(one.saved) as { format: number };
    // 6 is from before a rule by the calendar remembered when its last date was settled.
    expect(format).toBeGreaterThan(6);
    for (const before of [1, format - 1]) {
      const older = JSON.stringify({ ...JSON.parse(one.saved), format: before });
      expect(parseState(older, one.model)).toEqual({ state: undefined, changedRules: [], newRules: [], time: at(5) });
    }
  });
});

describe('a compiled model', () => {
  it('knows which rules read which metric', () => {
    const model = compileModel(makeModel(METRICS, [hot, hotRunning, life]));
    expect(model.single).toEqual([[0], [], [2]]);
    expect(model.joint).toEqual([[1], [1], []]);
  });

  it('is refused with a kind that there is not', () => {
    const rule = { ...hot, kind: 'oracle' };
    expect(() => compileRule(makeModel(METRICS, [rule]), rule)).toThrow(
      /no rule kind 'oracle'; there are usage, threshold/,
    );
  });

  it('names what findings are about, with the id where it has no name', () => {
    const part = {
      id: 'part',
      name: { en: 'Part', zh: '部件' },
      failureModes: [{ id: 'worn', name: { en: 'Worn', zh: '磨损' } }],
    };
    const model = { ...makeModel(METRICS, []), components: [part] };
    expect(describeMode(model, 'part', 'worn')).toMatchObject({ component: part.name, failureMode: { en: 'Worn' } });
    expect(describeMode(model, 'gone', 'worn')).toMatchObject({
      component: { en: 'gone' },
      failureMode: { en: 'worn' },
    });
    expect(describeMode(model, 'asset', 'installation-unknown')).toMatchObject({
      component: undefined,
      failureMode: { en: 'Installation data missing' },
    });
  });
});
