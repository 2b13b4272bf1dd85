import { describe, expect, it } from 'vitest';
import { backoffDelay } from '../../../../src/adapters/queue/backoff.ts';
import { HOUR } from '../../../../src/domain/time.ts';

const most = () => 0;
const least = () => 1;

describe('backoffDelay', () => {
  it('doubles with each attempt up to an hour', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffDelay(attempt, 5000, undefined, most))).toEqual([
      5000, 10_000, 20_000, 40_000,
    ]);
    expect(backoffDelay(40, 5000, undefined, most)).toBe(HOUR);
  });

  it('takes off up to half of it at random', () => {
    expect(backoffDelay(3, 5000, undefined, least)).toBe(10_000);
    const delays = Array.from({ length: 100 }, () => backoffDelay(3, 5000, undefined));
    expect(new Set(delays).size).toBeGreaterThan(50);
    for (const delay of delays) expect(delay).toBeGreaterThanOrEqual(10_000);
  });

  it('waits as long as the error asks, if that is longer, up to an hour', () => {
    expect(backoffDelay(1, 5000, { retryAfterMs: 7000 }, most)).toBe(7000);
    expect(backoffDelay(1, 5000, { retryAfterMs: 3000 }, most)).toBe(5000);
    expect(backoffDelay(1, 5000, { retryAfterMs: 5 * HOUR }, most)).toBe(HOUR);
    expect(backoffDelay(1, 5000, { retryAfterMs: Number.NaN }, most)).toBe(5000);
  });

  it('is never 0, which BullMQ takes for no wait at all', () => {
    expect(backoffDelay(1, 0, new Error('no'), most)).toBe(1);
  });
});
