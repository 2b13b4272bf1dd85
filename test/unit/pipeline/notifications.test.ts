import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import { NOTIFY_EVENTS, type NotificationRoute } from '../../../src/domain/notification.ts';
import type { Message } from '../../../src/domain/notificationText.ts';
import type { TicketEntry } from '../../../src/domain/ticket.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics, Ledger } from '../../../src/metrics.ts';
import { newId } from '../../../src/newId.ts';
import { Notifications } from '../../../src/pipeline/notifications.ts';
import type { Database, NewTicket } from '../../../src/ports/database.ts';
import type { DeliveryJob, JobQueue } from '../../../src/ports/jobQueue.ts';
import { PermanentDeliveryError } from '../../../src/ports/serviceDesk.ts';
import { insertTicket } from '../../conformance/database/fixtures.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { IDLE_QUEUE } from '../../support/idle.ts';
import { OFFICE } from '../../support/sla.ts';
import { makeTempFolder } from '../../support/temp.ts';

const log = createLog('silent');
const folder = makeTempFolder();
/** 10:00 on a Monday in Berlin. */
const MONDAY = Date.UTC(2026, 9, 26, 9);
const EVENING = MONDAY + 10 * HOUR;

let server: EmbeddedPostgres;
let database: Database;
let clock: FakeClock;
let lastRoute = 0;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: join(folder, 'database'), log });
  database = await openDatabase({ connection: server.connection, maxConnections: 4, log });
});
afterAll(async () => {
  await database?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  clock = new FakeClock(MONDAY);
});

interface Sent extends Message {
  readonly to: readonly string[];
  readonly key: string;
}

/** A node whose queue hands over when the test wants, and a channel that keeps what it is sent. */
async function node(
  routes: readonly Partial<NotificationRoute>[],
  { perMinute, escalationTeam }: { perMinute?: number; escalationTeam?: string } = {},
) {
  const sent: Sent[] = [];
  const errors: Error[] = [];
  const given: string[] = [];
  let work: (job: DeliveryJob) => Promise<void> = async () => undefined;
  const queue: JobQueue = {
    ...IDLE_QUEUE,
    work: async (handler) => {
      work = handler;
    },
    add: async (id, delay = 0) => void (delay === 0 && given.push(id)),
  };
  const metrics = createMetrics(new Ledger());
  const full = routes.map((route): NotificationRoute => {
    lastRoute += 1;
    const usual = {
      channel: 'chat',
      to: [],
      events: NOTIFY_EVENTS,
      language: 'en',
      breakThrough: [],
      zone: 'UTC',
    } as const;
    return { id: `r${lastRoute}`, ...usual, ...route };
  });
  const notifier = {
    kind: 'test',
    perMinute,
    send: async (message: Message, to: readonly string[], key: string) => {
      const error = errors.shift();
      if (error) throw error;
      sent.push({ ...message, to, key });
    },
  };
  const notifications = new Notifications({
    queue,
    routes: full,
    notifiers: new Map([['chat', notifier]]),
    escalationTeam,
    timeout: 1000,
    clock,
    metrics,
    log,
  });
  const guarded = notifications.guard(database);
  await notifications.start(guarded, { link: ({ id }) => `https://f.example/${id}` });
  onTestFinished(() => notifications.stop());
  const give = (id: string, lastAttempt = false) => work({ id, attempt: 1, lastAttempt });
  return {
    routes: full,
    notifications,
    sent,
    errors,
    metrics,
    give,
    guarded,
    titles: () => sent.map(({ title }) => title),
    /** Whatever is due by now; gives what failed. */
    async settle(lastAttempt = false) {
      given.length = 0;
      await notifications.sweep();
      const outcomes: string[] = [];
      for (const id of given.splice(0))
        await give(id, lastAttempt).catch((error: Error) => outcomes.push(error.message));
      return outcomes;
    },
    ticket: (change: Partial<NewTicket> = {}) => insertTicket(guarded, change),
    async enter(ticketId: string, change: Partial<TicketEntry> = {}) {
      const entry = {
        id: newId(clock.now()),
        ticketId,
        at: clock.now(),
        by: 'ann',
        kind: 'comment',
        text: 'x',
      } as const;
      await guarded.transaction((tx) => tx.tickets.addEntry({ ...entry, ...change }));
      return entry.id;
    },
    rows: async () => {
      const lists = await Promise.all(
        full.map(({ id }) => database.notifications.list({ routeId: id }, { limit: 100 })),
      );
      return lists.flatMap(({ items }) => items);
    },
  };
}

