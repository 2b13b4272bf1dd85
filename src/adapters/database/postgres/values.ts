import { type RawBuilder, sql } from 'kysely';
import type { Db, Row } from './schema.ts';

/** A row as a domain object: null becomes absent. */
export function fromRow<T extends object>(row: Row<T>): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}

/** PostgreSQL holds neither U+0000 nor half of a surrogate pair; devices and desks send both. */
const NOT_STORABLE = /[\0\p{Surrogate}]/gu;

/** Text from outside, with a replacement character for what PostgreSQL can't hold. */
export function clean(text: string): string {
  return text.replace(NOT_STORABLE, '\u{FFFD}');
}

/** JSON text of a value, {@link clean}. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) => (typeof inner === 'string' ? clean(inner) : inner));
}

/** A value for a jsonb column. */
export function json<T>(value: T): RawBuilder<T> {
  return sql<T>`${cleanJson(value)}::jsonb`;
}

/** A value for a jsonb column that may be null. */
export function jsonOrNull<T>(value: T | undefined): RawBuilder<T> | null {
  return value === undefined ? null : json(value);
}

/**
 * The last item of each key, in order of keys: a statement may touch a row once only, and two that lock rows in the
 * same order can't wait for each other.
 */
export function lastByKey<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** Runs `work` in the transaction at hand, or in one of its own. */
export function atomically<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/** The clock of the database, in milliseconds since the epoch: one for all nodes. */
export const NOW = sql<number>`(extract(epoch FROM clock_timestamp()) * 1000)::double precision`;
