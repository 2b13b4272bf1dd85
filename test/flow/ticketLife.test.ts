import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const DESK = { name: 'desk', role: 'agent', fromDesk: true } as const;
const ASSETS = ['worked', 'put-off', 'put-off-worse', 'told-by-desk', 'refused-by-desk', 'brought-up', 'rivals'];

const fettle = useFettle(() => ({ assets: ASSETS.map((id) => rigAsset(id, T0 - 5 * DAY)) }));

/** Opens a ticket of a hot bearing. */
async function overheat(asset: string, from = T0, temperatures = [82, 83, 84]): Promise<TicketDetail> {
  for (const [at, temperature] of temperatures.entries()) {
    await fettle.send(asset, { ts: from + at * MINUTE, temperature });
  }
  await fettle.settled();
  return fettle.ticket(asset);
}

const post = (id: string, act: string, body: object) => fettle.api.post<TicketDocument>(`/tickets/${id}/${act}`, body);
const iso = (time: number) => new Date(time).toISOString();
const tickets = () => fettle.app.pipeline.service.tickets;

describe('a ticket at work', () => {
  it('tells in its history who did what, when and why', async () => {
    const { id } = await overheat('worked');
    await post(id, 'assign', { team: 'field-north', person: 'ann' });
    await post(id, 'transition', { to: 'acknowledged', note: 'seen' });
    await post(id, 'schedule', { at: iso(T0 + 30 * DAY) });
    await post(id, 'schedule', { at: iso(T0 + 31 * DAY), note: 'the customer asked' });
    await post(id, 'transition', { to: 'in-progress' });
    await post(id, 'transition', { to: 'resolved' });
    await post(id, 'transition', { to: 'open', note: 'still hot' });
    const closed = await post(id, 'close', { outcome: 'failure-found', note: 'dry' });
    expect(closed).toMatchObject({
      status: 'closed',
      team: 'field-north',
      person: 'ann',
      reopened: 1,
      kind: 'reactive',
    });
    expect(closed.scheduledFor).toBeUndefined();

    const { entries } = await fettle.ticket('worked');
    const lines = entries.slice(1).map(({ kind, from, to, text }) => [kind, from, to, text].filter(Boolean).join(' '));
    expect(lines).toEqual([
      'assigned',
      'transition open acknowledged seen',
      'transition acknowledged scheduled',
      'changed the customer asked',
      'transition scheduled in-progress',
      'transition in-progress resolved',
      'transition resolved open still hot',
      'transition open closed dry',
    ]);
    expect(new Set(entries.slice(1).map(({ by }) => by)).size).toBe(1);
    expect(entries[1]!.changes).toEqual([
      { field: 'team', to: 'field-north' },
      { field: 'person', to: 'ann' },
    ]);
    expect(entries[4]!.changes).toEqual([{ field: 'scheduledFor', from: iso(T0 + 30 * DAY), to: iso(T0 + 31 * DAY) }]);
    const [acknowledged, , , started] = [2, 3, 4, 5, 6].map((at) => entries[at]!.at);
    expect(closed).toMatchObject({ acknowledgedAt: acknowledged, startedAt: started, resolvedAt: entries[8]!.at });
  });

  it('is reopened with a reason, and then forgets its closing but for the history', async () => {
    const { id } = await fettle.ticket('worked');
    await expect(post(id, 'transition', { to: 'open' })).rejects.toThrow(/422.*say why/);
    await expect(post(id, 'assign', { person: 'bob' })).rejects.toThrow(/409/);
    const open = await post(id, 'transition', { to: 'open', note: 'it leaks again' });
    const former = { closing: { outcome: 'failure-found', note: 'dry' } };
    expect(open).toMatchObject({ status: 'open', reopened: 2, formerClosings: [former] });
    for (const gone of ['closing', 'closedAt', 'resolvedAt']) expect(open).not.toHaveProperty(gone);
    const { entries } = await fettle.ticket('worked');
    expect(entries.at(-1)).toMatchObject({ from: 'closed', to: 'open', text: 'it leaks again' });
    const [{ field, from, to }] = entries.at(-1)!.changes as [{ field: string; from?: string; to?: string }];
    expect([field, JSON.parse(from!), to]).toEqual(['closing', { outcome: 'failure-found', note: 'dry' }, undefined]);
  });

  it('is not reopened beside another one of its matter, which is named', async () => {
    const { id } = await overheat('rivals');
    await post(id, 'close', { outcome: 'failure-found' });
    const request = {
      assetId: 'rivals',
      componentId: 'bearing',
      failureModeId: 'overheated',
      title: 'Hot',
      origin: 'staff',
    };
    const other = await fettle.api.post<TicketDocument>('/tickets', request);
    expect(other).toMatchObject({ kind: 'reactive', reopened: 0 });
    const refused = post(id, 'transition', { to: 'open', note: 'again' });
    await expect(refused).rejects.toThrow(new RegExp(`409.*ticket ${other.number} .${other.id}. is ongoing`));
    expect((await fettle.api.get<TicketDetail>(`/tickets/${id}`)).status).toBe('closed');
  });

  it('takes an act only at the version that was seen', async () => {
    const { id, version } = await fettle.ticket('worked');
    const by = { name: 'ann', role: 'agent' } as const;
    const seen = version - 1;
    for (const act of [
      () => tickets().assign(id, { person: 'x' }, seen, by),
      () => tickets().schedule(id, T0, seen, by),
      () => tickets().defer(id, { until: Date.now() + HOUR, reason: 'x' }, seen, by),
      () => tickets().transition(id, 'acknowledged', seen, by),
      () => tickets().comment(id, 'x', seen, by),
      () => tickets().close(id, { outcome: 'other-cause' }, seen, by),
    ]) {
      await expect(act()).rejects.toThrow(`at version ${version}, not ${seen}`);
    }
    expect((await fettle.ticket('worked')).version).toBe(version);
  });
});

