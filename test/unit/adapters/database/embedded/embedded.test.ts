import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type EmbeddedPostgres,
  FolderInUseError,
  startEmbeddedPostgres,
} from '../../../../../src/adapters/database/embedded/index.ts';
import { createLog } from '../../../../../src/log.ts';
import { openPool } from '../../../../support/postgres.ts';
import { makeTempFolder, tempFolder } from '../../../../support/temp.ts';
import { until } from '../../../../support/until.ts';

const log = createLog('silent');
const IDLE_LIMIT = 1500;
/** Made once and copied, since making a cluster takes seconds. */
let template: string;
let folder: string;
let embedded: EmbeddedPostgres;

beforeAll(async () => {
  template = makeTempFolder();
  mkdirSync(join(template, 'pgdata.new'));
  writeFileSync(join(template, 'pgdata.new', 'PG_VERSION'), '18\n');
  await (await startEmbeddedPostgres({ directory: template, log })).close();
  folder = makeTempFolder();
  cpSync(template, folder, { recursive: true });
  chmodSync(folder, 0o755);
  const limits = { idleInTransactionLimit: IDLE_LIMIT, maintenanceInterval: 50 };
  embedded = await startEmbeddedPostgres({ directory: folder, log, ...limits });
});

afterAll(async () => {
  await embedded?.close();
  for (const made of [folder, template]) rmSync(made, { recursive: true, force: true });
});

function newPool(max: number): pg.Pool {
  const pool = openPool({ ...embedded.connection, max });
  onTestFinished(() => pool.end());
  return pool;
}

async function newClient(): Promise<pg.Client> {
  const client = new pg.Client(embedded.connection);
  await client.connect();
  // A client the front hangs up on reports it here as well as to its queries.
  client.on('error', () => undefined);
  onTestFinished(() => client.end());
  return client;
}

/** The socket below a client: to vanish as a killed process does. */
function socketOf(client: pg.Client | pg.PoolClient): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}

describe('one session for many connections', () => {
  it('gives every row to the query that asked for it, under mixed load', { timeout: 60_000 }, async () => {
    const setup = await newClient();
    await setup.query('CREATE TABLE load (worker int, step int, kind text, filler text)');
    const committed = await Promise.all(Array.from({ length: 8 }, (_, worker) => mixedLoad(worker, 40)));
    const { rows } = await setup.query<{ worker: number; steps: number }>(
      'SELECT worker, count(*)::int AS steps FROM load GROUP BY worker ORDER BY worker',
    );
    expect(rows).toEqual(committed.map((steps, worker) => ({ worker, steps })));
    const wrong = await setup.query("SELECT 1 FROM load WHERE kind <> 'commit'");
    expect(wrong.rowCount).toBe(0);
  });

  it('rolls back the transaction of a client that vanishes, and goes on with the others', async () => {
    const [vanishing, other] = [await newClient(), await newClient()];
    await other.query('CREATE TABLE vanished (a int)');
    await vanishing.query('BEGIN');
    await vanishing.query('INSERT INTO vanished VALUES (1)');
    const waiting = other.query('SELECT count(*)::int AS count FROM vanished');
    socketOf(vanishing).destroy();
    expect((await waiting).rows).toEqual([{ count: 0 }]);
  });

  it('rolls back after a client that vanishes in a failed transaction or between messages', async () => {
    const other = await newClient();
    const failed = await newClient();
    await failed.query('BEGIN');
    await expect(failed.query('SELECT nothing')).rejects.toThrow('does not exist');
    socketOf(failed).destroy();
    expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);

    const between = await newClient();
    const paged = new pg.Query({ text: 'SELECT generate_series(1, 10)', rows: 2 } as pg.QueryConfig);
    const firstRow = once(paged, 'row');
    paged.on('error', () => undefined);
    between.query(paged);
    await firstRow;
    socketOf(between).destroy();
    expect((await other.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
  });

  it('ends a transaction that idles while it holds up the others', async () => {
    const [idle, other] = [await newClient(), await newClient()];
    await idle.query('BEGIN');
    const ended = once(idle, 'error');
    expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect((await ended)[0]).toMatchObject({ code: '25P03' });
  });

  it('hands a notification to every connection that listens and to no other', async () => {
    const [first, second, silent, sender] = [
      await newClient(),
      await newClient(),
      await newClient(),
      await newClient(),
    ];
    await first.query('LISTEN news');
    await second.query('LISTEN news');
    silent.on('notification', () => expect.unreachable('it did not listen'));
    const heard = [once(first, 'notification'), once(second, 'notification')];
    const { rows } = await sender.query("SELECT 1 AS before, pg_notify('news', 'hello'), 2 AS after");
    expect(rows).toMatchObject([{ before: 1, after: 2 }]);
    for (const [message] of await Promise.all(heard)) expect(message).toMatchObject({ payload: 'hello' });
    await silent.query('SELECT 1');
  });

  it('returns rows of many megabytes whole', async () => {
    const client = await newClient();
    const text = 'é'.repeat(3_000_000);
    const { rows } = await client.query<{ text: string }>('SELECT $1::text AS text FROM generate_series(1, 3)', [text]);
    expect(rows.map((row) => row.text === text)).toEqual([true, true, true]);
  });

  it('returns the results of several statements in one query', async () => {
    const results = await (await newClient()).query('SELECT 1 AS a; SELECT 2 AS b');
    expect((results as unknown as pg.QueryResult[]).map(({ rows }) => rows)).toEqual([[{ a: 1 }], [{ b: 2 }]]);
  });
});

/** Transactions, plain queries and errors in random order; checks each answer, returns how many inserts it committed. */
async function mixedLoad(worker: number, steps: number): Promise<number> {
  const pool = newPool(2);
  // Clients are destroyed on purpose here.
  pool.on('error', () => undefined);
  let committed = 0;
  for (let step = 0; step < steps; step += 1) {
    const kind = (worker * 7 + step * 13) % 5;
    if (kind === 0) await checkEcho(pool, worker, step);
    else if (kind === 1) await checkSeries(pool, worker, step);
    else committed += await checkTransaction(pool, worker, step, (['commit', 'fail', 'vanish'] as const)[kind - 2]!);
  }
  return committed;
}

async function checkEcho(pool: pg.Pool, worker: number, step: number): Promise<void> {
  const filler = `${worker}/${step}/`.repeat(((step * 997) % 40_000) + 1);
  const { rows } = await pool.query('SELECT $1::int AS worker, $2::int AS step, $3::text AS filler', [
    worker,
    step,
    filler,
  ]);
  expect(rows).toEqual([{ worker, step, filler }]);
}

async function checkSeries(pool: pg.Pool, worker: number, step: number): Promise<void> {
  const [mine, failing] = await Promise.allSettled([
    pool.query('SELECT g, $1::int AS worker FROM generate_series(1, $2::int) g', [worker, 10 * step + 1]),
    pool.query('SELECT ($1::text)::int', [`w${worker}s${step}`]),
  ]);
  if (mine.status !== 'fulfilled') throw mine.reason;
  expect(mine.value.rows).toEqual(Array.from({ length: 10 * step + 1 }, (_, index) => ({ g: index + 1, worker })));
  expect(failing).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining(`w${worker}s${step}`) },
  });
}

