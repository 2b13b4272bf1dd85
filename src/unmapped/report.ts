import { flatten } from '../codecs/flatten.ts';
import { isObject } from '../codecs/objects.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { SuggestedMapping, UnmappedMetric, UnmappedReport } from '../domain/unmapped.ts';
import { type MappedName, mapNames, mappingLine } from './mapNames.ts';
import { type FoundName, type FoundNames, unmappedNames } from './names.ts';
import { LOOKED_AT, MOST_TOLD, type UnmappedParts } from './parts.ts';
import { unknownLines } from './sourceYaml.ts';
import type { NameFacts } from './suggestMapping.ts';
import { unmappedTopics } from './topics.ts';

const ASSETS_TOLD = 5;

/**
 * What came and nothing takes, by the newest dead letters: topics that no source has, and names that are neither mapped
 * nor metrics; with what would take them. What is mapped by now is only counted.
 */
export async function reportUnmapped(parts: UnmappedParts): Promise<UnmappedReport> {
  const topics = await unmappedTopics(parts);
  const { found, letters, mappedSince } = await unmappedNames(parts);
  const books = new Map(parts.sources.map((source) => [source.id, new KeyBook(source)]));
  const suggested = found.map((one) => suggestAll(one, books.get(one.source.id)!));
  const metrics = suggested
    .flatMap(({ metrics: own }) => own)
    .sort((a, b) => b.values - a.values)
    .slice(0, MOST_TOLD);
  return {
    topics: topics.topics,
    metrics,
    sources: bySource(suggested, books),
    letters: topics.letters + letters,
    complete: topics.letters < LOOKED_AT && letters < LOOKED_AT,
    mappedSince: topics.mappedSince + mappedSince,
  };
}

interface Suggested {
  readonly source: SourceDefinition;
  readonly metrics: readonly UnmappedMetric[];
  readonly flatten: boolean;
  readonly unknown: readonly string[];
}

function suggestAll({ source, model, names, taken }: FoundNames, book: KeyBook): Suggested {
  const facts = names.flatMap((one) => factsOf(one));
  const mapped = model ? mapNames(facts, model.metrics, taken) : new Map<string, MappedName>();
  const metrics = names.map((one): UnmappedMetric => {
    const { raw: _, unit: __, assetIds, ...told } = one;
    const own = factsOf(one).flatMap(({ name }) => mapped.get(name) ?? []);
    const suggestion = suggestionOf(
      one,
      own,
      own.map((mapping) => book.lineOf(mapping)),
    );
    return {
      ...told,
      assets: assetIds.length,
      assetIds: assetIds.slice(0, ASSETS_TOLD),
      ...(suggestion && { suggestion }),
    };
  });
  return {
    source,
    metrics,
    flatten: names.some((one) => isNested(one)),
    unknown: facts.map(({ name }) => name).filter((name) => !mapped.has(name)),
  };
}

/** Of an object the names in it, as they are once it is flattened. */
function factsOf(one: FoundName): NameFacts[] {
  if (!isNested(one)) return [{ name: one.name, values: one.raw, unit: one.unit }];
  const facts = new Map<string, unknown[]>();
  for (const value of one.raw) {
    for (const [name, inner] of Object.entries(flatten({ [one.name]: value }))) {
      facts.set(name, [...(facts.get(name) ?? []), inner]);
    }
  }
  return [...facts].map(([name, values]) => ({ name, values }));
}

function isNested({ raw }: FoundName): boolean {
  return raw.some((value) => isObject(value) || Array.isArray(value));
}

function suggestionOf(
  one: FoundName,
  own: readonly MappedName[],
  lines: readonly string[],
): SuggestedMapping | undefined {
  if (isNested(one)) return { others: [], yaml: lines.join('\n') };
  const [first] = own;
  if (!first) return undefined;
  const { metric, unit } = first.mapping;
  return { metricId: metric, ...(unit !== undefined && { unit }), others: first.others, yaml: lines[0]! };
}

/** Keys of the mappings of a source: a name that is mapped already, or for another model, stands under another key. */
class KeyBook {
  readonly #lines = new Map<string, string>();
  readonly #isTaken: (key: string) => boolean;

  constructor({ metrics }: SourceDefinition) {
    this.#isTaken = (key) => Object.hasOwn(metrics, key);
  }

  /** As they are suggested. */
  get lines(): readonly string[] {
    return [...this.#lines.values()];
  }

  lineOf(one: MappedName): string {
    const { metric } = one.mapping;
    for (const key of [one.name, metric, `${one.name} as ${metric}`]) {
      const line = mappingLine(one, key);
      const known = this.#lines.get(key);
      if (this.#isTaken(key) || (known !== undefined && known !== line)) continue;
      this.#lines.set(key, line);
      return line;
    }
    return mappingLine(one, one.name);
  }
}

/** What is suggested for all models of a source together. */
function bySource(suggested: readonly Suggested[], books: ReadonlyMap<string, KeyBook>): UnmappedReport['sources'] {
  const sources = [...new Set(suggested.map(({ source }) => source))];
  return sources.flatMap((source) => {
    const own = suggested.filter((one) => one.source === source);
    const { lines: mappings } = books.get(source.id)!;
    const needsFlat = own.some(({ flatten: flat }) => flat) && source.flatten !== true;
    const lines = [
      ...(needsFlat ? ['    flatten: true'] : []),
      ...(mappings.length > 0 ? ['    metrics:', ...mappings.map((line) => `      ${line}`)] : []),
      ...unknownLines([...new Set(own.flatMap(({ unknown }) => unknown))]),
    ];
    return lines.length === 0 ? [] : [{ sourceId: source.id, yaml: `${lines.join('\n')}\n` }];
  });
}
