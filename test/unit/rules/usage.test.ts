import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { usage } from '../../../src/rules/usage.ts';
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
  { id: 'hours', kind: 'number', unit: 'h' },
  { id: 'toner', kind: 'number', unit: '%' },
  { id: 'running', kind: 'state', codes: { stopped: 0, running: 1 } },
  { id: 'fault', kind: 'event', codes: { none: 0 } },
];
const RUN = { counter: 'hours', life: 100 };
const TONER = { counter: 'toner', form: 'remaining-percent' };
const RUNNING = { counter: 'running', form: 'running', life: 10 };

function asset(params: Record<string, unknown>) {
  return new Asset(makeModel(METRICS, [makeRule('usage', params)]));
}

function install(
  at: number,
  reading?: number,
  type: 'component-installed' | 'component-replaced' = 'component-installed',
) {
  const given = reading === undefined ? {} : { reading };
  return makeEvent({ id: `i${at}`, type, componentId: 'part', at: T0 + at * HOUR, ...given });
}

const hourly = (readings: readonly number[], from = 0) => samples(readings, HOUR, T0 + from * HOUR);
const remaining = (shares: readonly number[], from = 0) => samples(shares, HOUR, T0 + from * HOUR, 1);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

function usedAfter(params: Record<string, unknown>, items: readonly Item[]) {
  const { used, wear } = asset(params)
    .takeAll(inOrder(items))
    .view(T0 + 1000 * HOUR);
  return { used, wear };
}

describe('use since installation', () => {
  const cases: Record<string, [Item[], number | undefined]> = {
    'counts from the reading at installation': [[install(0, 1000), ...hourly([1030, 1031], 1)], 31],
    'counts from the first reading within a day of the installation': [[install(0), ...hourly([1030, 1031], 24)], 1],
    'is unknown when the first reading came later than that': [[install(0), ...hourly([1030, 1031], 25)], undefined],
    'is unknown without an installation': [hourly([1030, 1031]), undefined],
    'counts from the last reading before a replacement without one': [
      [...hourly([50, 51, 52]), install(2.5, undefined, 'component-replaced'), ...hourly([53, 54], 3)],
      2,
    ],
    'counts from the reading said at the replacement, also between two readings': [
      [...hourly([50, 51, 52]), install(2.5, 52.5, 'component-replaced'), ...hourly([53, 54], 3)],
      1.5,
    ],
    'counts from an earlier reading than the last': [
      [...hourly([50, 51, 52]), install(2.5, 40, 'component-replaced'), ...hourly([53], 3)],
      13,
    ],
    'takes no use below zero': [[install(0, 2000), ...hourly([1030, 1031], 1)], 1],
    'recovers from a reading that was typed wrong': [
      [...hourly([50]), install(0.5, 50_000, 'component-replaced'), ...hourly([51, 52, 53, 54], 1)],
      3,
    ],
    'starts anew with each replacement': [
      [install(0, 0), ...hourly([10, 11, 12]), install(3, 12, 'component-replaced'), ...hourly([13], 4)],
      1,
    ],
    'is not touched by other components': [
      [
        install(0, 0),
        ...hourly([10]),
        makeEvent({ id: 'o', type: 'component-replaced', componentId: 'other', at: T0 + HOUR / 2 }),
        ...hourly([11], 1),
      ],
      11,
    ],
    'goes on over a reset of the counter of the machine': [[install(0, 0), ...hourly([30, 31, 0, 1, 2, 3])], 31 + 3],
    'goes on over an exchange of the counter, without the leap': [
      [install(0, 0), ...hourly([30, 31, 7000, 7001, 7002])],
      31 + 2,
    ],
  };

  it.each(Object.entries(cases))('%s', (_, [items, used]) => {
    expect(usedAfter(RUN, items).used).toBe(used);
    expect(usedAfter(RUN, items).wear).toBe(used === undefined ? null : used / 100);
  });
});