async function checkTransaction(
  pool: pg.Pool,
  worker: number,
  step: number,
  kind: 'commit' | 'fail' | 'vanish',
): Promise<number> {
  const client = await pool.connect();
  client.on('error', () => undefined);
  const filler = 'f'.repeat(step * 50);
  const insert = 'INSERT INTO load VALUES ($1, $2, $3, $4) RETURNING worker, step';
  await client.query('BEGIN');
  expect((await client.query(insert, [worker, step, kind, filler])).rows).toEqual([{ worker, step }]);
  const seen = await client.query('SELECT kind FROM load WHERE worker = $1 AND step = $2', [worker, step]);
  expect(seen.rows).toEqual([{ kind }]);
  if (kind === 'vanish') {
    socketOf(client).destroy();
    client.release(true);
    return 0;
  }
  if (kind === 'fail') {
    await expect(client.query('SELECT 1 / 0')).rejects.toThrow('division by zero');
    await expect(client.query('SELECT 1')).rejects.toThrow('current transaction is aborted');
  }
  await client.query('COMMIT');
  client.release();
  return kind === 'commit' ? 1 : 0;
}

describe('the protocol before the session', () => {
  const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
  const CANCEL_REQUEST = Buffer.from([0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 0]);

  function open(): Socket {
    const { host, port } = embedded.connection;
    const socket = connect(join(host, `.s.PGSQL.${port}`));
    onTestFinished(() => void socket.destroy());
    return socket;
  }

  async function everythingFrom(socket: Socket): Promise<string> {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    await once(socket, 'close');
    return text;
  }

  it('declines encryption and goes on in the clear', async () => {
    const socket = open();
    socket.write(SSL_REQUEST);
    expect((await once(socket, 'data'))[0]).toEqual(Buffer.from('N'));
    socket.write(Buffer.from([0, 0, 0, 9, 0, 3, 0, 0, 0]));
    expect(String((await once(socket, 'data'))[0])).toMatch(/^R/);
  });

  it('takes a request to cancel and hangs up', async () => {
    const socket = open();
    socket.write(CANCEL_REQUEST);
    expect(await everythingFrom(socket)).toBe('');
  });

  it.each([
    ['another protocol version', Buffer.from([0, 0, 0, 8, 0, 2, 0, 0]), 'only version 3'],
    ['something that is no PostgreSQL', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'message of 1195725856 bytes'],
  ])('refuses %s with an error', async (_name, packet, error) => {
    const socket = open();
    socket.write(packet);
    const answer = await everythingFrom(socket);
    expect(answer).toContain('C08P01');
    expect(answer).toContain(error);
  });

  it('takes a startup packet that comes byte by byte', async () => {
    const socket = open();
    socket.setNoDelay(true);
    const answered = once(socket, 'data');
    for (const byte of [0, 0, 0, 9, 0, 3, 0, 0, 0]) {
      await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
    }
    expect(String((await answered)[0])).toMatch(/^R/);
  });
});

