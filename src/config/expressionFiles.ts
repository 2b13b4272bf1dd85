import { readFileSync } from 'node:fs';
import { flaw } from './flaws.ts';
import type { Flaw } from './inspect.ts';
import { listAt, setAt, valueAt } from './values.ts';

/**
 * Puts the expressions that sources keep in files of their own in their place, and says which can't be had. A file that
 * is not there is told with all other files.
 */
export function readExpressions(raw: unknown): Flaw[] {
  return listAt(raw, ['sources']).flatMap((source, index) => {
    const file = valueAt(source, ['expressionFile']);
    const place = ['sources', index, 'expressionFile'];
    if (typeof file !== 'string' || file === '') return [];
    if (valueAt(source, ['expression']) !== undefined)
      return [flaw(place, 'is there beside expression; set one of the two')];
    const read = readText(file);
    if (read === undefined) return [];
    if ('problem' in read) return [flaw(place, read.problem)];
    setAt(source, ['expression'], read.text);
    return [];
  });
}

/** Whether the expression of a source is that of its file, and whether it could be read. */
export function expressionFileOf(source: unknown): { readonly file: string; readonly isRead: boolean } | undefined {
  const file = valueAt(source, ['expressionFile']);
  return typeof file === 'string' ? { file, isRead: valueAt(source, ['expression']) !== undefined } : undefined;
}

function readText(path: string): { readonly text: string } | { readonly problem: string } | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    return { problem: `the file ${path} can not be read (${code}); the user that Fettle runs as must be allowed to` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? { problem: `the file ${path} is empty; it must hold the expression` } : { text };
  } catch {
    return { problem: `the file ${path} is no text in UTF-8` };
  }
}
