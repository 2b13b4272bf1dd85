import { expect, it } from 'vitest';
import type { AssetEvent } from '../../../../src/domain/asset.ts';
import { InvalidCursorError } from '../../../../src/ports/database.ts';
import { asset, FULL_ASSET, readAll, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeAssets(harness: GetHarness): void {
  const assets = () => harness().database.assets;
  const events = () => harness().database.events;
  const idsOf = (found: readonly { id: string }[]) => found.map(({ id }) => id);

  it('returns an asset as it was saved, with and without what may be absent', async () => {
    await assets().save([FULL_ASSET, asset('plain')]);
    expect(await assets().get(FULL_ASSET.id)).toEqual(FULL_ASSET);
    expect(await assets().get('plain')).toStrictEqual(asset('plain'));
    expect(await assets().get('unknown')).toBeUndefined();
  });

  it('replaces an asset of the same id whole', async () => {
    await assets().save([{ ...FULL_ASSET, id: 'a' }]);
    await assets().save([asset('a', { siteId: 'south' })]);
    expect(await assets().all()).toStrictEqual([asset('a', { siteId: 'south' })]);
  });

  it('saves nothing, and the last of two with one id', async () => {
    await assets().save([]);
    await assets().save([asset('a', { name: 'first' }), asset('a', { name: 'last' })]);
    expect(await assets().all()).toStrictEqual([asset('a', { name: 'last' })]);
  });

  it('lists by id, byte by byte, in pages that assets added meanwhile do not disturb', async () => {
    const ids = ['A', 'B', 'Z', 'a', 'b', 'é', '空'];
    await assets().save([...ids].reverse().map((id) => asset(id)));
    const seen = await readAll(
      (page) => assets().list({}, page),
      2,
      (page) => assets().save([asset(`0 before ${page}`), asset(`~ after ${page}`)]),
    );
    expect(idsOf(seen).filter((id) => ids.includes(id))).toEqual(ids);
    expect(new Set(idsOf(seen)).size).toBe(seen.length);
    expect(idsOf(seen)).toContain('~ after 1');
  });

  it('has no next page when the last one is full', async () => {
    await assets().save([asset('a'), asset('b')]);
    expect(await assets().list({}, { limit: 2 })).not.toHaveProperty('nextCursor');
    expect(await assets().list({}, { limit: 1 })).toHaveProperty('nextCursor');
  });

  it('filters by site, model and customer, together as well', async () => {
    await assets().save([
      asset('a', { siteId: 's1', modelId: 'm1', customerId: 'c1' }),
      asset('b', { siteId: 's1', modelId: 'm2', customerId: 'c1' }),
      asset('c', { siteId: 's2', modelId: 'm1' }),
    ]);
    const list = async (filter: Parameters<ReturnType<typeof assets>['list']>[0]) =>
      idsOf((await assets().list(filter, { limit: 9 })).items);
    expect(await list({ siteId: 's1' })).toEqual(['a', 'b']);
    expect(await list({ modelId: 'm1' })).toEqual(['a', 'c']);
    expect(await list({ customerId: 'c1' })).toEqual(['a', 'b']);
    expect(await list({ siteId: 's1', modelId: 'm2' })).toEqual(['b']);
    expect(await list({ siteId: 'nowhere' })).toEqual([]);
  });

  it.each([
    ['part of the id', '压机', true],
    ['part of the name in another case', 'COMPRESSOR "ONE" \\', true],
    ['case beyond ASCII', '№1 É', true],
    ['part of the serial, percent and underscore as they are', 'sn-100%_', true],
    ['underscore for another letter', 'sn_100', false],
    ['what goes across two of them', 'é compressor', false],
  ])('searches for %s', async (_what, search, found) => {
    await assets().save([FULL_ASSET, asset('other', { name: 'lift', serial: 'SN-100-A' })]);
    expect((await assets().list({ search }, { limit: 9 })).items).toEqual(found ? [FULL_ASSET] : []);
  });

  it.each([
    '',
    'nonsense',
    'bnVsbA',
    Buffer.from('["assets",1,"a"]').toString('base64url'),
  ])('refuses the cursor %j', async (cursor) => {
    await expect(assets().list({}, { limit: 1, cursor })).rejects.toThrow(InvalidCursorError);
  });

  it('binds a device anew by ending its open binding, and the same binding again changes nothing', async () => {
    const first = { deviceId: 'd', assetId: 'a1', from: T0 };
    const second = { deviceId: 'd', assetId: 'a2', from: T0 + 0.001 };
    await assets().bind(first);
    await assets().bind(first);
    expect(await assets().bindings()).toStrictEqual([first]);
    await assets().bind(second);
    await assets().bind(first);
    await assets().bind({ deviceId: 'other', assetId: 'a1', from: T0 });
    expect(await assets().bindings()).toStrictEqual([
      { ...first, to: second.from },
      second,
      { deviceId: 'other', assetId: 'a1', from: T0 },
    ]);
  });

  it('keeps one open binding when two come at once, and drops one that would end before it began', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => assets().bind({ deviceId: 'd', assetId: `a${n}`, from: T0 + n })));
    const open = (await assets().bindings()).filter(({ to }) => to === undefined);
    expect(open).toHaveLength(1);
    await assets().bind({ deviceId: 'e', assetId: 'wrong', from: T0 + 5 });
    await assets().bind({ deviceId: 'e', assetId: 'right', from: T0 });
    const ofE = (await assets().bindings()).filter(({ deviceId }) => deviceId === 'e');
    expect(ofE).toStrictEqual([{ deviceId: 'e', assetId: 'right', from: T0 }]);
  });

  it('knows where a part of a serial was installed, on whatever asset', async () => {
    const part = { componentId: 'part', recordedAt: T0, by: 'ann', serial: 'S 1' };
    const second = { ...part, id: 's2', type: 'component-replaced' as const, assetId: 'a', at: T0 + 2 };
    const first = { ...part, id: 's3', type: 'component-installed' as const, assetId: 'b', at: T0 + 1 };
    await events().add([second, first, { ...first, id: 's4', serial: 's 1' }]);
    expect(await events().ofSerial('S 1')).toStrictEqual([first, second]);
    expect(await events().ofSerial('S')).toEqual([]);
  });

  it('knows the assets that have had something installed in a place', async () => {
    const base = { at: T0, recordedAt: T0, by: 'ann', componentId: 'place' };
    const there = { ...base, id: 'i1', type: 'component-installed' as const, assetId: 'b' };
    const closing = { failureModeId: 'm', ticketId: 't' };
    await events().add([
      there,
      { ...there, id: 'i2', type: 'component-replaced' },
      { ...there, id: 'i3', assetId: 'a' },
      { ...there, id: 'i4', assetId: 'c', componentId: 'elsewhere' },
      { ...base, ...closing, id: 'i5', type: 'ticket-closed', assetId: 'd' },
    ]);
    expect((await events().assetsWith('place')).sort()).toEqual(['a', 'b']);
    expect(await events().assetsWith('nowhere')).toEqual([]);
  });

  it('keeps events by (at, id), each once', async () => {
    const base = { assetId: 'a', recordedAt: T0 + 0.001, by: '工程师' };
    const late: AssetEvent = {
      ...base,
      id: '1',
      at: T0 + 1,
      type: 'component-replaced',
      componentId: 'f',
      reading: 0.3,
    };
    const tied: AssetEvent = { ...base, id: '3', at: T0, type: 'maintenance', note: 'half \uD83D and \0 zero' };
    const early: AssetEvent = { ...base, id: '2', at: T0, type: 'rules-changed', ruleIds: ['r1', 'r2'] };
    const foreign: AssetEvent = { ...early, id: '0', assetId: 'b' };
    await events().add([late, tied]);
    await events().add([early, foreign, { ...late, by: 'somebody else' }]);
    await events().add([]);
    const storedTied = { ...tied, note: 'half \uFFFD and \uFFFD zero' };
    expect(await events().of('a')).toStrictEqual([early, storedTied, late]);
    expect(await events().all()).toStrictEqual([foreign, early, storedTied, late]);
    expect(await events().of('unknown')).toEqual([]);
  });

  it('keeps deaf intervals, and lists those that end after a time', async () => {
    await events().saveDeaf({ from: T0 + 20 });
    await events().saveDeaf({ from: T0, to: T0 + 10 });
    expect(await events().deaf(T0 + 9.999)).toStrictEqual([{ from: T0, to: T0 + 10 }, { from: T0 + 20 }]);
    expect(await events().deaf(T0 + 10)).toStrictEqual([{ from: T0 + 20 }]);
    await events().saveDeaf({ from: T0 + 20, to: T0 + 30 });
    expect(await events().deaf(T0 + 10)).toStrictEqual([{ from: T0 + 20, to: T0 + 30 }]);
  });
}
