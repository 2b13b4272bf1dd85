import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import type { PastSpan } from '../../domain/past.ts';
import type { Memo } from '../../ports/memo.ts';

/** What came of a file so far. */
export interface Counts {
  /** Rows of the file that are done with. */
  readonly rows: number;
  /** Of them, rows without any value. */
  readonly empty: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly refusedRows: number;
  /** Refusals by reason, with the first one's words. */
  readonly reasons: Readonly<Record<string, { readonly count: number; readonly example: string }>>;
  readonly spans: readonly PastSpan[];
}

/** How far an import of a file has come, and what it was. */
export interface Progress {
  /** Of the file and of how it is read: another one begins anew. */
  readonly key: string;
  readonly done: boolean;
  /** Bytes of the file of refused rows that are of these rows. */
  readonly refusedBytes: number;
  readonly counts: Counts;
}

export const NOTHING_YET: Counts = {
  rows: 0,
  empty: 0,
  stored: 0,
  duplicate: 0,
  refusedRows: 0,
  reasons: {},
  spans: [],
};

/** Where what is kept of an import stands: beside the file, or in a folder. */
export function besideFile(file: string, folder: string | undefined, ending: string): string {
  if (folder === undefined) return `${file}.${ending}`;
  const place = createHash('sha256')
    .update(dirname(resolve(file)))
    .digest('hex')
    .slice(0, 8);
  return join(folder, `${basename(file)}.${place}.${ending}`);
}

/** The progress of this very import; undefined when there is none. */
export async function recall(memo: Memo, key: string): Promise<Progress | 'another' | undefined> {
  const text = await memo.read();
  if (text === undefined) return undefined;
  const known = parsed(text);
  return known?.key === key ? known : 'another';
}

/** A file that somebody else made is no progress of ours. */
function parsed(text: string): Progress | undefined {
  try {
    const found = JSON.parse(text) as Partial<Progress> | null;
    return typeof found?.key === 'string' && typeof found.counts?.rows === 'number' ? (found as Progress) : undefined;
  } catch {
    return undefined;
  }
}
