import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import { openQueue } from '../../../src/adapters/queue/index.ts';
import type { SlaPolicy } from '../../../src/domain/sla.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics, Ledger } from '../../../src/metrics.ts';
import { Promises } from '../../../src/pipeline/promises.ts';
import { TicketActs, type TicketActsParts } from '../../../src/pipeline/ticketActs.ts';
import { TicketWork, type TicketWorkParts } from '../../../src/pipeline/ticketWork.ts';
import { Timers } from '../../../src/pipeline/timers.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Database, NewTicket } from '../../../src/ports/database.ts';
import type { DeliveryJob, JobQueue } from '../../../src/ports/jobQueue.ts';
import { ticket as fixture } from '../../conformance/database/fixtures.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { IDLE_QUEUE } from '../../support/idle.ts';
import { OFFICE, USUAL_POLICY } from '../../support/sla.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { until } from '../../support/until.ts';

const log = createLog('silent');
const folder = makeTempFolder();
const ANN = { name: 'ann', role: 'agent' } as const;
const at = (text: string) => Date.parse(`${text}Z`);
/** 19:00 in Berlin, on the Friday before clocks are put back. */
const FRIDAY = at('2026-10-23T17:00');
const TARGET = { response: 4 * HOUR, solution: 10 * HOUR };
const POLICY: SlaPolicy = {
  ...USUAL_POLICY,
  calendar: OFFICE,
  targets: { P1: TARGET, P2: TARGET, P3: TARGET, P4: TARGET },
};

let server: EmbeddedPostgres;
let database: Database;
let clock: FakeClock;

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
  clock = new FakeClock(FRIDAY);
});

interface Options {
  readonly clock?: Clock;
  readonly queue?: JobQueue;
  readonly policy?: SlaPolicy;
  readonly raisePriority?: boolean;
}

/** A node with a queue that hands over at once whatever it is given. */
async function node({ queue, policy = POLICY, raisePriority = false, ...options }: Options = {}) {
  const time = options.clock ?? clock;
  const promises = new Promises({ policyOf: () => policy, clock: time });
  const guarded = promises.guard(database);
  const told: string[] = [];
  const stubs = {
    fleet: { get: () => undefined },
    assessment: { refold: () => undefined },
    deliver: (id: string) => told.push(id),
  };
  const parts = { database: guarded, clock: time, ...stubs } as unknown as TicketActsParts & TicketWorkParts;
  const tickets = new TicketWork(parts);
  const given: string[] = [];
  let work: (job: DeliveryJob) => Promise<void> = async () => undefined;
  const handing: JobQueue = {
    ...IDLE_QUEUE,
    work: async (handler) => {
      work = handler;
    },
    add: async (id) => void given.push(id),
  };
  const metrics = createMetrics(new Ledger());
  const acts = new TicketActs(parts);
  const timers = new Timers({
    database: guarded,
    queue: queue ?? handing,
    acts,
    tickets,
    clock: time,
    metrics,
    log,
    raisePriority,
  });
  promises.onArmed((armed) => timers.soon(armed));
  await timers.start();
  onTestFinished(() => timers.stop());
  return {
    tickets,
    timers,
    metrics,
    database: guarded,
    given,
    give: (id: string) => work({ id, attempt: 1, lastAttempt: false }),
    /** Whatever is due by now. */
    async settle() {
      given.length = 0;
      await timers.sweep();
      for (const id of given.splice(0)) await work({ id, attempt: 1, lastAttempt: false });
    },
    open: async (change: Partial<NewTicket> = {}) => {
      const opened = fixture({ kind: 'reactive', openedAt: time.now(), updatedAt: time.now(), ...change });
      return (await guarded.tickets.insert(opened))!.id;
    },
  };
}

/** What the history tells that happened by itself. */
async function history(id: string): Promise<string[]> {
  const entries = await database.tickets.entries(id);
  return entries
    .filter(({ by }) => by === 'fettle')
    .map((entry) => `${iso(entry.at)} ${entry.kind} ${entry.text}`.trim());
}
const iso = (time: number) => new Date(time).toISOString().slice(5, 16);
const get = (id: string) => database.tickets.get(id) as Promise<Ticket>;

