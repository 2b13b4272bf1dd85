import type { ModelFit } from '../domain/decodeTrial.ts';
import type { AssetModel } from '../domain/model.ts';
import { IGNORED, type MappingPlan } from './mapping.ts';

/** How well models fit the names in a message: the best first, without those that know none of them. */
export function fitModels(
  models: readonly AssetModel[],
  names: ReadonlySet<string>,
  planFor: (model: AssetModel) => MappingPlan,
): ModelFit[] {
  return models
    .map((model) => fitModel(model, names, planFor(model)))
    .filter(({ mapped, similar }) => mapped.length + similar.length > 0)
    .toSorted((a, b) => b.score - a.score || (a.modelId < b.modelId ? -1 : 1));
}

function fitModel(model: AssetModel, names: ReadonlySet<string>, plan: MappingPlan): ModelFit {
  const mapped: { name: string; metric: string }[] = [];
  const others: string[] = [];
  for (const name of names) {
    const target = plan.get(name);
    if (target === IGNORED) continue;
    if (!target) others.push(name);
    for (let one = target; one !== undefined; one = one.next) {
      mapped.push({ name, metric: model.metrics[one.metricIndex]!.id });
    }
  }
  const there = new Set(mapped.map(({ metric }) => metric));
  const missing = model.metrics.map(({ id }) => id).filter((id) => !there.has(id));
  const byPlainName = new Map(missing.map((id) => [plain(id), id]));
  const similar = others.flatMap((name) => {
    const metric = byPlainName.get(plain(name));
    return metric === undefined ? [] : [{ name, metric }];
  });
  const likened = new Set(similar.map(({ name }) => name));
  const unknown = others.filter((name) => !likened.has(name));
  return {
    modelId: model.id,
    score: scoreOf(mapped.length, similar.length, names.size, model),
    mapped,
    similar,
    missing,
    unknown,
  };
}

/** A name that is only like a metric counts half: somebody has to map it first. */
function scoreOf(mapped: number, similar: number, names: number, { metrics }: AssetModel): number {
  const hits = mapped + similar / 2;
  return names + metrics.length === 0 ? 0 : Math.round((200 * hits) / (names + metrics.length)) / 100;
}

/** `Oil_Temp` and `oilTemp` are alike. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
