import { describe, expect, test } from 'vitest';
import { problemOf, useTestApi } from '../../support/api.ts';

const api = useTestApi();
const tell = (body: object, secret = 'knock') =>
  api.call(undefined, 'POST', `/api/v1/desk/events/${secret}`, { payload: body });

describe('what a desk tells', () => {
  test('is taken with the secret, with whatever its webhook says beside', async () => {
    const body = { externalId: 'WO-1', status: 'closed', outcome: 'worn-as-expected', ticket: { id: 5 } };
    const response = await tell({ ...body, comments: [{ id: 'c1', text: 'Done', at: '2024-05-01T08:00:00Z' }] });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ tickets: 1 });
    const [event, told] = api.services.calls.find(({ name }) => name === 'deskEvent')!.args;
    expect(event).toMatchObject({ ticket: { id: 5 } });
    expect(told).toEqual({
      externalId: 'WO-1',
      status: 'closed',
      outcome: 'worn-as-expected',
      comments: [{ id: 'c1', text: 'Done', at: Date.UTC(2024, 4, 1, 8) }],
    });
  });

  test('needs no id of its own where the preset says where it is', async () => {
    expect((await tell({ issue: { id: '10' } })).statusCode).toBe(200);
    expect(api.services.calls.at(-1)).toMatchObject({ name: 'deskEvent', args: [{ issue: { id: '10' } }, undefined] });
  });

  test('is refused with another secret, and where it makes no sense', async () => {
    expect(problemOf(await tell({ externalId: '1' }, 'guess')).status).toBe(404);
    for (const wrong of [{ externalId: 7 }, { status: 'done' }, { comments: [{ text: 'no id' }] }]) {
      expect(problemOf(await tell(wrong)).status).toBe(400);
    }
  });
});

test('the reconciliation report lists both sides', async () => {
  const response = await api.call('viewer', 'GET', '/api/v1/desk/reconciliation');
  expect(response.json()).toMatchObject({
    desk: 'fake',
    withoutWorkOrder: [{ ticketId: 'T1' }],
    withoutTicket: ['WO-9'],
  });
});
