import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssetEvent, ComponentAge, RemovedCondition } from '../../../src/domain/asset.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, type Timestamp } from '../../../src/domain/time.ts';
import { quantileAge, type Weibull } from '../../../src/prognostics/weibull.ts';
import type { FleetLesson } from '../../../src/rules/rule.ts';
import type { UsageState } from '../../../src/rules/usageState.ts';
import { random } from '../../support/random.ts';
import { Asset, inOrder, makeEvent, makeModel, makeRule, samples, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'hours', kind: 'number', unit: 'h' },
  { id: 'ink', kind: 'number', unit: '%' },
];
const RULE = { counter: 'hours', life: 3000, spread: 0.5 };

const place = (params: Record<string, unknown> = RULE) => new Asset(makeModel(METRICS, [makeRule('usage', params)]));
const stateOf = (asset: Asset) => asset.fold.state.rules[0] as UsageState;
const learningOf = (asset: Asset) => asset.model.rules[0]!.fleet!;
const lessonOf = (asset: Asset) => learningOf(asset).lesson(stateOf(asset), asset.fold.state.time);

interface Taught extends Weibull {
  readonly observed: number;
  readonly records: number;
  readonly batch?: string;
}

function teach(lessons: readonly FleetLesson[]): Map<string, Taught> {
  return learningOf(place()).teach(lessons) as Map<string, Taught>;
}

const lesson = (assetId: string, lives: unknown, batch?: string): FleetLesson => ({
  assetId,
  siteId: 'plant',
  lesson: lives,
  ...(batch !== undefined && { batch }),
});

let ids = 0;
const event = (
  at: Timestamp,
  more: {
    type?: 'component-installed';
    reading?: number;
    removed?: RemovedCondition;
    age?: ComponentAge;
  } = {},
) => {
  const { type = 'component-replaced', ...said } = more;
  return makeEvent({ id: String(++ids).padStart(6, '0'), at, componentId: 'part', ...said, type } as AssetEvent);
};

const learned = (at: Timestamp, reference: unknown) =>
  makeEvent({ id: String(++ids).padStart(6, '0'), at, type: 'fleet-learned', ruleId: 'usage', reference });

const hours = (days: number, from: Timestamp, start: number) =>
  samples(
    Array.from({ length: days * 4 }, (_, at) => start + at * 6),
    6 * HOUR,
    from,
  );

