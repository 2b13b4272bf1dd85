import { beforeEach, expect, it } from 'vitest';
import type { CampaignScope } from '../../../../src/domain/campaign.ts';
import type { NewCampaign } from '../../../../src/ports/campaigns.ts';
import { StaleVersionError } from '../../../../src/ports/database.ts';
import { asset, insertTicket, readAll, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const SCOPE: CampaignScope = { modelId: 'compressor', batch: 'B7', componentId: 'filter', failureModeId: 'clogged' };
const { batch: _, ...MODEL } = SCOPE;

/** What fails alike in a batch or a model. */
export function describeCampaigns(harness: GetHarness): void {
  const database = () => harness().database;
  const campaigns = () => harness().database.campaigns;
  const opened = (id: string, change: Partial<NewCampaign> = {}): NewCampaign => ({
    ...{ id, ...SCOPE, status: 'open', since: T0, openedAt: T0, openedBy: 'ann', updatedAt: T0 },
    ...change,
  });
  const fault = (assetId: string, openedAt: number, more: object = {}) =>
    insertTicket(database(), { assetId, openedAt, ...more });

  beforeEach(() =>
    database().assets.save([
      asset('a1', { batch: 'B7' }),
      asset('a2', { batch: 'B7' }),
      asset('a3', { batch: 'B8' }),
      asset('a4'),
      asset('a5', { modelId: 'pump', batch: 'B7' }),
    ]),
  );

  it('counts assets by model and batch, and those that had sudden faults since then', async () => {
    expect(await campaigns().groups()).toEqual([
      { modelId: 'compressor', batch: 'B7', assets: 2 },
      { modelId: 'compressor', batch: 'B8', assets: 1 },
      { modelId: 'compressor', batch: null, assets: 1 },
      { modelId: 'pump', batch: 'B7', assets: 1 },
    ]);
    await fault('a1', T0 + 1, { status: 'closed', closing: { outcome: 'failure-found', found: 'critical' } });
    await fault('a1', T0);
    await fault('a2', T0);
    await fault('a4', T0);
    await fault('a3', T0 - 1);
    await fault('a3', T0, { origin: 'plan', failureModeId: 'a' });
    await fault('a3', T0, { status: 'proposed', failureModeId: 'b' });
    await fault('a3', T0, { status: 'closed', closing: { outcome: 'no-fault-found' } });
    const faults = { modelId: 'compressor', componentId: 'filter', failureModeId: 'clogged' };
    expect(await campaigns().affectedSince(T0)).toEqual([
      { ...faults, batch: 'B7', affected: 2 },
      { ...faults, batch: null, affected: 1 },
    ]);
  });

  it('are one at a time for the same, and numbered', async () => {
    const evidence = { affected: 3, assets: 9, expected: 0.1 + 0.2, p: 1e-7, since: T0 };
    const full = opened('c1', { evidence, owner: 'quality "一组"', note: 'seal \\ 密封' });
    expect(await campaigns().insert(full)).toStrictEqual({ ...full, number: 1, version: 1 });
    expect(await campaigns().insert(opened('c2'))).toBeUndefined();
    expect(await campaigns().insert(opened('c3', { batch: 'B8' }))).toMatchObject({ version: 1 });
    const whole = { ...opened('c4'), ...MODEL };
    delete (whole as { batch?: string }).batch;
    expect(await campaigns().insert(whole)).toBeDefined();
    expect(await campaigns().insert({ ...whole, id: 'c5' })).toBeUndefined();
    expect(await campaigns().get('c1')).toStrictEqual({ ...full, number: 1, version: 1 });
    expect(await campaigns().get('c5')).toBeUndefined();
  });

  it('inserts one of two that come at once', async () => {
    const both = await Promise.all([campaigns().insert(opened('c1')), campaigns().insert(opened('c2'))]);
    expect(both.filter((one) => one !== undefined)).toHaveLength(1);
  });

  it('changes and empties fields by version, and knows when the last one for the same was closed', async () => {
    await campaigns().insert(opened('c1', { owner: 'quality' }));
    expect(await campaigns().lastClosed(SCOPE)).toBeUndefined();
    const edited = await campaigns().update('c1', 1, { owner: undefined, note: 'seal', updatedAt: T0 + 1 } as object);
    expect(edited).toStrictEqual({ ...opened('c1', { note: 'seal', updatedAt: T0 + 1 }), number: 1, version: 2 });
    await expect(campaigns().update('c1', 1, { note: 'late' })).rejects.toThrow(StaleVersionError);
    await campaigns().update('c1', 2, { status: 'closed', closedAt: T0 + 5 });
    expect(await campaigns().lastClosed(SCOPE)).toBe(T0 + 5);
    expect(await campaigns().lastClosed({ ...SCOPE, batch: 'B8' })).toBeUndefined();
    expect(await campaigns().lastClosed(MODEL)).toBeUndefined();
    expect(await campaigns().insert(opened('c2'))).toBeDefined();
    await campaigns().update('c2', 1, { status: 'closed', closedAt: T0 + 9 });
    expect(await campaigns().lastClosed(SCOPE)).toBe(T0 + 9);
  });

  it('lists the latest first, by status, model and batch', async () => {
    await campaigns().insert(opened('c1'));
    await campaigns().insert(opened('c2', { batch: 'B8', openedAt: T0 + 1 }));
    await campaigns().insert(opened('c3', { modelId: 'pump', openedAt: T0 + 1, status: 'closed' }));
    const ids = async (filter: object) =>
      (await readAll((page) => campaigns().list(filter, page), 1)).map(({ id }) => id);
    expect(await ids({})).toEqual(['c3', 'c2', 'c1']);
    expect(await ids({ status: 'open' })).toEqual(['c2', 'c1']);
    expect(await ids({ modelId: 'pump' })).toEqual(['c3']);
    expect(await ids({ batch: 'B7', status: 'open' })).toEqual(['c1']);
  });

  it('tells tickets that are part of one and do not name it, and assets that are affected and not', async () => {
    const campaign = (await campaigns().insert(opened('c1')))!;
    const [second, first] = [await fault('a2', T0 + 2), await fault('a1', T0 + 1)];
    await fault('a3', T0 + 1);
    await fault('a1', T0 - 1, { failureModeId: 'torn' });
    await fault('a5', T0 + 1);
    expect(await campaigns().toLink(campaign)).toEqual([first, second]);
    expect(await campaigns().notAffected(campaign, 9)).toEqual(['a1', 'a2']);
    await database().tickets.update(first, 1, { campaignId: 'c1' });
    expect(await campaigns().toLink(campaign)).toEqual([second]);
    expect(await campaigns().affected('c1')).toEqual(['a1']);
    expect(await campaigns().notAffected(campaign, 9)).toEqual(['a2']);
    const { batch: __, ...whole } = campaign;
    expect(await campaigns().notAffected(whole, 2)).toEqual(['a2', 'a3']);
  });
}
