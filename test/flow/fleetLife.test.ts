import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/domain/time.ts';
import { useFettle } from '../support/fettle.ts';
import { lessonsOf } from '../support/fleetLessons.ts';
import { RIG, rigAsset } from '../support/rig.ts';

const DAYS = 60;
const NOW = Math.floor(Date.now() / HOUR) * HOUR;
const T0 = NOW - DAYS * DAY;
const IDS = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'];
/** Hours at which the first filter of each failed; the last is still in use. */
const FAILED = [600, 640, 700, 760, 800];

const installedAt = new Date(T0 - HOUR).toISOString();
const ASSETS = IDS.map((id) =>
  rigAsset(id, T0 - HOUR, { components: { filter: { installedAt, installedReading: 0 } } }),
);

const MODEL = {
  ...RIG,
  components: RIG.components
    .filter(({ id }) => id === 'filter')
    .map((filter) => ({
      ...filter,
      rules: filter.rules
        .filter(({ id }) => id === 'filter-life')
        .map((rule) => ({ ...rule, life: 4000, spread: 0.4 })),
    })),
};

interface Detail {
  readonly state: {
    readonly components: { readonly componentId: string; readonly forecast?: { readonly p50?: string } }[];
  };
}

interface Event {
  readonly type: string;
  readonly by: string;
  readonly ruleId?: string;
  readonly reference?: {
    readonly observed: number;
    readonly records: number;
    readonly scale: number;
    readonly unit: string;
  };
}

describe.each([
  ['in hand', {}],
  ['from notes', { assess: { mode: 'sharded', grace: '0ms', tickEvery: '200ms' } }],
])('the life that a fleet teaches, assessed %s', (_, config) => {
  const fettle = useFettle(() => ({ models: [MODEL], config, assets: ASSETS }));

  const p50 = async (id: string) => {
    const { state } = await fettle.api.get<Detail>(`/assets/${id}`);
    return Date.parse(state.components.find(({ componentId }) => componentId === 'filter')!.forecast!.p50!);
  };
  const eventsOf = async (id: string) =>
    (await fettle.api.all<Event>(`/assets/${id}/events`)).filter(({ type }) => type === 'fleet-learned');

  it('shortens the forecast of every part by an event that its asset shows, once', async () => {
    for (let hour = 0; hour <= DAYS * 24; hour += 12) {
      await Promise.all(IDS.map((id) => fettle.send(id, { ts: T0 + hour * HOUR, hours: hour })));
    }
    await fettle.settled();
    for (const [at, reading] of FAILED.entries()) {
      const replaced = new Date(T0 + reading * HOUR).toISOString();
      const event = { type: 'component-replaced', componentId: 'filter', at: replaced, reading, removed: 'failed' };
      await fettle.api.post(`/assets/${IDS[at]}/events`, event);
    }
    await fettle.settled();
    const before = await Promise.all(IDS.map(p50));

    await lessonsOf(fettle, 0).run();
    await fettle.settled();
    const [told, ...others] = await eventsOf('r5');
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      ruleId: 'filter-life',
      by: 'fettle',
      reference: { observed: 5, records: 11, unit: 'h' },
    });
    expect(told!.reference!.scale).toBeLessThan(1500);
    const after = await Promise.all(IDS.map(p50));
    for (const [at, time] of after.entries()) expect(time).toBeLessThan(before[at]! - 30 * DAY);

    for (const day of [0, 1, 2]) await lessonsOf(fettle, day).run();
    await fettle.settled();
    for (const id of IDS) expect(await eventsOf(id)).toHaveLength(1);
    await expect(fettle.api.post('/assets/r1/events', { ...told, at: new Date(NOW).toISOString() })).rejects.toThrow();
  });
});
