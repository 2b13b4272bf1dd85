import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { SECOND } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics, Ledger } from '../../../src/metrics.ts';
import { Deliver, type DeliverParts } from '../../../src/pipeline/deliver.ts';
import type { Database } from '../../../src/ports/database.ts';
import type { DeliveryJob, JobQueue } from '../../../src/ports/jobQueue.ts';
import {
  type Delivery,
  type DeliveryEvent,
  type DeliveryResult,
  type ServiceDesk,
  WorkOrderGoneError,
} from '../../../src/ports/serviceDesk.ts';
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
async function node(
  deliver: (delivery: Delivery) => Promise<unknown>,
  { find, settle, read, ...parts }: Partial<DeliverParts> & Pick<ServiceDesk, 'find' | 'settle' | 'read'> = {},
) {
  let handler: (job: DeliveryJob) => Promise<void> = async () => undefined;
  const queue = {
    work: async (work: typeof handler) => {
      handler = work;
    },
    add: async () => undefined,
    pause: async () => undefined,
    resume: async () => undefined,
    concerns: [],
  } as unknown as JobQueue;
  const desk = {
    name: 'desk',
    find,
    settle,
    read,
    deliver: async (delivery: Delivery) => ((await deliver(delivery)) ?? {}) as DeliveryResult,
    close: async () => undefined,
  };
  const metrics = createMetrics(new Ledger());
  const present = async (ticket: object) => ({ document: ticket, body: { en: 'body', zh: '正文' } });
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
    mark: { check: async () => 0 },
    recovered: () => true,
    ...parts,
  }).start();
  return (id: string) => handler({ id, attempt: 1, lastAttempt: false });
}

it('two nodes that are given the same delivery do not both make it, and it is made again when it failed', async () => {
  const ticketId = await insertTicket(database);
  await database.outbox.add({ id: 'o1', ticketId, event: 'ticket.opened', key: 'k1', createdAt: T0 });
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
  expect(heard).toEqual(['one k1']);
  fail(new Error('busy'));
  await expect(first).rejects.toThrow('busy');
  await two('o1');
  expect(heard).toEqual(['one k1', 'two k1']);
  await one('o1');
  expect(await database.outbox.get('o1')).toMatchObject({ status: 'delivered', attempts: 2 });
  expect(heard).toHaveLength(2);
});

it('does not deliver when it stood still after it had claimed: somebody else may have claimed it since', async () => {
  const ticketId = await insertTicket(database);
  await database.outbox.add({ id: 'o2', ticketId, event: 'ticket.opened', key: 'k2', createdAt: T0 });
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
  expect(heard).toEqual(['two k2']);
});

describe('a desk that offers a look-up', () => {
  async function pending(id: string, event: DeliveryEvent = 'ticket.opened'): Promise<Ticket> {
    const ticketId = await insertTicket(database, { episodeKey: `episode of ${id}`, failureModeId: id });
    await database.outbox.add({ id, ticketId, event, key: `key of ${id}`, createdAt: T0 });
    return (await database.tickets.get(ticketId))!;
  }

  it('is asked before a work order is made, and again after an answer that never came', async () => {
    const { id, episodeKey } = await pending('o3');
    const heard: string[] = [];
    const made = new Map<string, DeliveryResult>();
    const find = async (key: string) => {
      heard.push(`find ${key}`);
      return made.get(key);
    };
    const give = await node(
      async ({ key, ticket }) => {
        heard.push(`create ${key}`);
        made.set(ticket.episodeKey, { externalId: 'WO-1', externalUrl: 'http://d/1' });
        throw new Error('no answer');
      },
      { find },
    );
    await expect(give('o3')).rejects.toThrow('no answer');
    await give('o3');
    expect(heard).toEqual([`find ${episodeKey}`, 'create key of o3', `find ${episodeKey}`]);
    expect(await database.outbox.get('o3')).toMatchObject({ status: 'delivered' });
    expect(await database.tickets.get(id)).toMatchObject({ externalId: 'WO-1', externalUrl: 'http://d/1' });
    expect((await database.tickets.entries(id)).at(-1)).toMatchObject({
      kind: 'delivered',
      text: 'desk has it already',
    });
  });

  it('is not told while it can not say whether it has the work order', async () => {
    await pending('o4');
    const heard: string[] = [];
    const find = async () => Promise.reject(new Error('search is down'));
    const give = await node(async ({ key }) => void heard.push(key), { find });
    await expect(give('o4')).rejects.toThrow('search is down');
    expect(heard).toEqual([]);
    expect(await database.outbox.get('o4')).toMatchObject({ status: 'pending', lastError: 'search is down' });
  });

  it('is told of a change with the work order that was found', async () => {
    await pending('o5', 'ticket.updated');
    const heard: (string | undefined)[] = [];
    const find = async () => ({ externalId: 'WO-5' });
    const give = await node(async ({ ticket }) => void heard.push(ticket.externalId), { find });
    await give('o5');
    expect(heard).toEqual(['WO-5']);
  });

  it('is told nothing when the process stood still after the look-up: somebody else may have told it since', async () => {
    await pending('o6');
    const heard: string[] = [];
    const clock = new FakeClock();
    const find = async () => clock.advance(20 * SECOND).then(() => undefined);
    const one = await node(async ({ key }) => void heard.push(`one ${key}`), { find, clock });
    const two = await node(async ({ key }) => void heard.push(`two ${key}`), { find: async () => undefined });
    await one('o6');
    expect(heard).toEqual([]);
    await two('o6');
    expect(heard).toEqual(['two key of o6']);
  });
});

