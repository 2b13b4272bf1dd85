import type { Numbers } from './chunks.ts';
import { type Layout, periodOf } from './layouts.ts';

/** Rows by columns of equal length, with their times in microseconds. */
export interface TimedColumns {
  readonly time: Float64Array;
}

/** A span of times, both ends included, in microseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function spanOf(time: Float64Array): Span {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const micros of time) {
    if (micros < from) from = micros;
    if (micros > to) to = micros;
  }
  return { from, to };
}

/** The rows by the first microsecond of their period. The usual batch is of one period and not copied. */
export function splitByPeriod<T extends TimedColumns>(layout: Layout, columns: T): Map<number, T> {
  if (columns.time.length === 0) return new Map();
  const { from, to } = spanOf(columns.time);
  const first = periodOf(layout, from);
  if (to < first.end) return new Map([[first.start, columns]]);
  const rows = new Map<number, number[]>();
  columns.time.forEach((micros, row) => {
    const { start } = periodOf(layout, micros);
    const known = rows.get(start);
    if (known) known.push(row);
    else rows.set(start, [row]);
  });
  return new Map([...rows].map(([start, chosen]) => [start, pick(columns, chosen)]));
}

function pick<T extends TimedColumns>(columns: T, rows: readonly number[]): T {
  const picked = Object.entries(columns).map(([name, values]) => [name, pickColumn(values as Numbers, rows)]);
  return Object.fromEntries(picked) as T;
}

function pickColumn(values: Numbers, rows: readonly number[]): Numbers {
  const picked = values.slice(0, rows.length);
  rows.forEach((row, at) => {
    picked[at] = values[row]!;
  });
  return picked;
}