describe('a deferred ticket', () => {
  it('waits for its time, and is open again then', async () => {
    const { id } = await overheat('put-off');
    await expect(post(id, 'defer', { until: iso(Date.now() - SECOND), reason: 'x' })).rejects.toThrow(/422/);
    const time = Date.now() + 2 * SECOND;
    expect(await post(id, 'defer', { until: iso(time), reason: 'shutdown' })).toMatchObject({
      status: 'deferred',
      deferral: { until: iso(time), reason: 'shutdown' },
    });
    expect((await tickets().undefer(id)).status).toBe('deferred');
    await until('it is open again', async () => (await tickets().undefer(id)).status === 'open');
    const { version, entries, deferral } = await fettle.ticket('put-off');
    expect(deferral).toBeUndefined();
    expect(entries.at(-1)).toMatchObject({ by: 'fettle', from: 'deferred', to: 'open' });
    expect((await tickets().undefer(id)).version).toBe(version);
  });

  it('is open again when it gets worse, and told so', async () => {
    const { id } = await overheat('put-off-worse');
    await post(id, 'defer', { until: iso(Date.now() + DAY), reason: 'shutdown' });
    await overheat('put-off-worse', T0 + 3 * MINUTE, [84, 85]);
    expect((await fettle.ticket('put-off-worse')).status).toBe('deferred');
    const worse = await overheat('put-off-worse', T0 + 5 * MINUTE, [97, 97, 98]);
    expect(worse).toMatchObject({ status: 'open', severity: 'critical', reopened: 0 });
    expect(worse.deferral).toBeUndefined();
    const fields = worse.entries.find(({ kind }) => kind === 'escalated')!.changes!.map(({ field }) => field);
    expect(fields).toEqual(['severity', 'priority', 'deferral']);
  });
});

describe('a desk that closes', () => {
  it('without an outcome leaves the ticket awaiting it; an outcome closes it', async () => {
    const { id } = await overheat('told-by-desk');
    const awaiting = await tickets().closedByDesk(id, DESK, { note: 'done' });
    expect(awaiting).toMatchObject({ status: 'awaiting-outcome' });
    expect(awaiting.closing).toBeUndefined();
    expect((await tickets().closedByDesk(id, DESK)).version).toBe(awaiting.version);
    const events = await fettle.api.all<{ type: string }>('/assets/told-by-desk/events');
    expect(events.map(({ type }) => type)).not.toContain('ticket-closed');
    const closing = { outcome: 'failure-found' } as const;
    const closed = await tickets().closedByDesk(id, DESK, { closing });
    expect(closed).toMatchObject({ status: 'closed', closing });
    expect((await tickets().closedByDesk(id, DESK, { closing })).version).toBe(closed.version);
    const told = await fettle.api.all<{ event: string }>(`/deliveries?ticketId=${id}`);
    expect(told.map(({ event }) => event)).toEqual(['ticket.opened']);
  });

  it('with an outcome that can not be so leaves it awaiting one, and says why', async () => {
    const { id } = await overheat('refused-by-desk');
    const closing = { outcome: 'failure-found', replaced: { at: Date.now() + DAY } } as const;
    expect((await tickets().closedByDesk(id, DESK, { closing })).status).toBe('awaiting-outcome');
    const { entries } = await fettle.ticket('refused-by-desk');
    expect(entries.at(-1)!.text).toContain('a replacement lies in the past or now');
    const again = await overheat('refused-by-desk', T0 + 3 * MINUTE, [70, 70, 70, 70, 70, 70, 85, 86, 87]);
    expect(again).toMatchObject({ status: 'open', reopened: 1 });
  });
});

it('a ticket that is brought up again says why, with the priority that it has by now', async () => {
  const { id, priority } = await overheat('brought-up');
  await tickets().bringUp(id, 'its do-by has passed');
  const { entries } = await fettle.ticket('brought-up');
  expect(entries.at(-1)).toMatchObject({ kind: 'brought-up', by: 'fettle', text: 'its do-by has passed' });
  expect((await fettle.ticket('brought-up')).priority).toBe(priority);
  await post(id, 'transition', { to: 'resolved' });
  const { version } = await fettle.ticket('brought-up');
  expect((await tickets().bringUp(id, 'again')).version).toBe(version);
});
