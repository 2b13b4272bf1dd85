import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { trend } from '../../../src/rules/trend.ts';
import { normalDraws } from '../../support/normalDraws.ts';
import { Asset, type Item, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'drop', kind: 'number', unit: 'Pa' },
  { id: 'hours', kind: 'number', unit: 'h' },
  { id: 'load', kind: 'state', codes: { half: 1, full: 2 } },
];
const LINEAR = { metric: 'drop', direction: 'above', limit: 100, updateEvery: '1d', risk: { planningMargin: '5d' } };
const LIFE = { time: { median: '40d', spread: 0.2 } };

const modelOf = (raw: object) => makeModel(METRICS, [makeRule('trend', { ...LINEAR, ...raw })]);
const assetOf = (raw: object = {}) => new Asset(modelOf(raw));

/** A value of metric 0 each six hours. */
function days(count: number, of: (day: number) => number, from = T0): Item[] {
  return Array.from({ length: 4 * count }, (_, at) => ({ metric: 0, time: from + at * 6 * HOUR, value: of(at / 4) }));
}

const noise = (deviation: number, seed = 1) => {
  const normal = normalDraws(seed);
  return () => deviation * normal();
};

const installed = (at: number, id = '1') => makeEvent({ id, type: 'component-installed', componentId: 'part', at });

/** Days from the last sample to the median of the end. */
function daysLeft(asset: Asset): number | null | undefined {
  const { time } = asset.fold.state;
  const p50 = asset.view(time).forecast?.p50;
  return p50 === null || p50 === undefined ? p50 : (p50 - time) / DAY;
}

describe('a trend', () => {
  it('says nothing before it rests on enough', () => {
    const asset = assetOf().takeAll(days(7, (day) => 20 + day));
    expect(daysLeft(asset)).toBeUndefined();
    asset.takeAll(days(2, (day) => 27 + day, T0 + 7 * DAY));
    expect(daysLeft(asset)).toBeCloseTo(72, -0.5);
  });

  it('says nothing before it was watched for as long as it must be', () => {
    const raw = { evidence: { span: '20d' } };
    expect(daysLeft(assetOf(raw).takeAll(days(20, (day) => 20 + day)))).toBeUndefined();
    expect(daysLeft(assetOf(raw).takeAll(days(21, (day) => 20 + day)))).toBeDefined();
  });

  it('may never reach its limit where nothing moves towards it', () => {
    const still = noise(2);
    const asset = assetOf().takeAll(days(60, () => 50 + still()));
    expect(daysLeft(asset)).toBeNull();
    const falling = assetOf().takeAll(days(60, (day) => 80 - day / 2 + still()));
    expect(daysLeft(falling)).toBeNull();
    expect([...asset.said, ...falling.said]).toEqual([]);
  });

  it('is raised where the level is beyond the limit, moving or not', () => {
    const still = noise(1);
    expect(assetOf().takeAll(days(12, () => 120 + still())).said[0]).toBe('raised critical');
  });

  it('falls back to the usual life, and only where the age is known', () => {
    const still = noise(1);
    const asset = assetOf({ life: LIFE });
    asset.take(installed(T0));
    asset.takeAll(days(21, () => 50 + still(), T0 + 6 * HOUR));
    expect(daysLeft(asset)).toBeGreaterThan(15);
    expect(daysLeft(asset)).toBeLessThan(22);
    expect(daysLeft(assetOf({ life: LIFE }).takeAll(days(21, () => 50 + still())))).toBeNull();
  });

  it('says on what it rests', () => {
    const asset = assetOf({ life: LIFE });
    asset.take(installed(T0));
    asset.takeAll(days(3, () => 50, T0 + 6 * HOUR));
    expect(asset.view(T0).forecast?.basis).toBe('calendar');
    asset.takeAll(days(20, (day) => 50 + day, T0 + 4 * DAY));
    expect(asset.view(T0).forecast?.basis).toBeUndefined();
  });

  it('weighs the trend with the usual life', () => {
    const still = noise(3);
    const wear = (raw: object) => {
      const asset = assetOf(raw);
      asset.take(installed(T0));
      return daysLeft(asset.takeAll(days(12, (day) => 20 + day + still(), T0 + 6 * HOUR)))!;
    };
    const alone = wear({});
    const both = wear({ life: LIFE });
    expect(alone).toBeGreaterThan(50);
    expect(both).toBeGreaterThan(28);
    expect(both).toBeLessThan(alone);
  });

  it('begins anew with a new component', () => {
    const asset = assetOf().takeAll(days(78, (day) => 20 + day));
    expect(asset.said[0]).toMatch(/^raised/);
    asset.take(installed(T0 + 78 * DAY));
    expect(asset.said.at(-1)).toMatch(/^reset/);
    expect(daysLeft(asset)).toBeUndefined();
    const before = asset.said.length;
    asset.takeAll(days(30, (day) => 20 + day / 10, T0 + 78 * DAY + HOUR));
    expect(asset.said).toHaveLength(before);
  });

  it('is not bent by recoveries, which are no new component', () => {
    const still = noise(0.4, 4);
    const asset = assetOf({ direction: 'below', limit: 40 });
    asset.takeAll(days(80, (day) => 100 - day / 2 + (day % 20 < 2 && day > 10 ? 3 : 0) + still()));
    expect(Math.abs(daysLeft(asset)! - 40)).toBeLessThan(10);
    expect(asset.said).toEqual([]);
  });

  it('does not take another load for wear', () => {
    const still = noise(0.5, 2);
    const load = (day: number) => (day > 10 && Math.floor(day / 3) % 2 === 1 ? 2 : 1);
    const items = (raw: object) => {
      const asset = assetOf(raw);
      for (let at = 0; at < 200; at++) {
        const time = T0 + at * 6 * HOUR;
        const full = load(at / 4);
        asset.take({ metric: 0, time, value: 50 + (full === 2 ? 45 : 0) + still() });
        asset.take({ metric: 2, time, value: full });
      }
      return asset;
    };
    expect(items({}).said.length).toBeGreaterThan(0);
    expect(items({ regime: { metric: 'load' } }).said).toEqual([]);
  });

  it('takes limits as multiples of the level of the new component', () => {
    const asset = assetOf({ baseline: '5d', limit: 2, base: 0.9 });
    asset.takeAll(days(5, () => 40));
    asset.takeAll(days(30, (day) => 40 + 0.2 * day, T0 + 5 * DAY));
    expect(asset.said).toEqual([]);
    expect(daysLeft(asset)).toBeGreaterThan(60);
    asset.takeAll(days(40, (day) => 46 + day, T0 + 35 * DAY));
    expect(asset.said[0]).toMatch(/^raised/);
    expect(asset.findings[0]!.evidence).toMatchObject({ unit: '×', limit: 2 });
  });
});