describe('what one place teaches', () => {
  const installed = event(T0 - HOUR, { type: 'component-installed', reading: 0 });

  it.each([
    ['failed', 1],
    ['worn', 0],
    ['sound', 0],
    [undefined, 0],
  ] as const)('a part that was %s when it was replaced', (removed, failed) => {
    const asset = place().takeAll([
      installed,
      ...hours(10, T0, 0),
      event(T0 + 10 * DAY - HOUR, { reading: 239, ...(removed && { removed }) }),
    ]);
    expect(lessonOf(asset)).toEqual([[239, 0, failed]]);
    asset.takeAll(hours(3, T0 + 10 * DAY, 240));
    expect(lessonOf(asset)).toEqual([
      [239, 0, failed],
      [67, 0, 0],
    ]);
  });

  it('nothing of a part whose age nobody knows, and all of the next', () => {
    const asset = place().takeAll([...hours(10, T0, 32_000), event(T0 + 10 * DAY, { removed: 'failed' })]);
    expect(lessonOf(asset)).toEqual([]);
    asset.takeAll([...hours(5, T0 + 10 * DAY, 32_240), event(T0 + 15 * DAY, { removed: 'failed' })]);
    expect(lessonOf(asset)).toEqual([[120, 0, 1]]);
    asset.take(event(T0 + 15 * DAY + 1, { removed: 'failed' }));
    expect(lessonOf(asset)).toEqual([[120, 0, 1]]);
  });

  it('of a part that was met in mid-life that it had come that far', () => {
    const asset = place().takeAll([
      event(T0 - 300 * DAY, { type: 'component-installed', reading: 5000 }),
      ...hours(10, T0, 6200),
    ]);
    expect(lessonOf(asset)).toEqual([[1434, 1200, 0]]);
  });

  it('of a part with a counter of its own, by its readings and what somebody enters of it', () => {
    const ink = (values: readonly number[], from: Timestamp) => samples(values, HOUR, from, 1);
    const asset = place({ counter: 'ink', form: 'remaining-percent', spread: 0.3 });
    asset.takeAll(ink([60, 50, 40, 30, 20, 10], T0)).takeAll(ink([100, 99, 98, 97], T0 + DAY));
    expect(lessonOf(asset)).toEqual([
      [90, 40, 0],
      [3, 0, 0],
    ]);
    // An hour later somebody enters what the counter has shown already.
    asset.take(event(T0 + DAY + 5 * HOUR, { removed: 'failed' }));
    expect(lessonOf(asset)).toEqual([[90, 40, 1]]);
    asset.takeAll(ink([95, 70, 60], T0 + DAY + 6 * HOUR)).take(event(T0 + DAY + 9 * HOUR, { removed: 'worn' }));
    expect(lessonOf(asset)).toEqual([
      [90, 40, 1],
      [40, 3, 0],
    ]);
  });

  it('its last twenty lives at most', () => {
    const asset = place();
    asset.take(installed);
    for (let part = 0; part < 50; part++) {
      asset.takeAll(hours(2, T0 + part * 2 * DAY, part * 48));
      asset.take(event(T0 + (part + 1) * 2 * DAY - HOUR, { removed: part === 49 ? 'failed' : 'worn' }));
    }
    expect(lessonOf(asset)).toHaveLength(20);
    expect((lessonOf(asset) as number[][]).at(-1)![2]).toBe(1);
    const size = asset.saved.length;
    asset.restore();
    expect(asset.saved).toHaveLength(size);
    expect(size).toBeLessThan(4000);
  });

  it('only where the rule learns', () => {
    const fleetOf = (params: Record<string, unknown>) => place(params).model.rules[0]!.fleet;
    expect(fleetOf({ counter: 'hours', life: 3000 })).toBeUndefined();
    expect(fleetOf({ ...RULE, learn: false })).toBeUndefined();
    expect(fleetOf({ counter: 'hours', life: 3000, learn: true })).toBeDefined();
    expect(fleetOf({ counter: 'hours', life: 3000, weibull: { shape: 3, scale: 3000 } })).toBeDefined();
  });
});

