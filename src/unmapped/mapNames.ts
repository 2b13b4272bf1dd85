import type { MetricDefinition } from '../domain/model.ts';
import type { MetricMapping } from '../domain/source.ts';
import { likelyMappings, type NameFacts } from './suggestMapping.ts';
import { yamlMap, yamlText } from './yamlText.ts';

/** What a name probably is. */
export interface MappedName {
  readonly name: string;
  readonly mapping: MetricMapping;
  /** Metrics that are as likely. */
  readonly others: readonly string[];
  readonly score: number;
}

/** A difference in likeness that says nothing. */
const AS_LIKELY = 0.03;
/** Names looked at together: what a payload invents costs no more. */
const MAX_NAMES = 200;

/** Gives each name the likeliest metric that nothing else has yet: no two names become one metric. */
export function mapNames(
  facts: readonly NameFacts[],
  metrics: readonly MetricDefinition[],
  taken: ReadonlySet<string>,
): ReadonlyMap<string, MappedName> {
  const used = new Set(taken);
  const left = facts
    .slice(0, MAX_NAMES)
    .map((one) => ({ name: one.name, likely: likelyMappings(one, metrics) }))
    .filter(({ likely }) => likely.length > 0)
    .sort((a, b) => b.likely[0]!.score - a.likely[0]!.score);
  const mapped = new Map<string, MappedName>();
  for (const { name, likely } of left) {
    const free = likely.filter(({ mapping }) => !used.has(mapping.metric));
    const [best, ...rest] = free;
    if (!best) continue;
    used.add(best.mapping.metric);
    const others = rest.filter(({ score }) => best.score - score <= AS_LIKELY).map(({ mapping }) => mapping.metric);
    mapped.set(name, { name, mapping: best.mapping, others, score: best.score });
  }
  return mapped;
}

/** `oilTemp: { metric: oil-temperature, unit: °F }`, under another key where that one is taken. */
export function mappingLine({ name, mapping, others }: Omit<MappedName, 'score'>, key: string = name): string {
  const { metric, unit, decimal, values } = mapping;
  const fields = {
    metric,
    ...(key !== name && { from: name }),
    ...(unit !== undefined && { unit }),
    ...(decimal !== undefined && { decimal }),
  };
  const plain = yamlMap(fields);
  const all = values ? `${plain.slice(0, -2)}, values: ${yamlMap(values)} }` : plain;
  const doubt = others.length > 0 ? ` # or ${others.join(', ')}` : '';
  return `${yamlText(key)}: ${all}${doubt}`;
}
