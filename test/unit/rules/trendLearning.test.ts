import { describe, expect, it } from 'vitest';
import type { AssetEvent, RemovedCondition } from '../../../src/domain/asset.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, type Timestamp } from '../../../src/domain/time.ts';
import type { FleetLesson } from '../../../src/rules/rule.ts';
import { Asset, inOrder, makeEvent, makeModel, makeRule, samples, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'drop', kind: 'number', unit: 'Pa' },
  { id: 'hours', kind: 'number', unit: 'h' },
];
const OVER_USE = { over: 'hours', life: { use: { median: 1000, spread: 0.3 } } };
const OVER_TIME = { life: { time: { median: '100d', spread: 0.3 } } };
const place = (params: Record<string, unknown>) =>
  new Asset(
    makeModel(METRICS, [
      makeRule('trend', {
        metric: 'drop',
        direction: 'above',
        limit: 600,
        risk: { levels: [{ probability: 0.5, severity: 'warning' }] },
        ...params,
      }),
    ]),
  );

const learningOf = (asset: Asset) => asset.model.rules[0]!.fleet;
const lessonOf = (asset: Asset) => learningOf(asset)!.lesson(asset.fold.state.rules[0], asset.fold.state.time);
const medianOf = (asset: Asset) => {
  const rule = asset.model.rules[0]!;
  return rule.view!(asset.fold.state.rules[0], asset.fold.state.time).forecast!.p50!;
};

let ids = 0;
const part = (at: Timestamp, more: { reading?: number; removed?: RemovedCondition } = {}) =>
  makeEvent({
    id: String(++ids).padStart(6, '0'),
    at,
    type: 'component-replaced',
    componentId: 'part',
    ...more,
  } as AssetEvent);
const told = (at: Timestamp, reference: unknown) =>
  makeEvent({ id: String(++ids).padStart(6, '0'), at, type: 'fleet-learned', ruleId: 'trend', reference });

/** As many days at a flat pressure drop, and ten hours of use a day from `start` on. */
const days = (count: number, from: Timestamp, start: number) => {
  const each = Array.from({ length: count }, (_, day) => day);
  return [
    ...samples(
      each.map(() => 20),
      DAY,
      from,
    ),
    ...samples(
      each.map((day) => start + day * 10),
      DAY,
      from,
      1,
    ),
  ];
};

describe('what one place teaches of its lives', () => {
  it('in use: how old parts became and which failed, and the age of the present one', () => {
    const asset = place(OVER_USE).takeAll(
      inOrder([
        part(T0 - HOUR, { reading: 0 }),
        ...days(30, T0, 0),
        part(T0 + 30 * DAY - HOUR, { reading: 300, removed: 'failed' }),
        ...days(20, T0 + 30 * DAY, 300),
        part(T0 + 50 * DAY - HOUR, { reading: 500, removed: 'worn' }),
        ...days(5, T0 + 50 * DAY, 500),
      ]),
    );
    expect(lessonOf(asset)).toEqual([
      [300, 0, 1],
      [200, 0, 0],
      [30, 0, 0],
    ]);
  });

  it('in time, from when it came under watch', () => {
    const asset = place(OVER_TIME).takeAll(
      inOrder([
        part(T0 - 10 * DAY),
        ...days(30, T0, 0),
        part(T0 + 30 * DAY, { removed: 'failed' }),
        ...days(5, T0 + 31 * DAY, 300),
      ]),
    );
    expect(lessonOf(asset)).toEqual([
      [40 * DAY, 10 * DAY, 1],
      [5 * DAY, DAY, 0],
    ]);
  });

  it('nothing of a part whose age nobody knows', () => {
    const asset = place(OVER_USE).takeAll(inOrder([...days(30, T0, 9000), part(T0 + 30 * DAY, { removed: 'failed' })]));
    expect(lessonOf(asset)).toEqual([]);
  });

  it('nothing where learning is off, or nothing is said of the life by what wear goes on with', () => {
    expect(learningOf(place({ ...OVER_USE, life: { ...OVER_USE.life, learn: false } }))).toBeUndefined();
    expect(learningOf(place({ over: 'hours', ...OVER_TIME }))).toBeUndefined();
    expect(learningOf(place({}))).toBeUndefined();
  });
});

describe('the life that the fleet has taught', () => {
  const lessons = Array.from({ length: 12 }, (_, at): FleetLesson => {
    return { assetId: `a${at}`, siteId: 'plant', lesson: [[1900 + at * 20, 0, 1]] };
  });

  it('is weighed with the condition from then on, and stays with the next part', () => {
    const history = inOrder([part(T0 - HOUR, { reading: 0 }), ...days(30, T0, 0)]);
    const [before, after] = [place(OVER_USE).takeAll(history), place(OVER_USE).takeAll(history)];
    const reference = learningOf(before)!.teach(lessons).get('a3');
    expect(reference).toMatchObject({ unit: 'h', observed: 12, records: 12 });
    const state = () => after.fold.state.rules[0];
    expect(learningOf(after)!.differs(state(), reference)).toBe(true);
    const now = T0 + 30 * DAY;
    after.takeAll([told(now, reference), ...days(2, now, 300)]);
    before.takeAll(days(2, now, 300));
    // Ten hours a day: twice the life is another hundred days.
    expect((medianOf(after) - medianOf(before)) / DAY).toBeGreaterThan(60);
    expect(learningOf(after)!.differs(state(), reference)).toBe(false);
    after.takeAll([part(now + 5 * DAY, { reading: 340 })]);
    expect(learningOf(after)!.differs(state(), reference)).toBe(false);
  });

  it('is not taken in another unit', () => {
    const asset = place(OVER_TIME).takeAll(inOrder([part(T0 - HOUR), ...days(10, T0, 0)]));
    const reference = learningOf(place(OVER_USE))!.teach(lessons).get('a0');
    const expected = medianOf(asset);
    asset.takeAll([told(T0 + 10 * DAY, reference), ...days(1, T0 + 10 * DAY, 100)]);
    expect(Math.abs(medianOf(asset) - expected)).toBeLessThan(3 * DAY);
  });
});
