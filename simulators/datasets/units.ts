import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DataSetError } from './dataset.ts';

/** Groups rows by a key, in order of appearance. */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** The files that were named, and those with this ending in the folders that were named, by name with numbers in order. */
export function filesUnder(paths: readonly string[], ending: string): string[] {
  const files = paths.flatMap((path) => {
    if (!existsSync(path)) throw new DataSetError(`${path}: no such file or folder`);
    return statSync(path).isDirectory() ? inFolder(path, ending) : [path];
  });
  if (files.length === 0) throw new DataSetError(`${paths.join(', ')}: holds no file *${ending}`);
  return files;
}

function inFolder(folder: string, ending: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.map(({ name }) => name).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return names.flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return inFolder(path, ending);
    return name.endsWith(ending) ? [path] : [];
  });
}
