import { Value } from 'typebox/value';
import { WHOLE_ASSET } from '../domain/ids.ts';
import type { AssetModel, FailureModeDefinition, ServicePlan } from '../domain/model.ts';
import type { RuleKind } from '../rules/rule.ts';
import { complete } from './complete.ts';
import type { Flaw } from './inspect.ts';
import type { RuleEntry } from './modelChecks.ts';
import { ruleSchema } from './modelSchema.ts';
import { suggestion } from './nearest.ts';
import type { Path } from './problem.ts';
import { type RawServicePlan, ServicePlanSchema } from './servicePlanSchema.ts';
import { listAt, valueAt } from './values.ts';

/** A service plan is a rule by use or by the calendar, whose ticket is of a failure mode of its own. */
export function planEntries(model: unknown, kinds: ReadonlyMap<string, RuleKind>): RuleEntry[] {
  const schema = ruleSchema(kinds);
  const timed = soundPlans(model).filter(({ plan, path }) => timingFlaws(plan, path).length === 0);
  return timed.map(({ plan, path }) => ({
    raw: complete(schema, ruleOf(plan)),
    path,
    componentId: plan.component ?? WHOLE_ASSET,
    failureModeIds: [plan.id],
  }));
}

function soundPlans(model: unknown): { readonly plan: RawServicePlan; readonly path: Path }[] {
  return listAt(model, ['servicePlans']).flatMap((raw, at) =>
    Value.Check(ServicePlanSchema, raw) ? [{ plan: raw as RawServicePlan, path: ['servicePlans', at] }] : [],
  );
}

function ruleOf(plan: RawServicePlan): Record<string, unknown> {
  const { id, mode, severity, lead, every, first } = plan;
  const common = { id, failureMode: id, mode };
  if (plan.counter === undefined) {
    const inspection = { first: first ?? every, lead, severity, counted: plan.counted, past: 'done', of: 'service' };
    return { ...common, kind: 'calendar', inspection: { ...inspection, ...(every !== undefined && { every }) } };
  }
  return {
    ...common,
    kind: 'usage',
    counter: plan.counter,
    form: plan.form,
    life: plan.use,
    ...(every !== undefined && { calendarLife: every }),
    risk: { planningMargin: lead, levels: [{ probability: 0.5, severity }] },
    renewedBy: 'closing',
  };
}

/** What the schema of a plan can't say. */
export function planFlaws(model: unknown): Flaw[] {
  const components = listAt(model, ['components']);
  return soundPlans(model).flatMap(({ plan, path }) => [
    ...timingFlaws(plan, path),
    ...placeFlaws(plan, path, components, model),
  ]);
}

function timingFlaws({ counter, use, first, every, counted }: RawServicePlan, path: Path): Flaw[] {
  const flaw = (key: string, message: string): Flaw => ({ path: [...path, key], message, on: 'value' });
  if (counter === undefined) {
    if (use !== undefined) return [flaw('use', 'needs a counter that counts it')];
    return first === undefined && every === undefined
      ? [{ path, message: 'say when it is due: give first, every, or counter and use', on: 'value' }]
      : [];
  }
  if (use === undefined) return [flaw('counter', 'say in use how much of it lies between two services')];
  if (first !== undefined)
    return [flaw('first', 'goes by the calendar; make that a plan of its own, without a counter')];
  return counted === 'fixed' ? [flaw('counted', 'use is counted from the last service; leave it out')] : [];
}

function placeFlaws(
  { id, component }: RawServicePlan,
  path: Path,
  components: readonly unknown[],
  model: unknown,
): Flaw[] {
  const owner = component === undefined ? valueAt(model, ['asset']) : components.find((one) => idOf(one) === component);
  if (owner === undefined && component !== undefined) {
    const message = `the model has no component '${component}'${suggestion(component, components.map(idOf))}`;
    return [{ path: [...path, 'component'], message, on: 'value' }];
  }
  if (!listAt(owner, ['failureModes']).some((mode) => idOf(mode) === id)) return [];
  return [
    { path: [...path, 'id'], message: `'${id}' is a failure mode already; name the plan otherwise`, on: 'value' },
  ];
}

const idOf = (item: unknown): string => String(valueAt(item, ['id']));

/** The model with its plans, each with the failure mode that its tickets are about. */
export function withServicePlans(model: Omit<AssetModel, 'version'>, raw: unknown): Omit<AssetModel, 'version'> {
  const plans = soundPlans(raw).map(({ plan }) => toPlan(plan));
  if (plans.length === 0) return model;
  const modes = (componentId: string) => plans.filter((plan) => plan.componentId === componentId).map(failureModeOf);
  return {
    ...model,
    servicePlans: plans,
    components: model.components.map((component) => ({
      ...component,
      failureModes: [...component.failureModes, ...modes(component.id)],
    })),
    failureModes: [...model.failureModes, ...modes(WHOLE_ASSET)],
  };
}

function toPlan({ id, title, component, team, checklist, parts }: RawServicePlan): ServicePlan {
  return { id, title, componentId: component ?? WHOLE_ASSET, checklist, parts, ...(team !== undefined && { team }) };
}

/** Each due date has a ticket of its own: what was done is not reopened. */
function failureModeOf({ id, title }: ServicePlan): FailureModeDefinition {
  return { id, name: title, reopenWithin: 0 };
}
