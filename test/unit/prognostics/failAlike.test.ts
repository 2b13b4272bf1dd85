import { describe, expect, it } from 'vitest';
import type { AlikeCount } from '../../../src/domain/campaign.ts';
import { failAlike } from '../../../src/prognostics/failAlike.ts';
import { fisherGreater } from '../../../src/prognostics/fisherExact.ts';

const POLICY = { window: 1, assets: 3, p: 0.001 };

function count(batch: string | null, affected: number, assets: number, modelId = 'm'): AlikeCount {
  return { modelId, batch, componentId: 'pump', failureModeId: 'leaks', affected, assets };
}

describe("Fisher's exact test", () => {
  it.each([
    // The lady tasting tea: 4 of 4, and 3 of 4 cups.
    [4, 4, 0, 4, 1 / 70],
    [3, 4, 1, 4, 17 / 70],
    [0, 10, 5, 10, 1],
    [2, 2, 0, 100, 2 / (102 * 101)],
  ])('of %i of %i against %i of %i', (k, n, hits, others, p) => {
    expect(fisherGreater(k, n, hits, others)).toBeCloseTo(p, 10);
  });
});

describe('what fails alike', () => {
  it('is a batch in which a failure mode is more frequent than in the others of its model', () => {
    const found = failAlike([count('A', 1, 100), count('B', 5, 10), count(null, 1, 50)], POLICY);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      scope: { modelId: 'm', batch: 'B', componentId: 'pump', failureModeId: 'leaks' },
      evidence: { affected: 5, assets: 10, expected: (10 * 2) / 150 },
    });
    expect(found[0]!.evidence.p).toBeCloseTo(fisherGreater(5, 10, 2, 150), 12);
  });

  it('needs enough assets, and more than chance', () => {
    expect(failAlike([count('A', 0, 1000), count('B', 2, 2)], POLICY)).toEqual([]);
    expect(failAlike([count('A', 9, 100), count('B', 3, 20)], POLICY)).toEqual([]);
    expect(failAlike([count('B', 10, 10)], POLICY)).toEqual([]);
  });

  it('is judged more severely the more groups are tested', () => {
    const two = [count('A', 3, 40), count('B', 14, 40)];
    const p = fisherGreater(14, 40, 3, 40);
    expect(failAlike(two, { ...POLICY, p: 1.9 * p })).toEqual([]);
    expect(failAlike(two, { ...POLICY, p: 2.1 * p })).toHaveLength(1);
  });

  it('is a model where it is the whole of it, and no batch of it', () => {
    const counts = [count('A', 10, 20), count('B', 9, 20), count('A', 1, 200, 'other')];
    expect(failAlike(counts, POLICY).map(({ scope }) => [scope.modelId, scope.batch])).toEqual([['m', undefined]]);
    const oneBatch = [count('A', 10, 20), count('B', 0, 20), count('A', 1, 200, 'other')];
    expect(failAlike(oneBatch, POLICY).map(({ scope }) => [scope.modelId, scope.batch])).toEqual([['m', 'A']]);
  });
});
