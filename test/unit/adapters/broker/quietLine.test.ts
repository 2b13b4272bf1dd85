import { expect, test } from 'vitest';
import { QuietLine } from '../../../../src/adapters/broker/quietLine.ts';
import { until } from '../../../support/until.ts';

test('says quiet once after many messages, and not while they keep coming', async () => {
  let quiet = 0;
  const line = new QuietLine(() => quiet++);
  for (let turn = 0; turn < 50; turn++) {
    for (let message = 0; message < 100; message++) line.messageArrived();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(quiet).toBe(0);
  await until('quiet', () => quiet > 0);
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(quiet).toBe(1);
  line.messageArrived();
  await until('quiet again', () => quiet === 2);
});
