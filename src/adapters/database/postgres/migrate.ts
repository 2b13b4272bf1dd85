import { type Kysely, sql, type Transaction } from 'kysely';
import { DatabaseError } from 'pg';
import { SetupError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';
import type { Tables } from './schema.ts';

/** Any number that no other program uses on the same server for something else. */
const LOCK = 4_715_206_311;
/** The oldest major version whose SQL Fettle keeps to. */
const OLDEST_SERVER = 13;
const INSUFFICIENT_PRIVILEGE = '42501';

/** The database was last used by a newer Fettle. */
export class NewerDatabaseError extends SetupError {
  override readonly name = 'NewerDatabaseError';
}

/**
 * The version of the server, such as `15.8`.
 *
 * @throws SetupError when it is older than `oldest`.
 */
export async function checkServer(db: Kysely<Tables>, oldest = OLDEST_SERVER): Promise<string> {
  const { rows } = await sql<{ number: number; name: string }>`
    SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`.execute(db);
  const { number = 0, name = 'unknown' } = rows[0] ?? {};
  if (number >= oldest * 10_000) return name;
  throw new SetupError(`PostgreSQL ${name} is too old: Fettle needs ${oldest} or newer; upgrade the server`);
}

/**
 * The migrations that the database lacks. Only reads.
 *
 * @throws NewerDatabaseError when the database knows migrations that this program does not.
 */
export async function missingMigrations(db: Kysely<Tables>, migrations = MIGRATIONS): Promise<readonly Migration[]> {
  const { rows } = await sql<{ there: boolean }>`
    SELECT to_regclass('fettle.migrations') IS NOT NULL AS there`.execute(db);
  const applied = rows[0]?.there ? await appliedMigrations(db, migrations) : [];
  return migrations.filter(({ name }) => !applied.includes(name));
}

/** What the operator reads when migrations are missing and may not be applied. */
export function migrationsMissing(missing: readonly Migration[]): SetupError {
  const names = missing.map(({ name }) => name).join(', ');
  return new SetupError(
    `the database lacks the migrations ${names}: run fettle migrate with the role that owns the tables, or set database.migrate to true`,
  );
}

/**
 * Brings the schema `fettle` up to date, each migration in a transaction of its own. Programs that do so at the same
 * time wait for each other. Returns the names of what it applied.
 *
 * @throws NewerDatabaseError when the database knows migrations that this program does not.
 * @throws SetupError when the role may not do it.
 */
export async function migrate(db: Kysely<Tables>, log: Log, migrations = MIGRATIONS): Promise<string[]> {
  const applied: string[] = [];
  for (const migration of migrations) {
    if (!(await db.transaction().execute((tx) => permitted(applyOnce(tx, migration, migrations))))) continue;
    log.info({ migration: migration.name }, 'database migrated');
    applied.push(migration.name);
  }
  return applied;
}

async function applyOnce(tx: Transaction<Tables>, migration: Migration, known: readonly Migration[]): Promise<boolean> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK}::bigint)`.execute(tx);
  await sql`CREATE SCHEMA IF NOT EXISTS fettle`.execute(tx);
  await sql`CREATE TABLE IF NOT EXISTS fettle.migrations (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`.execute(tx);
  const names = await appliedMigrations(tx, known);
  if (names.includes(migration.name)) return false;
  await sql.raw(migration.sql).execute(tx);
  await sql`INSERT INTO fettle.migrations (name) VALUES (${migration.name})`.execute(tx);
  return true;
}

async function appliedMigrations(db: Kysely<Tables>, known: readonly Migration[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM fettle.migrations ORDER BY name`.execute(db);
  const names = rows.map(({ name }) => name);
  const unknown = names.filter((name) => !known.some((candidate) => candidate.name === name));
  if (unknown.length === 0) return names;
  throw new NewerDatabaseError(
    `database was used by a newer Fettle (migrations ${unknown.join(', ')}); run that version or newer`,
  );
}

async function permitted<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new SetupError(
      `the database has to be migrated and this role may not: ${error.message}. Run fettle migrate with the role that owns the tables`,
      { cause: error },
    );
  }
}
