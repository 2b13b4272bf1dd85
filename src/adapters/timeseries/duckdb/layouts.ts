import { fromMicros, type Timestamp, toMicros } from '../../../domain/time.ts';
import type { AggregateWidth } from '../../../ports/timeSeriesStore.ts';

/** What one kind of file holds, what it is called and which span of time is in it. */
export interface Layout {
  /** Files are called `<prefix>-<label>.duckdb`. */
  readonly prefix: string;
  readonly period: 'month' | 'year';
  readonly columns: readonly (readonly [name: string, type: string])[];
}

export const SAMPLES: Layout = {
  prefix: 'samples',
  period: 'month',
  columns: [
    ['series', 'INTEGER'],
    ['time', 'BIGINT'],
    ['value', 'DOUBLE'],
    ['quality', 'UTINYINT'],
    ['received_at', 'BIGINT'],
  ],
};

const AGGREGATE_COLUMNS: Layout['columns'] = [
  ['series', 'INTEGER'],
  ['time', 'BIGINT'],
  ['min', 'DOUBLE'],
  ['max', 'DOUBLE'],
  ['mean', 'DOUBLE'],
  ['last', 'DOUBLE'],
  ['count', 'BIGINT'],
];

/** A year of five-minute aggregates would be too much to drop late, a month of hourly ones hardly worth a file. */
export const AGGREGATES: Readonly<Record<AggregateWidth, Layout>> = {
  300000: { prefix: 'aggregates-5m', period: 'month', columns: AGGREGATE_COLUMNS },
  3600000: { prefix: 'aggregates-1h', period: 'year', columns: AGGREGATE_COLUMNS },
};

export const LAYOUTS: readonly Layout[] = [SAMPLES, ...Object.values(AGGREGATES)];

export function columnNames({ columns }: Layout): string {
  return columns.map(([name]) => `"${name}"`).join(', ');
}

/** Columns as CREATE TABLE takes them. */
export function columnDefinitions({ columns }: Layout): string {
  return `(${columns.map(([name, type]) => `"${name}" ${type} NOT NULL`).join(', ')})`;
}

/** What the file of a period is called after: `2026-03`, `2026`. */
export function labelOf({ period }: Layout, start: Timestamp): string {
  return new Date(start).toISOString().slice(0, period === 'month' ? 7 : 4);
}

/** The start of the period that a label names; undefined when it is none. */
export function startOfLabel({ period }: Layout, label: string): Timestamp | undefined {
  const [, year, month] = /^(\d{4})(?:-(0[1-9]|1[0-2]))?$/.exec(label) ?? [];
  if (year === undefined || (month !== undefined) !== (period === 'month')) return undefined;
  return Date.UTC(Number(year), month === undefined ? 0 : Number(month) - 1);
}

/** The first microsecond of the UTC month or year that holds `micros`, and that of the next one. */
export function periodOf({ period }: Layout, micros: number): { readonly start: number; readonly end: number } {
  const date = new Date(Math.floor(fromMicros(micros)));
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  return period === 'month'
    ? { start: toMicros(Date.UTC(year, month)), end: toMicros(Date.UTC(year, month + 1)) }
    : { start: toMicros(Date.UTC(year, 0)), end: toMicros(Date.UTC(year + 1, 0)) };
}
