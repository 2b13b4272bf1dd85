import { type CsvError, parse } from 'csv-parse/sync';
import type { RecordedFailure } from '../domain/backtest.ts';
import { INSTANT_FORM, parseInstant } from './instant.ts';
import type { Problem } from './problem.ts';

const COLUMNS = ['asset', 'component', 'failure-mode', 'time'];
const OPTIONAL = 'failure-mode';

/**
 * Reads failures that happened from CSV text with the header `asset,component,failure-mode,time`, a failure a row. The failure
 * mode may be empty or its column absent: then any of the component is meant. `component` is `asset` for the whole asset.
 */
export function parseFailuresCsv(
  text: string,
  file: string,
): { failures: readonly RecordedFailure[] } | { problems: readonly Problem[] } {
  const rows = rowsOf(text, file);
  if ('problems' in rows) return rows;
  const { header, lines } = rows;
  const wrong = headerProblems(header, file);
  if (wrong.length > 0) return { problems: wrong };
  const problems: Problem[] = [];
  const failures = lines.map(({ cells, line }): RecordedFailure => {
    const cell = (column: string) => cells[header.indexOf(column)] ?? '';
    const need = (column: string, isGood: boolean, message: string) => {
      if (!isGood) problems.push({ file, line, path: column, message });
    };
    const [assetId, componentId, failureModeId] = [cell('asset'), cell('component'), cell(OPTIONAL)];
    const at = parseInstant(cell('time'));
    need('asset', assetId !== '', 'is empty');
    need('component', componentId !== '', "is empty; write 'asset' for the asset as a whole");
    need('time', at !== undefined, `must be ${INSTANT_FORM}, not '${cell('time')}'`);
    return { assetId, componentId, ...(failureModeId !== '' && { failureModeId }), at: at ?? 0 };
  });
  return problems.length > 0 ? { problems } : { failures };
}

interface Rows {
  readonly header: readonly string[];
  readonly lines: readonly { readonly cells: readonly string[]; readonly line: number }[];
}

function rowsOf(text: string, file: string): Rows | { problems: Problem[] } {
  try {
    const options = { bom: true, info: true, skip_empty_lines: true, trim: true } as const;
    const parsed = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    const [header, ...rest] = parsed.map(({ record, info }) => ({ cells: record, line: info.lines }));
    return { header: header?.cells ?? [], lines: rest };
  } catch (error) {
    const { code, message, lines } = error as CsvError & { lines?: number };
    if (code === undefined) throw error;
    const place = lines === undefined ? {} : { line: lines };
    return { problems: [{ file, ...place, path: '', message: `is no valid CSV: ${message}` }] };
  }
}

function headerProblems(header: readonly string[], file: string): Problem[] {
  const at = (path: string, message: string): Problem => ({ file, line: 1, path, message });
  const missing = COLUMNS.filter((column) => column !== OPTIONAL && !header.includes(column));
  const unknown = header.filter((column) => !COLUMNS.includes(column));
  return [
    ...missing.map((column) => at(column, 'this column is missing')),
    ...unknown.map((column) => at(column, `unknown column; there are ${COLUMNS.join(', ')}`)),
  ];
}
