import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { type DataqueryBuilder, DataqueryBuilder as PrometheusQuery } from '@grafana/grafana-foundation-sdk/prometheus';

/** The data sources that provisioning/datasources makes, by their fixed uid. */
const INFLUXDB = { type: 'influxdb', uid: 'fettle-influxdb' };
export const POSTGRES = { type: 'grafana-postgresql-datasource', uid: 'fettle-postgres' };
export const PROMETHEUS = { type: 'prometheus', uid: 'fettle-prometheus' };
/** Grafana's own: each query of the panel names its source. */
export const MIXED = { type: 'datasource', uid: '-- Mixed --' };

/** Rows for tables and single figures. */
export function table(refId: string, rawSql: string): Builder<Dataquery> {
  return query({ refId, datasource: POSTGRES, format: 'table', rawQuery: true, editorMode: 'code', rawSql });
}

/** Columns `time`, a number, and `metric` for the name of the series. */
export function series(refId: string, rawSql: string): Builder<Dataquery> {
  return query({ refId, datasource: POSTGRES, format: 'time_series', rawQuery: true, editorMode: 'code', rawSql });
}

/** InfluxQL; `alias` names the series, `$tag_x` stands for a tag. */
export function influxql(refId: string, alias: string, text: string): Builder<Dataquery> {
  return query({ refId, datasource: INFLUXDB, rawQuery: true, resultFormat: 'time_series', alias, query: text });
}

/** PromQL over the time range. */
export function promql(refId: string, legend: string, expr: string): DataqueryBuilder {
  return new PrometheusQuery().refId(refId).datasource(PROMETHEUS).expr(expr).legendFormat(legend).range();
}

/** PromQL at the end of the time range. */
export function promqlNow(refId: string, legend: string, expr: string): DataqueryBuilder {
  return new PrometheusQuery().refId(refId).datasource(PROMETHEUS).expr(expr).legendFormat(legend).instant();
}

function query(model: Readonly<Record<string, unknown>>): Builder<Dataquery> {
  return { build: () => ({ ...model }) as unknown as Dataquery };
}
