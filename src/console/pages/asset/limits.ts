import type { AssetState, Model } from '../../api/types';
import type { PlotForecast, PlotLine } from '../../charts/plot';

type Rule = Model['rules'][number];
type Severity = PlotLine['severity'];

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/** Kinds whose limits are in the unit of their metric. */
const OF_METRIC = new Set(['threshold', 'trend', 'vibration']);

/** The limits that rules hold a metric against. */
export function limitsOf(model: Model, metricId: string): PlotLine[] {
  return rulesOn(model, metricId).flatMap(({ params }) => linesOf(params));
}

/** Of the component that a trend of this metric watches, where it rests on the measured condition. */
export function forecastOf(model: Model, state: AssetState | undefined, metricId: string): PlotForecast | undefined {
  for (const { kind, componentId, params } of rulesOn(model, metricId)) {
    const forecast = state?.components.find((component) => component.componentId === componentId)?.forecast;
    const limit = linesOf(params).at(-1)?.value;
    if (kind !== 'trend' || forecast?.basis !== 'condition' || limit === undefined) continue;
    const seconds = (time: string | null) => (time === null ? null : Date.parse(time) / 1000);
    return { limit, p10: seconds(forecast.p10), p50: seconds(forecast.p50), p90: seconds(forecast.p90) };
  }
  return undefined;
}

function rulesOn(model: Model, metricId: string): Rule[] {
  return model.rules.filter(({ kind, params }) => OF_METRIC.has(kind) && params.metric === metricId);
}

function linesOf({ levels, limit, severity }: Rule['params']): PlotLine[] {
  const given = Array.isArray(levels) ? levels : [{ limit, severity }];
  const lines = given.flatMap((level: { limit?: unknown; severity?: unknown }) =>
    typeof level.limit === 'number'
      ? [{ value: level.limit, severity: SEVERITIES.find((one) => one === level.severity) ?? 'warning' }]
      : [],
  );
  return lines.length > 0 || typeof limit !== 'number' ? lines : [{ value: limit, severity: 'warning' }];
}
