import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { until } from '../../support/until.ts';

describe('systemClock', () => {
  test('every starts the next period when the work has ended, and stops', async () => {
    let running = 0;
    let overlapped = false;
    let calls = 0;
    const stop = systemClock.every(1, async () => {
      overlapped ||= running > 0;
      running++;
      calls++;
      await systemClock.sleep(5);
      running--;
    });
    await until('three calls', () => calls >= 3);
    stop();
    await until('the last to end', () => running === 0);
    const atStop = calls;
    await systemClock.sleep(20);
    expect({ overlapped, calls }).toEqual({ overlapped: false, calls: atStop });
  });

  test('sleep ends early when aborted', async () => {
    const abort = new AbortController();
    const sleep = systemClock.sleep(60_000, abort.signal);
    abort.abort();
    await expect(sleep).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('FakeClock', () => {
  test('runs due work and sleeps in order of time, each at its own time', async () => {
    const clock = new FakeClock(0);
    const seen: string[] = [];
    const stop = clock.every(10, () => void seen.push(`every ${clock.now()}`));
    void clock.sleep(15).then(() => seen.push(`slept ${clock.now()}`));
    await clock.advance(30);
    expect(seen).toEqual(['every 10', 'slept 15', 'every 20', 'every 30']);
    stop();
    await clock.advance(100);
    expect(seen).toHaveLength(4);
    expect(clock.pending).toBe(0);
  });

  test('a sleep that follows a sleep within one advance is run too', async () => {
    const clock = new FakeClock(0);
    const woken: number[] = [];
    void (async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10);
        woken.push(clock.now());
      }
    })();
    await clock.advance(30);
    expect(woken).toEqual([10, 20, 30]);
  });

  test('sleep rejects when aborted', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const sleep = clock.sleep(10, abort.signal);
    abort.abort();
    await expect(sleep).rejects.toMatchObject({ name: 'AbortError' });
    expect(clock.pending).toBe(0);
  });
});
