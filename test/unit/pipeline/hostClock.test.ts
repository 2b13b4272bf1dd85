import { beforeEach, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { HostClock } from '../../../src/pipeline/hostClock.ts';
import { FakeClock } from '../../support/fakeClock.ts';

let clock: FakeClock;
let host: HostClock;

beforeEach(() => {
  clock = new FakeClock();
  host = new HostClock(clock, createLog('silent'));
});

const seen = () => {
  host.look();
  return [host.forward, host.back];
};

it('tells a step from time that passed, and leaves what a time service puts right alone', async () => {
  await clock.advance(3 * HOUR);
  expect(seen()).toEqual([0, 0]);
  clock.step(9 * SECOND);
  expect(seen()).toEqual([0, 0]);
  clock.step(-11 * SECOND);
  expect(seen()).toEqual([0, 1]);
  clock.step(2 * HOUR);
  expect(seen()).toEqual([1, 1]);
});

it('removes nothing for its age for a day after the clock was put far forward', async () => {
  expect(host.trusted).toBe(true);
  clock.step(MINUTE);
  expect(host.trusted).toBe(true);
  clock.step(400 * DAY);
  expect(host.trusted).toBe(false);
  clock.step(-400 * DAY);
  await clock.advance(DAY - 1);
  expect(host.trusted).toBe(false);
  await clock.advance(1);
  expect(host.trusted).toBe(true);
});
