import { describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../src/domain/time.ts';
import { Reading } from '../../../src/watch/reading.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { recordLog } from '../../support/recordLog.ts';

function setUp(read: () => Promise<number>) {
  const clock = new FakeClock();
  const { log, lines } = recordLog();
  return { clock, lines, reading: new Reading(read, { name: 'the deliveries', fresh: 10 * SECOND, clock, log }) };
}

describe('a reading', () => {
  it('asks once for many, and again when the answer is old', async () => {
    let asked = 0;
    const { clock, reading } = setUp(async () => ++asked);
    expect(await Promise.all([reading.get(), reading.get(), reading.get()])).toEqual([1, 1, 1]);
    await clock.advance(9 * SECOND);
    expect(await reading.get()).toBe(1);
    await clock.advance(SECOND);
    expect(await reading.get()).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it('asks again when the answer is old, also when the clock was put back meanwhile', async () => {
    let asked = 0;
    const { clock, reading } = setUp(async () => ++asked);
    await reading.get();
    clock.step(-HOUR);
    await clock.advance(10 * SECOND);
    expect(await reading.get()).toBe(2);
  });

  it('is undefined while it fails, says so once, and comes back', async () => {
    let up = false;
    const { clock, lines, reading } = setUp(async () => {
      if (!up) throw new Error('connection refused');
      return 7;
    });
    for (let scrape = 0; scrape < 5; scrape++) expect(await reading.get()).toBeUndefined();
    expect(lines.map(({ msg }) => msg)).toEqual(['metrics leave out the deliveries while it cannot be read']);
    up = true;
    expect(await reading.get()).toBe(7);
    await clock.advance(11 * SECOND);
    up = false;
    expect(await reading.get()).toBeUndefined();
  });

  it('does not wait for ever, nor ask a second time meanwhile', async () => {
    let asked = 0;
    let answer: (value: number) => void = () => undefined;
    const { clock, reading } = setUp(() => {
      asked++;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const first = reading.get();
    await clock.advance(6 * SECOND);
    expect(await first).toBeUndefined();
    const second = reading.get();
    answer(5);
    expect(await second).toBe(5);
    expect(asked).toBe(1);
  });
});
