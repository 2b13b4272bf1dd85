import { isMap } from './inspect.ts';
import type { Path } from './problem.ts';

/** What stands at a path in plain values; undefined when nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((owner, key) => {
    const holds = typeof owner === 'object' && owner !== null && Object.hasOwn(owner, key);
    return holds ? (owner as Record<string | number, unknown>)[key] : undefined;
  }, value);
}

/** The list at a path; empty when there is none. */
export function listAt(value: unknown, path: Path): readonly unknown[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list : [];
}

/**
 * Puts a value at a path into plain values and makes the maps and lists on the way. False, and nothing is changed,
 * when something else stands in the way (null does not). Keys may come from outside: `__proto__` is a key like any other.
 */
export function setAt(value: unknown, path: Path, leaf: unknown): boolean {
  const [key, ...rest] = path;
  if (key === undefined || !(typeof key === 'number' ? Array.isArray(value) : isMap(value))) return false;
  if (rest.length === 0) return define(value, key, leaf);
  const inner = valueAt(value, [key]);
  if (inner !== undefined && inner !== null) return setAt(inner, rest, leaf);
  return define(value, key, typeof rest[0] === 'number' ? [] : {}) && setAt(valueAt(value, [key]), rest, leaf);
}

function define(owner: unknown, key: string | number, value: unknown): boolean {
  return Reflect.defineProperty(Object(owner), key, { value, writable: true, enumerable: true, configurable: true });
}
