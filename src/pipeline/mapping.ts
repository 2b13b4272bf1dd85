import type { AssetModel, MetricDefinition } from '../domain/model.ts';
import type { MetricMapping, SourceDefinition } from '../domain/source.ts';
import { BoundedCache } from './boundedCache.ts';
import { compileNamePattern, isNamePattern } from './namePattern.ts';
import { createValueReader, type ValueReader } from './valueReader.ts';

/** What becomes of a name in the payload. */
export interface Target {
  readonly metricIndex: number;
  readonly reader: ValueReader;
  /** For values in the unit that the payload tells; what the mapping says counts before. */
  readerIn(unit: string | undefined): ValueReader;
  /** What else comes of the same value. */
  readonly next?: Target;
}

/** A name that is no telemetry. */
export const IGNORED = 'ignored';

/** Targets by the name in the payload; a name that it has none for is unknown. */
export interface MappingPlan {
  get(name: string): Target | typeof IGNORED | undefined;
}

type Meaning = Target | typeof IGNORED | undefined;
type Matches = (name: string) => boolean;

/**
 * How a source feeds a model: metric ids by themselves, over them the names that the source maps (also such whose
 * metric this model lacks: they are unknown then), over these the ignored ones. What no name says, patterns do: those
 * that are mapped, in their order, before those that are ignored. What the codec knows to be `housekeeping` is ignored unless
 * something else is said of it.
 */
export function createMappingPlan(
  source: SourceDefinition,
  model: AssetModel,
  housekeeping: readonly string[] = [],
): MappingPlan {
  const plan = new Map<string, Meaning>();
  const patterns: [Matches, Meaning][] = [];
  const set = (name: string, meaning: Meaning): void => {
    if (isNamePattern(name)) patterns.push([compileNamePattern(name), meaning]);
    else plan.set(name, meaning);
  };
  const metrics = new Map<string, [MetricDefinition, number]>();
  for (const [index, metric] of model.metrics.entries()) {
    metrics.set(metric.id, [metric, index]);
    plan.set(metric.id, target(metric, index, undefined));
  }
  for (const [name, mappings] of mappingsByName(source)) {
    const targets = mappings.flatMap((mapping) => {
      const found = metrics.get(mapping.metric);
      return found ? [target(...found, mapping)] : [];
    });
    set(name, chain(targets));
  }
  for (const name of source.ignore) set(name, IGNORED);
  for (const name of housekeeping) {
    if (!plan.has(name) && !patterns.some(([matches]) => matches(name))) plan.set(name, IGNORED);
  }
  return patterns.length === 0 ? plan : new PatternPlan(plan, patterns);
}

/** By the name in the payload, each in the order in which they are written. */
export function mappingsByName({ metrics }: SourceDefinition): ReadonlyMap<string, readonly MetricMapping[]> {
  const found = new Map<string, MetricMapping[]>();
  for (const [key, mapping] of Object.entries(metrics)) {
    const name = mapping.from ?? key;
    const others = found.get(name);
    if (others) others.push(mapping);
    else found.set(name, [mapping]);
  }
  return found;
}

function chain(targets: readonly Target[]): Target | undefined {
  return targets.reduceRight<Target | undefined>((next, one) => (next ? { ...one, next } : one), undefined);
}

/** Names matched against patterns that are remembered; payloads may invent any number. */
const CACHED_NAMES = 10_000;
const MAX_CACHED_NAME = 256;

class PatternPlan implements MappingPlan {
  readonly #exact: ReadonlyMap<string, Meaning>;
  readonly #patterns: readonly (readonly [Matches, Meaning])[];
  readonly #found = new BoundedCache<string, { readonly meaning: Meaning }>(CACHED_NAMES);

  constructor(exact: ReadonlyMap<string, Meaning>, patterns: readonly (readonly [Matches, Meaning])[]) {
    this.#exact = exact;
    this.#patterns = patterns;
  }

  get(name: string): Meaning {
    if (this.#exact.has(name)) return this.#exact.get(name);
    const known = this.#found.get(name);
    if (known) return known.meaning;
    const meaning = this.#patterns.find(([matches]) => matches(name))?.[1];
    if (name.length <= MAX_CACHED_NAME) this.#found.set(name, { meaning });
    return meaning;
  }
}

/** Spellings of units remembered for each metric; payloads may invent any number. */
const CACHED_UNITS = 16;

function target(metric: MetricDefinition, metricIndex: number, mapping: MetricMapping | undefined): Target {
  const reader = createValueReader(metric, mapping);
  const isTold = metric.kind !== 'number' || mapping?.unit !== undefined;
  const byUnit = new BoundedCache<string, ValueReader>(CACHED_UNITS);
  const readerIn = (unit: string | undefined) => {
    if (unit === undefined || isTold) return reader;
    const known = byUnit.get(unit) ?? createValueReader(metric, { metric: metric.id, ...mapping, unit });
    byUnit.set(unit, known);
    return known;
  };
  return { metricIndex, reader, readerIn };
}
