import type { AlikeCount, CampaignEvidence, CampaignPolicy, CampaignScope } from '../domain/campaign.ts';
import { fisherGreater } from './fisherExact.ts';

export interface FailsAlike {
  readonly scope: CampaignScope;
  readonly evidence: Omit<CampaignEvidence, 'since'>;
}

interface Tested {
  readonly scope: CampaignScope;
  readonly affected: number;
  readonly assets: number;
  readonly hits: number;
  readonly others: number;
}

/**
 * The batches and models in which a failure mode is more frequent than in the rest of the fleet: a batch against the other
 * assets of its model; a model against the other models that have the same failure mode of the same component. By
 * {@link fisherGreater}; since many groups are tested, p is multiplied by how many have enough affected assets
 * to be (Bonferroni). Where a whole model fails alike, its batches do not differ, and where one batch explains the model, only
 * the batch is named.
 */
export function failAlike(counts: readonly AlikeCount[], policy: CampaignPolicy): FailsAlike[] {
  const tested = [...batches(counts), ...models(counts)].filter(({ affected }) => affected >= policy.assets);
  const found = tested.flatMap(({ scope, affected, assets, hits, others }): FailsAlike[] => {
    const p = Math.min(1, tested.length * fisherGreater(affected, assets, hits, others));
    if (p > policy.p) return [];
    return [{ scope, evidence: { affected, assets, expected: (assets * hits) / others, p } }];
  });
  const isNamed = ({ scope }: FailsAlike) =>
    scope.batch === undefined &&
    found.some(
      (one) => one.scope.batch !== undefined && one.scope.modelId === scope.modelId && isSame(one.scope, scope),
    );
  return found.filter((one) => !isNamed(one));
}

function batches(counts: readonly AlikeCount[]): Tested[] {
  return counts.flatMap((count) => {
    const { batch, modelId, componentId, failureModeId, affected, assets } = count;
    if (batch === null) return [];
    const rest = counts.filter((one) => one !== count && one.modelId === modelId && isSame(one, count));
    return against({ modelId, batch, componentId, failureModeId }, affected, assets, rest);
  });
}

function models(counts: readonly AlikeCount[]): Tested[] {
  const seen = new Set<string>();
  return counts.flatMap(({ modelId, componentId, failureModeId }) => {
    const key = JSON.stringify([modelId, componentId, failureModeId]);
    if (seen.has(key)) return [];
    seen.add(key);
    const alike = counts.filter((one) => isSame(one, { componentId, failureModeId }));
    const own = alike.filter((one) => one.modelId === modelId);
    const rest = alike.filter((one) => one.modelId !== modelId);
    return against({ modelId, componentId, failureModeId }, sum(own, 'affected'), sum(own, 'assets'), rest);
  });
}

/** Without others there is nothing to compare with. */
function against(scope: CampaignScope, affected: number, assets: number, rest: readonly AlikeCount[]): Tested[] {
  const others = sum(rest, 'assets');
  return others === 0 ? [] : [{ scope, affected, assets, hits: sum(rest, 'affected'), others }];
}

function sum(counts: readonly AlikeCount[], field: 'affected' | 'assets'): number {
  return counts.reduce((total, count) => total + count[field], 0);
}

type Mode = Pick<CampaignScope, 'componentId' | 'failureModeId'>;

function isSame(a: Mode, b: Mode): boolean {
  return a.componentId === b.componentId && a.failureModeId === b.failureModeId;
}
