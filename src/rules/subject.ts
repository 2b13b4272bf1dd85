import type { AssetModel } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import { checkMetric, metricIndex } from './params.ts';
import type { Latest, RuleProblem } from './rule.ts';

/** What a rule judges: a number of the model, sampled at an instant. */
export function compileSubject(model: AssetModel, id: string) {
  const input = metricIndex(model, id);
  return {
    unit: model.metrics[input]?.unit,
    inputs: [input],
    init: (): unknown => null,
    step(_: unknown, time: Timestamp, { times, values }: Latest): number | undefined {
      const value = values[input]!;
      return times[input] === time && !Number.isNaN(value) ? value : undefined;
    },
  };
}

export function checkSubject(model: AssetModel, id: string, path: string): RuleProblem[] {
  const metric = checkMetric(model, id, path);
  if ('message' in metric) return [metric];
  return metric.kind === 'event' ? [{ path, message: `'${id}' is an event; this needs a number or a state` }] : [];
}
