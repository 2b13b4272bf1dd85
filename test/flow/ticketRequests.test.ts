import { expect, it } from 'vitest';
import { DAY } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { startFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

it('a request is told of other ongoing tickets of its asset, and may join one of them', async () => {
  const fettle = await startFettle({ assets: [rigAsset('a', Date.now() - DAY), rigAsset('b', Date.now() - DAY)] });
  const ask = (more: object) =>
    fettle.api.post<TicketDocument & { duplicates?: object[] }>('/tickets', {
      assetId: 'a',
      origin: 'customer',
      ...more,
    });
  const first = await ask({ componentId: 'bearing', failureModeId: 'overheated', title: 'Smells hot' });
  expect(first).not.toHaveProperty('duplicates');
  const other = await ask({ title: 'Does not run well' });
  expect(other.id).not.toBe(first.id);
  const { id, number, status, title } = first;
  const about = { componentId: 'bearing', failureModeId: 'overheated' };
  expect(other.duplicates).toEqual([{ id, number, status, title, ...about }]);

  const joined = await ask({ title: 'It is loud, too', text: 'since noon', origin: 'staff', joins: id });
  expect(joined.id).toBe(id);
  expect(joined).not.toHaveProperty('duplicates');
  const { entries } = await fettle.api.get<TicketDetail>(`/tickets/${id}`);
  expect(entries.at(-1)).toMatchObject({ kind: 'comment', text: 'It is loud, too\nsince noon' });

  await expect(ask({ title: 'x', joins: 'nowhere' })).rejects.toThrow(/422.*"path":"\/body\/joins"/);
  await expect(ask({ assetId: 'b', title: 'x', joins: id })).rejects.toThrow("asset 'b' has no ticket");
  await fettle.api.post(`/tickets/${id}/close`, { outcome: 'no-fault-found' });
  await expect(ask({ title: 'x', joins: id })).rejects.toThrow('only an ongoing one can be joined');
});
