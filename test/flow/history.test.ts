import { expect, it } from 'vitest';
import { DAY, HOUR, startOfDay } from '../../src/domain/time.ts';
import { Rollups } from '../../src/pipeline/rollups.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

const TODAY = startOfDay(Date.now());
const FIRST = TODAY - 4 * DAY;

interface Answer {
  readonly items: readonly { readonly mean: number }[];
  readonly resolution: string;
}

const fettle = useFettle(() => ({ assets: [rigAsset('charted', FIRST - DAY)] }));

it('answers the same from samples and, once late days are aggregated, from aggregates', async () => {
  for (let time = FIRST; time < TODAY; time += 20 * 60_000) {
    await fettle.send('charted', { ts: time, pressure: 5 + ((time / HOUR) % 7) });
  }
  await fettle.settled();
  const { parts } = fettle.app.pipeline;
  expect((await parts.database.rollups.progress()).daysDue).toBe(4);

  const to = TODAY - DAY;
  const range = `from=${new Date(FIRST).toISOString()}&to=${new Date(to).toISOString()}`;
  const ask = () => fettle.api.get<Answer>(`/assets/charted/telemetry?metrics=pressure&bucket=2h&${range}`);
  const raw = await ask();
  expect(raw.resolution).toBe('raw');
  expect(raw.items).toHaveLength((to - FIRST) / (2 * HOUR));

  await new Rollups(parts, { quiet: 0 }).run();
  const aggregated = await ask();
  expect(aggregated.resolution).toBe('1h');
  expect(aggregated.items.map(({ mean: _, ...rest }) => rest)).toEqual(raw.items.map(({ mean: _, ...rest }) => rest));
  aggregated.items.forEach(({ mean }, index) => {
    expect(mean).toBeCloseTo(raw.items[index]!.mean, 6);
  });
  expect(await fettle.api.metric('fettle_rollup_backlog')).toBe(0);
});
