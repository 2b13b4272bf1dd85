import { open, readFile, rename } from 'node:fs/promises';
import type { Memo } from '../ports/memo.ts';

/** A memo as a file, whose folder exists. */
export function fileMemo(place: string): Memo {
  return {
    place,
    read: () => readFile(place, 'utf8').catch(absent),
    async write(text) {
      const fresh = `${place}.new`;
      const file = await open(fresh, 'w');
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(fresh, place);
    },
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
