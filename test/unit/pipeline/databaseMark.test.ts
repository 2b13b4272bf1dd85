import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import { DAY } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { DatabaseMark, DatabaseRestoredError } from '../../../src/pipeline/databaseMark.ts';
import { PAUSED_BY_RESTORE } from '../../../src/pipeline/restored.ts';
import type { Database } from '../../../src/ports/database.ts';
import type { Memo } from '../../../src/ports/memo.ts';
import { asset, T0, view } from '../../conformance/database/fixtures.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { makeTempFolder } from '../../support/temp.ts';

const log = createLog('silent');
const folder = makeTempFolder();
let server: EmbeddedPostgres;
let database: Database;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: folder, log });
  database = await openDatabase({ connection: server.connection, maxConnections: 4, log });
  await database.assets.save([asset('with-state'), asset('without')]);
  await database.states.save([{ assetId: 'with-state', time: T0, state: '{}', view: view() }]);
});
afterAll(async () => {
  await database?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => wipe());

/** The data folder of a node: what it remembers outlives its processes. */
class MemoryMemo implements Memo {
  readonly place = 'memory';
  text: string | undefined;
  read = async () => this.text;
  write = async (text: string) => {
    this.text = text;
  };
}

async function wipe(): Promise<void> {
  for (const name of (await database.settings.withPrefix('')).keys()) await database.settings.remove(name);
}

/** The settings as they are now; gives back what puts them in place again. */
async function dump(): Promise<() => Promise<void>> {
  const kept = await database.settings.withPrefix('');
  return async () => {
    await wipe();
    for (const [name, value] of kept) await database.settings.set(name, value);
  };
}

async function start(memo: Memo): Promise<DatabaseMark> {
  const mark = new DatabaseMark({ database, memo, clock: new FakeClock(), log });
  await mark.start(DAY);
  return mark;
}

const isPaused = async () => (await database.settings.get(PAUSED_BY_RESTORE)) !== undefined;

it('takes neither a new data folder nor a crash between database and folder for a restore', async () => {
  const memo = new MemoryMemo();
  const mark = await start(memo);
  await mark.advance();
  const { text } = memo;
  await mark.advance();
  memo.text = text;
  await (await start(memo)).advance();
  await start(new MemoryMemo());
  expect(await isPaused()).toBe(false);
});

it('takes two nodes whose data folders are copies of one for no restore', async () => {
  const one = new MemoryMemo();
  await start(one);
  const two = new MemoryMemo();
  two.text = one.text;
  const marks = [await start(one), await start(two)];
  for (const at of [0, 0, 1, 0, 1]) await marks[at]!.advance();
  await start(one);
  await start(two);
  expect(await isPaused()).toBe(false);
});

it('notices an older database once, pauses deliveries and notes every asset from the horizon on', async () => {
  const memo = new MemoryMemo();
  const mark = await start(memo);
  const restore = await dump();
  await mark.advance();
  await restore();
  await start(memo);
  expect(await isPaused()).toBe(true);
  const notes = await database.states.notes();
  expect(notes).toEqual([
    { assetId: 'with-state', earliest: T0 - DAY },
    { assetId: 'without', earliest: 0 },
  ]);
  await database.settings.remove(PAUSED_BY_RESTORE);
  await start(memo);
  expect(await isPaused()).toBe(false);
});

it('notices another database in place of the one it knows', async () => {
  const memo = new MemoryMemo();
  await start(memo);
  await wipe();
  await start(memo);
  expect(await isPaused()).toBe(true);
});

it('notices a restore once for all nodes, and the next one again', async () => {
  const [one, two] = [new MemoryMemo(), new MemoryMemo()];
  const marks = [await start(one), await start(two)];
  const restore = await dump();
  for (const mark of marks) await mark.advance();
  for (const [first, second] of [
    [one, two],
    [two, one],
  ] as const) {
    await restore();
    await start(first);
    expect(await isPaused()).toBe(true);
    await database.settings.remove(PAUSED_BY_RESTORE);
    await start(second);
    expect(await isPaused()).toBe(false);
  }
});

it('saves no state into a database that was restored meanwhile, and says so', async () => {
  const mark = await start(new MemoryMemo());
  const restore = await dump();
  const guarded = mark.guard(database);
  const save = () =>
    guarded.transaction((tx) => tx.states.save([{ assetId: 'without', time: T0, state: '{}', view: view() }]));
  await mark.advance();
  await restore();
  await expect(save()).rejects.toThrow(DatabaseRestoredError);
  await expect(mark.advance()).rejects.toThrow(DatabaseRestoredError);
  await mark.behind;
  expect(await database.states.of(['without'])).toEqual([]);
  expect(await isPaused()).toBe(false);
});

it('goes on with a new name when what it remembers can not be read', async () => {
  const memo = new MemoryMemo();
  memo.text = '{"folder":"x"';
  await (await start(memo)).advance();
  expect(await isPaused()).toBe(false);
  expect(JSON.parse(memo.text)).toMatchObject({ count: 2, restores: 0 });
});