describe('levels of wear', () => {
  it('raise, escalate at the end of life, and are reset by a replacement', () => {
    const items = [
      install(0, 0),
      ...hourly(range(85, 105)),
      install(20.5, 105, 'component-replaced'),
      ...hourly([106], 21),
    ];
    const { findings, said } = asset(RUN).takeAll(inOrder(items));
    expect(said).toEqual(['raised warning', 'escalated critical', 'reset critical']);
    expect(findings[0]).toMatchObject({
      start: T0 + 5 * HOUR,
      evidence: { used: 90, life: 100, wear: 0.9, unit: 'h' },
    });
    expect(findings[1]).toMatchObject({ start: T0 + 5 * HOUR, time: T0 + 15 * HOUR, evidence: { wear: 1 } });
    expect(findings[2]!.evidence).toMatchObject({ used: 105 });
  });

  it('raise the worst at once when several are passed', () => {
    expect(asset(RUN).takeAll([install(0, 0), ...hourly([150])]).said).toEqual(['raised critical']);
  });

  it('are restated once a day', () => {
    const { findings } = asset(RUN).takeAll([install(0, 0), ...hourly(range(90, 99)), ...hourly([99, 99], 24)]);
    expect(findings.map(({ change }) => change)).toEqual(['raised', 'updated']);
    expect(findings[1]!.time).toBe(T0 + 24 * HOUR);
  });

  it('are judged as soon as an event makes the age known, the same by whoever looks first', () => {
    const worn = [...hourly([195]), install(0.5, 100, 'component-replaced')];
    const { findings, said } = asset(RUN).takeAll(worn);
    expect(said).toEqual(['raised info', 'cleared info', 'raised warning']);
    expect(findings[2]).toMatchObject({ start: T0 + 0.5 * HOUR, evidence: { used: 95 } });
  });

  it('wait for the end of a maintenance, and are raised as of that, whoever looks first', () => {
    const muted = [
      install(0, 0),
      makeEvent({ id: 'm', type: 'maintenance', at: T0 + HOUR / 2, until: T0 + 4 * HOUR }),
      ...hourly([92, 93], 1),
    ];
    const byTick = asset(RUN)
      .takeAll(muted)
      .tick(T0 + 3 * HOUR);
    expect(byTick.said).toEqual([]);
    byTick.tick(T0 + 5 * HOUR);
    const bySample = asset(RUN).takeAll([...muted, ...hourly([94], 5)]);
    expect(byTick.said).toEqual(['raised warning']);
    expect(byTick.findings[0]).toMatchObject({ start: T0 + HOUR, time: T0 + 4 * HOUR, evidence: { used: 93 } });
    expect(bySample.findings).toEqual(byTick.findings);
  });

  it('wait for the end of a maintenance by the time of the asset, however late its history is heard', () => {
    const one = asset(RUN).takeAll([
      install(0, 0),
      makeEvent({ id: 'm', type: 'maintenance', at: T0 + HOUR / 2, until: T0 + 4 * HOUR }),
    ]);
    const heardAt = T0 + 30 * DAY;
    const hear = ({ metric, time, value }: HistorySample) => one.fold.sample(metric, time, value, 0, heardAt);
    hourly([92, 93], 1).forEach(hear);
    one.tick(heardAt + MINUTE);
    expect(one.said).toEqual([]);
    hourly([95], 5).forEach(hear);
    expect(one.findings).toMatchObject([{ change: 'raised', time: T0 + 4 * HOUR, evidence: { used: 93 } }]);
  });
});

describe('life by the calendar', () => {
  const filter = { ...RUN, calendarLife: '10d' };
  const day = (days: number) => T0 + days * DAY;

  it('ends although nothing is used, whoever looks when', () => {
    const said = (ticks: readonly number[]) => {
      const part = asset(filter).takeAll([install(0, 0), ...hourly([1])]);
      for (const days of ticks) part.tick(day(days));
      return part;
    };
    expect(said([8.9]).said).toEqual([]);
    const often = said(range(1, 110).map((tenth) => tenth / 10));
    expect(often.said.filter((text) => !text.startsWith('updated'))).toEqual(['raised warning', 'escalated critical']);
    expect(often.findings[0]).toMatchObject({ start: day(9), evidence: { used: 1, wear: 0.9, calendarWear: 0.9 } });
    expect(said([9.7]).findings[0]!.key).toBe(often.findings[0]!.key);
  });

  it('or use ends it, whichever comes first', () => {
    const part = asset(filter).takeAll([install(0, 0), ...hourly([95])]);
    expect(part.findings[0]).toMatchObject({ start: T0, evidence: { wear: 0.95, calendarWear: 0 } });
    expect(part.view(day(5)).wear).toBe(0.95);
    expect(part.view(day(9.8)).wear).toBeCloseTo(0.98, 9);
  });

  it('limits the forecast', () => {
    const part = asset(filter).takeAll([install(0, 0), ...samples([0, 1, 2, 3, 4], DAY)]);
    const end = day(10);
    expect(part.view(day(4)).forecast).toMatchObject({ p10: end, p50: end, p90: end });
    expect(part.view(day(12)).forecast).toMatchObject({ p10: day(12), p50: day(12), p90: day(12) });
  });

  it('is left out where the date of installation is unknown', () => {
    const unknown = makeEvent({ id: 'i', type: 'component-installed', componentId: 'part', at: 0, reading: 0 });
    const part = asset(filter)
      .takeAll([unknown, ...hourly([10])])
      .tick(day(100));
    expect(part.said).toEqual([]);
    expect(part.view(day(100))).toMatchObject({ used: 10, wear: 0.1 });
  });
});

