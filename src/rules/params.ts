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

/** "Only while": another metric holds a value. */
export const GateParams = Type.Object(
  {
    metric: Type.String({ description: 'Metric of the model.' }),
    equals: Type.Optional(
      Type.Union([Type.String(), Type.Number()], { description: 'A symbol of a state metric, or a number.' }),
    ),
    above: Type.Optional(Type.Number({ description: 'Holds while the metric is above this.' })),
    below: Type.Optional(Type.Number({ description: 'Holds while the metric is below this.' })),
  },
  {
    additionalProperties: false,
    description: 'Only while another metric holds a value: give one of equals, above, below.',
  },
);
export type GateParams = { metric: string; equals?: string | number; above?: number; below?: number };

export interface Gate {
  readonly metric: number;
  holds(value: number): boolean;
}

/** Milliseconds of a duration that passed its schema. */
export function duration(text: string): Duration {
  const value = parseDuration(text);
  if (value === undefined) throw new Error(`'${text}' is no duration: write ${DURATION_FORM}`);
  return value;
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

export function checkGate(model: AssetModel, gate: GateParams | undefined, path: string): RuleProblem[] {
  if (!gate) return [];
  const metric = checkMetric(model, gate.metric, `${path}.metric`);
  if ('message' in metric) return [metric];
  const given = [gate.equals, gate.above, gate.below].filter((value) => value !== undefined).length;
  if (given !== 1) return [{ path, message: 'give exactly one of equals, above, below' }];
  if (typeof gate.equals === 'string' && metric.codes?.[gate.equals] === undefined) {
    const known = Object.keys(metric.codes ?? {}).join(', ') || 'none';
    return [
      { path: `${path}.equals`, message: `'${gate.equals}' is no code of ${metric.id}; its codes are: ${known}` },
    ];
  }
  return [];
}

export function compileGate(model: AssetModel, gate: GateParams): Gate {
  const metric = metricIndex(model, gate.metric);
  if (gate.above !== undefined) {
    const limit = gate.above;
    return { metric, holds: (value) => value > limit };
  }
  if (gate.below !== undefined) {
    const limit = gate.below;
    return { metric, holds: (value) => value < limit };
  }
  const wanted = typeof gate.equals === 'string' ? model.metrics[metric]?.codes?.[gate.equals] : gate.equals;
  return { metric, holds: (value) => value === wanted };
}
