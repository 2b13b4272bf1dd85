import type { AssetModel, IndicatorDefinition, LocalText, MetricDefinition, WindowTake } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import { celNames, parseCel } from './cel.ts';
import { type GateParams, gateIfAny } from './gate.ts';
import { duration } from './params.ts';
import type { Latest } from './rule.ts';
import { compileWindow, type WindowState } from './window.ts';

/**
 * A metric, or a number derived from metrics, as rules judge it. Pure; what it remembers is in S, plain JSON of bounded
 * size, which the rule that uses it keeps in its own state.
 */
export interface Indicator<S = unknown> {
  readonly id: string;
  readonly name?: LocalText;
  readonly unit?: string;
  /** Indexes of the metrics it reads. */
  readonly inputs: readonly number[];
  /** The index of the metric that it is, unchanged; absent where something is derived. */
  readonly metric?: number;
  init(): S;
  /**
   * To be called for every instant at which one of its inputs was sampled. Its value at that instant; undefined where it
   * has none: a bad sample, a closed gate, a window with too few values, an expression that can't be worked out.
   */
  step(state: S, time: Timestamp, latest: Latest): number | undefined;
}

/** The metric or the indicator of this id. Throws where the model has neither. */
export function compileIndicator(model: AssetModel, id: string): Indicator {
  return compileEarlier(model, id, model.indicators.length);
}

/** As {@link compileIndicator}, of the indicators before this place: one can't be made of itself. */
function compileEarlier(model: AssetModel, id: string, before: number): Indicator {
  const metric = model.metrics.findIndex((candidate) => candidate.id === id);
  if (metric >= 0) return plain(model.metrics[metric]!, metric);
  const place = model.indicators.findIndex((candidate) => candidate.id === id);
  if (place < 0 || place >= before) throw new Error(`the model has no metric or earlier indicator '${id}'`);
  return derived(model, model.indicators[place]!, place);
}

function plain({ id, name, unit }: MetricDefinition, metric: number): Indicator<null> {
  return {
    id,
    name,
    unit,
    inputs: [metric],
    metric,
    init: () => null,
    step(_, time, { values, times }) {
      const value = values[metric]!;
      return times[metric] !== time || Number.isNaN(value) ? undefined : value;
    },
  };
}

interface DerivedState {
  source: unknown;
  window: WindowState;
}

function derived(model: AssetModel, definition: IndicatorDefinition, place: number): Indicator<DerivedState> {
  const source =
    definition.expression === undefined
      ? compileEarlier(model, definition.of ?? '', place)
      : ofExpression(model, definition, place);
  const { window: options } = definition;
  const gate = gateIfAny(model, definition.while as GateParams | undefined);
  const window = options && compileWindow(duration(options.last), options.take, options.minSamples);
  return {
    id: definition.id,
    name: definition.name,
    unit: definition.unit ?? (keepsUnit(options?.take) ? source.unit : undefined),
    inputs: [...new Set([...source.inputs, ...(gate?.inputs ?? [])])],
    init: () => ({ source: source.init(), window: [] }),
    step(state, time, latest) {
      if (gate && !gate.holds(latest)) return undefined;
      const value = source.step(state.source, time, latest);
      return value === undefined || !window ? value : window.take(state.window, time, value);
    },
  };
}

function keepsUnit(take: WindowTake | undefined): boolean {
  return take !== 'slope' && take !== 'count';
}

/** By part of the expression: its state, and its last value. */
type Parts = { state: unknown; value: number | null }[];

function ofExpression(
  model: AssetModel,
  { id, expression = '' }: IndicatorDefinition,
  place: number,
): Indicator<Parts> {
  const names = namesBefore(model, place);
  const cel = parseCel(expression, 'number', [...names.keys()]);
  const parts = cel.names.map((name) => compileEarlier(model, names.get(name)!, place));
  const values: Record<string, number> = {};
  return {
    id,
    inputs: [...new Set(parts.flatMap(({ inputs }) => inputs))],
    init: () => parts.map((part) => ({ state: part.init(), value: null })),
    step(state, time, latest) {
      if (!stepParts(parts, state, time, latest)) return undefined;
      for (let at = 0; at < parts.length; at++) {
        const { value } = state[at]!;
        if (value === null) return undefined;
        values[cel.names[at]!] = value;
      }
      return cel.evaluate(values) as number | undefined;
    },
  };
}

/** Keeps the newest value of each part, none after a bad sample; whether any part had a value just now. */
function stepParts(parts: readonly Indicator[], state: Parts, time: Timestamp, latest: Latest): boolean {
  let any = false;
  for (let at = 0; at < parts.length; at++) {
    const { step, metric } = parts[at]!;
    const kept = state[at]!;
    const value = step(kept.state, time, latest);
    if (value !== undefined) {
      kept.value = value;
      any = true;
    } else if (metric !== undefined && latest.times[metric] === time) kept.value = null;
  }
  return any;
}

/** Ids that an expression of the indicator at this place may use, by their names there. Events are no numbers. */
export function namesBefore({ metrics, indicators }: AssetModel, place: number): ReadonlyMap<string, string> {
  const measured = metrics.filter(({ kind }) => kind !== 'event');
  const ids = [...measured, ...indicators.slice(0, place)].map(({ id }) => id);
  return new Map([...celNames(ids)].map(([name, at]) => [name, ids[at]!]));
}
