import { beforeEach, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, type Timestamp } from '../../../src/domain/time.ts';
import { DeviceClocks } from '../../../src/pipeline/deviceClocks.ts';
import { recordLog } from '../../support/recordLog.ts';

const NOW = Date.UTC(2024, 5, 1);

let clocks: DeviceClocks;
let said: () => string[];

beforeEach(() => {
  const { log, lines } = recordLog();
  clocks = new DeviceClocks(log);
  said = () => lines.map(({ msg, by }) => (by === undefined ? msg : `${msg} ${by}`));
});

/** Messages every ten seconds of a clock that is off by `error`, each a while under way. */
function live(asset: string, error: number, count: number, from: Timestamp = NOW): Timestamp {
  for (let at = 0; at < count; at++) {
    const sent = from + at * 10 * SECOND;
    clocks.observe(asset, sent + error, sent + 300 + (at % 5) * 100);
  }
  return from + count * 10 * SECOND;
}

const counts = () => [clocks.ahead, clocks.behind, clocks.putBack];

it('knows a clock that is ahead by one message, one that is right or behind when its lag has held', () => {
  live('ahead', 3 * HOUR, 1);
  expect(clocks.errorOf('ahead')).toBe(3 * HOUR - 300);
  live('behind', -2 * DAY, 10);
  expect(clocks.errorOf('behind')).toBeUndefined();
  live('behind', -2 * DAY, 10, NOW + 100 * SECOND);
  expect(clocks.errorOf('behind')).toBe(-2 * DAY - 300);
  live('right', 0, 20);
  expect(clocks.errorOf('right')).toBe(-300);
  expect(counts()).toEqual([1, 1, 0]);
  expect(clocks.off()).toEqual([
    { assetId: 'behind', error: -2 * DAY - 300 },
    { assetId: 'ahead', error: 3 * HOUR - 300 },
  ]);
  expect(said()).toEqual(['the clock of this asset is ahead 2 h 59 m', 'the clock of this asset is behind 2 d']);
});

it('takes no backlog, burst or slow, for a clock that is behind', () => {
  for (let at = 0; at < 360; at++) clocks.observe('a', NOW - 6 * HOUR + at * MINUTE, NOW + at * 10);
  for (let at = 0; at < 360; at++) clocks.observe('b', NOW - 6 * HOUR + at * MINUTE, NOW + at * 2 * SECOND);
  expect(counts()).toEqual([0, 0, 0]);
  expect(clocks.errorOf('a')).toBeUndefined();
  expect(clocks.errorOf('b')).toBeUndefined();
});

it('counts a clock that is put back while its messages go on, and one that is put right again', () => {
  let now = live('a', 0, 20);
  now = live('a', -5 * HOUR, 20, now);
  expect(counts()).toEqual([0, 1, 1]);
  now = live('a', 0, 20, now);
  expect(counts()).toEqual([0, 0, 1]);
  now = live('a', HOUR, 2, now);
  expect(counts()).toEqual([1, 0, 1]);
  live('a', 0, 20, now);
  expect(counts()).toEqual([0, 0, 2]);
  expect(said().at(-1)).toBe('the clock of this asset is right again');
});
