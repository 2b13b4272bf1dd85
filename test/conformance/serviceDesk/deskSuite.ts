import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { stateOf } from '../../../src/domain/workOrder.ts';
import { type DeliveryResult, PermanentDeliveryError, WorkOrderGoneError } from '../../../src/ports/serviceDesk.ts';
import { type DeskOrder, type DeskRig, deliveryOf, newTicket } from '../../support/desks/rig.ts';
import type { Fault } from '../../support/faultyProxy.ts';

const { signal } = new AbortController();

/** What a rig has to offer where it says so. */
export interface DeskAbilities {
  /** Work orders can be read back: their status, comments and outcome. */
  readonly reads: boolean;
  /** They can be merged into others. */
  readonly merges: boolean;
}

async function failure(result: Promise<unknown>): Promise<Error> {
  return result.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error as Error,
  );
}

/** What every service desk holds that makes work orders, whatever goes wrong between it and Fettle. */
export function deskSuite(name: string, { reads, merges }: DeskAbilities, open: () => Promise<DeskRig>): void {
  /** As deliver.ts opens: it looks first. */
  async function openOrder(rig: DeskRig, ticket: Ticket): Promise<DeliveryResult> {
    const found = await rig.desk.find!(ticket.episodeKey, signal);
    return found ?? rig.desk.deliver(deliveryOf(ticket, 'ticket.opened', { key: ticket.episodeKey }), signal);
  }

  async function opened(rig: DeskRig, change: Partial<Ticket> = {}) {
    const ticket = newTicket(change);
    const result = await openOrder(rig, ticket);
    await rig.settled?.();
    return { ...ticket, ...result } as Ticket & { externalId: string };
  }

  async function orderOf(rig: DeskRig, id: string): Promise<DeskOrder> {
    const [order] = await rig.people.orders({ id });
    return order ?? expect.fail(`the desk has no work order ${id}`);
  }

  describe(`making work orders at ${name}`, () => {
    it('makes one with what a person needs to know, and finds it again', async () => {
      const rig = await open();
      const title = { en: `Filter "near" its <end> & \\ ${Date.now()}'s`, zh: '空气滤清器' };
      const summary = { en: 'Replace within 12 days.\n{{ not.a.template }} 更换 "quoted"', zh: '请更换。' };
      const ticket = await opened(rig, { title, summary });
      expect(ticket.externalId).toMatch(/./);
      const order = await orderOf(rig, ticket.externalId);
      expect(order.title).toBe(title.en);
      expect(order.text).toContain(summary.en);
      expect(order.isOver).toBe(false);
      expect(await rig.desk.find!(ticket.episodeKey, signal)).toMatchObject({ externalId: ticket.externalId });
    });

    it('finds nothing of an episode that it was not told of', async () => {
      const rig = await open();
      await opened(rig);
      expect(await rig.desk.find!(newTicket().episodeKey, signal)).toBeUndefined();
    });

    it.each([
      'lost-answer',
      'half-answer',
      'late-answer',
      'done-and-500',
      'lost-request',
    ] as Fault[])('makes one and no second where there is a %s', async (fault) => {
      const rig = await open();
      const ticket = newTicket({ title: { en: `${name} ${String(fault)} ${Date.now()}`, zh: '一' } });
      rig.proxy.plan(fault);
      // A desk may count a half answer as one: its status says what became of it.
      const first = await openOrder(rig, ticket).catch((error: Error) => error);
      if (first instanceof Error) expect(first).not.toBeInstanceOf(PermanentDeliveryError);
      await rig.settled?.();
      const second = await openOrder(rig, ticket);
      const orders = await rig.people.orders({ title: ticket.title.en });
      expect(orders).toHaveLength(1);
      expect(second.externalId).toBe(orders[0]!.id);
    });

    it('does not take an unclear look-up for none', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      for (const fault of ['lost-answer', 'half-answer', { status: 500 }, { status: 503 }] as Fault[]) {
        rig.proxy.plan(fault, () => true);
        expect(await failure(rig.desk.find!(ticket.episodeKey, signal))).not.toBeInstanceOf(PermanentDeliveryError);
      }
      expect(await rig.desk.find!(ticket.episodeKey, signal)).toMatchObject({ externalId: ticket.externalId });
    });

    it('waits as long as the desk asks for', async () => {
      const rig = await open();
      rig.proxy.plan({ status: 429, headers: { 'Retry-After': '7' }, body: '{"message":"slow down"}' });
      const error = await failure(rig.desk.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal));
      expect(error).not.toBeInstanceOf(PermanentDeliveryError);
      expect(error).toMatchObject({ retryAfterMs: 7000 });
      expect(error.message).toContain('429');
    });

    it('gives up on what is refused for good, with the words of the desk', async () => {
      const rig = await open();
      rig.proxy.plan({ status: 422, body: '{"message":"no such queue: nowhere"}' });
      const error = await failure(rig.desk.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal));
      expect(error).toBeInstanceOf(PermanentDeliveryError);
      expect(error.message).toContain('no such queue: nowhere');
    });

    it('follows no redirect', async () => {
      const rig = await open();
      rig.proxy.plan({ status: 302, headers: { Location: 'http://192.0.2.1/' } });
      const error = await failure(rig.desk.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal));
      expect(error).toBeInstanceOf(PermanentDeliveryError);
      expect(error.message).toContain('redirects are not followed');
    });
  });

  if (!reads) return;

  describe(`telling ${name} what is new`, () => {
    it('says by name that the credentials are wrong', async () => {
      const { stranger } = await open();
      const error = await failure(stranger!.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal));
      expect(error.name).toBe('DeskCredentialsError');
    });

    it('updates the work order, and comments once however often it is told', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      const news = {
        id: 'e1',
        ticketId: ticket.id,
        at: 0,
        by: 'anna',
        kind: 'comment',
        text: 'Part is on its way 在途',
      } as const;
      const changed = {
        ...ticket,
        title: { en: `Now worse ${ticket.number}`, zh: '更糟' },
        severity: 'critical' as const,
      };
      const delivery = deliveryOf(changed, 'ticket.updated', { news: [news] });
      rig.proxy.plan('lost-answer', ({ method, body }) => method !== 'GET' && body.includes('Part is on its way'));
      await failure(rig.desk.deliver(delivery, signal));
      for (const attempt of [2, 3]) {
        expect(await rig.desk.deliver({ ...delivery, attempt }, signal)).toMatchObject({
          externalId: ticket.externalId,
        });
      }
      const order = await orderOf(rig, ticket.externalId);
      expect(order.title).toBe(changed.title.en);
      expect(order.comments.filter((text) => text.includes('Part is on its way 在途'))).toHaveLength(1);
    });

    it('makes the work order that an update is for, where there is none', async () => {
      const rig = await open();
      const ticket = newTicket();
      const { externalId } = await rig.desk.deliver(deliveryOf(ticket, 'ticket.updated'), signal);
      expect((await orderOf(rig, externalId!)).title).toBe(ticket.title.en);
    });

    it('closes with what was found, once', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      const closing = { outcome: 'worn-as-expected', note: 'Filter was black' } as const;
      const delivery = deliveryOf({ ...ticket, status: 'closed', closing }, 'ticket.closed');
      rig.proxy.plan('lost-answer');
      await failure(rig.desk.deliver(delivery, signal));
      for (const attempt of [2, 3]) await rig.desk.deliver({ ...delivery, attempt }, signal);
      const order = await orderOf(rig, ticket.externalId);
      expect(order.isOver).toBe(true);
      expect(order.comments.filter((text) => text.includes('Filter was black'))).toHaveLength(1);
      const read = await rig.desk.read!(ticket.externalId, signal);
      expect(read).toMatchObject({ externalId: ticket.externalId, comments: [] });
      expect(read?.status).toMatch(/^(closed|resolved)$/);
      if (rig.wornWord) expect(read?.outcome).toBe('worn-as-expected');
    });

    it('closes what is cancelled', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      await rig.desk.deliver(deliveryOf({ ...ticket, status: 'cancelled' }, 'ticket.closed'), signal);
      expect((await orderOf(rig, ticket.externalId)).isOver).toBe(true);
    });

    it('closes nothing where there never was a work order', async () => {
      const rig = await open();
      const before = rig.proxy.seen.length;
      expect(await rig.desk.deliver(deliveryOf(newTicket({ status: 'closed' }), 'ticket.closed'), signal)).toEqual({});
      expect(rig.proxy.seen.length).toBe(before);
    });

    it('reopens what is reopened here, and nothing that is over there for any other word', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      await rig.people.close!(ticket.externalId);
      const line = { id: 'e', ticketId: ticket.id, at: 0, by: 'fettle', text: 'found again' };
      const word = deliveryOf(ticket, 'ticket.updated', { news: [{ ...line, kind: 'evidence' }] });
      expect(await rig.desk.deliver(word, signal)).not.toHaveProperty('state');
      expect((await orderOf(rig, ticket.externalId)).isOver).toBe(true);
      const news = [{ ...line, kind: 'transition', from: 'closed', to: 'open' } as const];
      const result = await rig.desk.deliver(deliveryOf(ticket, 'ticket.updated', { news }), signal);
      expect((await orderOf(rig, ticket.externalId)).isOver).toBe(false);
      const read = await rig.desk.read!(ticket.externalId, signal);
      expect(result.state).toBe(stateOf(read!));
    });

    it('says that it is worked on here', async () => {
      const rig = await open();
      const ticket = await opened(rig, { status: 'in-progress' });
      const { state } = await rig.desk.deliver(deliveryOf(ticket, 'ticket.updated'), signal);
      const read = await rig.desk.read!(ticket.externalId, signal);
      expect(read?.status).toBe('in-progress');
      expect(state).toBe(stateOf(read!));
    });

    it('says that a work order is gone', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      await rig.people.remove!(ticket.externalId);
      await rig.settled?.();
      expect(await rig.desk.read!(ticket.externalId, signal)).toBeUndefined();
      for (const event of ['ticket.updated', 'ticket.closed'] as const) {
        expect(await failure(rig.desk.deliver(deliveryOf(ticket, event), signal))).toBeInstanceOf(WorkOrderGoneError);
      }
      expect(await rig.desk.find!(ticket.episodeKey, signal)).toBeUndefined();
    });

    it.runIf(merges)('follows a work order that was merged away', async () => {
      const rig = await open();
      const [one, two, three] = [await opened(rig), await opened(rig), await opened(rig)];
      await rig.people.merge!(one.externalId, two.externalId);
      await rig.people.merge!(two.externalId, three.externalId);
      await rig.settled?.();
      expect(await rig.desk.read!(one.externalId, signal)).toMatchObject({ externalId: three.externalId });
      const news = [{ id: 'e', ticketId: one.id, at: 0, by: 'anna', kind: 'comment', text: 'Still loud' } as const];
      const result = await rig.desk.deliver(deliveryOf(one, 'ticket.updated', { news }), signal);
      expect(result.externalId).toBe(three.externalId);
      const { comments } = await orderOf(rig, three.externalId);
      expect(comments.filter((text) => text.includes('Still loud'))).toHaveLength(1);
    });
  });

  describe(`hearing from ${name}`, () => {
    it('reads what was commented there, and not what Fettle wrote', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      const news = [{ id: 'e', ticketId: ticket.id, at: 0, by: 'anna', kind: 'comment', text: 'From Fettle' } as const];
      await rig.desk.deliver(deliveryOf(ticket, 'ticket.updated', { news }), signal);
      await rig.people.comment!(ticket.externalId, 'Technician booked 已预约 <for> Tuesday');
      const { comments, status } = (await rig.desk.read!(ticket.externalId, signal))!;
      expect(comments).toHaveLength(1);
      expect(comments[0]!.text).toContain('Technician booked 已预约 <for> Tuesday');
      expect(comments[0]!.id).toMatch(/./);
      expect(comments[0]!.author).toMatch(/./);
      expect(Math.abs(comments[0]!.at! - Date.now())).toBeLessThan(3_600_000);
      expect(status).toBe('open');
    });

    it('reads all pages of comments', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      for (const text of ['one', 'two', 'three', 'four', 'five']) await rig.people.comment!(ticket.externalId, text);
      const { comments } = (await rig.paged!.read!(ticket.externalId, signal))!;
      expect(comments.map(({ text }) => text.trim())).toEqual(['one', 'two', 'three', 'four', 'five']);
      expect(new Set(comments.map(({ id }) => id)).size).toBe(5);
    });

    it('reads that it is worked on, and that it is closed without or with an outcome', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      await rig.people.work!(ticket.externalId);
      expect(await rig.desk.read!(ticket.externalId, signal)).toMatchObject({ status: 'in-progress' });
      await rig.people.close!(ticket.externalId);
      const closed = await rig.desk.read!(ticket.externalId, signal);
      expect(closed?.status).toMatch(/^(closed|resolved)$/);
      expect(closed?.outcome).toBeUndefined();
      if (!rig.wornWord) return;
      const other = await opened(rig);
      await rig.people.close!(other.externalId, rig.wornWord);
      expect(await rig.desk.read!(other.externalId, signal)).toMatchObject({ outcome: 'worn-as-expected' });
    });

    it('takes an outcome from a line of a comment', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      await rig.people.comment!(ticket.externalId, 'All done.\noutcome: no-fault-found');
      await rig.people.close!(ticket.externalId);
      expect(await rig.desk.read!(ticket.externalId, signal)).toMatchObject({ outcome: 'no-fault-found' });
    });

    it('lists what has changed, on all pages, and nothing from before', async () => {
      const rig = await open();
      const tickets = [await opened(rig), await opened(rig), await opened(rig), await opened(rig), await opened(rig)];
      const ids = new Set(tickets.map(({ externalId }) => externalId));
      const changed = (await rig.paged!.changes!(Date.now() - 3_600_000, signal)).filter(({ externalId }) =>
        ids.has(externalId),
      );
      expect(new Set(changed.map(({ externalId }) => externalId))).toEqual(ids);
      for (const { updatedAt } of changed) expect(Math.abs(updatedAt! - Date.now())).toBeLessThan(3_600_000);
      expect(await rig.desk.changes!(Date.now() + 86_400_000, signal)).toEqual([]);
    });

    it('does not take an unclear answer for a work order that is gone', async () => {
      const rig = await open();
      const ticket = await opened(rig);
      for (const fault of ['lost-answer', 'half-answer', { status: 500 }, { status: 403 }] as Fault[]) {
        rig.proxy.plan(fault, () => true);
        expect(await failure(rig.desk.read!(ticket.externalId, signal))).not.toBeInstanceOf(WorkOrderGoneError);
      }
      expect(await rig.desk.read!(ticket.externalId, signal)).toMatchObject({ externalId: ticket.externalId });
    });
  });
}
