import type { FailureRecord } from './failure.ts';
import type { AssetModel, RuleDefinition } from './model.ts';

/**
 * The only rule that would have told of a failure; undefined where none watches for it, or several do. What says when somebody is
 * to look, or to do a service, watches for none.
 */
export function watcherOf(
  { rules, servicePlans = [] }: AssetModel,
  { componentId, failureModeId }: Pick<FailureRecord, 'componentId' | 'failureModeId'>,
  siteId: string,
): RuleDefinition | undefined {
  const plans = new Set(servicePlans.map(({ id }) => id));
  const watching = rules.filter(
    (rule) =>
      rule.componentId === componentId &&
      (failureModeId === undefined || rule.failureModeId === failureModeId) &&
      (rule.mode[siteId] ?? rule.mode.default) !== 'observe' &&
      !plans.has(rule.id) &&
      !isInspection(rule),
  );
  return watching.length === 1 ? watching[0] : undefined;
}

function isInspection({ kind, params }: RuleDefinition): boolean {
  return kind === 'calendar' && params.inspection !== undefined;
}
