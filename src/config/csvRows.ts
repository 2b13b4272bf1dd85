import { type CsvError, parse } from 'csv-parse/sync';
import type { Problem } from './problem.ts';

export interface CsvLine {
  readonly line: number;
  /** Of a column; empty where there is none. */
  readonly cell: (column: string) => string;
}

/**
 * Reads CSV text with a header of known columns: a line a row, empty ones left out. The separator is comma, semicolon or tab,
 * whichever the header has.
 */
export function csvLines(
  text: string,
  file: string,
  columns: readonly string[],
  required: readonly string[],
): { lines: readonly CsvLine[] } | { problems: readonly Problem[] } {
  try {
    const header = text.slice(0, text.search(/[\r\n]|$/));
    const delimiter = [',', ';', '\t'].find((separator) => header.includes(separator)) ?? ',';
    const options = { bom: true, info: true, skip_empty_lines: true, trim: true, delimiter } as const;
    const parsed = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    const [first = { record: [] as string[] }, ...rest] = parsed;
    const problems = headerProblems(first.record, file, columns, required);
    if (problems.length > 0) return { problems };
    const cellOf = (record: string[]) => (column: string) => record[first.record.indexOf(column)] ?? '';
    return { lines: rest.map(({ record, info }) => ({ line: info.lines, cell: cellOf(record) })) };
  } catch (error) {
    const { code, message, lines } = error as CsvError & { lines?: number };
    if (code === undefined) throw error;
    const place = lines === undefined ? {} : { line: lines };
    return { problems: [{ file, ...place, path: '', message: `is no valid CSV: ${message}` }] };
  }
}

function headerProblems(
  header: readonly string[],
  file: string,
  columns: readonly string[],
  required: readonly string[],
): Problem[] {
  const at = (path: string, message: string): Problem => ({ file, line: 1, path, message });
  const missing = required.filter((column) => !header.includes(column));
  const unknown = header.filter((column) => !columns.includes(column));
  const twice = header.filter((column, index) => columns.includes(column) && header.indexOf(column) !== index);
  return [
    ...missing.map((column) => at(column, 'this column is missing')),
    ...unknown.map((column) => at(column, `unknown column; there are ${columns.join(', ')}`)),
    ...twice.map((column) => at(column, 'this column is there twice')),
  ];
}
