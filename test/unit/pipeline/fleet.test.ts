import { describe, expect, it } from 'vitest';
import type { Asset as Registered } from '../../../src/domain/asset.ts';
import type { Histories } from '../../../src/domain/histories.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { Fleet } from '../../../src/pipeline/fleet.ts';
import { Fold } from '../../../src/rules/fold.ts';
import { initState } from '../../../src/rules/state.ts';
import { noFault } from '../../support/faults.ts';
import { libraryOf, WORN_METRICS, wornRuns } from '../../support/histories.ts';
import { makeModel, makeRule, T0 } from '../rules/history.ts';

/** A library that counts how often its first run is read, which is what learning from it does. */
function countedLibrary() {
  const library = libraryOf(wornRuns(8, 20));
  const [first, ...others] = library.runs;
  const counted = { reads: 0 };
  const run = {
    ...first!,
    get values() {
      counted.reads++;
      return first!.values;
    },
  };
  const histories: Histories = { ...library, runs: [run, ...others] };
  return { counted, histories };
}

function fleetWith(histories: Histories): Fleet {
  const rule = makeRule('similarity', { library: 'runs.csv', reach: '100h', begins: 'first-sample' }, { histories });
  const metrics = WORN_METRICS.map((id) => ({ id, kind: 'number' as const }));
  return new Fleet([makeModel(metrics, [rule])]);
}

const asset: Registered = {
  id: 'asset',
  modelId: 'model',
  siteId: 'site',
  tier: 'standard',
  criticality: 'medium',
  registeredBy: 'file',
  components: {},
};

describe('learning from a library', () => {
  it('takes no time for a model without assets', () => {
    const { counted, histories } = countedLibrary();
    const fleet = fleetWith(histories);
    fleet.prepare([]);
    expect(counted.reads).toBe(0);
  });

  it.each<[string, (fleet: Fleet) => void]>([
    [
      'an asset that is registered',
      (fleet) => {
        fleet.add(asset);
        fleet.prepare([]);
      },
    ],
    [
      'an asset that is added later',
      (fleet) => {
        fleet.prepare([]);
        fleet.add(asset);
      },
    ],
    [
      'assets that may announce themselves',
      (fleet) => fleet.prepare([{ autoRegister: { modelId: 'model', siteId: 's', max: 1 } }]),
    ],
  ])('comes before the first sample of %s, once', (_, begin) => {
    const { counted, histories } = countedLibrary();
    const fleet = fleetWith(histories);
    begin(fleet);
    const reads = counted.reads;
    expect(reads).toBeGreaterThan(0);
    fleet.add({ ...asset, id: 'another' });

    const model = fleet.model('model')!;
    const fold = new Fold('asset', model, initState(model), {
      finding: () => undefined,
      usage: noFault,
      fault: noFault,
    });
    for (const [at, row] of wornRuns(1, 21)[0]!.rows.slice(0, 30).entries()) {
      for (const [metric, value] of row.entries()) fold.sample(metric, T0 + at * HOUR, value, 0, T0);
    }
    fold.complete(T0 + 31 * HOUR);
    expect(model.rules[0]!.view!(fold.state.rules[0], T0 + 30 * HOUR).forecast).toBeDefined();
    expect(counted.reads).toBe(reads);
  });

  it('leaves a library that cannot be learned from to the report of its rule', () => {
    const fleet = fleetWith({ ...libraryOf([]), runs: [] });
    fleet.add(asset);
    expect(() => fleet.prepare([])).not.toThrow();
  });
});
