import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { Asset, makeEvent, makeModel, makeRule, samples, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [{ id: 'hours', kind: 'number', unit: 'h' }];
const day = (days: number) => T0 + days * DAY;
const NEW = makeEvent({ id: 'i', type: 'component-installed', componentId: 'part', at: T0, reading: 0 });

function byUse(params: Record<string, unknown> = {}) {
  return new Asset(makeModel(METRICS, [makeRule('usage', { counter: 'hours', life: 1000, ...params })])).takeAll([NEW]);
}
function byCalendar(params: Record<string, unknown> = {}) {
  return new Asset(makeModel([], [makeRule('calendar', { life: '100d', ...params })])).takeAll([NEW]);
}

interface More {
  readonly usage?: { readonly amount: number; readonly unit: string };
  readonly calendar?: number;
  readonly failureModeId?: string;
}
const longer = (kind: string, at: number, { failureModeId = `${kind}-mode`, ...more }: More) =>
  makeEvent({ id: `x${at}`, type: 'life-extended', at, componentId: 'part', failureModeId, ...more });
const hours = (amount: number) => ({ usage: { amount, unit: 'h' } });

/** Readings an hour apart that end at `to`, at that many hours a reading. */
const running = (from: number, to: number, at: number, step = 1) =>
  samples(
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, n) => from + n * step),
    HOUR,
    at,
  );

describe('a life by use that was extended', () => {
  it('is what is left of wear: cleared where it holds no longer, and raised again where it comes to it', () => {
    const part = byUse().takeAll(running(880, 920, day(40)));
    expect(part.said).toEqual(['raised warning']);
    part.takeAll([longer('usage', day(45), hours(500))]);
    expect(part.said).toEqual(['raised warning', 'cleared warning']);
    expect(part.view(day(45))).toMatchObject({ level: 0, life: 1500, wear: 920 / 1500 });
    part.takeAll(running(1340, 1360, day(66)));
    expect(part.said.slice(2)).toEqual(['raised warning']);
    expect(part.findings.at(-1)).toMatchObject({ evidence: { life: 1500, used: 1350 } });
    part.takeAll(running(1490, 1510, day(75)));
    expect(part.said.slice(3).at(-1)).toBe('escalated critical');
  });

  it('lasts as long from what it has come to, where that is more than its rated life', () => {
    const part = byUse().takeAll(running(1180, 1200, day(60)));
    expect(part.said).toEqual(['raised critical']);
    part.takeAll([longer('usage', day(62), hours(100))]);
    expect(part.view(day(62))).toMatchObject({ life: 1300, level: 0 });
    part.takeAll(running(1280, 1310, day(70)));
    expect(part.said).toEqual(['raised critical', 'cleared critical', 'raised critical']);
    expect(part.findings.at(-1)!.evidence).toMatchObject({ used: 1300 });
    expect(new Set(part.findings.map(({ key }) => key)).size).toBe(3);
  });

  it('adds up, and ends with the part', () => {
    const part = byUse().takeAll(running(880, 920, day(40)));
    part.takeAll([longer('usage', day(45), hours(500))]).takeAll([longer('usage', day(46), hours(500))]);
    expect(part.view(day(46)).life).toBe(2000);
    part.takeAll([makeEvent({ id: 'r', type: 'component-replaced', componentId: 'part', at: day(47), reading: 920 })]);
    expect(part.view(day(47))).toMatchObject({ life: 1000, wear: 0 });
  });

  it('is another one in another unit, or of another failure mode', () => {
    const part = byUse().takeAll(running(880, 920, day(40)));
    part.takeAll([longer('usage', day(45), { usage: { amount: 500, unit: 'cycles' } })]);
    part.takeAll([longer('usage', day(46), { ...hours(500), failureModeId: 'other' })]);
    expect(part.view(day(46))).toMatchObject({ life: 1000 });
    expect(part.said).toEqual(['raised warning', 'cleared warning']);
    part.takeAll(running(921, 990, day(47)));
    expect(part.said).toHaveLength(2);
    part.takeAll(running(991, 1001, day(50)));
    expect(part.said.slice(2)).toEqual(['raised critical']);
  });

  it('stretches how such parts differ, and is raised by risk only once that is worse than was known', () => {
    const risk = { planningMargin: '10d', levels: [{ probability: 0.5, severity: 'warning' }] };
    const params = { spread: 0.1, risk };
    const end = (part: Asset, at: number) => (part.view(at).forecast!.p50! - at) / DAY;
    const said = (part: Asset) => part.said.filter((words) => !words.startsWith('updated'));
    const part = byUse(params).takeAll(running(0, 900, day(0)));
    expect(said(part)).toEqual(['raised warning']);
    const before = end(part, day(38));
    part.takeAll([longer('usage', day(38), hours(1000))]);
    expect(said(part)).toEqual(['raised warning', 'cleared warning']);
    expect(end(part, day(38))).toBeGreaterThan(before + 30);

    const soon = byUse(params).takeAll(running(0, 900, day(0)));
    soon.takeAll([longer('usage', day(38), hours(1))]).takeAll(running(901, 999, day(38) + HOUR));
    expect(said(soon)).toEqual(['raised warning', 'cleared warning']);
    soon.takeAll(running(1000, 1010, day(43)));
    expect(said(soon).slice(2)).toEqual(['raised warning']);
    expect(soon.findings.at(-1)!.evidence).toMatchObject({ used: 1001, life: 1001 });
  });

  it('reaches its calendar too', () => {
    const part = byUse({ calendarLife: '50d' }).takeAll(running(10, 20, day(46)));
    expect(part.said).toEqual(['raised warning']);
    part.takeAll([longer('usage', day(47), { calendar: 50 * DAY })]);
    expect(part.said).toEqual(['raised warning', 'cleared warning']);
    expect(part.view(day(47)).wear).toBeCloseTo(0.47, 6);
  });
});

