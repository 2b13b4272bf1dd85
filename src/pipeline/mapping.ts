import type { AssetModel, MetricDefinition } from '../domain/model.ts';
import type { MetricMapping, SourceDefinition } from '../domain/source.ts';
import { BoundedCache } from './boundedCache.ts';
import { createValueReader, type ValueReader } from './valueReader.ts';

/** What becomes of a name in the payload. */
export interface Target {
  readonly metricIndex: number;
  readonly reader: ValueReader;
  /** For values in the unit that the payload tells; what the mapping says counts before. */
  readerIn(unit: string | undefined): ValueReader;
}

/** A name that is no telemetry. */
export const IGNORED = 'ignored';

/** Targets by the name in the payload; a name that is not in it is unknown. */
export type MappingPlan = ReadonlyMap<string, Target | typeof IGNORED>;

/**
 * How a source feeds a model: metric ids by themselves, over them the names that the source maps (also such whose
 * metric this model lacks: they are unknown then), over these the ignored ones.
 */
export function createMappingPlan(source: SourceDefinition, model: AssetModel): MappingPlan {
  const plan = new Map<string, Target | typeof IGNORED>();
  const metrics = new Map<string, [MetricDefinition, number]>();
  for (const [index, metric] of model.metrics.entries()) {
    metrics.set(metric.id, [metric, index]);
    plan.set(metric.id, target(metric, index, undefined));
  }
  for (const [name, mapping] of Object.entries(source.metrics)) {
    const found = metrics.get(mapping.metric);
    if (found) plan.set(name, target(...found, mapping));
    else plan.delete(name);
  }
  for (const name of source.ignore) plan.set(name, IGNORED);
  return plan;
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
