import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import { anomaly } from './anomaly.ts';
import { calendar } from './calendar.ts';
import { composite } from './composite.ts';
import { event } from './event.ts';
import { rateOfChange } from './rateOfChange.ts';
import type { CompiledRule, RuleKind } from './rule.ts';
import { silence } from './silence.ts';
import { similarity } from './similarity.ts';
import { threshold } from './threshold.ts';
import { trend } from './trend.ts';
import { usage } from './usage.ts';
import { vibration } from './vibration.ts';

/** Every rule kind by its name in the models: a new one costs a line here. */
export const ruleKinds: ReadonlyMap<string, RuleKind> = new Map(
  [usage, threshold, rateOfChange, vibration, trend, anomaly, event, composite, calendar, silence, similarity].map(
    (kind): [string, RuleKind] => [kind.kind, kind],
  ),
);

/** Binds a rule whose parameters passed its kind's schema and check. */
export function compileRule(model: AssetModel, rule: RuleDefinition): CompiledRule {
  const kind = ruleKinds.get(rule.kind);
  if (!kind)
    throw new Error(`rule ${rule.id}: no rule kind '${rule.kind}'; there are ${[...ruleKinds.keys()].join(', ')}`);
  return kind.compile(rule.params, model, rule);
}