describe('a route', () => {
  it('tells those it is for, in their language, with a link', async () => {
    const one = await node([{ to: ['a@x'] }, { language: 'zh' }]);
    const id = await one.ticket({ priority: 'P1', team: 'north', title: { en: 'Filter', zh: '滤芯' } });
    await one.enter(id, { kind: 'sla-breach', text: 'response was due', by: 'fettle' });
    await one.settle();
    expect(one.titles().sort()).toEqual([
      expect.stringMatching(/^\[P1\] #\d+ Overdue: Filter$/),
      expect.stringMatching(/^\[P1\] #\d+ 已超时: 滤芯$/),
    ]);
    const english = one.sent.find(({ title }) => title.includes('Overdue'))!;
    expect(english).toMatchObject({ to: ['a@x'], url: `https://f.example/${id}` });
    expect(english.lines).toContain('Note: response was due (fettle)');
    expect(await one.metrics.registry.metrics()).toContain(
      'fettle_notifications_total{channel="chat",result="sent"} 2',
    );
  });

  it.each<[string, Partial<NotificationRoute>, boolean]>([
    ['its site', { sites: ['north'] }, true],
    ['another site', { sites: ['south'] }, false],
    ['its customer', { customers: ['acme'] }, true],
    ['another customer', { customers: ['x'] }, false],
    ['its priority', { priorities: ['P1', 'P2'] }, true],
    ['another priority', { priorities: ['P4'] }, false],
    ['its team', { teams: ['field'] }, true],
    ['another team', { teams: ['x'] }, false],
    ['the team that breaches are escalated to', { teams: ['managers'] }, true],
    ['another kind of event', { events: ['opened'] }, false],
  ])('of %s', async (_what, route, told) => {
    const one = await node([route], { escalationTeam: 'managers' });
    const id = await one.ticket({ siteId: 'north', customerId: 'acme', priority: 'P2', team: 'field' });
    await one.enter(id, { kind: 'sla-breach' });
    await one.settle();
    expect(one.sent).toHaveLength(told ? 1 : 0);
  });

  it('knows what a line of history is to people', async () => {
    const one = await node([{}]);
    const id = await one.ticket();
    const proposed = await one.ticket({ status: 'proposed' });
    await one.enter(proposed, { kind: 'opened' });
    await one.enter(id, { kind: 'opened' });
    await one.enter(id, { kind: 'transition', from: 'proposed', to: 'open' });
    await one.enter(id, { kind: 'transition', from: 'closed', to: 'open' });
    await one.enter(id, { kind: 'escalated' });
    await one.enter(id, { kind: 'evidence' });
    await one.enter(id, { kind: 'transition', from: 'open', to: 'in-progress' });
    await one.enter(id, { kind: 'transition', from: 'in-progress', to: 'resolved' });
    await one.enter(id, { kind: 'transition', from: 'resolved', to: 'closed' });
    const rows = await one.rows();
    const events = rows.toReversed().map(({ event }) => event);
    expect(events).toEqual(['proposed', 'opened', 'opened', 'reopened', 'escalated', 'status', 'resolved', 'closed']);
  });

  it('tells nothing of what was rolled back, and a line of history once', async () => {
    const one = await node([{}]);
    const id = await one.ticket();
    const entry = {
      id: newId(clock.now()),
      ticketId: id,
      at: clock.now(),
      by: 'ann',
      kind: 'comment',
      text: 'x',
    } as const;
    const failed = one.guarded.transaction(async (tx) => {
      await tx.tickets.addEntry(entry);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await one.rows()).toEqual([]);
    await one.enter(id);
    const [row] = await one.rows();
    await database.notifications.add([{ ...row!, id: 'again' }]);
    await Promise.all([one.give(row!.id), one.give(row!.id)]);
    await one.settle();
    expect(one.sent).toHaveLength(1);
  });
});

describe('quiet hours', () => {
  it('hold back until work goes on, in one message; what is urgent breaks through', async () => {
    const one = await node([{ hours: OFFICE, breakThrough: ['P1'] }]);
    clock.step(EVENING - MONDAY);
    const [urgent, other] = [await one.ticket({ priority: 'P1' }), await one.ticket({ priority: 'P3' })];
    for (const id of [urgent, other, other]) await one.enter(id);
    await one.settle();
    expect(one.titles()).toEqual([expect.stringContaining('[P1]')]);
    clock.step(MONDAY + 22 * HOUR - 1 - clock.now());
    await one.settle();
    expect(one.sent).toHaveLength(1);
    clock.step(1);
    await one.settle();
    expect(one.sent).toHaveLength(2);
    expect(one.sent[1]).toMatchObject({ title: 'Fettle: 2 notifications' });
    expect(one.sent[1]!.lines).toHaveLength(2);
    expect((await one.rows()).map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
  });

  it('hold back until the time of a digest, by the clocks of its zone', async () => {
    const [held, daily] = [{ hours: OFFICE, digestAt: '07:30' }, { digestAt: '16:00' }].map((route) => ({
      ...route,
      zone: 'Europe/Berlin',
    }));
    const one = await node([held!]);
    const two = await node([daily!]);
    const id = await one.ticket();
    await one.enter(id);
    for (let n = 0; n < 45; n++) await two.enter(id);
    await one.settle();
    expect(one.sent).toHaveLength(1);
    expect(new Set((await two.rows()).map(({ dueAt }) => dueAt))).toEqual(new Set([MONDAY + 6 * HOUR]));
    clock.step(6 * HOUR);
    await two.settle();
    expect(two.titles()).toEqual(['Fettle: 45 notifications']);
    expect(two.sent[0]!.lines).toHaveLength(41);
    expect(two.sent[0]!.lines.at(-1)).toBe('and 5 more');
    clock.step(EVENING - clock.now());
    await one.enter(id);
    const [row] = await one.rows();
    expect(row).toMatchObject({ held: true, dueAt: MONDAY + 21.5 * HOUR });
  });
});

describe('a message', () => {
  it('that is not taken is tried again, and is dead after the last attempt until somebody retries it', async () => {
    const one = await node([{}]);
    await one.enter(await one.ticket());
    one.errors.push(new Error('busy'), new Error('still busy'));
    expect(await one.settle()).toEqual(['busy']);
    expect(await one.rows()).toMatchObject([{ status: 'pending', attempts: 1, lastError: 'busy' }]);
    expect(await one.settle(true)).toEqual(['still busy']);
    const [row] = await one.rows();
    expect(row).toMatchObject({ status: 'failed', attempts: 2, lastError: 'still busy' });
    await one.settle();
    expect(one.sent).toEqual([]);
    expect(await one.notifications.retry('unknown')).toBe(false);
    expect(await one.notifications.retry(row!.id)).toBe(true);
    expect(await one.notifications.retry(row!.id)).toBe(false);
    await one.settle();
    expect(one.sent).toMatchObject([{ key: row!.id }]);
    expect(await one.rows()).toMatchObject([{ status: 'sent', attempts: 3, sentAt: clock.now() }]);
  });

  it('that is refused for good is dead at once', async () => {
    const one = await node([{}]);
    await one.enter(await one.ticket());
    one.errors.push(new PermanentDeliveryError('no such group'));
    await one.settle();
    expect(await one.rows()).toMatchObject([{ status: 'failed', attempts: 1, lastError: 'no such group' }]);
  });

  it('of a route that is gone is dead, and says so', async () => {
    const one = await node([{}]);
    await one.enter(await one.ticket());
    const [row] = await one.rows();
    const other = await node([{}]);
    await other.give(row!.id);
    expect(await one.rows()).toMatchObject([
      { status: 'failed', lastError: `there is no route '${row!.routeId}' any more` },
    ]);
  });

  it('waits for its turn where a channel takes only so many a minute', async () => {
    const one = await node([{}], { perMinute: 2 });
    const id = await one.ticket();
    for (let n = 0; n < 5; n++) await one.enter(id);
    await one.settle();
    expect(one.sent).toHaveLength(2);
    expect((await one.rows()).filter(({ status, attempts }) => status === 'pending' && attempts === 0)).toHaveLength(3);
    clock.step(MINUTE - 1);
    await one.settle();
    expect(one.sent).toHaveLength(2);
    clock.step(1);
    await one.settle();
    expect(one.sent).toHaveLength(4);
    clock.step(DAY);
    await one.settle();
    expect(one.sent).toHaveLength(5);
  });
});