describe('a trend of an indicator', () => {
  it('sees what the indicator makes of the metrics, and says its name', () => {
    const rule = makeRule('trend', { ...LINEAR, metric: 'per-hour', limit: 50 });
    const indicators = [{ id: 'per-hour', unit: 'Pa/h', expression: 'drop / hours' }];
    const asset = new Asset({ ...makeModel(METRICS, [rule]), indicators });
    for (let day = 0; day < 40; day++) {
      asset.take({ metric: 0, time: T0 + day * DAY, value: 4 * (10 + day) });
      asset.take({ metric: 1, time: T0 + day * DAY, value: 4 });
    }
    asset.take({ metric: 1, time: T0 + 41 * DAY, value: 4 });
    expect(asset.said[0]).toBe('raised critical');
    expect(asset.findings[0]!.evidence).toMatchObject({ metricId: 'per-hour', unit: 'Pa/h' });
  });
});

describe('a trend over use', () => {
  /** Runs `perDay` hours a day; wears 1 Pa an hour of use. */
  function run(asset: Asset, perDay: (day: number) => number, count: number, wear = 1) {
    const start = 3000;
    let used = 0;
    for (let day = 0; day < count; day++) {
      used += perDay(day);
      const time = T0 + (day + 1) * DAY;
      asset.take({ metric: 0, time, value: 20 + wear * used });
      asset.take({ metric: 1, time, value: start + used });
    }
    asset.take({ metric: 1, time: T0 + (count + 1) * DAY, value: start + used });
    return asset;
  }

  it('follows the use, by whatever the counter began at', () => {
    const raw = { over: 'hours', limit: 200, model: 'linear' };
    expect(daysLeft(run(assetOf(raw), () => 4, 20))).toBeCloseTo((200 - 20 - 80) / 4, -0.5);
    expect(daysLeft(run(assetOf(raw), () => 8, 20))).toBeCloseTo((200 - 20 - 160) / 8, -0.5);
  });

  it('takes no counter set back for use', () => {
    const asset = assetOf({ over: 'hours', limit: 400, model: 'linear' });
    let used = 0;
    for (let day = 0; day < 30; day++) {
      used += 5;
      const time = T0 + (day + 1) * DAY;
      asset.take({ metric: 0, time, value: 20 + used });
      asset.take({ metric: 1, time, value: day < 15 ? 9000 + used : used - 80 });
    }
    expect(Math.abs(daysLeft(asset)! - 46)).toBeLessThan(8);
  });

  it('has a usual life in use', () => {
    const raw = { over: 'hours', life: { use: { median: 400, spread: 0.1 } } };
    const asset = assetOf(raw);
    asset.take(installed(T0 + HOUR));
    expect(Math.abs(daysLeft(run(asset, () => 10, 20, 0))! - 20)).toBeLessThan(4);
    expect(asset.view(T0).forecast?.p90).not.toBeNull();
  });
});

