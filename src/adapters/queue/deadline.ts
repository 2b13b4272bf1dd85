import type { Duration } from '../../domain/time.ts';

/** Waits for `work` at most `limit`; rejects then, saying who did not answer. What `work` does later is nobody's concern. */
export async function withDeadline<T>(work: Promise<T>, limit: Duration, who: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${who}: no answer within ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
