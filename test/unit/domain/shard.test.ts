import { describe, expect, it } from 'vitest';
import { SHARDS, shardOf } from '../../../src/domain/shard.ts';

describe('shardOf', () => {
  it('never changes: what is stored names shards', () => {
    expect(['', 'a', 'compressor-17', '空压机'].map(shardOf)).toMatchInlineSnapshot(`
      [
        25,
        32,
        50,
        31,
      ]
    `);
  });

  it('spreads ids that differ in a number over all shards', () => {
    const counts = new Array<number>(SHARDS).fill(0);
    for (let n = 0; n < 64_00; n++) counts[shardOf(`pump-${n}`)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(200);
  });
});