describe('a trend by landmarks', () => {
  const MARKS = [
    { at: 50, level: 20, noise: 1, life: 400, perLevel: -4, perNoise: -20, spread: 20 },
    { at: 300, level: 60, noise: 1, life: 400, perLevel: -4, perNoise: -20, spread: 10 },
  ];
  const RAW = { model: 'landmarks', landmarks: MARKS, over: 'hours', updateEvery: '6h' };

  /** Used 10 h a day from new, with a level that rises as it is usual by `higher`; then days left. */
  function left(
    raw: object,
    higher: number,
    { deviation = 1, days: count = 15, first = 1, reading = 0, told = true } = {},
  ) {
    const asset = assetOf({ ...RAW, ...raw });
    const event = { id: '1', type: 'component-installed', componentId: 'part', at: T0 } as const;
    asset.take(makeEvent(told ? { ...event, reading } : event));
    const still = noise(deviation, 6);
    for (let at = 4 * first; at <= 4 * count; at++) {
      const time = T0 + at * 6 * HOUR;
      const used = 2.5 * at;
      const sign = (raw as { direction?: string }).direction === 'below' ? -1 : 1;
      asset.take({ metric: 0, time, value: sign * (12 + used * 0.16 + higher + still()) });
      asset.take({ metric: 1, time, value: reading + used });
    }
    asset.take({ metric: 1, time: T0 + (4 * count + 1) * 6 * HOUR, value: reading + 2.5 * (4 * count + 1) });
    return { asset, days: daysLeft(asset)! };
  }

  it('ends as what it shows tells', () => {
    expect(Math.abs(left({}, 0).days - 25)).toBeLessThan(1);
    expect(Math.abs(left({}, 10).days - 21)).toBeLessThan(1);
    expect(Math.abs(left({}, 0, { deviation: 4 }).days - 21)).toBeLessThan(1.5);
    const below = {
      direction: 'below',
      limit: -100,
      landmarks: MARKS.map((one) => ({ ...one, level: -one.level, perLevel: 4 })),
    };
    expect(Math.abs(left(below, 10).days - 21)).toBeLessThan(1);
  });

  it('says so', () => {
    const { asset } = left({}, 20, { days: 32 });
    expect(asset.findings[0]!.evidence).toMatchObject({ model: 'landmarks', over: 'hours', limit: 100 });
    expect(asset.view(T0).forecast?.basis).toBeUndefined();
  });

  it('counts use from the reading at the installation', () => {
    expect(left({}, 0, { reading: 5000 }).days).toBeCloseTo(left({}, 0).days, 6);
    expect(Math.abs(left({}, 0, { reading: 5000, first: 8 }).days - 25)).toBeLessThan(1.5);
    // Without it nobody knows what was used before the first reading: the trend alone says when 100 Pa are reached.
    expect(Math.abs(left({}, 0, { first: 8, told: false }).days - 40)).toBeLessThan(3);
  });

  it('knows when the use to come is due, by the course that it follows', () => {
    const courses = [
      { points: [['40d', 400]] },
      {
        points: [
          ['15d', 150],
          ['16d', 200],
        ],
      },
      { points: [['10d', 300]] },
    ];
    // Two courses run alike so far: one goes on with 10 h a day, one with 50.
    const both = left({ usualUse: { courses } }, 0).asset.view(T0).forecast!;
    const days = (at: number | null) => (at! - T0) / DAY - 15;
    expect(days(both.p10)).toBeLessThan(6);
    expect(days(both.p90)).toBeGreaterThan(24);
    expect(Math.abs(left({ usualUse: { courses: courses.slice(0, 1) } }, 0).days - 25)).toBeLessThan(1);
    expect(Math.abs(left({ usualUse: { courses: courses.slice(1, 2) } }, 0).days - 5)).toBeLessThan(0.6);
    // One that has left all of them goes on at its own rate.
    expect(Math.abs(left({ usualUse: { courses: courses.slice(2) } }, 0).days - 25)).toBeLessThan(1.5);
  });

  it('does not forget that a course was left', () => {
    // 300 h at 10 d, but as the unit at 15 d: it was off on the way.
    const crossing = {
      points: [
        ['5d', 140],
        ['15d', 150],
        ['16d', 400],
      ],
    };
    expect(Math.abs(left({ usualUse: { courses: [crossing] } }, 0).days - 25)).toBeLessThan(1.5);
  });
});

