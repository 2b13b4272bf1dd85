import { expect, it } from 'vitest';
import { DAY } from '../../src/domain/time.ts';
import type { TicketDocument } from '../support/apiClient.ts';
import { startFettle } from '../support/fettle.ts';
import { rigAsset, rigModel } from '../support/rig.ts';

/** Forty days before now. */
const BEGIN = Math.floor(Date.now() / DAY) * DAY - 40 * DAY;
/** Hours that the machine runs in one. */
const LOAD = 0.9;
const OIL = {
  id: 'oil-change',
  title: { en: 'Oil change', zh: '换油' },
  counter: 'hours',
  use: 300,
  every: '365d',
  lead: '3d',
  team: 'lubrication',
  checklist: [{ en: 'Drain warm', zh: '热机放油' }],
  parts: [{ number: 'OIL-46', name: { en: 'Oil', zh: '机油' }, quantity: 2 }],
};
const START_UP = { id: 'start-up', title: { en: 'Start-up care', zh: '投运保养' }, first: '55d', lead: '2d' };

it('services come due as planned tickets, and again after they were done', async () => {
  const fettle = await startFettle({
    models: [{ ...rigModel(), servicePlans: [OIL, START_UP] }] as never,
    assets: [rigAsset('new', BEGIN), rigAsset('starting', BEGIN - 14 * DAY)],
  });
  const run = async (from: number, to: number) => {
    for (let day = from; day < to; day += 0.25) {
      await fettle.send('new', { ts: BEGIN + day * DAY, hours: 24 * LOAD * day });
    }
    await fettle.settled();
  };
  // 300 h are up on the fourteenth day, and again on the twenty-sixth.
  await run(0, 12);
  const tickets = await fettle.tickets('new');
  const oil = tickets.find(({ ruleId }) => ruleId === 'oil-change')!;
  expect(oil).toMatchObject({
    origin: 'plan',
    kind: 'planned',
    status: 'open',
    severity: 'info',
    priority: 'P4',
    team: 'lubrication',
    componentId: 'asset',
    failureModeId: 'oil-change',
    title: { en: 'new: oil change', zh: 'new：换油' },
    service: { checklist: OIL.checklist, parts: OIL.parts },
  });
  expect(oil.summary.en).toMatch(
    /^Service due by use \(.* of 300 h.*\. Bring: 2 × Oil \(OIL-46\)\. To do: 1\. Drain warm$/,
  );
  await expect.poll(async () => (await fettle.tickets('starting')).map(({ ruleId }) => ruleId)).toContain('start-up');
  const closing = { outcome: 'worn-as-expected', parts: [{ number: 'OIL-46', quantity: 2 }] };
  const closed = await fettle.api.post<TicketDocument>(`/tickets/${oil.id}/close`, closing);
  expect(closed.status).toBe('closed');
  await fettle.settled();
  await run(12, 21);
  const ofOil = async () => (await fettle.tickets('new')).filter(({ ruleId }) => ruleId === 'oil-change');
  expect(await ofOil()).toHaveLength(1);
  await run(21, 24);
  expect(await ofOil()).toMatchObject([{ status: 'closed' }, { status: 'open' }]);
  expect((await ofOil())[1]).not.toHaveProperty('recurrenceOf');
});
