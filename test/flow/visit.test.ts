import { expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const fettle = useFettle(() => ({
  assets: [rigAsset('pump', T0), rigAsset('other', T0), rigAsset('far', T0, { site: 'hall' })],
}));

interface VisitDocument {
  readonly items: readonly { assetId: string; componentId: string; ticket?: { number: number } }[];
  readonly parts: readonly { number: string; quantity: number }[];
}

it('offers what is open and what is nearly due at an asset and at its site in one visit', async () => {
  for (const asset of ['pump', 'other', 'far']) {
    const site = asset === 'far' ? 'hall' : 'plant';
    for (let hour = 0; hour <= 12; hour++)
      await fettle.send(asset, { ts: T0 + hour * 60 * MINUTE, hours: 940 + hour }, site);
    for (const [at, value] of [82, 83, 84].entries())
      await fettle.send(asset, { ts: T0 + 13 * 60 * MINUTE + at * MINUTE, temperature: value }, site);
  }
  await fettle.settled();
  const visit = await fettle.api.get<VisitDocument>('/assets/pump/visit');
  expect(visit.items.map(({ assetId }) => assetId)).toEqual(['pump', 'pump']);
  expect(visit.items.map(({ componentId }) => componentId).sort()).toEqual(['bearing', 'filter']);
  expect(visit.items.every(({ ticket }) => ticket)).toBe(true);
  expect(visit.parts).toEqual([
    { number: 'BRG-1', name: { en: 'Roller bearing', zh: '滚子轴承' }, quantity: 1, leadTimeSeconds: 3 * 86_400 },
    { number: 'FLT-9', quantity: 1, leadTimeSeconds: 2 * 86_400 },
  ]);
  const [one] = await fettle.tickets('pump');
  const ticket = await fettle.api.get<TicketDetail>(`/tickets/${one!.id}`);
  expect(ticket.visit).toMatchObject({ others: 1, text: { en: expect.stringContaining('1 more thing is due') } });
  expect((await fetch(ticket.visit!.url)).status).toBe(401);
  const site = await fettle.api.get<VisitDocument>('/sites/plant/visit?within=7d');
  expect(site.items).toHaveLength(4);
  expect(new Set(site.items.map(({ assetId }) => assetId))).toEqual(new Set(['pump', 'other']));
  await expect(fettle.api.get('/sites/nowhere/visit')).rejects.toThrow(/404/);
  await expect(fettle.api.get('/sites/plant/visit?within=soon')).rejects.toThrow(/400/);
});
