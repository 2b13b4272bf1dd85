import { rmSync } from 'node:fs';
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { migrateDatabase, openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import { checkServer, migrate, NewerDatabaseError } from '../../../src/adapters/database/postgres/migrate.ts';
import { MIGRATIONS } from '../../../src/adapters/database/postgres/migrations/index.ts';
import type { Tables } from '../../../src/adapters/database/postgres/schema.ts';
import { SetupError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { openPool, postgresPrograms, runSql, startPostgres } from '../../support/postgres.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { until } from '../../support/until.ts';
import { FIXTURES } from './fixtures.ts';
import { fingerprint, type RowsByTable, rowsByTable } from './inspection.ts';

const log = createLog('silent');
const LATEST = MIGRATIONS.map(({ name }) => name);
const VERSIONS = MIGRATIONS.map(({ name }, index): [string, number] => [name, index + 1]);

interface Server {
  readonly connection: pg.PoolConfig;
  stop(): Promise<void>;
}

async function startEmbedded(): Promise<Server> {
  const directory = makeTempFolder();
  const embedded = await startEmbeddedPostgres({ directory, log });
  const stop = async () => {
    await embedded.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { connection: embedded.connection, stop };
}

const programs = postgresPrograms();
describe.skipIf(!programs)('on a real server', () => describeMigrations(() => startPostgres(programs!)));
describe('on the embedded server', () => describeMigrations(startEmbedded));

function describeMigrations(start: () => Promise<Server>): void {
  let server: Server;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.stop());

  const wipe = () =>
    runSql(server.connection, 'DROP SCHEMA IF EXISTS fettle CASCADE', 'DROP SCHEMA IF EXISTS fettle_views CASCADE');

  async function connect(): Promise<Kysely<Tables>> {
    const pool = openPool({ ...server.connection, max: 1 });
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
    onTestFinished(() => db.destroy());
    return db;
  }

  /** As a Fettle of that version left it, having been every version before. */
  async function databaseOfVersion(version: number): Promise<Kysely<Tables>> {
    await wipe();
    const db = await connect();
    for (let count = 1; count <= version; count++) {
      const upTo = MIGRATIONS.slice(0, count);
      expect(await migrate(db, log, upTo)).toEqual([LATEST[count - 1]]);
      const rows = FIXTURES[LATEST[count - 1]!];
      if (rows !== undefined) await runSql(server.connection, rows);
    }
    return db;
  }

  it.each(
    VERSIONS,
  )('brings a database of %s up to date: the same tables as a new one, and nothing lost', async (_name, version) => {
    await wipe();
    await migrateDatabase({ connection: server.connection, log });
    const fresh = await fingerprint(server.connection);
    const db = await databaseOfVersion(version);
    const before = await rowsByTable(server.connection);

    expect(await migrateDatabase({ connection: server.connection, log })).toEqual(LATEST.slice(version));
    expect(await fingerprint(server.connection)).toEqual(fresh);
    expectKept(before, await rowsByTable(server.connection));
    expect(await migrate(db, log)).toEqual([]);
  });

  it('leaves an old database as the repositories read it', async () => {
    await databaseOfVersion(1);
    const database = await openDatabase({ connection: server.connection, maxConnections: 2, log });
    onTestFinished(() => database.close());
    expect(await database.tickets.get('t1')).toMatchObject({ number: 1, status: 'open', externalId: 'WO-1' });
    expect(await database.outbox.pending(10)).toMatchObject([{ id: 'o1' }]);
    expect(await database.tickets.get('t1')).toMatchObject({ kind: 'reactive', reopened: 0 });
    expect((await database.assets.all()).map(({ id }) => id)).toEqual(['pump-1', 'pümp-2']);
    expect(await database.assets.bindings()).toHaveLength(2);
    expect(await database.settings.get('deliveries-paused')).toBe(true);
  });

  it('tells of old tickets when they came to what is measured', async () => {
    await databaseOfVersion(6);
    const database = await openDatabase({ connection: server.connection, maxConnections: 2, log });
    onTestFinished(() => database.close());
    const times = { acknowledgedAt: 3, startedAt: 4, resolvedAt: 9, closedAt: 9 };
    expect(await database.tickets.get('t3')).toMatchObject({ kind: 'planned', reopened: 0, ...times });
  });

  it('applies each migration once when several programs migrate at the same time', async () => {
    await wipe();
    const connection = { connection: server.connection, log };
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrateDatabase(connection)));
    expect(applied.flat().sort()).toEqual(LATEST);
  });

  it('leaves nothing of a migration that fails, and keeps those before it', async () => {
    await wipe();
    const db = await connect();
    const failing = {
      name: '9999-fails',
      sql: 'CREATE TABLE fettle.half (); DROP TABLE fettle.settings; SELECT 1 / 0',
    };
    await expect(migrate(db, log, [...MIGRATIONS, failing])).rejects.toThrow('division by zero');
    const tables = Object.keys(await rowsByTable(server.connection));
    expect(tables).not.toContain('half');
    expect(tables).toContain('settings');
    expect(await migrate(db, log)).toEqual([]);
  });

  it('refuses a database that a newer Fettle has used, and changes nothing', async () => {
    const db = await databaseOfVersion(1);
    await runSql(server.connection, "INSERT INTO fettle.migrations (name) VALUES ('9999-future')");
    const before = await fingerprint(server.connection);
    await expect(migrate(db, log)).rejects.toThrow(NewerDatabaseError);
    await expect(openDatabase({ connection: server.connection, maxConnections: 2, log })).rejects.toThrow(
      '9999-future',
    );
    expect(await fingerprint(server.connection)).toEqual(before);
  });

  it('only checks when it may not migrate, and says what is missing and who does it', async () => {
    await wipe();
    const options = { connection: server.connection, maxConnections: 2, migrate: false, log };
    await expect(openDatabase(options)).rejects.toThrow(
      `lacks the migrations ${LATEST.join(', ')}: run fettle migrate`,
    );
    expect(await rowsByTable(server.connection)).toEqual({});
    await databaseOfVersion(1);
    if (LATEST.length > 1)
      await expect(openDatabase(options)).rejects.toThrow(`migrations ${LATEST.slice(1).join(', ')}:`);
    await migrateDatabase(options);
    await (await openDatabase(options)).close();
  });

  it('refuses a server that is too old', async () => {
    const db = await connect();
    expect(await checkServer(db)).toMatch(/^\d+/);
    await expect(checkServer(db, 99)).rejects.toThrow(SetupError);
    await expect(checkServer(db, 99)).rejects.toThrow(/^PostgreSQL \d+\S*.* is too old: Fettle needs 99 or newer/);
  });
}

