import { afterAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const SECRET = 'events of the desk';
let receiver: WebhookReceiver;

const fettle = useFettle(async () => {
  receiver = await startWebhookReceiver({ secret: 'signing' });
  return {
    assets: ['told', 'deleted', 'joined'].map((id) => rigAsset(id, T0 - 5 * DAY)),
    config: { desk: { kind: 'webhook', url: receiver.url, secret: 'signing', eventsSecret: SECRET } },
  };
});
afterAll(() => receiver?.close());

async function overheat(asset: string): Promise<TicketDetail & { externalId: string }> {
  for (const [at, temperature] of [82, 83, 84].entries()) {
    await fettle.send(asset, { ts: T0 + at * MINUTE, temperature });
  }
  await fettle.settled();
  return until(`a work order of ${asset}`, async () => {
    const ticket = await fettle.ticket(asset);
    return ticket.externalId === undefined ? undefined : { ...ticket, externalId: ticket.externalId };
  });
}

async function tell(body: object): Promise<unknown> {
  const answer = await fetch(`${fettle.app.url}/api/v1/desk/events/${encodeURIComponent(SECRET)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.json();
}

describe('a desk that can not be read', () => {
  it('tells what has changed, whatever it leaves out, and as often as it likes', async () => {
    const { externalId } = await overheat('told');
    const requests = receiver.requests.length;
    const comments = [{ id: 'c1', text: 'On the way', author: 'Anna' }];
    for (const _ of [1, 2]) {
      expect(await tell({ externalId, status: 'in-progress', comments })).toEqual({ tickets: 1 });
      const ticket = await fettle.ticket('told');
      expect(ticket).toMatchObject({ status: 'in-progress' });
      const lines = ticket.entries.filter(({ by }) => by === 'desk').map(({ text }) => text);
      expect(lines).toEqual(['Anna: On the way', 'in-progress in the desk']);
    }
    for (const _ of [1, 2])
      await tell({ externalId, status: 'closed', outcome: 'worn-as-expected', note: 'New bearing' });
    expect(await fettle.ticket('told')).toMatchObject({
      status: 'closed',
      closing: { outcome: 'worn-as-expected', note: 'New bearing' },
    });
    expect(receiver.requests.length).toBe(requests);
    expect(await tell({ externalId: 'WO-4711', status: 'closed' })).toEqual({ tickets: 0 });
    expect(await tell({ something: 'else' })).toEqual({ tickets: 0 });
  });

  it('says that a work order was deleted', async () => {
    const { id, externalId } = await overheat('deleted');
    await tell({ externalId, deleted: true });
    await tell({ externalId, deleted: true });
    const [ticket, task, ...more] = await fettle.tickets('deleted');
    expect(ticket).toMatchObject({ id, status: 'cancelled' });
    expect(task).toMatchObject({ origin: 'staff', status: 'open' });
    expect(more).toEqual([]);
  });
});

it('is told of a request that joins a ticket, and of one that opens it again', async () => {
  const report = (title: string) =>
    fettle.api.post<TicketDocument>('/tickets', { assetId: 'joined', origin: 'customer', title });
  const toldOf = () =>
    receiver.requests.flatMap(({ body }) => {
      const { event, ticket } = JSON.parse(body) as { event: string; ticket: TicketDocument };
      return ticket.assetId === 'joined' ? [`${event} ${ticket.status}`] : [];
    });
  const isTold = (...all: string[]) => until(all.join(', '), () => toldOf().join() === all.join());
  const { id } = await report('Loud');
  await isTold('ticket.opened open');
  await report('Louder');
  await isTold('ticket.opened open', 'ticket.updated open');
  await fettle.api.post(`/tickets/${id}/transition`, { to: 'resolved' });
  await isTold('ticket.opened open', 'ticket.updated open', 'ticket.updated resolved');
  await report('Loud again');
  await isTold('ticket.opened open', 'ticket.updated open', 'ticket.updated resolved', 'ticket.updated open');
});
