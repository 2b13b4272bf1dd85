import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmbeddedPostgres } from '../../../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../../../src/adapters/database/postgres/index.ts';
import { tellUnavailable } from '../../../../../src/adapters/database/postgres/unavailable.ts';
import { UnavailableError } from '../../../../../src/errors.ts';
import { createLog } from '../../../../../src/log.ts';
import { freePort } from '../../../../support/freePort.ts';
import { openPool, postgresPrograms, startPostgres } from '../../../../support/postgres.ts';
import { tempFolder } from '../../../../support/temp.ts';
import { until } from '../../../../support/until.ts';

const log = createLog('silent');
const open = (connection: pg.PoolConfig) => openDatabase({ connection, maxConnections: 2, log });
const TERMINATE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fettle'`;
const BLOCKED = `SELECT FROM pg_stat_activity WHERE application_name = 'fettle' AND wait_event_type = 'Lock'`;
const user = { user: 'postgres', database: 'postgres' };

describe('a server that cannot be reached', () => {
  it.each([
    ['nobody listens', async () => ({ host: '127.0.0.1', port: await freePort() })],
    ['there is no socket', async () => ({ host: tempFolder(), port: 5432 })],
    ['there is no such host', async () => ({ host: 'no-such-host.invalid', port: 5432 })],
    ['it hangs up', hangsUp],
  ])('is unavailable: %s', async (_why, address) => {
    await expect(open({ ...user, ...(await address()) })).rejects.toSatisfy(
      (error) => error instanceof UnavailableError && error.part === 'database' && error.cause instanceof Error,
    );
  });

  it('says why', async () => {
    const port = await freePort();
    await expect(open({ ...user, host: '127.0.0.1', port })).rejects.toThrow(
      `the database does not answer: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });
});

describe('a server that goes away', () => {
  it('is unavailable, also in the middle of a transaction; other errors stay what they are', async () => {
    const server = await startEmbeddedPostgres({ directory: join(tempFolder(), 'database'), log });
    const database = await open(server.connection);
    await expect(
      database.outbox.add({ id: 'o', ticketId: 'none', event: 'ticket.opened', key: 'k', createdAt: 0 }),
    ).rejects.toSatisfy((error) => !(error instanceof UnavailableError) && /foreign key/.test(String(error)));
    const work = database.transaction(async (tx) => {
      await tx.settings.set('s', 1);
      await server.close();
      await tx.settings.get('s');
    });
    await expect(work).rejects.toThrow(UnavailableError);
    await expect(database.settings.get('s')).rejects.toThrow(UnavailableError);
    await database.close();
  });

  it('is unavailable when its disk is full or fails, and takes the next query', async () => {
    const server = await startEmbeddedPostgres({ directory: join(tempFolder(), 'database'), log });
    const pool = openPool({ ...server.connection, max: 1 });
    const told = tellUnavailable(pool);
    for (const code of ['53100', '53200', '58030']) {
      const client = await told.connect();
      const raised = client.query(`DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '${code}'; END $$`, []);
      await expect(raised).rejects.toMatchObject({ name: 'UnavailableError', cause: { code, message: 'no room' } });
      client.release();
    }
    const client = await told.connect();
    await expect(client.query<{ one: number }>('SELECT 1 AS one', [])).resolves.toMatchObject({ rows: [{ one: 1 }] });
    client.release();
    await told.end();
    await server.close();
  });

  const programs = postgresPrograms();
  it.skipIf(!programs)('is unavailable when PostgreSQL ends the connection, and answers again afterwards', async () => {
    const server = await startPostgres(programs!);
    onTestFinished(() => server.stop());
    const database = await open(server.connection);
    const admin = new pg.Client(server.connection);
    await admin.connect();
    const work = database.transaction(async (tx) => {
      await tx.settings.set('s', 1);
      await admin.query(TERMINATE);
      await tx.settings.get('s');
    });
    await expect(work).rejects.toThrow(UnavailableError);
    expect(await database.settings.get('s')).toBeUndefined();
    await admin.query('BEGIN');
    await admin.query('LOCK TABLE fettle.settings');
    const waiting = expect(database.settings.get('s')).rejects.toMatchObject({
      name: 'UnavailableError',
      message: expect.stringContaining('terminating'),
    });
    await until('the query to wait for the lock', async () => (await admin.query(BLOCKED)).rowCount);
    await admin.query(TERMINATE);
    await waiting;
    await admin.query('ROLLBACK');
    await expect(database.settings.get('s')).resolves.toBeUndefined();
    await admin.end();
    await database.close();
  });
});

async function hangsUp() {
  const server = createServer((socket) => socket.destroy());
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port };
}
