import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import { BEAT, GONE_AFTER } from '../../../src/domain/node.ts';
import { MINUTE } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { Listening } from '../../../src/pipeline/listening.ts';
import { Membership } from '../../../src/pipeline/membership.ts';
import type { Database } from '../../../src/ports/database.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { makeTempFolder } from '../../support/temp.ts';

const log = createLog('silent');
const folder = makeTempFolder();
let server: EmbeddedPostgres;
let database: Database;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: join(folder, 'database'), log });
  database = await openDatabase({ connection: server.connection, maxConnections: 2, log });
});
afterAll(async () => {
  await database?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => query('TRUNCATE fettle.nodes, fettle.deaf_intervals'));

async function query(text: string): Promise<void> {
  const client = new pg.Client(server.connection);
  await client.connect();
  await client.query(text);
  await client.end();
}

/** Makes all that was seen of a node, or of all, older. */
const age = (by: number, id = '%') =>
  query(`UPDATE fettle.nodes SET seen_at = seen_at - ${by}, heard_until = heard_until - ${by} WHERE id LIKE '${id}'`);

/** A node of a cluster on a clock of its own; `down` cuts it off from the database. */
async function node(id: string, instance = `${id}-1`) {
  const clock = new FakeClock(Date.now());
  const told: string[] = [];
  const link = { down: false };
  const nodes: Database['nodes'] = {
    ...database.nodes,
    async beat(...args) {
      if (link.down) throw new Error('the network is down');
      return database.nodes.beat(...args);
    },
  };
  const listening = new Listening(database, clock, `fettle-${id}`);
  const membership = new Membership({
    database: { nodes, events: database.events },
    listening,
    clock,
    log,
    self: { id, clientId: `fettle-${id}`, instance, version: '1', subscriptions: { filters: [], shareGroup: 'g' } },
    shared: true,
    adoptAfter: 10 * MINUTE,
    retire: () => told.push('retire'),
    replaced: () => told.push('replaced'),
  });
  const heardUntil = await membership.join();
  await listening.load(heardUntil);
  /** Beats as often as in that time. */
  const beatFor = async (time: number) => {
    for (let passed = 0; passed <= time; passed += BEAT) {
      await membership.beat();
      await clock.advance(BEAT);
    }
  };
  return { membership, listening, clock, told, link, beatFor, heardUntil };
}

const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

it('sees the others, and which of them are gone', async () => {
  const a = await node('a');
  const b = await node('b');
  await a.membership.beat();
  expect(ids(a.membership.others)).toEqual(['b']);
  expect(a.membership.gone).toEqual([]);
  b.listening.set(true);
  await b.membership.beat();
  await a.membership.beat();
  expect(a.membership.countByState()).toEqual({ listening: 1, deaf: 1, retiring: 0, gone: 0 });
  await age(GONE_AFTER + 1, 'b');
  await a.membership.beat();
  expect(ids(a.membership.gone)).toEqual(['b']);
});

it('stops, and does not come back, when another process works under its name', async () => {
  const old = await node('a', 'a-1');
  const young = await node('a', 'a-2');
  await old.beatFor(3 * BEAT);
  await young.membership.beat();
  expect(old.told).toEqual(['replaced']);
  expect(young.told).toEqual([]);
  await old.membership.stop();
  await old.membership.leave();
  expect((await database.nodes.list()).nodes).toMatchObject([{ instance: 'a-2' }]);
});

it('joins again when it was taken for gone', async () => {
  const a = await node('a');
  await query('DELETE FROM fettle.nodes');
  await a.beatFor(BEAT);
  expect(a.told).toEqual([]);
  expect((await database.nodes.list()).nodes).toMatchObject([{ id: 'a', instance: 'a-1' }]);
});

it('is told once to retire, and is forgotten when it has left', async () => {
  const a = await node('a');
  await node('b');
  await database.nodes.retire('a');
  await a.beatFor(2 * BEAT);
  expect(a.told).toEqual(['retire']);
  await a.membership.leave();
  expect(ids((await database.nodes.list()).nodes)).toEqual(['b']);
});

it('expects a node that stopped back', async () => {
  const a = await node('a');
  await a.membership.stop();
  expect((await database.nodes.list()).nodes).toMatchObject([{ id: 'a', listening: false }]);
});

it('takes those for abandoned that are gone for long, or after they were told to leave', async () => {
  const a = await node('a');
  await node('b');
  await node('c');
  await age(9 * MINUTE, 'b');
  await age(GONE_AFTER, 'c');
  const abandoned = () => ids(a.membership.abandoned.map((entry) => entry.node));
  await a.beatFor(GONE_AFTER);
  expect(abandoned()).toEqual([]);
  await database.nodes.retire('c');
  await a.membership.beat();
  expect(abandoned()).toEqual(['c']);
  await age(MINUTE, 'b');
  await a.membership.beat();
  expect(abandoned()).toEqual(['b', 'c']);
});

it('takes nobody for abandoned before its own beats have come through for a while: all look gone after an outage', async () => {
  const a = await node('a');
  await node('b');
  await a.beatFor(GONE_AFTER);
  a.link.down = true;
  await a.beatFor(20 * MINUTE);
  await age(20 * MINUTE);
  a.link.down = false;
  await a.membership.beat();
  expect(ids(a.membership.gone)).toEqual(['b']);
  expect(a.membership.abandoned).toEqual([]);
  await a.beatFor(GONE_AFTER);
  expect(a.membership.abandoned).toHaveLength(1);
});

it('lets silence count only while every node listened, also over the restart of one', async () => {
  const a = await node('a');
  const b = await node('b');
  a.listening.set(true);
  b.listening.set(true);
  await b.membership.beat();
  await a.membership.beat();
  const silence = () => a.listening.tick(a.clock.now(), a.clock.now() - 60 * MINUTE).silentFor / MINUTE;
  const all = silence();
  expect(all).toBeGreaterThan(59.9);

  await age(20 * MINUTE, 'b');
  await a.membership.beat();
  expect(silence()).toBeCloseTo(40, 0);

  const again = await node('b', 'b-2');
  expect(again.heardUntil! - Date.now()).toBeCloseTo(-20 * MINUTE, -4);
  await again.membership.beat();
  await a.membership.beat();
  expect(silence()).toBeCloseTo(40, 0);
  again.listening.set(true);
  await a.membership.beat();
  expect(silence()).toBeCloseTo(40, 0);
  await again.membership.beat();
  await a.membership.beat();
  expect(silence()).toBeCloseTo(40, 0);
  expect((await database.nodes.list()).nodes.find(({ id }) => id === 'b')).toMatchObject({ listening: true });
});

it('does not vouch for a time in which it stood still: its beat may be the first thing that runs after it', async () => {
  const a = await node('a');
  a.listening.set(true);
  await a.membership.beat();
  const heardAt = a.clock.now();
  await a.clock.advance(5 * MINUTE);
  await a.membership.beat();
  expect(await database.events.deaf(0)).toContainEqual({ from: heardAt, to: a.clock.now() });
  expect((await database.nodes.list()).nodes).toMatchObject([{ listening: true }]);
  expect(a.listening.tick(a.clock.now(), heardAt).silentFor).toBe(0);
});
