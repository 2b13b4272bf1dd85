import Type from 'typebox';
import type { AssetModel } from '../domain/model.ts';
import { checkMetric, metricIndex } from './params.ts';
import type { Latest, RuleProblem } from './rule.ts';

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
  /** Indexes of the metrics it reads. */
  readonly inputs: readonly number[];
  /** Whether it is open; closed where a metric has no good value yet. */
  holds(latest: Latest): boolean;
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
  const holds = comparison(gate, model.metrics[metric]?.codes);
  return { inputs: [metric], holds: (latest) => holds(latest.values[metric]!) };
}

function comparison({ above, below, equals }: GateParams, codes: Readonly<Record<string, number>> = {}) {
  if (above !== undefined) return (value: number) => value > above;
  if (below !== undefined) return (value: number) => value < below;
  const wanted = typeof equals === 'string' ? codes[equals] : equals;
  return (value: number) => value === wanted;
}
