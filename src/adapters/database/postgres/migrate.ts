import type { Kysely } from 'kysely';
import { sql, type Transaction } from 'kysely';
import type { Log } from '../../../log.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';
import type { Tables } from './schema.ts';

/** Any number that no other program uses on the same server for something else. */
const LOCK = 4_715_206_311;

/** The database was last used by a newer Fettle. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
}

/**
 * Brings the schema `fettle` up to date, each migration in a transaction of its own. Programs that start at the same
 * time wait for each other.
 *
 * @throws NewerDatabaseError when the database knows migrations that this program does not.
 */
export async function migrate(db: Kysely<Tables>, log: Log, migrations = MIGRATIONS): Promise<void> {
  for (const migration of migrations) {
    const applied = await db.transaction().execute((tx) => applyOnce(tx, migration, migrations));
    if (applied) log.info({ migration: migration.name }, 'database migrated');
  }
}

async function applyOnce(tx: Transaction<Tables>, migration: Migration, known: readonly Migration[]): Promise<boolean> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK}::bigint)`.execute(tx);
  await sql`CREATE SCHEMA IF NOT EXISTS fettle`.execute(tx);
  await sql`CREATE TABLE IF NOT EXISTS fettle.migrations (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`.execute(tx);
  const { rows } = await sql<{ name: string }>`SELECT name FROM fettle.migrations ORDER BY name`.execute(tx);
  const unknown = rows.filter(({ name }) => !known.some((candidate) => candidate.name === name));
  if (unknown.length > 0) {
    const names = unknown.map(({ name }) => name).join(', ');
    throw new NewerDatabaseError(
      `database was used by a newer Fettle (migrations ${names}); run that version or newer`,
    );
  }
  if (rows.some(({ name }) => name === migration.name)) return false;
  await sql.raw(migration.sql).execute(tx);
  await sql`INSERT INTO fettle.migrations (name) VALUES (${migration.name})`.execute(tx);
  return true;
}