describe('unknown age', () => {
  it('asks once and states no wear, whatever is counted', () => {
    const part = asset(RUN)
      .takeAll(hourly(range(1000, 1200)))
      .tick(T0 + 300 * HOUR);
    expect(part.said).toEqual(['raised info']);
    expect(part.findings[0]).toMatchObject({
      componentId: 'asset',
      failureModeId: 'installation-unknown',
      evidence: { kind: 'installation-unknown', componentIds: ['part'] },
    });
    expect(part.view(T0)).toEqual({ level: 1, wear: null, life: 100, unit: 'h' });
  });

  it('asks once for each rule, also over restarts', () => {
    const rules = ['a', 'b'].map((id) => makeRule('usage', RUN, { id, componentId: `part-${id}` }));
    const part = new Asset(makeModel(METRICS, rules));
    for (const item of hourly(range(0, 20))) {
      part.take(item);
      part.restore();
    }
    expect(part.findings.map(({ ruleId, change }) => `${ruleId} ${change}`)).toEqual(['a raised', 'b raised']);
  });

  it('takes the request back once it is known', () => {
    const items = [...hourly(range(1000, 1003)), install(3.5, 1000), ...hourly([1004], 4)];
    const part = asset(RUN).takeAll(items);
    expect(part.said).toEqual(['raised info', 'cleared info']);
    expect(part.findings[1]).toMatchObject({ start: T0, componentId: 'asset' });
    expect(part.view(T0)).toMatchObject({ level: 0, used: 4 });
  });

  it('is settled by the first reading after an installation that came without one', () => {
    const items = [...hourly([7]), install(0.5), ...hourly([8], 1)];
    expect(usedAfter(RUN, items).used).toBe(1);
    const installedTwice = [install(0), install(20, 1000), ...hourly([1030], 48)];
    expect(usedAfter(RUN, installedTwice).used).toBe(30);
    const replaced = install(50, undefined, 'component-replaced');
    expect(usedAfter(RUN, [...installedTwice, replaced, ...hourly([1033], 51)]).used).toBe(3);
  });

  it('does not ask in a maintenance, but after it', () => {
    const muted = makeEvent({ id: 'm', type: 'maintenance', at: T0, until: T0 + 2 * HOUR });
    const part = asset(RUN).takeAll([muted, ...hourly([5, 6])]);
    expect(part.said).toEqual([]);
    expect(part.takeAll(hourly([7], 2)).said).toEqual(['raised info']);
  });
});

