import { describe, expect, it } from 'vitest';
import type { AssetModel, MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, type Timestamp } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
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

const METRICS: MetricDefinition[] = [{ id: 'cycles', kind: 'number', unit: 'cycles' }];
const NEW = makeEvent({ id: 'i', type: 'component-installed', componentId: 'part', at: T0, reading: 0 });
const day = (days: number) => T0 + days * DAY;
const inDays = (time: Timestamp) => (time - T0) / DAY;

/** With a part that takes five days to come. */
function model(params: Record<string, unknown>): AssetModel {
  const rule = makeRule('usage', { counter: 'cycles', life: 1000, ...params });
  const name = { en: 'Part', zh: '部件' };
  const part = { id: 'part', name, part: { number: 'P', leadTime: 5 * DAY }, failureModes: [] };
  return { ...makeModel(METRICS, [rule]), components: [part] };
}

const asset = (params: Record<string, unknown>) => new Asset(model(params));

/** Even use, read every six hours, at the middle of each. */
function use(perDay: number, from: number, days: number, start = 0): HistorySample[] {
  const readings = Array.from({ length: days * 4 }, (_, at) => start + (perDay * at) / 4);
  return samples(readings, 6 * HOUR, day(from) + 3 * HOUR);
}

describe('a usage rule by risk', () => {
  it("raises when life ends within the part's lead time and the margin, not by wear", () => {
    const part = asset({ risk: { planningMargin: '3d' } }).takeAll([NEW, ...use(20, 0, 60)]);
    const { start, time, forecast } = part.findings[0]!;
    expect(start).toBe(time);
    expect(inDays(time)).toBeGreaterThan(41.5);
    expect(inDays(time)).toBeLessThanOrEqual(42.4);
    expect(inDays(forecast!.p50!)).toBeCloseTo(50, 0);
    // At even use the end is certain, so that both levels are passed at once, and wear of 1 adds nothing.
    expect(part.said.filter((said) => said !== 'updated critical')).toEqual(['raised critical']);
  });

  it('takes the lead time from the part of its own component', () => {
    const raisedAt = (leadTime: number) => {
      const of = model({ risk: { planningMargin: '3d' } });
      const components = of.components.map((it) => ({ ...it, part: { number: 'P', leadTime } }));
      return inDays(new Asset({ ...of, components }).takeAll([NEW, ...use(20, 0, 60)]).findings[0]!.time);
    };
    expect(raisedAt(15 * DAY) - raisedAt(5 * DAY)).toBeCloseTo(-10, 0);
  });

  it('raises earlier the surer it shall be, and where lives differ', () => {
    const raisedAt = (probability: number, more: Record<string, unknown> = {}) =>
      asset({ risk: { levels: [{ probability, severity: 'warning' }], deadband: 0.05 }, ...more }).takeAll([
        NEW,
        ...use(20, 0, 80),
      ]).findings[0]!.time;
    expect(raisedAt(0.1, { spread: 0.2 })).toBeLessThan(raisedAt(0.5, { spread: 0.2 }) - 2 * DAY);
    expect(raisedAt(0.1, { spread: 0.2 })).toBeLessThan(raisedAt(0.1) - 5 * DAY);
    const learned = { weibull: { shape: 8, scale: 700 } };
    expect(raisedAt(0.5, learned)).toBeLessThan(raisedAt(0.5) - 10 * DAY);
  });

  it('forecasts on beyond the rated life where parts differ', () => {
    const part = asset({ spread: 0.3 }).takeAll([NEW, ...use(20, 0, 60)]);
    const { wear, forecast } = part.view(day(60));
    expect(wear).toBeGreaterThan(1.15);
    expect(inDays(forecast!.p50!)).toBeGreaterThan(62);
    expect(inDays(forecast!.p50!)).toBeLessThan(80);
  });

  it('clears once use has slowed down, not in between and not by wear', () => {
    const risk = { planningMargin: '3d', offDelay: '1d' };
    const slower = [NEW, ...use(20, 0, 44), ...use(2, 44, 30, 880)];
    const part = asset({ risk }).takeAll(slower);
    const said = part.said.filter((one) => !one.startsWith('updated'));
    expect(said.at(-1)).toMatch(/^cleared/);
    expect(said.filter((one) => one.startsWith('cleared'))).toHaveLength(1);
    expect(part.view(day(74)).level).toBe(0);
    const both = asset({ risk, levels: [{ wear: 0.85, severity: 'info' }] }).takeAll(slower);
    expect(both.said.some((one) => one.startsWith('cleared'))).toBe(false);
    expect(both.view(day(74)).level).toBe(3);
  });

  it('beside wear levels raises with whichever comes first and rises with the other', () => {
    const levels = [{ wear: 0.5, severity: 'info' }];
    const part = asset({ levels, risk: { planningMargin: '3d' } }).takeAll([NEW, ...use(20, 0, 50)]);
    expect(part.said.filter((one) => !one.startsWith('updated'))).toEqual(['raised info', 'escalated critical']);
    expect(new Set(part.findings.map(({ start }) => start)).size).toBe(1);
  });

  it('is quiet in maintenance, and without a rate', () => {
    const risk = { planningMargin: '3d' };
    const until = day(48) + HOUR;
    const maintenance = makeEvent({ id: 'm', type: 'maintenance', at: day(30), until });
    const part = asset({ risk }).takeAll(inOrder([NEW, maintenance, ...use(20, 0, 49)]));
    expect(part.findings[0]!.start).toBeGreaterThanOrEqual(until);
    const fresh = asset({ risk: { planningMargin: '40d' } }).takeAll([NEW, ...use(200, 0, 1)]);
    expect(fresh.said).toEqual([]);
  });

  it('of a life by the calendar is raised at the same moment, whoever looks first', () => {
    const params = { calendarLife: '100d', risk: { planningMargin: '3d' } };
    const due = day(92);
    const seen = (items: readonly Item[], looks: readonly number[]) => {
      const part = asset(params).takeAll([NEW, ...use(1, 0, 60)]);
      for (const look of looks) part.tick(day(look));
      return part.takeAll(items);
    };
    expect(seen([], [91.9]).said).toEqual([]);
    expect(seen([], [92]).findings[0]).toMatchObject({ change: 'raised', severity: 'critical', start: due });
    expect(seen([], [97]).findings[0]).toMatchObject({ start: due });
    expect(seen(samples([70], HOUR, day(95)), []).findings[0]).toMatchObject({ start: due, severity: 'critical' });
  });

  it('starts anew with a new part', () => {
    const replaced = makeEvent({ id: 'r', type: 'component-replaced', componentId: 'part', at: day(46), reading: 920 });
    const part = asset({ risk: { planningMargin: '3d' } }).takeAll([NEW, ...use(20, 0, 46), replaced]);
    expect(part.said.at(-1)).toMatch(/^reset/);
    part.takeAll(use(20, 46, 5, 920));
    expect(part.said.at(-1)).toMatch(/^reset/);
    expect(part.view(day(51)).level).toBe(0);
  });
});

