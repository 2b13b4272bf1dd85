import type { AssetModel, IndicatorDefinition, MetricDefinition } from '../domain/model.ts';
import { parseCel } from './cel.ts';
import { checkGate, type GateParams } from './gate.ts';
import { namesBefore } from './indicator.ts';
import { duration } from './params.ts';
import type { RuleProblem } from './rule.ts';
import { BUCKETS } from './window.ts';

/** What the schema of an indicator can't say; paths are relative to it. */
export function checkIndicator(model: AssetModel, definition: IndicatorDefinition, place: number): RuleProblem[] {
  return [
    ...checkSource(model, definition, place),
    ...checkGate(model, definition.while as GateParams | undefined, 'while'),
    ...checkWindow(definition),
  ];
}

/** The metric or the indicator that a rule names, or a problem that lists what the model has. */
export function checkSubject(
  model: AssetModel,
  id: string,
  path: string,
): MetricDefinition | IndicatorDefinition | RuleProblem {
  const metric = model.metrics.find((candidate) => candidate.id === id);
  if (metric?.kind === 'event') return { path, message: `'${id}' is an event; this needs a number or a state` };
  const subject = metric ?? model.indicators.find((candidate) => candidate.id === id);
  return subject ?? { path, message: `the model has no metric or indicator '${id}'; it has ${known(model)}` };
}

function known({ metrics, indicators }: AssetModel, before = indicators.length): string {
  return [...metrics, ...indicators.slice(0, before)].map(({ id }) => id).join(', ');
}

function checkSource(model: AssetModel, { id, of, expression }: IndicatorDefinition, place: number): RuleProblem[] {
  if ((of === undefined) === (expression === undefined)) {
    return [{ path: 'id', message: `'${id}' must be made of something: give one of 'of' and 'expression'` }];
  }
  if (expression !== undefined) return checkExpression(model, expression, place);
  const metric = model.metrics.find((candidate) => candidate.id === of);
  if (metric?.kind === 'event') return [{ path: 'of', message: `'${of}' is an event; an indicator needs numbers` }];
  if (metric || model.indicators.slice(0, place).some((earlier) => earlier.id === of)) return [];
  return [{ path: 'of', message: `there is no metric or earlier indicator '${of}'; there are ${known(model, place)}` }];
}

function checkExpression(model: AssetModel, expression: string, place: number): RuleProblem[] {
  try {
    const { names } = parseCel(expression, 'number', [...namesBefore(model, place).keys()]);
    return names.length > 0 ? [] : [{ path: 'expression', message: 'must use a metric or an earlier indicator' }];
  } catch (error) {
    return [{ path: 'expression', message: (error as Error).message }];
  }
}

function checkWindow({ window }: IndicatorDefinition): RuleProblem[] {
  if (!window || duration(window.last) >= BUCKETS) return [];
  return [{ path: 'window.last', message: `must be at least ${BUCKETS}ms` }];
}