describe('the folder', () => {
  it('is closed to others, and holds the socket', () => {
    expect(readdirSync(folder).sort()).toEqual(['.s.PGSQL.5432', 'lock', 'pgdata']);
    expect(statSync(folder).mode & 0o077).toBe(0);
  });

  it('can be opened once only', async () => {
    const refused = startEmbeddedPostgres({ directory: folder, log });
    await expect(refused).rejects.toThrow(FolderInUseError);
    expect((await newPool(1).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('may lie too deep for the address of a socket', { timeout: 60_000 }, async () => {
    const deep = join(tempFolder(), 'd'.repeat(60), 'e'.repeat(60));
    cpSync(template, deep, { recursive: true });
    const other = await startEmbeddedPostgres({ directory: deep, log });
    const { host } = other.connection;
    expect(host.startsWith(deep)).toBe(false);
    expect(statSync(host).mode & 0o077).toBe(0);
    const client = new pg.Client(other.connection);
    await client.connect();
    await client.query('CREATE TABLE kept (a int)');
    await client.end();
    await other.close();
    expect(existsSync(host)).toBe(false);

    const again = await startEmbeddedPostgres({ directory: deep, log });
    const reader = new pg.Client(again.connection);
    await reader.connect();
    expect((await reader.query('SELECT * FROM kept')).rowCount).toBe(0);
    await reader.end();
    await again.close();
    await again.close();
    expect(readdirSync(deep)).toEqual(['pgdata']);
  });

  it('of another major version is refused with the reason, and given back', async () => {
    const directory = tempFolder();
    cpSync(template, directory, { recursive: true });
    writeFileSync(join(directory, 'pgdata', 'PG_VERSION'), '15\n');
    const refused = startEmbeddedPostgres({ directory, log });
    await expect(refused).rejects.toThrow(/initialized by PostgreSQL version 15, which is not compatible/);
    expect(readdirSync(directory)).toEqual(['pgdata']);
  });

  it('with the rest of a first start cut short began anew', () => {
    expect(readdirSync(template)).toEqual(['pgdata']);
  });
});

describe('maintenance', () => {
  it('gives back the room of large values that are written again and again', async () => {
    const client = await newClient();
    await client.query('CREATE TABLE worn (id int PRIMARY KEY, large text)');
    await client.query('ALTER TABLE worn ALTER large SET STORAGE EXTERNAL');
    const rewrite = () =>
      client.query(
        "INSERT INTO worn SELECT g, repeat('x', 8000) FROM generate_series(1, 100) g " +
          'ON CONFLICT (id) DO UPDATE SET large = excluded.large',
      );
    const vacuums = async () => {
      const { rows } = await client.query<{ count: number }>(
        "SELECT vacuum_count::int AS count FROM pg_stat_user_tables WHERE relname = 'worn'",
      );
      return rows[0]!.count;
    };
    for (let round = 0; round < 7; round += 1) {
      const before = await vacuums();
      await rewrite();
      await until('a vacuum of the table', async () => (await vacuums()) > before);
    }
    const { rows } = await client.query<{ size: number }>("SELECT pg_table_size('worn')::int AS size");
    // 0.8 MB live; 5.6 MB if nothing were given back.
    expect(rows[0]!.size).toBeLessThan(3_000_000);
  });

  it('bounds the log that a start after a crash has to read', async () => {
    const client = await newClient();
    await client.query('CREATE TABLE logged (large text)');
    await client.query('ALTER TABLE logged ALTER large SET STORAGE EXTERNAL');
    for (let round = 0; round < 5; round += 1) {
      await client.query("INSERT INTO logged SELECT repeat('x', 8000) FROM generate_series(1, 1000)");
    }
    await until('a checkpoint', async () => {
      const { rows } = await client.query<{ bytes: number }>(
        'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::int AS bytes FROM pg_control_checkpoint()',
      );
      return rows[0]!.bytes < 33_000_000;
    });
  });
});
