import { type Duration, SECOND } from '../domain/time.ts';

/** The result of `work`, or a rejection as soon as the signal aborts: then `work` is left behind, and its failure with it. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('stopped before it was done'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Resolves when `work` does or the deadline is over; rejects when `work` does before. */
export async function within(deadline: AbortSignal, work: Promise<unknown>): Promise<void> {
  try {
    await unlessAborted(deadline, work);
  } catch (error) {
    if (!deadline.aborted) throw error;
  }
}

/** The result of `work`, or a rejection when it takes longer than `limit`: then it is left behind, and its failure with it. */
export function inTime<T>(limit: Duration, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not done within ${limit / SECOND} s`)), limit);
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}