describe('its check', () => {
  const check = (params: Record<string, unknown>) => {
    const of = model(params);
    return ruleKinds.get('usage')!.check(of.rules[0]!.params, of, of.rules[0]!);
  };

  it.each([
    [{ spread: 0.1, weibull: { shape: 2, scale: 900 } }, 'spread'],
    [{ risk: { deadband: 0.6 } }, 'risk.deadband'],
    [
      {
        levels: [
          { wear: 1, severity: 'info' },
          { wear: 0.5, severity: 'warning' },
        ],
      },
      'levels.1.wear',
    ],
  ])('refuses %j', (params, path) => {
    expect(check(params).map((problem) => problem.path)).toEqual([path]);
  });

  it('takes risk alone, wear alone, both and neither', () => {
    for (const params of [{}, { risk: {} }, { levels: [{ wear: 1, severity: 'info' }] }, { risk: {}, spread: 0.2 }]) {
      expect(check(params)).toEqual([]);
    }
  });
});

it('a coarse counter that stands still is not taken for a machine that does', () => {
  // Ten units a day, of which only every twentieth shows.
  const coarse = use(10, 0, 95.25).map((sample) => ({ ...sample, value: 20 * Math.floor(sample.value / 20) }));
  const part = asset({}).takeAll([NEW, ...coarse]);
  const { used, forecast } = part.view(day(95.2));
  expect(used).toBe(940);
  expect(inDays(forecast!.p50!)).toBeCloseTo(100, 0);
  // It is taken for one that does once more should have shown.
  part.takeAll(samples(Array(40).fill(940), 6 * HOUR, day(95.5)));
  expect(inDays(part.view(day(105)).forecast!.p50!)).toBeGreaterThan(108);
});
