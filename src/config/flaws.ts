import type { Flaw } from './inspect.ts';
import type { Path } from './problem.ts';
import { valueAt } from './values.ts';

/** A flaw at each entry of a list that repeats the value of `key`. */
export function duplicates(list: readonly unknown[], key: string, path: Path): Flaw[] {
  const seen = new Set<unknown>();
  return list.flatMap((item, index) => {
    const id = valueAt(item, [key]);
    if (id === undefined) return [];
    if (seen.has(id)) return [flaw([...path, index, key], `'${id}' is there twice; each must have its own`)];
    seen.add(id);
    return [];
  });
}

/** A flaw in the value at a path. */
export function flaw(path: Path, message: string): Flaw {
  return { path, message, on: 'value' };
}