async function moveTo(time: number, ...nodes: { settle(): Promise<void> }[]) {
  clock.step(time - clock.now());
  for (const one of nodes) await one.settle();
}

describe('a ticket that is reported on a Friday evening, before the clocks are put back', () => {
  it('is warned of and escalated in working hours, and pausing moves that', async () => {
    const one = await node();
    const id = await one.open();
    expect(await get(id)).toMatchObject({ respondBy: at('2026-10-26T11:00'), solveBy: at('2026-10-27T08:00') });
    await moveTo(at('2026-10-26T10:00') - 1, one);
    expect(await history(id)).toEqual([]);
    await moveTo(at('2026-10-26T10:00'), one);
    await moveTo(at('2026-10-26T11:00'), one);
    expect(await history(id)).toEqual(['10-26T10:00 sla-warning response is due by 2026-10-26T11:00:00.000Z']);
    expect((await get(id)).responseBreachedAt).toBeUndefined();
    await moveTo(at('2026-10-26T11:00') + 1, one);
    expect((await history(id)).slice(1)).toEqual([
      '10-26T11:00 sla-breach response was due by 2026-10-26T11:00:00.000Z',
    ]);
    expect((await get(id)).responseBreachedAt).toBe(at('2026-10-26T11:00'));
    expect(await one.metrics.registry.metrics()).toContain('fettle_sla_breaches_total{promise="response"} 1');

    await moveTo(at('2026-10-26T12:00'), one);
    await one.tickets.wait(id, 'keys to the plant room', undefined, ANN);
    expect(await get(id)).toMatchObject({ acknowledgedAt: clock.now(), waiting: { by: 'ann', since: clock.now() } });
    await moveTo(at('2026-10-27T10:00'), one);
    expect((await history(id)).slice(2)).toEqual([]);
    const resumed = await one.tickets.resume(id, undefined, ANN, 'came by post');
    expect(resumed).toMatchObject({ solveBy: at('2026-10-27T15:00') });
    await moveTo(at('2026-10-27T12:30') - 1, one);
    expect((await history(id)).slice(2)).toEqual([]);
    await moveTo(at('2026-10-27T12:30'), one);
    await moveTo(at('2026-10-27T15:00') + 1, one);
    await moveTo(at('2026-11-27T15:00'), one);
    expect((await history(id)).slice(2)).toEqual([
      '10-27T12:30 sla-warning solution is due by 2026-10-27T15:00:00.000Z',
      '10-27T15:00 sla-breach solution was due by 2026-10-27T15:00:00.000Z',
    ]);
    expect(await get(id)).toMatchObject({ solutionBreachedAt: at('2026-10-27T15:00') });
    const { items } = await database.tickets.list({ breached: true }, 'openedAt', { limit: 9 });
    expect(items.map((ticket) => ticket.id)).toContain(id);
  });

  it('is not escalated when it is done in time, and is late when it is done late, before anybody told', async () => {
    const one = await node();
    const [done, late] = [await one.open(), await one.open()];
    await one.tickets.transition(done, 'in-progress', undefined, ANN);
    await one.tickets.transition(done, 'resolved', undefined, ANN);
    clock.step(30 * DAY);
    await one.tickets.transition(late, 'resolved', undefined, ANN);
    await one.settle();
    expect([await history(done), await history(late)]).toEqual([[], []]);
    expect(await get(done)).not.toHaveProperty('responseBreachedAt');
    expect(await get(late)).toMatchObject({
      responseBreachedAt: at('2026-10-26T11:00'),
      solutionBreachedAt: at('2026-10-27T08:00'),
    });
  });
});

it('a breach raises the priority for good where that is configured, and the desk is told', async () => {
  const one = await node({ raisePriority: true });
  const id = await one.open({ priority: 'P3' });
  await moveTo(at('2026-10-26T11:00') + 1, one);
  expect(await get(id)).toMatchObject({ priority: 'P2', leastPriority: 'P2' });
  const { version } = await get(id);
  await one.database.tickets.update(id, version, { priority: 'P4' });
  expect(await get(id)).toMatchObject({ priority: 'P2' });
  expect(await database.outbox.nextOf(id)).toBeDefined();
});

