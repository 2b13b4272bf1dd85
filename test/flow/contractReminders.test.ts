import { expect, it } from 'vitest';
import { DAY } from '../../src/domain/time.ts';
import { ContractReminders } from '../../src/pipeline/contractReminders.ts';
import { TicketActs } from '../../src/pipeline/ticketActs.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { startFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

const NOW = Date.now();
const iso = (days: number) => new Date(NOW + days * DAY).toISOString();
const contract = (kind: string, days: number) => ({ contract: { kind, until: iso(days), reference: 'C-7' } });
const POLICY = { enabled: true, contractBefore: 60 * DAY, warrantyBefore: 30 * DAY, team: 'sales' };

it('the end of a contract or a warranty is a ticket ahead of it, once, until it is renewed', async () => {
  const asset = (id: string, kind: string, days: number) => rigAsset(id, NOW - 90 * DAY, contract(kind, days));
  const fettle = await startFettle({
    assets: [
      asset('near', 'service', 59),
      asset('far', 'service', 61),
      asset('warm', 'warranty', 31),
      asset('over', 'service', -1),
      asset('kept', 'warranty', 10),
      rigAsset('bare', NOW),
    ],
  });
  const { parts, fleet, assessment } = fettle.app.pipeline;
  const { database } = parts;
  // Each look is on another day.
  const look = async (days: number) => {
    const clock = new FakeClock(NOW + days * DAY);
    const deliver = () => undefined;
    const acts = new TicketActs({ database, fleet, assessment, deliver, clock });
    await new ContractReminders({ database, fleet, acts, deliver, clock, policy: POLICY }).run();
  };
  const all = async () =>
    (await fettle.api.all<{ assetId: string; status: string }>('/tickets?sort=openedAt'))
      .map(({ assetId, status }) => `${assetId} ${status}`)
      .sort();

  await look(0.01);
  expect(await all()).toEqual(['kept open', 'near open']);
  const ticket = await fettle.ticket('near');
  expect(ticket).toMatchObject({
    origin: 'plan',
    kind: 'planned',
    priority: 'P4',
    severity: 'info',
    team: 'sales',
    componentId: 'asset',
    failureModeId: 'contract-ends',
    doBy: expect.any(String),
    title: { en: 'near: service contract ends', zh: 'near：服务合同到期' },
    entries: [{ kind: 'opened', text: 'reminder' }],
  });
  expect(ticket.summary.en).toMatch(/^The service contract C-7 ends on /);

  // Once for each end, also where somebody has closed it.
  await fettle.api.post(`/tickets/${ticket.id}/close`, { outcome: 'other-cause' });
  await look(2);
  expect(await all()).toEqual(['far open', 'kept open', 'near closed', 'warm open']);

  const put = (id: string, kind: string, days: number) =>
    fettle.api.put(`/assets/${id}`, { modelId: 'rig', siteId: 'plant', ...contract(kind, days) });
  await put('kept', 'service', 375);
  await put('near', 'service', 61);
  await look(3);
  expect(await all()).toEqual(['far open', 'kept resolved', 'near closed', 'near open', 'warm open']);
});