describe('its memory', () => {
  it('is small, plain JSON and survives a restart at any point', () => {
    const still = noise(2);
    const raw = { over: 'hours', regime: { metric: 'load' }, limit: 300, life: { ...LIFE, use: { median: 900 } } };
    const items: Item[] = [installed(T0 - HOUR)];
    for (let at = 0; at < 1200; at++) {
      const time = T0 + at * 2 * HOUR;
      items.push({ metric: 0, time, value: 20 + at / 6 + still() }, { metric: 1, time, value: at });
      items.push({ metric: 2, time, value: 1 + (Math.floor(at / 30) % 2) });
    }
    const straight = assetOf(raw).takeAll(items);
    const restored = assetOf(raw);
    items.forEach((item, at) => {
      restored.take(item);
      if (at % 97 === 0) restored.restore();
    });
    expect(restored.findings).toEqual(straight.findings);
    expect(straight.findings.length).toBeGreaterThan(0);
    expect(restored.saved).toBe(straight.saved);
    expect(straight.saved).not.toMatch(/null,null,null/);
    expect(straight.saved.length).toBeLessThan(6000);
  });
});

describe('its parameters', () => {
  const problems = (raw: object) => {
    const model = modelOf({});
    const rule = makeRule('trend', { ...LINEAR, ...raw });
    return trend.check(rule.params as never, model, rule).map(({ path, message }) => `${path}: ${message}`);
  };
  const LANDMARK = { at: 5, level: 20, noise: 1, life: 400, perLevel: -4, spread: 20 };
  const path = {
    points: [
      [0, 1],
      [1, 100],
    ],
  };

  it.each<[object, string[]]>([
    [{}, []],
    [{ metric: 'heat' }, ["metric: the model has no metric or indicator 'heat'; it has drop, hours, load"]],
    [{ metric: 'load' }, ["metric: 'load' is of kind state; it must be a number"]],
    [{ over: 'load' }, ["over: 'load' is of kind state; it must be a number"]],
    [{ regime: { metric: 'heat' } }, ["regime.metric: the model has no metric 'heat'; it has drop, hours, load"]],
    [{ base: 120 }, ['base: must be on the good side of the limit (100), not at 120']],
    [
      { model: 'exponential', direction: 'below' },
      ['base: exponential growth downwards needs the value of a new component'],
    ],
    [
      { model: 'path' },
      [
        'path: model path needs the points of the usual course',
        'life.time: model path needs the usual life in its clock',
      ],
    ],
    [{ model: 'path', path, life: LIFE }, []],
    [{ path }, ['path: model auto has no path; leave it out, or say model: path']],
    [
      {
        model: 'path',
        life: LIFE,
        path: {
          points: [
            [0.1, 1],
            [0.1, 5],
            [0.8, 2],
          ],
        },
      },
      [
        'path.points.1: shares must rise (0.1 is before)',
        'path.points.2: must not turn away from the limit (5 is before)',
        'path.points.0: must be at share 0, a new component',
        'path.points.2: must be at share 1, the end of life',
      ],
    ],
    [
      { model: 'landmarks' },
      ['landmarks: model landmarks needs them: what units showed at some ages, and their lives'],
    ],
    [{ model: 'landmarks', landmarks: [LANDMARK, { ...LANDMARK, at: 9 }], over: 'hours' }, []],
    [
      { model: 'landmarks', landmarks: [LANDMARK, LANDMARK] },
      ['over: model landmarks needs the counter of use', 'landmarks.1.at: must be later than the one before (5)'],
    ],
    [{ landmarks: [LANDMARK] }, ['landmarks: model auto has none; leave them out, or say model: landmarks']],
    [{ over: 'hours', usualUse: { courses: [{ points: [['1d', 5]] }] } }, []],
    [
      {
        usualUse: {
          courses: [
            { points: [['1d', 5]] },
            {
              points: [
                ['2d', 5],
                ['2d', 4],
              ],
            },
          ],
        },
      },
      [
        'usualUse: there is no counter for it: name it under over',
        'usualUse.courses.1.points.1: ages must rise, from above 0',
        'usualUse.courses.1.points.1: use must not fall (5 is before)',
      ],
    ],
    [{ life: { use: { median: 5 } } }, ['life.use: there is no counter for it: name it under over']],
    [
      { risk: { deadband: 0.6 } },
      ['risk.deadband: must be lower than the mildest level (0.5), or the finding never clears'],
    ],
  ])('%j is checked', (raw, expected) => {
    expect(problems(raw)).toEqual(expected);
  });
});
