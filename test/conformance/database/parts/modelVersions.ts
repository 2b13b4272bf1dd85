import { expect, it } from 'vitest';
import type { ModelVersion } from '../../../../src/domain/modelVersion.ts';
import { StaleVersionError } from '../../../../src/ports/database.ts';
import { T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const PUMP: Omit<ModelVersion, 'version'> = {
  modelId: 'pump',
  origin: 'applied',
  yaml: 'id: pump\nname: { en: Pump, zh: 泵 }\n',
  note: 'limit 80 → 85 °C',
  by: 'li',
  at: T0,
  fileHash: 'ab12',
};
const BARE: Omit<ModelVersion, 'version'> = {
  modelId: 'fan',
  origin: 'reverted',
  yaml: 'id: fan',
  by: 'wu',
  at: T0 + 1,
};

export function describeModelVersions(harness: GetHarness): void {
  const versions = () => harness().database.modelVersions;

  it('are kept as they came, each counted from 1', async () => {
    expect(await versions().newest()).toEqual([]);
    expect(await versions().append(PUMP, 0)).toEqual({ ...PUMP, version: 1 });
    expect(await versions().append(BARE, 0)).toEqual({ ...BARE, version: 1 });
    const second = { ...PUMP, origin: 'file' as const, restores: 1, yaml: 'id: pump', at: T0 + 2 };
    expect(await versions().append(second, 1)).toEqual({ ...second, version: 2 });
    expect(await versions().get('pump', 1)).toEqual({ ...PUMP, version: 1 });
    expect(await versions().get('pump', 3)).toBeUndefined();
    const about = ({ yaml: _, ...rest }: ModelVersion) => rest;
    expect(await versions().of('pump')).toEqual([about({ ...second, version: 2 }), about({ ...PUMP, version: 1 })]);
    expect(await versions().newest()).toEqual([
      { ...BARE, version: 1 },
      { ...second, version: 2 },
    ]);
    expect(await versions().count()).toBe(3);
  });

  it('are refused where somebody else made one in between', async () => {
    await versions().append(PUMP, 0);
    await expect(versions().append(PUMP, 0)).rejects.toThrow(StaleVersionError);
    await expect(versions().append(PUMP, 2)).rejects.toThrow('model pump is at version 1 now, not at 2');
    const both = await Promise.allSettled([versions().append(PUMP, 1), versions().append(PUMP, 1)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await versions().count()).toBe(2);
  });
}
