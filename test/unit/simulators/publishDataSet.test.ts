import { expect, it } from 'vitest';
import type { Item } from '../../../simulators/datasets/dataset.ts';
import { inOrderOfTime } from '../../../simulators/datasets/dataset.ts';
import { publishDataSet } from '../../../simulators/datasets/publishDataSet.ts';
import { plainBroker } from './plainBroker.ts';

const ITEMS: readonly Item[] = [
  { asset: 'a', time: 1, values: { x: 1 } },
  { asset: 'a', time: 2, replaced: 'part' },
  { asset: 'a', time: 2, values: { x: 2 } },
];

it('tells of a replacement once all before it is acknowledged, and goes on when it is entered', async () => {
  const broker = await plainBroker();
  const seen: string[] = [];
  const acknowledged = await publishDataSet(ITEMS, {
    mqttUrl: broker.url,
    topic: 'fettle/{asset}',
    signal: new AbortController().signal,
    onReplacement: async ({ replaced }) => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${replaced} after ${broker.received.map(({ payload }) => payload.ts)}`);
    },
  });
  expect(seen).toEqual(['part after 1']);
  expect(acknowledged).toBe(2);
  expect(broker.received.map(({ payload }) => payload)).toEqual([
    { ts: 1, values: { x: 1 } },
    { ts: 2, values: { x: 2 } },
  ]);
});

it('ends when told to', async () => {
  const broker = await plainBroker(() => new Promise(() => undefined));
  const signal = AbortSignal.timeout(200);
  const done = publishDataSet(ITEMS, {
    mqttUrl: broker.url,
    topic: 't',
    signal,
    onReplacement: () => Promise.resolve(),
  });
  expect(await done).toBe(0);
});

it('puts a replacement before what was measured at its moment', () => {
  const [first, replaced, second] = ITEMS as [Item, Item, Item];
  expect(inOrderOfTime([second, replaced, first])).toEqual([first, replaced, second]);
});
