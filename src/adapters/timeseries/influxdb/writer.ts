import { HttpError } from '@influxdata/influxdb-client';
import type { Connection } from './connection.ts';
import { toStoreError, wordsOf } from './errors.ts';
import type { PolicyName } from './layout.ts';

/** Lines in one request: some 600 KB, well below what servers take. */
const LINES = 5000;
/** How the versions say that it is the lines which they can't take, and not the request. */
const ABOUT_LINES = /partial write|unable to parse|beyond retention|max-(series|values)-per/i;
/** Of all lines of that time alike, and an administrator can mend it: none of them is lost to it. */
const ABOUT_ALL = /field type conflict/i;

/** A line that the server can never take, and its words. */
export interface RefusedLine {
  readonly index: number;
  readonly words: string;
}

/**
 * Writes lines of any number. Resolves when all are stored but those it returns: a request that is refused for some of
 * its lines is split until these are found. Rejects with what else went wrong; then any of them may be stored.
 */
export async function writeLines(
  connection: Connection,
  policy: PolicyName,
  lines: readonly string[],
): Promise<RefusedLine[]> {
  const refused: RefusedLine[] = [];
  for (let from = 0; from < lines.length; from += LINES) {
    await writeSpan(connection, policy, lines, from, Math.min(from + LINES, lines.length), refused);
  }
  return refused;
}

async function writeSpan(
  connection: Connection,
  policy: PolicyName,
  lines: readonly string[],
  from: number,
  to: number,
  refused: RefusedLine[],
): Promise<void> {
  try {
    await connection.write(policy, lines.slice(from, to).join('\n'));
  } catch (error) {
    if (!isRefusal(error)) throw toStoreError(error, connection.where);
    const words = wordsOf(error);
    if (to - from === 1 || droppedOf(words) === to - from) {
      for (let index = from; index < to; index++) refused.push({ index, words });
      return;
    }
    const middle = Math.floor((from + to) / 2);
    await writeSpan(connection, policy, lines, from, middle, refused);
    await writeSpan(connection, policy, lines, middle, to, refused);
  }
}

function isRefusal(error: unknown): error is HttpError {
  if (!(error instanceof HttpError)) return false;
  const { statusCode } = error;
  if (statusCode === 413) return true;
  const words = wordsOf(error);
  return (statusCode === 400 || statusCode === 422) && ABOUT_LINES.test(words) && !ABOUT_ALL.test(words);
}

/** How many lines were left out, where the server says so; when it is all of them there is nothing to look for. */
function droppedOf(words: string): number {
  return Number(/dropped=(\d+)/.exec(words)?.[1] ?? 0);
}
