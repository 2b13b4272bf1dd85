import { WHOLE_ASSET } from '../domain/ids.ts';
import { type AssetModel, INSTALLATION_UNKNOWN, type RuleDefinition } from '../domain/model.ts';
import { compileRule } from './index.ts';
import type { CompiledRule } from './rule.ts';

/** A model bound to its rules, with what the fold needs at hand; made once and shared by all its assets. */
export interface CompiledModel {
  readonly model: AssetModel;
  readonly metricIndex: ReadonlyMap<string, number>;
  readonly rules: readonly CompiledRule[];
  /** By metric: positions of the rules that read this metric alone. */
  readonly single: readonly (readonly number[])[];
  /** By metric: positions of the rules that read it together with others. */
  readonly joint: readonly (readonly number[])[];
  readonly ruleById: ReadonlyMap<string, RuleDefinition>;
}

export function compileModel(model: AssetModel): CompiledModel {
  const rules = model.rules.map((rule) => compileRule(model, rule));
  const readers = (metric: number, joint: boolean) =>
    rules.flatMap((rule, at) => (rule.inputs.includes(metric) && rule.inputs.length > 1 === joint ? [at] : []));
  return {
    model,
    metricIndex: new Map(model.metrics.map((metric, at) => [metric.id, at])),
    rules,
    single: model.metrics.map((_, metric) => readers(metric, false)),
    joint: model.metrics.map((_, metric) => readers(metric, true)),
    ruleById: new Map(model.rules.map((rule) => [rule.id, rule])),
  };
}

/** Names of a component (none for the asset as a whole) and its failure mode; ids stand in where the model has them no more. */
export function describeMode(model: AssetModel, componentId: string, failureModeId: string) {
  const component = model.components.find((candidate) => candidate.id === componentId);
  const modes =
    componentId === WHOLE_ASSET ? [...model.failureModes, INSTALLATION_UNKNOWN] : (component?.failureModes ?? []);
  const mode = modes.find((candidate) => candidate.id === failureModeId);
  return {
    component: componentId === WHOLE_ASSET ? undefined : (component?.name ?? { en: componentId, zh: componentId }),
    failureMode: mode?.name ?? { en: failureModeId, zh: failureModeId },
    part: component?.part,
  };
}
