import { expect, it } from 'vitest';
import { within } from '../../../src/pipeline/within.ts';

const never = new Promise<void>(() => undefined);

it('work within a deadline is awaited, and its failure told', async () => {
  const { signal } = new AbortController();
  let done = false;
  const work = Promise.resolve().then(() => {
    done = true;
  });
  await within(signal, work);
  expect(done).toBe(true);
  await expect(within(signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

it('work that outlasts its deadline is left behind, with its failure', async () => {
  const deadline = new AbortController();
  let fail: (error: Error) => void = () => undefined;
  const late = new Promise<void>((_, reject) => {
    fail = reject;
  });
  const waits = [within(deadline.signal, never), within(deadline.signal, late)];
  deadline.abort();
  await Promise.all(waits);
  fail(new Error('nobody waits for this'));
  await within(deadline.signal, never);
});
