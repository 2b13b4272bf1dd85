import type pg from 'pg';
import type { TestPrometheus } from '../prometheus.ts';
import type { Frame, Target } from './board.ts';
import { interpolate, type Language, type TimeRange, type Variable } from './interpolate.ts';

/** The real servers behind the data sources. */
export interface Servers {
  /** With the rights that Grafana has. */
  readonly postgres: pg.Client;
  readonly influxUrl: string;
  readonly influxDatabase: string;
  readonly prometheus: TestPrometheus;
}

export type Variables = ReadonlyMap<string, Variable>;

/** Runs one query with its variables and shapes the answer as Grafana does. Rejects with the query and the server's words. */
export async function ask(servers: Servers, target: Target, variables: Variables, range: TimeRange): Promise<Frame[]> {
  const put = (text: string, language: Language) => interpolate(text, language, variables, range);
  if (target.rawSql !== undefined) return askPostgres(servers, target, put(target.rawSql, 'sql'));
  if (target.query !== undefined) return askInflux(servers, target, put(target.query, 'influxql'));
  if (target.expr !== undefined) return askPrometheus(servers, target, put(target.expr, 'promql'), range);
  throw new Error(`query ${target.refId} has no text`);
}

async function askPostgres({ postgres }: Servers, { refId, format }: Target, sql: string): Promise<Frame[]> {
  const result = await postgres.query<unknown[]>({ text: sql, rowMode: 'array' }).catch((error: unknown) => {
    throw new Error(`${sql}\n${String(error)}`);
  });
  const columns = result.fields.map(({ name }) => name);
  // PostgreSQL's bigint comes as text; Grafana takes it for the number it is.
  const bigint = new Set(result.fields.flatMap(({ dataTypeID }, at) => (dataTypeID === 20 ? [at] : [])));
  const rows = result.rows.map((row) =>
    row.map((value, at) => (bigint.has(at) && value !== null ? Number(value) : value)),
  );
  return format === 'time_series' ? bySeries(refId, columns, rows) : [{ refId, columns, rows }];
}

function bySeries(refId: string, columns: readonly string[], rows: readonly unknown[][]): Frame[] {
  const [time, name, value] = ['time', 'metric', 'value'].map((column) => columns.indexOf(column));
  const series = new Map<string, unknown[][]>();
  for (const row of rows) {
    const key = String(row[name!]);
    series.set(key, [...(series.get(key) ?? []), [(row[time!] as Date).getTime(), row[value!]]]);
  }
  return [...series].map(([key, points]) => ({ refId, columns: ['time', key], rows: points }));
}

interface InfluxAnswer {
  readonly error?: string;
  readonly results?: { error?: string; series?: { tags?: Record<string, string>; values: unknown[][] }[] }[];
}

async function askInflux(servers: Servers, { refId, alias = '' }: Target, query: string): Promise<Frame[]> {
  const body = new URLSearchParams({ db: servers.influxDatabase, epoch: 'ms', q: query });
  const response = await fetch(`${servers.influxUrl}/query`, { method: 'POST', body });
  const answer = (await response.json()) as InfluxAnswer;
  const error = answer.error ?? answer.results?.[0]?.error;
  if (error !== undefined) throw new Error(`${query}\n${error}`);
  return (answer.results?.[0]?.series ?? []).map(({ tags = {}, values }) => ({
    refId,
    columns: ['time', alias.replaceAll(/\$tag_(\w+)/g, (_, tag: string) => tags[tag] ?? '')],
    rows: values,
  }));
}

interface PrometheusAnswer {
  readonly result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
}

async function askPrometheus(
  { prometheus }: Servers,
  { refId, legendFormat = '', instant }: Target,
  expr: string,
  { from, to, interval }: TimeRange,
): Promise<Frame[]> {
  const query = new URLSearchParams(
    instant
      ? { query: expr, time: String(to / 1000) }
      : { query: expr, start: String(from / 1000), end: String(to / 1000), step: String(interval / 1000) },
  );
  const { result } = await prometheus.ask<PrometheusAnswer>(`${instant ? 'query' : 'query_range'}?${query}`);
  return result.map(({ metric, value, values }) => ({
    refId,
    columns: ['time', legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '').trim()],
    rows: (values ?? [value!]).map(([time, number]) => [time * 1000, Number(number)]),
  }));
}
