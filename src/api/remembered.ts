import type { Duration, Timestamp } from '../domain/time.ts';
import { MINUTE, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';

/** What was taken back is refused after at most this long. */
const FRESH: Duration = 5 * SECOND;
/** While the database does not answer, what was found this recently is still taken: metrics matter most then. */
const GRACE: Duration = 15 * MINUTE;
/** So long the database has to answer where something remembered would do. */
const PATIENCE: Duration = 2 * SECOND;
const MAX_CACHED = 1000;

/** Looks up by hash; rejects like the database does when nothing is remembered. */
export interface Remembered<T> {
  find(hash: string): Promise<T | undefined>;
  /** Asks the database again the next time. */
  forget(hash: string): void;
}

/** Asks `find` once in a while only; what is found there is said in the log by its `name`. */
export function remembered<T extends { readonly name: string }>(
  find: (hash: string) => Promise<T | undefined>,
  now: () => Timestamp,
  log: Log,
): Remembered<T> {
  const cache = new Map<string, { readonly value: T; readonly at: Timestamp }>();
  return {
    async find(hash) {
      const cached = cache.get(hash);
      const age = cached ? now() - cached.at : Number.POSITIVE_INFINITY;
      if (cached && age < FRESH) return cached.value;
      try {
        const lookup = find(hash);
        const value = await (cached ? inTime(lookup) : lookup);
        cache.delete(hash);
        if (!value) return undefined;
        if (cache.size >= MAX_CACHED) cache.clear();
        cache.set(hash, { value, at: now() });
        return value;
      } catch (error) {
        if (!cached || age > GRACE) throw error;
        log.warn({ err: error, key: cached.value.name }, 'keys cannot be looked up; a remembered one was taken');
        return cached.value;
      }
    },
    forget: (hash) => void cache.delete(hash),
  };
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
