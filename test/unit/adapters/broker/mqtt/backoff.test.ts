import { expect, test } from 'vitest';
import { Backoff } from '../../../../../src/adapters/broker/mqtt/backoff.ts';

test('doubles from half a second to half a minute', () => {
  const backoff = new Backoff(() => 0);
  expect(Array.from({ length: 8 }, () => backoff.next(0))).toEqual([
    500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
});

test('is shortened at random by up to a half', () => {
  expect(new Backoff(() => 0.999).next(0)).toBeCloseTo(250, 0);
});

test('starts anew after a connection that lasted, not after one that was thrown out', () => {
  const backoff = new Backoff(() => 0);
  backoff.next(0);
  backoff.next(0);
  expect(backoff.next(5000)).toBe(2000);
  expect(backoff.next(60_000)).toBe(500);
});
