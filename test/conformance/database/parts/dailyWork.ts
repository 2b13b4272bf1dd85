import { expect, it } from 'vitest';
import { DAY } from '../../../../src/domain/time.ts';
import type { GetHarness } from '../harness.ts';

const MONDAY = Date.UTC(2026, 2, 9);
const TUESDAY = MONDAY + DAY;
const LONG = 60_000;

export function describeDailyWork(harness: GetHarness): void {
  const work = () => harness().database.dailyWork;
  const claim = (holder: string, day = MONDAY, lease = LONG, of = 'lessons') => work().claim(of, day, holder, lease);

  it('is claimed by one holder at a time', async () => {
    const claims = await Promise.all(['a', 'b', 'c'].map((holder) => claim(holder)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await claim('d', MONDAY, LONG, 'another')).toBe(true);
  });

  it('is free again when it was given up, and when the claim has run out', async () => {
    expect(await claim('a')).toBe(true);
    await work().release('lessons', 'b');
    expect(await claim('b')).toBe(false);
    await work().release('lessons', 'a');
    expect(await claim('b', MONDAY, -1)).toBe(true);
    expect(await claim('c')).toBe(true);
    expect(await work().renew('lessons', 'b', LONG)).toBe(false);
    expect(await work().renew('lessons', 'c', LONG)).toBe(true);
    expect(await work().renew('other', 'c', LONG)).toBe(false);
  });

  it('is done once a day', async () => {
    await claim('a');
    await work().done('lessons', MONDAY, 'b');
    expect(await claim('b')).toBe(false);
    await work().done('lessons', MONDAY, 'a');
    for (const holder of ['a', 'b']) expect(await claim(holder)).toBe(false);
    expect(await claim('b', TUESDAY)).toBe(true);
    await work().release('lessons', 'b');
    expect(await claim('a', TUESDAY)).toBe(true);
  });

  it('is not taken while a transaction that renewed the claim goes on', async () => {
    await claim('a', MONDAY, -1);
    let taken: Promise<boolean> | undefined;
    await harness().database.transaction(async (tx) => {
      expect(await tx.dailyWork.renew('lessons', 'a', LONG)).toBe(true);
      taken = claim('b');
      await tx.settings.get('x');
    });
    expect(await taken).toBe(false);
  });
}