describe('a life by the calendar that was extended', () => {
  it('comes due again by the longer life', () => {
    const part = byCalendar()
      .tick(day(95))
      .takeAll([longer('calendar', day(95), { calendar: 100 * DAY })]);
    expect(part.said).toEqual(['raised warning', 'cleared warning']);
    expect(part.view(day(95))).toMatchObject({ level: 0, wear: 0.475, forecast: { p50: day(200) } });
    part.tick(day(210));
    expect(part.findings.slice(2).map(({ change, severity, time }) => [change, severity, time])).toEqual([
      ['raised', 'warning', day(180)],
      ['escalated', 'critical', day(200)],
    ]);
    part.takeAll([makeEvent({ id: 'r', type: 'component-replaced', componentId: 'part', at: day(211) })]);
    expect(part.view(day(211)).forecast!.p50).toBe(day(311));
  });

  it('lasts as long from its age, where that is more than its rated life', () => {
    const part = byCalendar()
      .tick(day(150))
      .takeAll([longer('calendar', day(150), { calendar: 10 * DAY })]);
    expect(part.view(day(150))).toMatchObject({ forecast: { p50: day(160) } });
    expect(part.said).toEqual(['raised warning', 'escalated critical', 'cleared critical']);
    part.tick(day(161));
    expect(part.said.slice(3)).toEqual(['escalated critical']);
    expect(new Set(part.findings.map(({ key }) => key)).size).toBe(4);
  });

  it('is due by risk as one of that length would be', () => {
    const risk = { planningMargin: '10d', levels: [{ probability: 0.3, severity: 'warning' }] };
    const given = byCalendar({ spread: 0.2, risk }).tick(day(99));
    given.takeAll([longer('calendar', day(99), { calendar: 100 * DAY })]).tick(day(400));
    const long = byCalendar({ life: '200d', spread: 0.2, risk }).tick(day(400));
    expect(given.findings.at(-1)).toMatchObject({ change: 'raised', time: long.findings[0]!.time });
  });
});
