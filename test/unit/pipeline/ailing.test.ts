import { expect, it } from 'vitest';
import { Ailing } from '../../../src/pipeline/ailing.ts';
import { FakeClock } from '../../support/fakeClock.ts';

it('lets those that fail rest, longer each time, until they are healed', async () => {
  const clock = new FakeClock();
  const ailing = new Ailing<string>(clock);
  ailing.add('a', 'broken');
  expect(ailing.resting()).toEqual(['a']);
  await clock.advance(1500);
  expect(ailing.resting()).toEqual([]);
  expect(ailing.describe()).toContain('a (broken)');
  ailing.add('a', 'broken');
  await clock.advance(1500);
  expect(ailing.resting()).toEqual(['a']);
  ailing.healed('a');
  expect(ailing.resting()).toEqual([]);
  expect(ailing.describe()).toBeUndefined();
});

it('forgets those that it does not try again, since another node has them', async () => {
  const clock = new FakeClock();
  const ailing = new Ailing<string>(clock);
  ailing.add('a', 'broken');
  await clock.advance(20_000);
  expect(ailing.resting()).toEqual([]);
  expect(ailing.describe()).toBeUndefined();
});
