import { CONTRACT_ENDS } from '../domain/contractEnd.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import { type AssetModel, INSTALLATION_UNKNOWN, type RuleDefinition, STORM } from '../domain/model.ts';
import { evaluationOrder, groupsOf, inputsOf, readsOf } from './groups.ts';
import { compileRule } from './index.ts';
import type { CompiledRule } from './rule.ts';

/** A model bound to its rules, with what the fold needs at hand; made once and shared by all its assets. */
export interface CompiledModel {
  readonly model: AssetModel;
  readonly metricIndex: ReadonlyMap<string, number>;
  readonly rules: readonly CompiledRule[];
  /** By metric: positions of the rules that are called with each sample of this metric. */
  readonly single: readonly (readonly number[])[];
  /** By metric: positions of the rules that read it together with others, or that read such as read it. */
  readonly joint: readonly (readonly number[])[];
  /** By metric: groups of rules that must be brought up to a sample of it before that is taken. */
  readonly timed: readonly (readonly RuleGroup[])[];
  /** All groups of rules that are not called with each sample alone. */
  readonly groups: readonly RuleGroup[];
  /** Those of them to which something may happen without a sample. */
  readonly timely: readonly RuleGroup[];
  /** Positions of the rules in order of evaluation. */
  readonly order: readonly number[];
  /** By rule: positions of the rules that it reads. */
  readonly reads: readonly (readonly number[])[];
  readonly ruleById: ReadonlyMap<string, RuleDefinition>;
}

/** Positions of rules that move through time together, in order of evaluation. */
export type RuleGroup = readonly number[];

export function compileModel(model: AssetModel): CompiledModel {
  const bare = model.rules.map((rule) => compileRule(model, rule));
  const rules = bare.map((rule, at) => (rule.reads ? { ...rule, inputs: inputsOf(bare, at) } : rule));
  const isJoint = (rule: CompiledRule) => rule.inputs.length > 1 || rule.reads !== undefined;
  const readers = (metric: number, joint: boolean) =>
    rules.flatMap((rule, at) => (rule.inputs.includes(metric) && isJoint(rule) === joint ? [at] : []));
  const order = evaluationOrder(rules);
  const groups = groupsOf(rules, order).filter((group) =>
    group.some((at) => isJoint(rules[at]!) || rules[at]!.due !== undefined),
  );
  return {
    model,
    metricIndex: new Map(model.metrics.map((metric, at) => [metric.id, at])),
    rules,
    single: model.metrics.map((_, metric) => readers(metric, false)),
    joint: model.metrics.map((_, metric) => readers(metric, true)),
    timed: model.metrics.map((_, metric) =>
      groups.filter((group) => group.some((at) => rules[at]!.inputs.includes(metric))),
    ),
    groups,
    timely: groups.filter((group) => group.some((at) => rules[at]!.due !== undefined)),
    order,
    reads: rules.map((_, at) => readsOf(rules, at)),
    ruleById: new Map(model.rules.map((rule) => [rule.id, rule])),
  };
}

/** Names of a component (none for the asset as a whole) and its failure mode; ids stand in where the model has them no more. */
export function describeMode(model: AssetModel, componentId: string, failureModeId: string) {
  const component = model.components.find((candidate) => candidate.id === componentId);
  const modes =
    componentId === WHOLE_ASSET
      ? [...model.failureModes, INSTALLATION_UNKNOWN, STORM, CONTRACT_ENDS]
      : (component?.failureModes ?? []);
  const mode = modes.find((candidate) => candidate.id === failureModeId);
  return {
    component: componentId === WHOLE_ASSET ? undefined : (component?.name ?? { en: componentId, zh: componentId }),
    failureMode: mode?.name ?? { en: failureModeId, zh: failureModeId },
    reopenWithin: mode?.reopenWithin,
    stormable: mode?.stormable ?? false,
    part: component?.part,
    safety: [component?.safety, mode?.safety].filter((note) => note !== undefined),
    solutions: mode?.solutions ?? [],
  };
}
