import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Item, inOrderOfTime, isReplacement } from '../../../simulators/datasets/dataset.ts';
import { disturb } from '../../../simulators/datasets/disturb.ts';
import { DAY, HOUR } from '../../../simulators/time.ts';

const readings = (asset: string, count: number): Item[] =>
  Array.from({ length: count }, (_, at) => ({ asset, time: at * HOUR, values: { x: at } }));

const key = (item: Item) => `${item.asset}|${item.time}`;

it('delivers every reading, some twice, all within the lateness that is assessed again', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 400 }), (seed, count) => {
      const items = inOrderOfTime([...readings('a', count), ...readings('b', count)]);
      const disturbed = disturb(items, seed);
      expect(new Set(disturbed.map(key))).toEqual(new Set(items.map(key)));
      const newest = new Map<string, number>();
      for (const { asset, time } of disturbed) {
        const before = newest.get(asset) ?? time;
        expect(before - time).toBeLessThan(6 * DAY);
        newest.set(asset, Math.max(before, time));
      }
    }),
    { numRuns: 50 },
  );
});

it('changes the order, sends about one in twenty twice, and the same for the same seed', () => {
  const items = readings('a', 2000);
  const disturbed = disturb(items, 7);
  expect(disturbed.length - items.length).toBeGreaterThan(60);
  expect(disturbed.length - items.length).toBeLessThan(140);
  const behind = disturbed.filter((item, at) => at > 0 && item.time < disturbed[at - 1]!.time);
  expect(behind.length).toBeGreaterThan(500);
  expect(disturb(items, 7)).toEqual(disturbed);
  expect(disturb(items, 8)).not.toEqual(disturbed);
});

it('holds six hours back and delivers them after the hour that follows', () => {
  const everyMinute = readings('a', 2000).map((item) => ({ ...item, time: item.time / 60 }));
  let newest = 0;
  let latest = 0;
  for (const { time } of disturb(everyMinute, 3)) {
    latest = Math.max(latest, newest - time);
    newest = Math.max(newest, time);
  }
  expect(latest).toBeGreaterThan(6 * HOUR);
  expect(latest).toBeLessThan(8 * HOUR);
});

it('moves nothing over a replacement of its asset', () => {
  const replaced: Item = { asset: 'a', time: 100 * HOUR, replaced: 'part' };
  const items = inOrderOfTime([...readings('a', 200), replaced]);
  const disturbed = disturb(items, 5);
  const at = disturbed.findIndex(isReplacement);
  const first = disturbed.slice(0, at).map(key);
  for (const item of items.slice(0, 100)) expect(first).toContain(key(item));
  for (const item of disturbed.slice(0, at)) expect(item.time).toBeLessThan(replaced.time);
});
