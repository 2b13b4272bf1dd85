import type { CatalogueEntry } from '../domain/catalogue.ts';
import { CONTRACT_ENDS } from '../domain/contractEnd.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import { INSTALLATION_UNKNOWN, STORM } from '../domain/model.ts';
import type { CompiledModel } from '../rules/model.ts';

/** What readers of the database are told of a model. */
export function catalogueEntry({ model, rules }: CompiledModel): CatalogueEntry {
  const whole = [...model.failureModes, INSTALLATION_UNKNOWN, STORM, CONTRACT_ENDS];
  return {
    id: model.id,
    name: model.name,
    metrics: model.metrics,
    components: [
      ...model.components.map(({ id, name, part }) => ({ id, name, ...(part && { part }) })),
      { id: WHOLE_ASSET, name: { en: 'Whole asset', zh: '整机' } },
    ],
    failureModes: [
      ...model.components.flatMap(({ id, failureModes }) => failureModes.map((mode) => ({ ...mode, componentId: id }))),
      ...whole.map((mode) => ({ ...mode, componentId: WHOLE_ASSET })),
    ],
    rules: model.rules.map(({ id }) => id),
    limits: rules.flatMap(({ definition, limits = [] }) =>
      limits.map(({ metric, ...limit }) => ({
        metricId: model.metrics[metric]!.id,
        componentId: definition.componentId,
        ruleId: definition.id,
        ...limit,
      })),
    ),
  };
}