describe('a desk whose look-up knows what was made only after a while', () => {
  it('is not asked before that after an attempt that failed, by any node', async () => {
    const ticketId = await insertTicket(database, { episodeKey: 'late', failureModeId: 'late' });
    await database.outbox.add({ id: 'o8', ticketId, event: 'ticket.opened', key: 'key of o8', createdAt: T0 });
    const heard: string[] = [];
    const find = async () => void heard.push('find');
    const busy = async () => Promise.reject(new Error('no answer'));
    const one = await node(busy, { find, settle: 60 * SECOND });
    const two = await node(async () => void heard.push('made twice'), { find, settle: 60 * SECOND });
    await expect(one('o8')).rejects.toThrow('no answer');
    await two('o8');
    await one('o8');
    expect(heard).toEqual(['find']);
    expect(await database.outbox.get('o8')).toMatchObject({ status: 'pending', attempts: 1 });
  });
});

describe('a work order that is not where it was', () => {
  async function known(id: string, event: DeliveryEvent): Promise<Ticket> {
    const ticketId = await insertTicket(database, {
      episodeKey: `episode of ${id}`,
      failureModeId: id,
      externalId: '17',
    });
    await database.outbox.add({ id, ticketId, event, key: `key of ${id}`, createdAt: T0 });
    return (await database.tickets.get(ticketId))!;
  }
  const read = async () => undefined;

  it('is followed when it was merged into another, where the desk lets its work orders be read', async () => {
    const ticket = await known('m1', 'ticket.updated');
    const give = await node(async () => ({ externalId: '21', externalUrl: 'http://d/21' }), { read });
    await give('m1');
    expect(await database.tickets.get(ticket.id)).toMatchObject({ externalId: '21', externalUrl: 'http://d/21' });
    expect((await database.tickets.entries(ticket.id)).at(-1)?.text).toBe('desk merged work order 17 into 21');
  });

  it('keeps its first name where the desk only names what it made of each delivery', async () => {
    const ticket = await known('m2', 'ticket.updated');
    await (await node(async () => ({ externalId: '21' })))('m2');
    expect(await database.tickets.get(ticket.id)).toMatchObject({ externalId: '17' });
  });

  it('is told of once when it is gone, and the delivery is over', async () => {
    const ticket = await known('m3', 'ticket.updated');
    const gone: string[] = [];
    const give = await node(async () => Promise.reject(new WorkOrderGoneError('no 17')), {
      read,
      gone: async ({ id }) => void gone.push(id),
    });
    await give('m3');
    await give('m3');
    expect(gone).toEqual([ticket.id]);
    expect(await database.outbox.get('m3')).toMatchObject({ status: 'delivered' });
    expect((await database.tickets.entries(ticket.id)).at(-1)).toMatchObject({
      kind: 'delivery-failed',
      text: 'no 17',
    });
  });
});

it('tells what is new since the desk was last told, but for what came from there', async () => {
  const ticketId = await insertTicket(database, { episodeKey: 'news', failureModeId: 'news', externalId: '5' });
  const line = (id: string, kind: 'comment' | 'delivered', by: string) =>
    database.tickets.addEntry({ id: `line ${id}`, ticketId, at: T0 + Number(id), by, kind, text: `line ${id}` });
  await line('1', 'comment', 'anna');
  await line('2', 'delivered', 'fettle');
  await line('3', 'comment', 'desk');
  await line('4', 'comment', 'anna');
  await database.outbox.add({ id: 'o9', ticketId, event: 'ticket.updated', key: 'key of o9', createdAt: T0 });
  const told: (string[] | undefined)[] = [];
  await (await node(async ({ news }) => void told.push(news?.map(({ text }) => text))))('o9');
  expect(told).toEqual([['line 4']]);
});

it('delivers nothing while deliveries are paused, whatever the queue does', async () => {
  const ticketId = await insertTicket(database, { episodeKey: 'paused', failureModeId: 'paused' });
  await database.outbox.add({ id: 'o7', ticketId, event: 'ticket.opened', key: 'key of o7', createdAt: T0 });
  const heard: string[] = [];
  const give = await node(async ({ key }) => void heard.push(key));
  await database.settings.set('deliveries-paused', true);
  await give('o7');
  await database.settings.remove('deliveries-paused');
  expect(heard).toEqual([]);
  await give('o7');
  expect(heard).toEqual(['key of o7']);
});