describe('a timer', () => {
  it('fires once when two nodes are given it at the same time, and again never', async () => {
    const nodes = [await node(), await node()];
    const id = await nodes[0]!.open();
    clock.step(3 * DAY + HOUR);
    const [due] = await database.timers.of(id);
    clock.step(due!.dueAt - clock.now());
    await Promise.all([...nodes, ...nodes].map((one) => one.give(due!.id).catch(() => undefined)));
    await nodes[1]!.give(due!.id);
    expect(await history(id)).toHaveLength(1);
  });

  it('whose time came while nothing ran fires once at the next start', async () => {
    const first = await node();
    const id = await first.open({ kind: 'planned', doBy: FRIDAY + DAY });
    first.timers.stop();
    clock.step(DAY + SECOND);
    const second = await node();
    await second.settle();
    await second.settle();
    const third = await node();
    await third.settle();
    const told = (await history(id)).filter((line) => line.includes('brought-up'));
    expect(told).toEqual(['10-24T17:00 brought-up its do-by has passed, and nobody has taken note']);
  });

  it('does nothing where the ticket has changed since, however late the queue is', async () => {
    const one = await node();
    const id = await one.open({ kind: 'planned', doBy: FRIDAY + DAY });
    const stale = (await database.timers.of(id)).map((timer) => timer.id);
    await one.tickets.transition(id, 'acknowledged', undefined, ANN);
    clock.step(2 * DAY);
    for (const timer of stale) await one.give(timer);
    expect(await history(id)).toEqual([]);
  });

  it('is not told again by evidence that only repeats that the do-by has passed', async () => {
    const one = await node();
    const id = await one.open({ kind: 'planned', doBy: FRIDAY + MINUTE });
    for (let day = 1; day < 4; day++) {
      await moveTo(FRIDAY + day * DAY, one);
      await one.database.tickets.update(id, (await get(id)).version, { doBy: clock.now() });
    }
    const told = (await history(id)).filter((line) => line.includes('brought-up'));
    expect(told).toHaveLength(1);
  });

  it('is armed anew when what is promised is configured otherwise, from the next change on', async () => {
    const [before, after] = [await node(), await node({ policy: USUAL_POLICY })];
    const id = await before.open();
    await after.database.tickets.update(id, 1, { externalId: 'WO-1' });
    const due = Object.fromEntries((await database.timers.of(id)).map(({ kind, dueAt }) => [kind, dueAt - FRIDAY]));
    expect(due).toEqual({
      'response-warning': 18 * HOUR,
      'response-breach': DAY + 1,
      'solution-warning': 36 * HOUR,
      'solution-breach': 2 * DAY + 1,
    });
  });

  it('opens what was put off, and brings up what nobody released', async () => {
    const one = await node();
    const deferred = await one.open();
    const proposed = await one.open({ kind: 'planned', status: 'proposed', mode: 'propose', doBy: FRIDAY + HOUR });
    await one.tickets.defer(deferred, { until: FRIDAY + HOUR, reason: 'shutdown' }, undefined, ANN);
    await moveTo(FRIDAY + HOUR - 1, one);
    expect((await get(deferred)).status).toBe('deferred');
    await moveTo(FRIDAY + HOUR, one);
    expect((await get(deferred)).status).toBe('open');
    expect(await history(proposed)).toEqual(['10-23T18:00 brought-up its do-by has passed, and nobody released it']);
  });

  it('is punctual with a real queue, and the queue gets what is far ahead only later', async () => {
    const queue = await openQueue({
      name: 'timers',
      backend: { kind: 'postgres', connection: server.connection },
      log,
    });
    onTestFinished(() => queue.close());
    const one = await node({ queue, clock: systemClock });
    const id = await one.open();
    await one.tickets.defer(id, { until: Date.now() + 300, reason: 'x' }, undefined, ANN);
    await until('it is open again', async () => (await get(id)).status === 'open');
    expect((await queue.counts()).delayed).toBe(0);
  });
});
