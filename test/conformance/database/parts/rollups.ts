import { expect, it } from 'vitest';
import { DAY } from '../../../../src/domain/time.ts';
import type { AssetDay } from '../../../../src/ports/rollups.ts';
import type { GetHarness } from '../harness.ts';

const MONDAY = Date.UTC(2026, 2, 9);
const TUESDAY = MONDAY + DAY;
const LONG = 60_000;

const day = (assetId: string, start: number): AssetDay => ({ assetId, day: start });

export function describeRollups(harness: GetHarness): void {
  const rollups = () => harness().database.rollups;
  const due = async (quietSince: number, limit = 100) =>
    (await rollups().due(quietSince, limit)).map(({ assetId, day: start }) => [assetId, start]);

  it('gives due days that are quiet, by day and asset, as many as asked for', async () => {
    await rollups().mark([], 0);
    await rollups().mark([day('b', TUESDAY), day('b', MONDAY), day('b', MONDAY)], 1000);
    await rollups().mark([day('a', TUESDAY)], 2000);
    expect(await due(999)).toEqual([]);
    expect(await due(1000)).toEqual([
      ['b', MONDAY],
      ['b', TUESDAY],
    ]);
    expect(await due(2000)).toEqual([
      ['b', MONDAY],
      ['a', TUESDAY],
      ['b', TUESDAY],
    ]);
    expect(await due(2000, 1)).toEqual([['b', MONDAY]]);
  });

  it('counts the latest marking', async () => {
    await rollups().mark([day('a', MONDAY)], 3000);
    await rollups().mark([day('a', MONDAY)], 1000);
    expect(await due(2999)).toEqual([]);
    expect(await due(3000)).toEqual([['a', MONDAY]]);
  });

  it('keeps a day that was marked again since it was read', async () => {
    await rollups().mark([day('a', MONDAY), day('a', TUESDAY), day('b', MONDAY)], 1000);
    const read = await rollups().due(1000, 100);
    await rollups().mark([day('a', MONDAY)], 1000);
    await rollups().done(read);
    await rollups().done([]);
    expect(await due(1000)).toEqual([['a', MONDAY]]);
    await rollups().done(await rollups().due(1000, 100));
    expect(await due(1000)).toEqual([]);
  });

  it('tells how far it has come, of an asset and of all', async () => {
    expect(await rollups().stateOf('a')).toEqual({ due: [] });
    expect(await rollups().progress()).toEqual({ daysDue: 0 });
    await rollups().claim('me', LONG);
    await rollups().moveTo('me', TUESDAY);
    await rollups().mark([day('a', TUESDAY), day('b', MONDAY), day('a', MONDAY)], 1000);
    expect(await rollups().stateOf('a')).toEqual({ rolledTo: TUESDAY, due: [MONDAY, TUESDAY] });
    expect(await rollups().stateOf('nobody')).toEqual({ rolledTo: TUESDAY, due: [] });
    expect(await rollups().progress()).toEqual({ rolledTo: TUESDAY, daysDue: 3 });
  });

  it('lets one holder work at a time, until it is done or its lease has ended', async () => {
    const other = await harness().open();
    expect(await rollups().claim('me', LONG)).toEqual({});
    expect(await rollups().moveTo('me', MONDAY)).toBe(true);
    expect(await other.rollups.claim('you', LONG)).toBeUndefined();
    expect(await other.rollups.moveTo('you', TUESDAY)).toBe(false);
    await other.rollups.release('you');
    expect(await rollups().claim('me', 0)).toEqual({ rolledTo: MONDAY });
    await expect.poll(() => other.rollups.claim('you', LONG)).toEqual({ rolledTo: MONDAY });
    expect(await rollups().claim('me', LONG)).toBeUndefined();
    expect(await rollups().moveTo('me', TUESDAY)).toBe(false);
    expect(await other.rollups.renew('you', LONG)).toBe(true);
    await other.rollups.release('you');
    expect(await rollups().renew('me', LONG)).toBe(false);
    expect(await rollups().claim('me', LONG)).toEqual({ rolledTo: MONDAY });
    await other.close();
  });

  it('lets another holder work where the claim lasts longer than any: the clock was put back since', async () => {
    expect(await rollups().claim('me', 3 * LONG)).toEqual({});
    expect(await rollups().claim('you', LONG)).toEqual({});
    expect(await rollups().renew('me', LONG)).toBe(false);
  });

  it('gives the first claim to one of many', async () => {
    const claims = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => rollups().claim(holder, LONG)));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });
}
