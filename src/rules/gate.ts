import Type from 'typebox';
import type { AssetModel } from '../domain/model.ts';
import { celNames, parseCel } from './cel.ts';
import { checkMetric, metricIndex } from './params.ts';
import type { Latest, RuleProblem } from './rule.ts';

/** "Only while": a metric holds a value, or a CEL expression over metrics is true. */
export const GateParams = Type.Union(
  [
    Type.Object(
      {
        metric: Type.String({ description: 'Metric of the model.' }),
        equals: Type.Optional(
          Type.Union([Type.String(), Type.Number()], { description: 'A symbol of a state metric, or a number.' }),
        ),
        above: Type.Optional(Type.Number({ description: 'Holds while the metric is above this.' })),
        below: Type.Optional(Type.Number({ description: 'Holds while the metric is below this.' })),
      },
      { additionalProperties: false, description: 'Only while another metric holds a value.' },
    ),
    Type.String({ minLength: 1, description: 'A CEL expression over metrics that is true or false.' }),
  ],
  {
    description:
      "Only while another metric holds a value: give one of equals, above, below. Or a CEL expression over metrics, such as load > 0.6 ('-' in an id is written '_').",
    form: 'a map of metric and one of equals, above, below, or a CEL expression such as load > 0.6',
  },
);
interface Comparison {
  readonly metric: string;
  readonly equals?: string | number;
  readonly above?: number;
  readonly below?: number;
}
export type GateParams = Comparison | string;

export interface Gate {
  /** Indexes of the metrics it reads. */
  readonly inputs: readonly number[];
  /** Whether it is open; closed where a metric has no good value yet. */
  holds(latest: Latest): boolean;
}

export function checkGate(model: AssetModel, gate: GateParams | undefined, path: string): RuleProblem[] {
  if (gate === undefined) return [];
  if (typeof gate === 'string') return checkExpression(model, gate, path);
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

/** {@link compileGate} where there may be none. */
export function gateIfAny(model: AssetModel, gate: GateParams | undefined): Gate | undefined {
  return gate === undefined ? undefined : compileGate(model, gate);
}

export function compileGate(model: AssetModel, gate: GateParams): Gate {
  if (typeof gate === 'string') return compileExpression(model, gate);
  const metric = metricIndex(model, gate.metric);
  const holds = comparison(gate, model.metrics[metric]?.codes);
  return { inputs: [metric], holds: (latest) => holds(latest.values[metric]!) };
}

function comparison({ above, below, equals }: Comparison, codes: Readonly<Record<string, number>> = {}) {
  if (above !== undefined) return (value: number) => value > above;
  if (below !== undefined) return (value: number) => value < below;
  const wanted = typeof equals === 'string' ? codes[equals] : equals;
  return (value: number) => value === wanted;
}

function checkExpression(model: AssetModel, source: string, path: string): RuleProblem[] {
  try {
    const { inputs } = compileExpression(model, source);
    return inputs.length > 0 ? [] : [{ path, message: 'must use a metric' }];
  } catch (error) {
    return [{ path, message: (error as Error).message }];
  }
}

function compileExpression(model: AssetModel, source: string): Gate {
  const places = celNames(model.metrics.map(({ id }) => id));
  const expression = parseCel(source, 'bool', [...places.keys()]);
  const inputs = expression.names.map((name) => places.get(name)!);
  const values: Record<string, number> = {};
  return {
    inputs,
    holds(latest) {
      for (let at = 0; at < inputs.length; at++) {
        const value = latest.values[inputs[at]!]!;
        if (Number.isNaN(value)) return false;
        values[expression.names[at]!] = value;
      }
      return expression.evaluate(values) === true;
    },
  };
}
