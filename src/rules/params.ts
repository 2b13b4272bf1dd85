import Type from 'typebox';
import { type AssetModel, type MetricDefinition, SEVERITIES } from '../domain/model.ts';
import { DURATION_FORM, type Duration, parseDuration } from '../domain/time.ts';
import type { RuleProblem } from './rule.ts';

/** A span of time as people write it. */
export const DurationText = (description: string, fallback?: string) =>
  Type.String({
    description,
    form: DURATION_FORM,
    pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|min|m|h|d|w)$',
    ...(fallback === undefined ? {} : { default: fallback }),
  });

export const SeverityName = Type.Enum([...SEVERITIES], { description: 'Severity of the finding.' });

/** Milliseconds of a duration that passed its schema. */
export function duration(text: string): Duration {
  const value = parseDuration(text);
  if (value === undefined) throw new Error(`'${text}' is no duration: write ${DURATION_FORM}`);
  return value;
}

export function durationIfAny(text: string | undefined): Duration | undefined {
  return text === undefined ? undefined : duration(text);
}

export function metricIndex(model: AssetModel, id: string): number {
  return model.metrics.findIndex((metric) => metric.id === id);
}

/** The metric, or a problem that lists what the model has. */
export function checkMetric(model: AssetModel, id: string, path: string): MetricDefinition | RuleProblem {
  const metric = model.metrics.find((candidate) => candidate.id === id);
  if (metric) return metric;
  return { path, message: `the model has no metric '${id}'; it has ${model.metrics.map((m) => m.id).join(', ')}` };
}

/** Levels go from the mildest to the worst: each of these numbers must be higher than the one before. */
export function checkRising(values: readonly number[], pathOf: (index: number) => string): RuleProblem[] {
  return values.flatMap((value, index) => {
    const before = values[index - 1];
    if (before === undefined || value > before) return [];
    return [{ path: pathOf(index), message: `must be higher than the level before (${before})` }];
  });
}
