import type { Asset } from '../domain/asset.ts';
import type { BacktestQuestion } from '../domain/backtest.ts';
import type { AssetModel } from '../domain/model.ts';
import { UnacceptableError } from '../errors.ts';
import { compileModel } from '../rules/model.ts';
import type { BacktestPlan, TriedModel } from './backtest.ts';

export interface Wanted extends BacktestQuestion {
  readonly candidates: readonly AssetModel[];
  /** Only these; all assets of the models when absent. */
  readonly assetIds?: readonly string[];
}

export interface InForce {
  readonly models: readonly AssetModel[];
  readonly assets: readonly Asset[];
}

/**
 * Which assets try which models. Each asset keeps its model's id: what is tried is that model as changed.
 *
 * @throws UnacceptableError naming every asset that is not known or has none of the models
 */
export function planBacktest({ candidates, assetIds, ...question }: Wanted, { models, assets }: InForce): BacktestPlan {
  const tried = new Map(
    candidates.map((model): [string, TriedModel] => {
      const today = models.find(({ id }) => id === model.id);
      return [model.id, { ...(today && { today: compileModel(today) }), candidate: compileModel(model) }];
    }),
  );
  const chosen = assets.filter(({ id, modelId }) => tried.has(modelId) && (assetIds?.includes(id) ?? true));
  const problems = (assetIds ?? []).flatMap((id, at) => {
    if (chosen.some((asset) => asset.id === id)) return [];
    const known = assets.find((asset) => asset.id === id);
    const message = known
      ? `asset ${id} is a ${known.modelId}, which is not among the models to try`
      : `no asset '${id}' is registered`;
    return [{ path: `/assetIds/${at}`, message }];
  });
  if (problems.length > 0) throw new UnacceptableError(problems.map(({ message }) => message).join('; '), problems);
  return { ...question, models: tried, assets: [...chosen].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}
