import { type CsvError, parse } from 'csv-parse/sync';
import type { AssetModel } from '../domain/model.ts';
import { type AssetEntry, type AssetList, buildAssets } from './assetBuilder.ts';
import type { Flaw } from './inspect.ts';
import { suggestion } from './nearest.ts';
import { formatPath, type Path, type Problem } from './problem.ts';
import { setAt } from './values.ts';

const PLAIN = [
  'id',
  'name',
  'model',
  'site',
  'customer',
  'tier',
  'criticality',
  'batch',
  'gateway',
  'serial',
  'commissionedAt',
];
const REQUIRED = ['id', 'model', 'site'];

/** Columns of a CSV file of assets and the place in an asset that each fills; components have {@link COMPONENT_COLUMNS}. */
export const CSV_COLUMNS: ReadonlyMap<string, Path> = new Map<string, Path>([
  ...PLAIN.map((name): [string, Path] => [name, [name]]),
  ['contract.kind', ['contract', 'kind']],
  ['contract.until', ['contract', 'until']],
  ['contract.reference', ['contract', 'reference']],
  ['device', ['devices', 0, 'id']],
  ['device.from', ['devices', 0, 'from']],
]);

/** The columns that each component of the models adds. */
export const COMPONENT_COLUMNS: readonly string[] = ['installedAt', 'installedReading', 'serial'].map(
  (field) => `component.<id>.${field}`,
);
const COMPONENT_COLUMN = /^component\.(.+)\.(installedAt|installedReading|serial)$/;

interface Column {
  readonly name: string;
  /** Absent for a column that is not known. */
  readonly path?: Path;
}

interface Row {
  readonly record: readonly string[];
  readonly line: number;
}

interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/**
 * Reads assets from CSV text: a header, then an asset a row; an empty cell counts as absent. The separator is comma,
 * semicolon or tab, whichever the header has.
 */
export function parseAssetsCsv(
  text: string,
  file: string,
  models: readonly AssetModel[],
): AssetList | { problems: readonly Problem[] } {
  const table = readTable(text, file);
  if ('problems' in table) return table;
  const { columns, rows } = table;
  const missing = missingColumns(columns, file);
  if (missing.length > 0) return { problems: [...missing, ...headerProblems(columns, file)] };
  const entries = rows.map(({ record }, index): AssetEntry => ({ raw: assetOf(record, columns), path: [index] }));
  const { assets, bindings, flaws } = buildAssets(entries, models, 'csv');
  const problems = [
    ...headerProblems(columns, file),
    ...lengthProblems(table, file),
    ...flaws.map((flaw) => cellProblem(flaw, table, file)),
  ];
  return problems.length > 0 ? { problems } : { assets, bindings };
}

function readTable(text: string, file: string): Table | { problems: Problem[] } {
  try {
    const [header, ...rows] = records(text);
    if (header) return { columns: header.record.map(columnOf), rows };
    const message = `is empty; it needs a header with the columns ${REQUIRED.join(', ')}`;
    return { problems: [{ file, line: 1, path: '', message }] };
  } catch (error) {
    const { code, message, lines } = error as CsvError & { lines?: number };
    if (code === undefined) throw error;
    const line = lines === undefined ? {} : { line: lines };
    return { problems: [{ file, ...line, path: '', message: `is no valid CSV: ${message}` }] };
  }
}

function records(text: string): Row[] {
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
  const parsed: unknown = parse(text, { ...options, delimiter: separatorOf(text) });
  return (parsed as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
    record,
    line: info.lines - record.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0),
  }));
}

function separatorOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  return [',', ';', '\t'].find((separator) => header.includes(separator)) ?? ',';
}

function columnOf(name: string): Column {
  const [, component, field] = COMPONENT_COLUMN.exec(name) ?? [];
  const path =
    component !== undefined && field !== undefined ? ['components', component, field] : CSV_COLUMNS.get(name);
  return { name, ...(path ? { path } : {}) };
}

function assetOf(record: readonly string[], columns: readonly Column[]): unknown {
  const asset = {};
  for (const [index, { path }] of columns.entries()) {
    const cell = record[index];
    if (!path || cell === undefined || cell === '') continue;
    setAt(asset, path, path.at(-1) === 'installedReading' ? numberIfAny(cell) : cell);
  }
  return asset;
}

function numberIfAny(cell: string): unknown {
  const number = Number(cell);
  return Number.isFinite(number) ? number : cell;
}

function headerProblems(columns: readonly Column[], file: string): Problem[] {
  const names = columns.map((column) => column.name);
  const at = (path: string, message: string): Problem => ({ file, line: 1, path, message });
  const known = [...CSV_COLUMNS.keys(), ...COMPONENT_COLUMNS];
  return [
    ...columns.filter(({ path }) => !path).map(({ name }) => at(name, `unknown column${suggestion(name, known)}`)),
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => at(name, 'this column is there twice')),
  ];
}

function missingColumns(columns: readonly Column[], file: string): Problem[] {
  const missing = REQUIRED.filter((name) => !columns.some((column) => column.name === name));
  return missing.map((path) => ({ file, line: 1, path, message: 'this column is missing' }));
}

function lengthProblems({ rows, columns }: Table, file: string): Problem[] {
  return rows
    .filter(({ record }) => record.length !== columns.length)
    .map(({ record, line }) => {
      const message = `has ${record.length} cells where the header has ${columns.length} columns`;
      return { file, line, path: '', message };
    });
}

/** A flaw's path begins with the row; the rest is named by its column. */
function cellProblem({ path: [row, ...path], message }: Flaw, { rows, columns }: Table, file: string): Problem {
  const line = rows[Number(row)]?.line ?? 1;
  const column =
    columns.find((candidate) => candidate.path && startsWith(candidate.path, path))?.name ?? formatPath(path);
  return { file, line, path: column, message };
}

function startsWith(path: Path, beginning: Path): boolean {
  return beginning.every((key, index) => path[index] === key);
}
