import { expect, it } from 'vitest';
import type { Pipeline, PipelineParts } from '../../src/pipeline/index.ts';
import { readiness } from '../../src/readiness.ts';

it('is not ready between the end of recovery and the first message it takes', async () => {
  const ping = async () => undefined;
  const parts = { store: { ping }, database: { ping }, queue: { ping, concerns: [] } } as unknown as PipelineParts;
  const recovery = { assets: 2, samples: 0, behind: 0, duration: 1000, done: true };
  const pipeline = { recovery, started: false, spill: { trouble: undefined } } as unknown as Pipeline;
  const { ready, parts: told } = await readiness(parts, pipeline);
  expect(ready).toBe(false);
  expect(told.find(({ part }) => part === 'recovery')?.detail).toContain('no messages are taken yet');
});
