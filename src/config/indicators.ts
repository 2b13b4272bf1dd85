import type { AssetModel, IndicatorDefinition, RuleDefinition } from '../domain/model.ts';
import { celName } from '../rules/cel.ts';
import { checkIndicator } from '../rules/indicatorChecks.ts';
import { duplicates } from './flaws.ts';
import { type Flaw, isMap } from './inspect.ts';
import { listAt, valueAt } from './values.ts';
import { versionOf } from './version.ts';

/** What the schema can't say of the indicators as written; `model` holds those that are sound. */
export function indicatorFlaws(raw: unknown, model: AssetModel): Flaw[] {
  const written = listAt(raw, ['indicators']);
  const problems = model.indicators.flatMap((definition, place) => {
    const at = written.findIndex((indicator) => valueAt(indicator, ['id']) === definition.id);
    return checkIndicator(model, definition, place).map(
      ({ path, message }): Flaw => ({ path: ['indicators', at, ...path.split('.')], message, on: 'value' }),
    );
  });
  return [...duplicates(written, 'id', ['indicators']), ...metricNames(raw, written), ...problems];
}

function metricNames(raw: unknown, written: readonly unknown[]): Flaw[] {
  const metrics = new Set(listAt(raw, ['metrics']).map((metric) => valueAt(metric, ['id'])));
  return written.flatMap((indicator, at) => {
    const id = valueAt(indicator, ['id']);
    if (!metrics.has(id)) return [];
    return [{ path: ['indicators', at, 'id'], message: `'${id}' is a metric already`, on: 'value' as const }];
  });
}

/** The rule with a version that also covers the indicators it names, and those that these are made of. */
export function withIndicators(rule: RuleDefinition, indicators: readonly IndicatorDefinition[]): RuleDefinition {
  const used = new Set<IndicatorDefinition>();
  const open = [...texts(rule.params)];
  for (let word = open.pop(); word !== undefined; word = open.pop()) {
    const indicator = indicators.find(({ id }) => id === word || celName(id) === word);
    if (!indicator || used.has(indicator)) continue;
    used.add(indicator);
    open.push(indicator.of ?? '', ...(indicator.expression?.match(/\w+/g) ?? []));
  }
  if (used.size === 0) return rule;
  const sources = indicators.filter((indicator) => used.has(indicator)).map(({ name: _, ...source }) => source);
  return { ...rule, version: versionOf([rule.version, sources]) };
}

/** Every text in a value, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isMap(value) ? Object.values(value).flatMap(texts) : [];
}
