import { describe, expect, it } from 'vitest';
import { type AssetEvent, type ComponentInstalledEvent, isInstallation } from '../../../src/domain/asset.ts';
import { DAY, HOUR, type Timestamp } from '../../../src/domain/time.ts';
import { Fleet } from '../../../src/pipeline/fleet.ts';
import { withAge } from '../../../src/pipeline/serialisedParts.ts';
import type { Bucket, RangeQuery } from '../../../src/ports/timeSeriesStore.ts';
import { makeModel, makeRule } from '../rules/history.ts';

const T = Date.UTC(2024, 0, 1);
const at = (day: number) => T + day * DAY;
const model = makeModel(
  [{ id: 'hours', kind: 'number', unit: 'h' }],
  [makeRule('usage', { counter: 'hours', life: 1000 })],
);
const fleet = new Fleet([{ ...model, components: [{ id: 'part', name: { en: 'P', zh: 'P' }, failureModes: [] }] }]);
for (const id of ['a', 'b', 'c']) {
  fleet.add({
    id,
    modelId: 'model',
    siteId: 's',
    tier: 'standard',
    criticality: 'low',
    registeredBy: 'api',
    components: {},
  });
}

let made = 0;
function put(assetId: string, day: number, more: Partial<ComponentInstalledEvent> = {}): ComponentInstalledEvent {
  const id = `e${String(made++).padStart(3, '0')}`;
  const base = { id, assetId, componentId: 'part', recordedAt: at(day), by: 'test', at: at(day) };
  return { ...base, type: 'component-replaced', ...more };
}

function sourcesOf(known: readonly AssetEvent[], readings?: (assetId: string, time: Timestamp) => number | undefined) {
  const installations = known.filter(isInstallation);
  const events = {
    of: async (id: string) => known.filter(({ assetId }) => assetId === id).sort((x, y) => x.at - y.at),
    ofSerial: async (serial: string) =>
      installations.filter((event) => event.serial === serial).sort((x, y) => x.at - y.at),
  };
  const store = {
    buckets: async ({ assetId, to }: RangeQuery): Promise<Bucket[]> => {
      const last = readings?.(assetId, to - 1);
      return last === undefined ? [] : [{ metricId: 'hours', time: to - HOUR, last } as Bucket];
    },
  };
  return { events, fleet, ...(readings && { store }) };
}

const S1 = { serial: 'S1' };

describe('a part that is installed elsewhere', () => {
  it('brings its use and its first day along', async () => {
    const known = [
      put('a', 0, { ...S1, reading: 100 }),
      put('a', 40, { serial: 'S2', reading: 700, removed: 'sound' }),
    ];
    const moved = await withAge(put('b', 60, { ...S1, reading: 5000 }), sourcesOf(known));
    expect(moved.age).toEqual({ since: at(0), usage: { amount: 600, unit: 'h' } });
    const again = await withAge(put('c', 90, S1), sourcesOf([...known, moved, put('b', 80, { reading: 5050 })]));
    expect(again.age).toEqual({ since: at(0), usage: { amount: 650, unit: 'h' } });
  });

  it('was in use until it moved where nobody says what took its place, by what the counter showed', async () => {
    const known = [put('a', 0, S1)];
    const readings = (assetId: string, time: Timestamp) => (assetId === 'a' ? ((time - T) / DAY) * 20 : undefined);
    const moved = await withAge(put('b', 30, { ...S1, reading: 9 }), sourcesOf(known, readings));
    expect(moved.age!.usage!.amount).toBeCloseTo(600, 3);
    // Its use is unknown where no reading is, but not its first day.
    expect((await withAge(put('b', 30, S1), sourcesOf(known))).age).toEqual({ since: at(0) });
  });

  it('comes back to its place with its age, and is new where it was never taken out', async () => {
    const known = [put('a', 0, { ...S1, reading: 0 }), put('a', 10, { serial: 'S2', reading: 200 })];
    const back = await withAge(put('a', 30, S1), sourcesOf(known));
    expect(back.age).toEqual({ since: at(0), usage: { amount: 200, unit: 'h' } });
    expect((await withAge(put('a', 5, S1), sourcesOf(known))).age).toBeUndefined();
  });

  it.each([
    ['it had failed, and was made good', [put('a', 0, S1), put('a', 10, { removed: 'failed' })], {}],
    ['it has another serial', [put('a', 0, S1)], { serial: 'S9' }],
    ['it has none', [put('a', 0, S1)], { serial: undefined }],
    ['nobody knows when it was first installed', [put('a', 0, { ...S1, at: 0 })], {}],
    ['that was later', [put('a', 50, S1)], {}],
    ['it is of another kind', [put('a', 0, { ...S1, componentId: 'other' })], {}],
  ])('is new where %s', async (_, known, more) => {
    const moved = await withAge(put('b', 30, { ...S1, ...more }), sourcesOf(known));
    expect(moved.age).toBeUndefined();
  });
});