describe('a counter of the component, as remaining percent', () => {
  const used = (shares: readonly number[], events: Item[] = []) =>
    usedAfter(TONER, [...events, ...remaining(shares, 1)]).used;

  it.each([
    ['is the age from the first reading on', [40], 60],
    ['follows it down', [40, 39, 30, 20], 80],
    ['ignores jitter', [40, 42, 41, 40, 39], 61],
    ['ignores one false reading of empty', [40, 0, 40, 40], 60],
    ['ignores one false reading of full', [40, 100, 39, 38], 62],
    ['follows a small recovery once it is confirmed', [40, 48, 48, 47], 53],
    ['follows a refill', [5, 100, 100, 99], 1],
    ['follows the exchange for a part that is half used', [5, 50, 50, 49], 51],
    ['follows the exchange for a part that is used more', [90, 30, 30, 29], 71],
  ])('%s', (_, shares, expected) => {
    expect(used(shares)).toBe(expected);
  });

  it('is the age of a part whose installation is known as well', () => {
    expect(used([40, 39], [install(-1000)])).toBe(61);
  });

  it('raises nothing on one false reading of empty', () => {
    expect(asset(TONER).takeAll(remaining([40, 0, 40, 39, 38])).said).toEqual([]);
  });

  it('resets what was raised when it is refilled, also in part, but not when it recovers a little', () => {
    const said = (shares: number[]) => asset(TONER).takeAll(remaining(shares)).said;
    expect(said([12, 8, 99, 99, 99])).toEqual(['raised warning', 'reset warning']);
    expect(said([12, 8, 60, 60, 60])).toEqual(['raised warning', 'reset warning']);
    expect(said([12, 8, 14, 14, 14, 8])).toEqual(['raised warning']);
    expect(said([12, 8, 99, 99, 99, 80, 60, 40, 20, 9])).toEqual(['raised warning', 'reset warning', 'raised warning']);
  });

  it('is not raised again by the old reading between a replacement and the reset of the device', () => {
    const replaced = install(2.5, undefined, 'component-replaced');
    const items = inOrder([
      ...remaining([12, 8, 8]),
      replaced,
      ...remaining([8, 7, 7], 3),
      ...remaining([99, 98, 97], 6),
    ]);
    const part = asset(TONER).takeAll(items);
    expect(part.said).toEqual(['raised warning', 'reset warning']);
    expect(part.view(T0).used).toBe(3);
  });

  it('is its reading, whatever was taken out as implausible', () => {
    const part = asset({ ...RUN, resetMeansReplaced: true }).takeAll(hourly([10, 11, 30, 31, 32]));
    expect(part.view(T0).used).toBe(32);
  });

  it('keeps its age over an installation event that comes while it is young', () => {
    expect(usedAfter(TONER, [...remaining([70]), install(0.5), ...remaining([69], 1)]).used).toBe(31);
  });

  it('keeps the life by the calendar when a counter of its own is only corrected', () => {
    const own = { ...RUN, resetMeansReplaced: true, calendarLife: '10d' };
    const items = [install(0), ...hourly([20, 19.99, 19.99, 19.99])];
    expect(
      asset(own)
        .takeAll(items)
        .view(T0 + 5 * DAY).wear,
    ).toBeCloseTo(0.5, 9);
  });
});

describe('running time', () => {
  const signal = (...points: [minute: number, value: number][]) =>
    points.map(([minute, value]) => ({ metric: 2, time: T0 + minute * MINUTE, value }));
  const hours = (items: Item[], params = {}) => usedAfter({ ...RUNNING, ...params }, [install(0), ...items]).used;

  it('is integrated over the running signal', () => {
    expect(hours(signal([0, 1], [30, 1], [60, 0], [90, 0], [120, 1], [135, 0]))).toBe(1.25);
    expect(hours(signal([0, 0], [60, 1]))).toBe(0);
  });

  it('believes a signal no longer than maxHold', () => {
    expect(hours(signal([0, 1], [600, 1]))).toBe(1);
    expect(hours(signal([0, 1], [600, 1]), { maxHold: '1d' })).toBe(10);
  });

  it('wears, and raises', () => {
    const items = signal(...range(0, 19).map((half): [number, number] => [half * 30, 1]));
    expect(asset(RUNNING).takeAll([install(0), ...items]).said).toEqual(['raised warning']);
  });

  it('passes over bad samples', () => {
    const [first, bad, last] = signal([0, 1], [30, 0], [60, 1]);
    expect(hours([first!, { ...bad!, quality: 2 }, last!])).toBe(1);
  });

  it('is unknown for a component older than the first sample, and known from its replacement on', () => {
    const replaced = install(5, undefined, 'component-replaced');
    const items = inOrder([install(-100), ...signal([0, 1], [60, 1]), replaced, ...signal([330, 1], [360, 1])]);
    const part = asset(RUNNING).takeAll(items);
    expect(part.said).toEqual(['raised info', 'cleared info']);
    expect(part.view(T0).used).toBe(1.5);
  });
});

describe('a usage rule is refused', () => {
  const check = (params: Record<string, unknown>) => {
    const rule = makeRule('usage', params);
    return usage.check(rule.params as never, makeModel(METRICS, [rule]), rule).map(({ path }) => path);
  };
  it.each([
    [RUN, []],
    [TONER, []],
    [RUNNING, []],
    [{ counter: 'mileage', life: 1 }, ['counter']],
    [{ counter: 'fault', life: 1 }, ['counter']],
    [{ counter: 'running', life: 1 }, ['counter']],
    [{ counter: 'hours' }, ['life']],
    [{ ...TONER, life: 5 }, ['life']],
    [
      {
        ...RUN,
        levels: [
          { wear: 1, severity: 'info' },
          { wear: 1, severity: 'warning' },
        ],
      },
      ['levels.1.wear'],
    ],
  ])('%j at %j', (params, paths) => {
    expect(check(params)).toEqual(paths);
  });
});
