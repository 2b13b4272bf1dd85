import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import { SECOND } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics, Ledger } from '../../../src/metrics.ts';
import { Deliver, type DeliverParts } from '../../../src/pipeline/deliver.ts';
import type { Database } from '../../../src/ports/database.ts';
import type { DeliveryJob, JobQueue } from '../../../src/ports/jobQueue.ts';
import type { Delivery } from '../../../src/ports/serviceDesk.ts';
import { insertTicket, T0 } from '../../conformance/database/fixtures.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { until } from '../../support/until.ts';

const log = createLog('silent');
const folder = makeTempFolder();
let server: EmbeddedPostgres;
let database: Database;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: join(folder, 'database'), log });
  database = await openDatabase({ connection: server.connection, maxConnections: 4, log });
});
afterAll(async () => {
  await database?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A node whose queue gives it whatever job the test wants, as a queue does that takes another worker for dead. */
async function node(deliver: (delivery: Delivery) => Promise<void>, parts: Partial<DeliverParts> = {}) {
  let handler: (job: DeliveryJob) => Promise<void> = async () => undefined;
  const queue = {
    work: async (work: typeof handler) => {
      handler = work;
    },
    add: async () => undefined,
    concerns: [],
  } as unknown as JobQueue;
  const desk = {
    name: 'desk',
    deliver: async (delivery: Delivery) => {
      await deliver(delivery);
      return {};
    },
    close: async () => undefined,
  };
  const metrics = createMetrics(new Ledger());
  const present = (ticket: object) => ticket;
  const timeout = 10 * SECOND;
  await new Deliver({
    database,
    queue,
    desk,
    present,
    clock: new FakeClock(),
    log,
    metrics,
    timeout,
    ...parts,
  }).start();
  return (id: string) => handler({ id, attempt: 1, lastAttempt: false });
}

it('two nodes that are given the same delivery do not both make it, and it is made again when it failed', async () => {
  const ticketId = await insertTicket(database);
  await database.outbox.add({ id: 'o1', ticketId, event: 'ticket.opened', createdAt: T0 });
  const heard: string[] = [];
  let fail: (reason: Error) => void = () => undefined;
  const answer = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const one = await node(async ({ key }) => {
    heard.push(`one ${key}`);
    await answer;
  });
  const two = await node(async ({ key }) => void heard.push(`two ${key}`));
  const first = one('o1');
  await until('the desk to be told', () => heard.length === 1);
  await two('o1');
  expect(heard).toEqual(['one o1']);
  fail(new Error('busy'));
  await expect(first).rejects.toThrow('busy');
  await two('o1');
  expect(heard).toEqual(['one o1', 'two o1']);
  await one('o1');
  expect(await database.outbox.get('o1')).toMatchObject({ status: 'delivered', attempts: 2 });
  expect(heard).toHaveLength(2);
});

it('does not deliver when it stood still after it had claimed: somebody else may have claimed it since', async () => {
  const ticketId = await insertTicket(database);
  await database.outbox.add({ id: 'o2', ticketId, event: 'ticket.opened', createdAt: T0 });
  const heard: string[] = [];
  const clock = new FakeClock();
  const claim: Database['outbox']['claim'] = async (...asked) => {
    const claimed = await database.outbox.claim(...asked);
    await clock.advance(20 * SECOND);
    return claimed;
  };
  const frozen = { ...database, outbox: { ...database.outbox, claim } };
  const one = await node(async ({ key }) => void heard.push(`one ${key}`), { clock, database: frozen });
  const two = await node(async ({ key }) => void heard.push(`two ${key}`));
  await one('o2');
  expect(heard).toEqual([]);
  await two('o2');
  expect(heard).toEqual(['two o2']);
});
