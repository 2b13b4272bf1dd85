import { expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { API_KEY } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - DAY;
/** A batch of eight with new bearings among forty. */
const FLEET = Array.from({ length: 40 }, (_, at) => ({ id: `rig-${at}`, batch: at < 8 ? 'B7' : 'B6' }));

interface CampaignDocument {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

const fettle = useFettle(() => ({
  assets: FLEET.map(({ id, batch }) => rigAsset(id, T0 - 30 * DAY, { batch })),
}));
const campaigns = () => fettle.api.all<CampaignDocument>('/campaigns');

async function overheat(...numbers: readonly number[]): Promise<void> {
  for (const at of numbers)
    for (const [minute, temperature] of [82, 83, 84].entries())
      await fettle.send(`rig-${at}`, { ts: T0 + minute * MINUTE, temperature });
  await fettle.settled();
}

async function change(id: string, body: object): Promise<CampaignDocument> {
  const response = await fetch(`${fettle.app.url}/api/v1/campaigns/${id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as CampaignDocument;
}

it('a batch whose bearings get hot alike becomes one campaign, and its tickets go their own way', async () => {
  await overheat(0, 1, 20);
  await fettle.app.pipeline.campaigns.look();
  expect(await campaigns()).toEqual([]);

  await overheat(2, 3, 4);
  await fettle.app.pipeline.campaigns.look();
  const [found, ...others] = await campaigns();
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    ...{ status: 'open', modelId: 'rig', batch: 'B7', componentId: 'bearing', failureModeId: 'overheated' },
    evidence: { affected: 5, assets: 8 },
  });
  const detail = await fettle.api.get<object>(`/campaigns/${found!.id}`);
  expect(detail).toMatchObject({
    affected: ['rig-0', 'rig-1', 'rig-2', 'rig-3', 'rig-4'],
    notAffected: ['rig-5', 'rig-6', 'rig-7'],
  });
  const [own, other] = [await fettle.ticket('rig-0'), await fettle.ticket('rig-20')];
  expect([own.status, own.campaignId]).toEqual(['open', found!.id]);
  expect(other).not.toHaveProperty('campaignId');

  const told = await Promise.all([0, 1, 2, 3, 4].map((at) => fettle.ticket(`rig-${at}`)));
  const lines = told.flatMap(({ entries }: TicketDetail) => entries.filter(({ kind }) => kind === 'campaign'));
  expect(lines.map(({ text }) => text)).toEqual([expect.stringContaining('5 of 8 assets have had it')]);
});

it('what comes later joins it, and once it is closed it is not opened again', async () => {
  const [campaign] = await campaigns();
  await overheat(5);
  await fettle.app.pipeline.campaigns.look();
  expect((await fettle.ticket('rig-5')).campaignId).toBe(campaign!.id);
  expect(await change(campaign!.id, { owner: 'quality' })).toMatchObject({ owner: 'quality', status: 'open' });
  expect(await change(campaign!.id, { status: 'closed' })).toMatchObject({ status: 'closed' });
  await overheat(6);
  await fettle.app.pipeline.campaigns.look();
  expect((await campaigns()).map(({ status }) => status)).toEqual(['closed']);
  expect(await fettle.ticket('rig-6')).not.toHaveProperty('campaignId');
});
