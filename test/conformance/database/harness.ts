import pg from 'pg';
import { migrateDatabase, openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import { createLog } from '../../../src/log.ts';
import type { Database } from '../../../src/ports/database.ts';

const log = createLog('silent');

/** A server under test, with a database that is emptied before each test. */
export class Harness {
  /** Opened once for all tests. */
  readonly database: Database;
  readonly #connection: pg.PoolConfig;
  readonly #admin: pg.Client;

  private constructor(connection: pg.PoolConfig, database: Database, admin: pg.Client) {
    this.database = database;
    this.#connection = connection;
    this.#admin = admin;
  }

  /** `owner` has made the tables when it returns; the connection's own role does without. */
  static async start(connection: pg.PoolConfig, owner = connection): Promise<Harness> {
    if (owner !== connection) await migrateDatabase({ connection: owner, log });
    const admin = new pg.Client(owner);
    await admin.connect();
    return new Harness(connection, await openDatabase({ connection, maxConnections: 4, log }), admin);
  }

  /** Another opening of the same database, by `more` where it matters how; the caller closes it. */
  open(maxConnections = 2, more: pg.PoolConfig = {}): Promise<Database> {
    return openDatabase({ connection: { ...this.#connection, ...more }, maxConnections, log });
  }

  async query<R extends pg.QueryResultRow>(sql: string): Promise<R[]> {
    return (await this.#admin.query<R>(sql)).rows;
  }

  async empty(): Promise<void> {
    const tables = await this.query<{ name: string }>(
      "SELECT format('fettle.%I', tablename) AS name FROM pg_tables WHERE schemaname = 'fettle' AND tablename NOT IN ('migrations', 'shards')",
    );
    await this.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} RESTART IDENTITY CASCADE`);
    await this.query('UPDATE fettle.shards SET node = NULL, session = NULL, tick_due = 0');
  }

  async stop(): Promise<void> {
    await this.database.close();
    await this.#admin.end();
  }
}

export type GetHarness = () => Harness;
