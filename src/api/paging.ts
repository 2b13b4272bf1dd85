import { InvalidCursorError, type Page, type PageRequest } from '../ports/database.ts';

/**
 * A page of a list that is in memory as a whole.
 * @param key names an item uniquely; the list is answered in its order, and the cursor is the key last answered.
 */
export function pageOf<T>(items: readonly T[], key: (item: T) => string, request: PageRequest): Page<T> {
  const after = request.cursor === undefined ? undefined : decodeCursor(request.cursor);
  const keyed = items.map((item) => ({ item, key: key(item) })).sort((a, b) => compare(a.key, b.key));
  const rest = after === undefined ? keyed : keyed.filter((entry) => compare(entry.key, after) > 0);
  const page = rest.slice(0, request.limit);
  const last = page.at(-1);
  const found = page.map((entry) => entry.item);
  return last && rest.length > page.length ? { items: found, nextCursor: encodeCursor(last.key) } : { items: found };
}

/** An opaque cursor that holds `text`. */
export function encodeCursor(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** The text within a cursor; rejects with InvalidCursorError when {@link encodeCursor} did not make it. */
export function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (cursor === '' || encodeCursor(text) !== cursor)
    throw new InvalidCursorError(`${cursor} is not a cursor of this list`);
  return text;
}

/** A key of several parts that sorts like its parts do: no id holds a control character. */
export function keyOf(...parts: readonly string[]): string {
  return parts.join('\u0000');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