describe('what the fleet learns', () => {
  const TRUE: Weibull = { shape: 3, scale: 1500 };
  const WEAK: Weibull = { shape: 4, scale: 600 };

  /**
   * A place in which part follows part for so many days at 24 hours a day: each until it fails or, at random, until it
   * is replaced before. Fettle hears it from `met` days on; of the part in place then the installation is known.
   */
  function history(uniform: () => number, life: Weibull, days: number, met: number): Asset {
    const reading = (at: Timestamp) => (at - T0) / HOUR;
    const heard = T0 + met * DAY;
    const events: AssetEvent[] = [];
    let removed: RemovedCondition | undefined;
    for (let at = T0; at < T0 + days * DAY; ) {
      const [fails, planned] = [quantileAge(life, uniform()), uniform() < 0.4 ? uniform() * 2000 : Infinity];
      const end = Math.round(at + Math.min(fails, planned) * HOUR);
      const type = at < heard ? ({ type: 'component-installed' } as const) : {};
      if (end > heard) events.push(event(at, { reading: reading(at), ...type, ...(removed && { removed }) }));
      removed = fails < planned ? 'failed' : 'sound';
      at = end;
    }
    const taken = samples(
      Array.from({ length: days - met }, (_, day) => (met + day) * 24),
      DAY,
      heard,
    );
    return place().takeAll(
      inOrder([...events, ...taken]).filter((item) => !('at' in item) || item.at < T0 + days * DAY),
    );
  }

  it('is the true life, from parts that failed, were replaced before, are in use, and were met in mid-life', () => {
    const uniform = random(7);
    const lessons = Array.from({ length: 120 }, (_, at) =>
      lesson(`a${at}`, lessonOf(history(uniform, TRUE, 300, at % 3 === 0 ? 0 : Math.floor(uniform() * 100)))),
    );
    const taught = teach(lessons).get('a0')!;
    expect(taught.observed).toBeGreaterThan(300);
    expect(taught.records).toBeGreaterThan(taught.observed * 1.5);
    const off = [0.1, 0.5, 0.9].map((share) => quantileAge(taught, share) / quantileAge(TRUE, share) - 1);
    expect(Math.max(...off.map(Math.abs)), String(off)).toBeLessThan(0.04);
  });

  it('is kept apart for a batch that fails alike', () => {
    const uniform = random(9);
    const lessons = Array.from({ length: 30 }, (_, at) => {
      const batch = at < 6 ? 'bad' : at < 8 ? 'new' : 'good';
      const life = batch === 'good' ? TRUE : WEAK;
      return lesson(`a${at}`, lessonOf(history(uniform, life, batch === 'new' ? 20 : 250, 0)), batch);
    });
    const taught = teach(lessons);
    const median = (id: string) => quantileAge(taught.get(id)!, 0.5);
    expect(median('a0') / quantileAge(WEAK, 0.5)).toBeCloseTo(1, 1);
    expect(taught.get('a0')!.batch).toBe('bad');
    expect(taught.get('a6')!.batch).toBeUndefined();
    expect(median('a6')).toBeLessThan(median('a20'));
    expect(taught.get('a20')!.batch).toBe('good');
  });

  it('does not depend on who reports first', () => {
    const life = fc.tuple(fc.integer({ min: 100, max: 4000 }), fc.integer({ min: 0, max: 200 }), fc.constantFrom(0, 1));
    const given = fc.array(fc.tuple(fc.array(life, { maxLength: 5 }), fc.constantFrom('A', 'B', undefined)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(given, fc.infiniteStream(fc.nat()), (places, numbers) => {
        const lessons = places.map(([lives, batch], at) => lesson(`a${at}`, lives, batch));
        const keyed = lessons.map((one) => ({ one, key: numbers.next().value as number }));
        const mixed = keyed.sort((a, b) => a.key - b.key).map(({ one }) => one);
        const sorted = (taught: Map<string, Taught>) => [...taught].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(teach(mixed))).toEqual(sorted(teach(lessons)));
      }),
      { numRuns: 50 },
    );
  });

  it('is the rated life moved a little by few failures, and nothing without one', () => {
    expect(teach([lesson('a', [[2000, 0, 0]]), lesson('b', [])])).toEqual(new Map());
    const median = (failures: number) =>
      quantileAge(
        teach([
          lesson(
            'a',
            Array.from({ length: failures }, () => [1500, 0, 1]),
          ),
        ]).get('a')!,
        0.5,
      );
    expect(median(1)).toBeLessThan(3000);
    expect(median(1)).toBeGreaterThan(2400);
    expect(median(3)).toBeLessThan(median(1));
    expect(median(8)).toBeLessThan(1600);
  });

  it('reaches a place that has nothing to teach yet', () => {
    const taught = teach([
      lesson(
        'a',
        Array.from({ length: 9 }, (_, at) => [1000 + 50 * at, 0, 1]),
      ),
      lesson('new', lessonOf(place())),
    ]);
    expect(taught.get('new')).toEqual(taught.get('a'));
  });
});

