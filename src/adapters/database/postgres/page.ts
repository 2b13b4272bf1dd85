import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { InvalidCursorError, type Page, type PageRequest } from '../../../ports/database.ts';
import type { Tables } from './schema.ts';

/** How a list is ordered: by a sort key, where it has one, and by id, both in the same direction. */
export interface Order<Row> {
  /** Names list and order, so that a cursor of another one is recognized. */
  readonly name: string;
  readonly direction: 'asc' | 'desc';
  readonly id: Expression<string>;
  readonly key?: Expression<unknown>;
  /** The row's sort key as it is compared. */
  readonly keyOf?: (row: Row) => string | number;
}

/**
 * One page of a query. Pages go on after the last row's key and id, not after a count, so that rows added meanwhile
 * neither repeat nor hide any.
 *
 * @throws InvalidCursorError
 */
export async function fetchPage<TB extends keyof Tables, Row extends { id: string }, Item>(
  query: SelectQueryBuilder<Tables, TB, Row>,
  order: Order<Row>,
  page: PageRequest,
  toItem: (row: Row) => Item,
): Promise<Page<Item>> {
  let ordered = query.limit(page.limit + 1);
  if (page.cursor !== undefined) ordered = ordered.where(isAfter(order, readCursor(order, page.cursor)));
  if (order.key) ordered = ordered.orderBy(order.key, order.direction);
  const rows = (await ordered.orderBy(order.id, order.direction).execute()) as Row[];
  const items = rows.slice(0, page.limit).map(toItem);
  if (rows.length <= page.limit) return { items };
  return { items, nextCursor: writeCursor(order, rows[page.limit - 1]!) };
}

interface Position {
  readonly key?: string | number;
  readonly id: string;
}

function isAfter<Row>(order: Order<Row>, { key, id }: Position): Expression<SqlBool> {
  const operator = sql.raw(order.direction === 'asc' ? '>' : '<');
  if (!order.key) return sql<SqlBool>`${order.id} ${operator} ${id}`;
  return sql<SqlBool>`(${order.key}, ${order.id}) ${operator} (${key}, ${id})`;
}

function writeCursor<Row extends { id: string }>(order: Order<Row>, row: Row): string {
  const key = order.keyOf?.(row);
  // JSON has no infinity, the sort key of what has no date.
  const written = key === Number.POSITIVE_INFINITY ? 'Infinity' : (key ?? null);
  return Buffer.from(JSON.stringify([order.name, written, row.id])).toString('base64url');
}

function readCursor<Row>(order: Order<Row>, cursor: string): Position {
  const [name, key, id] = parse(cursor);
  const keyFits = order.key ? typeof key === 'string' || typeof key === 'number' : key === null;
  if (name !== order.name || !keyFits || typeof id !== 'string') {
    throw new InvalidCursorError(`cursor ${JSON.stringify(cursor)} is not one that the list ${order.name} gave out`);
  }
  return typeof key === 'string' || typeof key === 'number' ? { key, id } : { id };
}

function parse(cursor: string): unknown[] {
  const bytes = Buffer.from(cursor, 'base64url');
  // Decoding skips what is no base64; such a cursor was not given out.
  if (bytes.toString('base64url') !== cursor) return [];
  try {
    const parsed: unknown = JSON.parse(bytes.toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
