import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { QuietLog } from '../../../../src/adapters/queue/quietLog.ts';
import { recordLog } from '../../../support/recordLog.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('logs each message at once, then at most every 30 s with how often it was left out', () => {
  const { log, lines } = recordLog();
  const quiet = new QuietLog(log);
  for (let i = 0; i < 500; i++) quiet.warn(new Error('away'), 'queue');
  quiet.warn(new Error('something else'), 'queue');
  expect(lines).toHaveLength(2);
  expect(lines[0]).not.toHaveProperty('repeated');

  vi.advanceTimersByTime(30_000);
  quiet.warn(new Error('away'), 'queue');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatchObject({ repeated: 499, msg: 'queue', err: { message: 'away' } });
});

it('does not grow with ever new messages', () => {
  const { log, lines } = recordLog();
  const quiet = new QuietLog(log);
  for (let i = 0; i < 250; i++) quiet.warn(new Error(`port ${i}`), 'queue');
  quiet.warn(new Error('port 0'), 'queue');
  expect(lines).toHaveLength(251);
});