describe.skipIf(!programs)('the time limit of statements', () => {
  it('does not cut off a migration, which may wait for another program', async () => {
    const server = await startPostgres(programs!);
    onTestFinished(() => server.stop());
    const [other, watcher] = [new pg.Client(server.connection), new pg.Client(server.connection)];
    await Promise.all([other.connect(), watcher.connect()]);
    await other.query('BEGIN');
    await other.query('CREATE SCHEMA fettle');
    const connection = { ...server.connection, statement_timeout: 1000, query_timeout: 1000 };
    const opening = openDatabase({ connection, maxConnections: 2, log });
    await until('the migration to wait beyond the limit', async () => {
      const { rowCount } = await watcher.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '1.5 s'",
      );
      return rowCount === 1;
    });
    await other.query('ROLLBACK');
    await Promise.all([other.end(), watcher.end()]);
    await (await opening).close();
  });
});

/** Every row of then is there, with what it said, in columns that still exist. */
function expectKept(before: RowsByTable, after: RowsByTable): void {
  for (const [table, rows] of Object.entries(before)) {
    if (table === 'migrations') continue;
    expect(Object.keys(after)).toContain(table);
    expect(after[table], table).toEqual(expect.arrayContaining(rows.map((row) => expect.objectContaining(row))));
  }
}
