import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import type { FailureRecord } from '../../../src/domain/failure.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { DAY } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { Outcomes } from '../../../src/pipeline/outcomes.ts';
import type { Database, NewTicket } from '../../../src/ports/database.ts';
import { ticket as fixture } from '../../conformance/database/fixtures.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { makeTempFolder } from '../../support/temp.ts';

const log = createLog('silent');
const folder = makeTempFolder();
const NOW = Date.UTC(2026, 10, 22);
const clock = new FakeClock(NOW);
const outcomes = new Outcomes({ models: [], clock });

let server: EmbeddedPostgres;
let database: Database;
let guarded: Database;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: join(folder, 'database'), log });
  database = await openDatabase({ connection: server.connection, maxConnections: 4, log });
  guarded = outcomes.guard(database);
});
afterAll(async () => {
  await database?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(on: Database, change: Partial<NewTicket> = {}): Promise<Ticket> {
  return (await on.tickets.insert(fixture({ ruleId: 'r', ruleVersion: 'v', openedAt: NOW - DAY, ...change })))!;
}
const scoreOf = async ({ id }: Pick<Ticket, 'id'>) => (await database.scores.ofTicket(id))?.score;
const failuresOf = async ({ assetId, componentId }: Ticket) =>
  (await database.failures.of({ assetId, componentId })).map(({ impact }) => impact);
const FOUND = {
  status: 'closed',
  closing: { outcome: 'failure-found', found: 'degraded' },
  closedAt: NOW,
} as const;

it('a closing is scored in its transaction, and not when that fails', async () => {
  const ticket = await open(guarded);
  const failed = guarded.transaction(async (tx) => {
    await tx.tickets.update(ticket.id, 1, FOUND);
    expect((await tx.scores.ofTicket(ticket.id))?.score).toBe('hit');
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect([await scoreOf(ticket), await failuresOf(ticket)]).toEqual([undefined, []]);
  await guarded.tickets.update(ticket.id, 1, FOUND);
  expect([await scoreOf(ticket), await failuresOf(ticket)]).toEqual(['hit', ['degraded']]);
});

it('what Fettle reopens keeps its failure, what a person reopens does not', async () => {
  for (const [findingId, kept] of [
    ['f', ['degraded']],
    [undefined, []],
  ] as const) {
    const ticket = await open(guarded);
    await guarded.tickets.update(ticket.id, 1, FOUND);
    const { closing, closedAt } = FOUND;
    const formerClosings = [{ closing, closedAt, ...(findingId !== undefined && { findingId }) }];
    const open_ = { status: 'open', closing: undefined, closedAt: undefined, formerClosings } as const;
    await guarded.tickets.update(ticket.id, 2, open_);
    expect([await failuresOf(ticket), await scoreOf(ticket)]).toEqual([kept, kept.length > 0 ? 'hit' : undefined]);
    await guarded.tickets.update(ticket.id, 3, { ...FOUND, closing: { ...FOUND.closing, found: 'incipient' } });
    expect(await failuresOf(ticket)).toHaveLength(kept.length + 1);
  }
});

it('a failure record that somebody took out is not made again', async () => {
  const ticket = await open(guarded);
  await guarded.tickets.update(ticket.id, 1, FOUND);
  const [before] = await database.failures.ofTicket(ticket.id);
  const change = { id: 'c1', failureId: before!.id, at: NOW, by: 'ann', before: before!, reason: 'wrong' };
  await database.failures.change(change);
  await guarded.tickets.update(ticket.id, 2, { closing: { ...FOUND.closing, note: 'x' } });
  expect(await failuresOf(ticket)).toEqual([]);
});

it('a rule that speaks up after a failure is late, in place of a failure that was missed', async () => {
  const failure: FailureRecord = {
    id: 'F',
    assetId: 'late',
    componentId: 'filter',
    at: NOW - 2 * DAY,
    detectedBy: 'staff',
    impact: 'critical',
    source: 'api',
    recordedAt: NOW,
    recordedBy: 'ann',
  };
  await database.failures.insert(failure);
  await database.transaction((tx) => outcomes.score(tx, failure));
  const scores = async () => (await database.scores.list({ assetId: 'late' }, { limit: 9 })).items;
  expect(await scores()).toMatchObject([{ score: 'missed' }]);
  const ticket = await open(guarded, { assetId: 'late' });
  expect(await scores()).toMatchObject([{ score: 'late', ticketId: ticket.id, warningMs: -DAY }]);
});

it('nothing found becomes a false alarm when its time is over', async () => {
  const ticket = await open(guarded);
  await guarded.tickets.update(ticket.id, 1, { ...FOUND, closing: { outcome: 'no-fault-found' } });
  await clock.advance(7 * DAY - 1);
  await outcomes.review(guarded);
  expect(await scoreOf(ticket)).toBe('unverifiable');
  await clock.advance(1);
  await outcomes.review(guarded);
  expect(await scoreOf(ticket)).toBe('false');
  expect(await database.scores.due(NOW + 999 * DAY, 9)).toEqual([]);
});

it('tickets that ended before there were scores are looked at in a review', async () => {
  const [ofRule, ofCustomer] = [
    await open(database, { assetId: 'old', ...FOUND }),
    await open(database, {
      assetId: 'old',
      ruleId: undefined,
      origin: 'customer',
      ...FOUND,
      closing: { outcome: 'failure-found', found: 'critical' },
    }),
  ];
  const placeholder = { assetId: 'old', componentId: 'filter', at: NOW, reason: { en: '', zh: '' }, scoredAt: NOW };
  await database.scores.set({ assetId: 'old', componentId: 'filter' }, [
    { id: ofRule.id, ticketId: ofRule.id, ...placeholder, score: 'unverifiable', reviewAt: 0 },
    { id: ofCustomer.id, ticketId: ofCustomer.id, ...placeholder, score: 'unverifiable', reviewAt: 0 },
  ]);
  await outcomes.review(guarded);
  expect((await failuresOf(ofRule)).sort()).toEqual(['critical', 'degraded']);
  expect(await scoreOf(ofRule)).toBe('hit');
  expect(await scoreOf(ofCustomer)).toBeUndefined();
});
