import { sql } from 'kysely';
import { SetupError } from '../../../errors.ts';
import { checkServer, migrationsMissing, missingMigrations } from './migrate.ts';
import type { Db } from './schema.ts';

export interface Look {
  /** Such as `15.8`. */
  readonly server: string;
  /** Names of the migrations that opening would apply. */
  readonly missing: readonly string[];
}

/**
 * What opening the database would find; only reads.
 *
 * @throws SetupError when it could not be opened: the server is too old or a standby, or the role lacks rights.
 */
export async function look(db: Db, migrates: boolean): Promise<Look> {
  const server = await checkServer(db);
  const { role, readOnly, mayCreate } = await rights(db);
  if (readOnly) throw new SetupError('the server takes no writes: it is a standby; name the primary in database.url');
  const missing = await missingMigrations(db);
  if (missing.length > 0 && !migrates) throw migrationsMissing(missing);
  if (missing.length > 0 && !mayCreate) {
    throw new SetupError(
      `the database has to be migrated and the role ${role} may not create schemas in it: run fettle migrate with the role that owns the tables`,
    );
  }
  const closed = await closedTables(db);
  if (closed.length > 0) {
    throw new SetupError(
      `the role ${role} may not use the tables ${closed.join(', ')}: the role that owns them has to GRANT SELECT, INSERT, UPDATE, DELETE on them`,
    );
  }
  return { server, missing: missing.map(({ name }) => name) };
}

async function rights(db: Db) {
  const { rows } = await sql<{ role: string; readOnly: boolean; mayCreate: boolean }>`
    SELECT current_user AS role, current_setting('transaction_read_only')::bool AS read_only,
      has_database_privilege(current_database(), 'CREATE') AS may_create`.execute(db);
  return rows[0]!;
}

/** Fettle's tables that the role may not read and write. */
async function closedTables(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'fettle' AND c.relkind IN ('r', 'p') AND c.relname <> 'migrations'
      AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
        AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
    ORDER BY name`.execute(db);
  return rows.map(({ name }) => name);
}
