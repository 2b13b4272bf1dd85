import { readFile } from 'node:fs/promises';
import type { Memo } from '../../ports/memo.ts';
import { replaceFile } from './folder.ts';

/** A memo as a file, whose folder exists. */
export function fileMemo(place: string): Memo {
  return {
    place,
    read: () => readFile(place, 'utf8').catch(absent),
    write: (text) => replaceFile(place, text),
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
