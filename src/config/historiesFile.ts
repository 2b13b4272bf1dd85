import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Histories, RunToFailure } from '../domain/histories.ts';

interface Growing {
  readonly times: number[];
  readonly values: number[];
}

/** A library that can't be read: the message names file and line. */
class HistoriesError extends Error {}

/**
 * Reads a library of run-to-failure histories: plain CSV, also gzipped (`.gz`), with the header `unit,time,<metric…>`. A
 * row is what one unit measured at one time; its last row is its failure.
 */
export function readHistories(file: string): { histories: Histories } | { message: string } {
  try {
    return { histories: parseHistories(textOf(file), file) };
  } catch (error) {
    if (error instanceof HistoriesError) return { message: error.message };
    throw error;
  }
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new HistoriesError(`${file} can't be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  if (!file.endsWith('.gz')) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch {
    throw new HistoriesError(`${file} is not gzip data`);
  }
}

function parseHistories(text: string, file: string): Histories {
  const lines = text.split(/\r?\n/);
  const metrics = metricsOf(lines[0] ?? '', file);
  const runs = new Map<string, Growing>();
  lines.forEach((line, index) => {
    if (index > 0 && line !== '') addRow(runs, line, metrics, `${file}:${index + 1}`);
  });
  return {
    metrics,
    runs: [...runs].map(([unit, run]) => runOf(unit, run, file)),
    hash: createHash('sha256').update(text).digest('hex').slice(0, 12),
  };
}

function metricsOf(header: string, file: string): string[] {
  const [unit, time, ...metrics] = header
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((name) => name.trim());
  if (unit !== 'unit' || time !== 'time' || metrics.length === 0 || metrics.includes('')) {
    // What the line says is not told: whoever named the file need not be one who may read it.
    throw new HistoriesError(`${file}:1 must be a header 'unit,time,<metric>,…'`);
  }
  const twice = metrics.find((id, at) => metrics.indexOf(id) !== at);
  if (twice !== undefined) throw new HistoriesError(`${file}:1 has the column '${twice}' twice`);
  return metrics;
}

function addRow(runs: Map<string, Growing>, line: string, metrics: readonly string[], place: string): void {
  const fields = line.split(',');
  if (fields.length !== metrics.length + 2) {
    throw new HistoriesError(`${place} has ${fields.length} fields; the header has ${metrics.length + 2}`);
  }
  const [unit, ...rest] = fields as [string, ...string[]];
  if (unit.trim() === '') throw new HistoriesError(`${place} names no unit`);
  const [time, ...values] = rest.map((field, at) => numberOf(field, at === 0 ? 'time' : metrics[at - 1]!, place));
  const run = runs.get(unit) ?? { times: [], values: [] };
  const before = run.times.at(-1);
  if (before !== undefined && time! <= before) {
    throw new HistoriesError(`${place} has time ${time} of unit ${unit} after ${before}; times of a unit must rise`);
  }
  run.times.push(time!);
  run.values.push(...values);
  runs.set(unit, run);
}

function numberOf(field: string, column: string, place: string): number {
  const value = field.trim() === '' ? Number.NaN : Number(field);
  if (Number.isFinite(value)) return value;
  throw new HistoriesError(`${place} has '${field}' in column ${column}; expected a number`);
}

function runOf(unit: string, { times, values }: Growing, file: string): RunToFailure {
  if (times.length < 2) throw new HistoriesError(`${file} has one row of unit ${unit}; a history needs at least two`);
  return { unit, times: Float64Array.from(times), values: Float64Array.from(values) };
}