describe('a rule that was taught', () => {
  const TAUGHT = { unit: 'h', shape: 4, scale: 1000, observed: 9, records: 20 };
  const used = (days: number, params: Record<string, unknown> = RULE) =>
    place(params).takeAll([event(T0 - HOUR, { type: 'component-installed', reading: 0 }), ...hours(days, T0, 0)]);
  const p50 = (asset: Asset, at: Timestamp) => asset.view(at).forecast!.p50!;
  const NOW = T0 + 20 * DAY;

  it('forecasts by it from then on, also the next part, whose wear still counts against the rated life', () => {
    const asset = used(20);
    const before = p50(asset, NOW);
    asset.take(learned(NOW, TAUGHT));
    expect(p50(asset, NOW)).toBeLessThan(before - 60 * DAY);
    expect(asset.view(NOW).wear).toBeCloseTo(474 / 3000);
    asset.take(event(NOW + HOUR, { removed: 'failed' }));
    asset.takeAll(hours(10, NOW + 2 * HOUR, 480));
    // Half of such parts outlive 912 h; this one has come to 234 h at 24 h a day.
    expect((p50(asset, NOW + 10 * DAY) - NOW) / DAY).toBeCloseTo(38, 0);
    expect(asset.view(NOW).life).toBe(3000);
  });

  it('is told again only what moves a quantile by more than two in a hundred', () => {
    const asset = used(5);
    const { differs } = learningOf(asset);
    expect(differs(stateOf(asset), TAUGHT)).toBe(true);
    asset.take(learned(NOW, TAUGHT));
    expect(differs(stateOf(asset), TAUGHT)).toBe(false);
    expect(differs(stateOf(asset), { ...TAUGHT, scale: 1019, observed: 10 })).toBe(false);
    expect(differs(stateOf(asset), { ...TAUGHT, scale: 1021 })).toBe(true);
    expect(differs(stateOf(asset), { ...TAUGHT, scale: 979 })).toBe(true);
    // The median stays, the early failures do not.
    const steeper = { ...TAUGHT, shape: 5, scale: quantileAge(TAUGHT, 0.5) / Math.LN2 ** (1 / 5) };
    expect(differs(stateOf(asset), steeper)).toBe(true);
  });

  it.each([
    ['another unit', { ...TAUGHT, scale: 90, unit: 'cycles' }],
    ['another form', { mean: 3 }],
    ['nothing', null],
    ['an impossible life', { ...TAUGHT, scale: -1 }],
  ])('ignores %s', (_, reference) => {
    const asset = used(20);
    const before = asset.view(NOW);
    asset.take(learned(NOW, TAUGHT));
    const taught = asset.view(NOW);
    asset.take(learned(NOW + 1, reference));
    expect(asset.view(NOW)).toEqual(taught);
    expect(taught).not.toEqual(before);
  });

  it('remembers it over a restart, and does not where it is not to learn', () => {
    const asset = used(20);
    asset.take(learned(NOW, TAUGHT));
    const taught = asset.view(NOW);
    asset.restore();
    expect(asset.view(NOW)).toEqual(taught);
    const stubborn = used(20, { ...RULE, learn: false });
    const before = stubborn.view(NOW);
    stubborn.take(learned(NOW, TAUGHT));
    expect(stubborn.view(NOW)).toEqual(before);
  });
});

describe('a part that was in use elsewhere before', () => {
  const since = T0 - 100 * DAY;
  const age = { since, usage: { amount: 600, unit: 'h' } };

  it('goes on from its age, whether its counter was heard before, after or not yet', () => {
    const late = place();
    late.takeAll([event(T0, { reading: 0, age }), ...hours(3, T0 + HOUR, 0)]);
    const early = place();
    early.takeAll([...hours(3, T0 - 3 * DAY, 100), event(T0 + 1, { reading: 172, age }), ...hours(3, T0 + HOUR, 172)]);
    const unread = place();
    unread.takeAll([event(T0, { age }), ...hours(3, T0 + HOUR, 50)]);
    for (const asset of [late, early, unread]) {
      expect(asset.view(asset.fold.state.time).used).toBeCloseTo(600 + 66, -1);
      expect(stateOf(asset).installedAt).toBe(since);
      asset.restore();
    }
    expect(late.view(late.fold.state.time).used).toBe(666);
    expect(early.view(early.fold.state.time).used).toBe(666);
  });

  it('counts what it was used in another unit for nothing, and from its first day by the calendar', () => {
    const asset = place({ ...RULE, calendarLife: '200d' });
    const cycles = { since, usage: { amount: 600, unit: 'cycles' } };
    asset.takeAll([event(T0, { reading: 0, age: cycles }), ...hours(3, T0 + HOUR, 0)]);
    expect(asset.view(asset.fold.state.time)).toMatchObject({ used: 66 });
    expect(asset.view(T0 + 50 * DAY).wear).toBeCloseTo(0.75, 2);
  });

  it('teaches the same as if it had stayed where it was', () => {
    const moved = place();
    moved.takeAll([event(T0, { reading: 0, age }), ...hours(3, T0 + HOUR, 0)]);
    expect(lessonOf(moved)).toEqual([[666, 600, 0]]);
    moved.take(event(T0 + 4 * DAY, { removed: 'failed' }));
    // Survived to 600 at its first place, met at 600 and failed at 666 here: together the likelihood of one life of 666.
    expect((lessonOf(moved) as number[][])[0]).toEqual([666, 600, 1]);
    const lives = (...own: number[][]) =>
      [...Array(8).keys()].flatMap((n) => own.map(([a, e, f]) => [a! + 40 * n, e, f]));
    const split = teach([lesson('x', lives([666, 600, 1])), lesson('y', Array(8).fill([600, 0, 0]))]).get('x')!;
    const whole = teach([lesson('x', lives([666, 0, 1]))]).get('x')!;
    expect(split.shape).toBeCloseTo(whole.shape, 3);
    expect(split.scale / whole.scale).toBeCloseTo(1, 3);
  });
});
