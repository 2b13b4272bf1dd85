import Type, { type StaticDecode, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Histories } from '../domain/histories.ts';
import type { AssetModel, ComponentDefinition, FailureModeDefinition, RuleDefinition } from '../domain/model.ts';
import { decode } from './complete.ts';
import { withIndicators } from './indicators.ts';
import {
  componentFields,
  FailureModeSchema,
  IndicatorSchema,
  MetricSchema,
  NamesSchema,
  type RawRule,
  SHARED_RULE_FIELDS,
} from './modelSchema.ts';
import { withServicePlans } from './servicePlans.ts';
import { listAt, valueAt } from './values.ts';
import { versionOf } from './version.ts';

/** A component as written, its rules aside. */
const ComponentSchema = Type.Object(componentFields);
type RawComponent = StaticDecode<typeof ComponentSchema>;

/** The model as far as it is sound: what does not fit its schema is left out. `rules` are sound already. */
export function draftModel(raw: unknown, rules: readonly RuleDefinition[]): AssetModel {
  const indicators = sound(IndicatorSchema, listAt(raw, ['indicators']));
  const bare = {
    id: String(valueAt(raw, ['id'])),
    name: sound(NamesSchema, [valueAt(raw, ['name'])])[0] ?? { en: '', zh: '' },
    metrics: sound(MetricSchema, listAt(raw, ['metrics'])),
    indicators,
    components: sound(ComponentSchema, listAt(raw, ['components'])).map(toComponent),
    failureModes: sound(FailureModeSchema, listAt(raw, ['asset', 'failureModes'])),
    rules: rules.map((rule) => withIndicators(rule, indicators)),
  };
  const parts = withServicePlans(bare, raw);
  return { ...parts, version: modelVersion(parts) };
}

function toComponent({ id, name, part, safety, failureModes }: RawComponent): ComponentDefinition {
  return { id, name, failureModes, ...(part && { part }), ...(safety && { safety }) };
}

function sound<S extends TSchema>(schema: S, list: readonly unknown[]): StaticDecode<S>[] {
  return list.filter((item) => Value.Check(schema, item)).map((item) => decode(schema, item));
}

/** A rule that passed the schema of its kind. */
export function toRule(raw: RawRule, componentId: string, histories?: Histories): RuleDefinition {
  const { id, kind, failureMode, mode, maxTicketsPerHour } = raw;
  const params = Object.fromEntries(Object.entries(raw).filter(([key]) => !SHARED_RULE_FIELDS.includes(key)));
  return {
    id,
    kind,
    componentId,
    failureModeId: failureMode,
    mode: typeof mode === 'string' ? { default: mode } : { ...mode.sites, default: mode.default },
    maxTicketsPerHour,
    params,
    ...(histories && { histories }),
    version: versionOf({ kind, params, ...(histories && { histories: histories.hash }) }),
  };
}

/** Covers what the fold depends on: not names, modes or caps, and of parts the lead time, by which risks are judged. */
function modelVersion(parts: Omit<AssetModel, 'version'>): string {
  const ids = (modes: readonly FailureModeDefinition[]) => modes.map((mode) => mode.id);
  return versionOf({
    id: parts.id,
    metrics: parts.metrics.map(({ name: _, texts: __, ...metric }) => metric),
    ...(parts.indicators.length > 0 && { indicators: parts.indicators.map(({ name: _, ...indicator }) => indicator) }),
    components: parts.components.map(({ id, failureModes, part }) => [id, ids(failureModes), part?.leadTime ?? 0]),
    failureModes: ids(parts.failureModes),
    rules: parts.rules.map((rule) => [rule.id, rule.componentId, rule.failureModeId, rule.version]),
  });
}
