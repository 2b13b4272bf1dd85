import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { Asset, type HistorySample, makeEvent, makeModel, makeRule, samples, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [{ id: 'cycles', kind: 'number', unit: 'cycles' }];
const NEW = makeEvent({ id: 'i', type: 'component-installed', componentId: 'part', at: T0 - DAY, reading: 0 });

function asset(params: Record<string, unknown> = {}) {
  return new Asset(makeModel(METRICS, [makeRule('usage', { counter: 'cycles', life: 10_000, ...params })])).takeAll([
    NEW,
  ]);
}

/** A counter that goes up by `perDay` evenly, read every hour for so many days. */
function steady(perDay: number, days: number, from = T0, start = 0): HistorySample[] {
  const readings = Array.from({ length: days * 24 }, (_, hour) => start + (perDay * hour) / 24);
  return samples(readings, HOUR, from);
}

const day = (days: number) => T0 + days * DAY;

describe('the usage ledger', () => {
  it('enters each day with its use and the reading at its end, once the next has begun', () => {
    const part = asset().takeAll(steady(24, 3));
    expect(part.usage).toEqual([
      { day: day(0), unit: 'cycles', used: 23, adjusted: 0, reading: 23 },
      { day: day(1), unit: 'cycles', used: 24, adjusted: 0, reading: 47 },
    ]);
  });

  it('shows what was taken out as implausible on its day, and enters no day without data', () => {
    const readings = [
      ...samples([0, 10], HOUR, day(0)),
      ...samples([5000, 5001, 5002], HOUR, day(4)),
      ...samples([5003], HOUR, day(9)),
    ];
    expect(asset({ maxRatePerHour: 20 }).takeAll(readings).usage).toEqual([
      { day: day(0), unit: 'cycles', used: 10, adjusted: 0, reading: 10 },
      { day: day(4), unit: 'cycles', used: 2, adjusted: 4990, reading: 5002 },
    ]);
  });

  it('goes on over a replacement of the component and keeps use of unknown age', () => {
    const replaced = makeEvent({ id: 'r', type: 'component-replaced', componentId: 'part', at: day(1) + HOUR / 2 });
    const all = steady(24, 3);
    const part = asset().takeAll([...all.slice(0, 25), replaced, ...all.slice(25)]);
    expect(part.usage.map(({ used }) => used)).toEqual([23, 24]);

    const unknown = new Asset(makeModel(METRICS, [makeRule('usage', { counter: 'cycles', life: 10 })]));
    expect(unknown.takeAll(steady(24, 3)).usage.map(({ used }) => used)).toEqual([23, 24]);
  });

  it('enters what the counter rose by until a replacement, but not what was typed wrong', () => {
    const replaced = (reading: number) =>
      makeEvent({ id: 'r', type: 'component-replaced', componentId: 'part', at: day(0) + 2 * HOUR, reading });
    const entered = (reading: number) => {
      const part = asset({ maxRatePerHour: 20 });
      part.takeAll([...samples([0, 10], HOUR, day(0)), replaced(reading), ...samples([40, 41, 42, 43], HOUR, day(1))]);
      part.takeAll(samples([50], HOUR, day(2)));
      return { days: part.usage.map(({ used }) => used), used: part.view(day(2)).used };
    };
    expect(entered(25)).toEqual({ days: [25, 18], used: 25 });
    expect(entered(250_000)).toEqual({ days: [10, 3], used: 10 });
  });

  it('adds up over a year', () => {
    const all = steady(100, 366);
    const { usage } = asset({ life: 1e9 }).takeAll(all);
    expect(usage).toHaveLength(365);
    const sum = usage.reduce((total, { used }) => total + used, 0);
    expect(sum).toBeCloseTo(usage.at(-1)!.reading!, 6);
    expect(usage.map((entry) => entry.day)).toEqual(Array.from({ length: 365 }, (_, at) => day(at)));
  });
});

describe('the forecast', () => {
  const forecast = (items: readonly HistorySample[], at: number) => asset().takeAll(items).view(at).forecast;
  const inDays = (time: number | null | undefined) => (time == null ? time : (time - T0) / DAY);

  it('needs a whole day: the first, partial one says nothing of the rate', () => {
    const halfDay = samples([0, 400], HOUR, day(0) + 12 * HOUR);
    const firstWhole = steady(240, 1, day(1), 410);
    expect(forecast([...halfDay, ...firstWhole], day(2))).toBeUndefined();
    const after = forecast([...halfDay, ...firstWhole, ...samples([640], HOUR, day(2))], day(2));
    expect(inDays(after?.p50)).toBeCloseTo(2 + (10_000 - 640) / 240, 0);
  });

  it('of an even use is when the budget is spent', () => {
    const after = forecast(steady(100, 20), day(20));
    expect(inDays(after?.p10)).toBeCloseTo(100, 0);
    expect(inDays(after?.p50)).toBeCloseTo(100, 0);
    expect(inDays(after?.p90)).toBeCloseTo(100, 0);
  });

  it('rests on the last four weeks', () => {
    const slowThenFast = [...steady(10, 60), ...steady(100, 30, day(60), 600)];
    const after = forecast(slowThenFast, day(90));
    expect(inDays(after?.p50)).toBeCloseTo(90 + (10_000 - 3600) / 100, 0);
  });

  it('moves away and then ends when use stops', () => {
    const stopped = (days: number) => [...steady(100, 30), ...steady(0, days, day(30), 3000)];
    expect(inDays(forecast(stopped(1), day(31))?.p50)).toBeCloseTo(31 + 70, 0);
    const later = inDays(forecast(stopped(15), day(45))?.p50)!;
    expect(later).toBeGreaterThan(45 + 130);
    expect(forecast(stopped(30), day(60))).toMatchObject({ p10: null, p50: null, p90: null });
  });

  it('counts days without data as days without use', () => {
    const weekdays = [0, 1, 2, 3].flatMap((week) =>
      [0, 1, 2, 3, 4].flatMap((weekday) => steady(70, 1, day(week * 7 + weekday), (week * 5 + weekday) * 70)),
    );
    const after = forecast([...weekdays, ...samples([1400], HOUR, day(28))], day(28));
    expect(inDays(after?.p50)).toBeCloseTo(28 + 8600 / 50, -1);
  });

  it('stays where it is while nothing is heard, and is now once it has passed', () => {
    const part = asset().takeAll(steady(100, 20));
    const before = part.view(day(20)).forecast;
    expect(part.view(day(50)).forecast).toEqual(before);
    expect(part.view(day(150)).forecast).toMatchObject({ p10: day(150), p50: day(150), p90: day(150) });
  });

  it('of a life that is over is now', () => {
    const over = asset({ life: 100 }).takeAll(steady(100, 3));
    expect(over.view(day(3)).forecast).toMatchObject({ p10: day(3), p50: day(3), p90: day(3) });
    expect(over.findings.at(-1)!.forecast!.p50).toBe(over.findings.at(-1)!.time);
  });
});

it('of a life by the calendar further away than the horizon has no date', () => {
  const part = asset({ calendarLife: '7300d' }).takeAll(steady(0, 3));
  expect(part.view(day(3)).forecast).toMatchObject({ p10: null, p50: null, p90: null });
  expect(part.view(day(3700)).forecast!.p50).toBe(day(-1) + 7300 * DAY);
});

describe('what is stated', () => {
  it('carries the rate and the forecast it rests on', () => {
    const { findings } = asset({ life: 1000 }).takeAll(steady(100, 9.5));
    expect(findings[0]).toMatchObject({
      change: 'raised',
      evidence: { used: 900, ratePerDay: expect.closeTo(100, 0) },
    });
    expect(findings[0]!.forecast!.p50! - findings[0]!.time).toBeCloseTo(DAY, -7);
  });

  it('is said again when the rule comes to count', () => {
    const part = asset({ life: 1000 }).takeAll(steady(100, 9.5));
    part.take(makeEvent({ id: 'z', type: 'rules-changed', at: day(20), ruleIds: ['usage'] }));
    const [raised] = part.findings;
    expect(part.findings.at(-1)).toMatchObject({ change: 'raised', key: raised!.key, time: day(20) });
    const unknown = new Asset(makeModel(METRICS, [makeRule('usage', { counter: 'cycles', life: 10 })]));
    unknown.takeAll(steady(1, 1)).take(makeEvent({ id: 'z', type: 'rules-changed', at: day(20), ruleIds: ['usage'] }));
    expect(unknown.said).toEqual(['raised info', 'raised info']);
  });
});
