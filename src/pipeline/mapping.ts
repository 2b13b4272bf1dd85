import type { AssetModel, MetricDefinition } from '../domain/model.ts';
import type { SourceDefinition } from '../domain/source.ts';
import { createValueReader, type ValueReader } from './valueReader.ts';

/** What becomes of a name in the payload. */
export interface Target {
  readonly metricIndex: number;
  readonly reader: ValueReader;
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
    plan.set(metric.id, { metricIndex: index, reader: createValueReader(metric, undefined) });
  }
  for (const [name, mapping] of Object.entries(source.metrics)) {
    const found = metrics.get(mapping.metric);
    if (found) plan.set(name, { metricIndex: found[1], reader: createValueReader(found[0], mapping) });
    else plan.delete(name);
  }
  for (const name of source.ignore) plan.set(name, IGNORED);
  return plan;
}
