import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DataSetError } from './dataset.ts';

/** The text of a file; one that ends in `.gz` is unpacked. */
export function readText(file: string): string {
  const raw = readBytes(file);
  return (file.endsWith('.gz') ? unzip(raw, file) : raw).toString('utf8');
}

/**
 * The file that was named, or the one of these names (also with `.gz`) in the folder that was named.
 *
 * @throws DataSetError when there is none; it says what is there
 */
export function findFile(path: string, ...names: readonly string[]): string {
  if (!existsSync(path)) throw new DataSetError(`${path}: no such file or folder`);
  if (!statSync(path).isDirectory()) return path;
  const candidates = names.flatMap((name) => [join(path, name), join(path, `${name}.gz`)]);
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found) return found;
  const there = readdirSync(path).join(', ') || 'nothing';
  throw new DataSetError(`${path}: has no ${names.join(' or ')}, nor with .gz (there: ${there})`);
}

/** A line of a table with the place that messages name. */
export interface Row {
  /** `file:line`. */
  readonly place: string;
  readonly fields: readonly string[];
}

export interface TableForm {
  readonly separator: string | RegExp;
  /** Names by which columns are found; a table without a header has exactly these. */
  readonly columns: readonly string[];
  readonly header: boolean;
}

/**
 * Reads a plain table (no quoted separators), also gzipped: the fields of the wanted columns, in the order of `columns`.
 *
 * @throws DataSetError when a column is missing, or a line has another number of fields than the first
 */
export function readTable(file: string, { separator, columns, header }: TableForm): Row[] {
  const lines = readText(file).split(/\r?\n/);
  const split = (line: string) => (separator === ',' ? line : line.trim()).split(separator).map(unquote);
  const names = header ? split(lines[0] ?? '') : columns;
  const positions = columns.map((column) => names.indexOf(column));
  const missing = columns.filter((_, at) => positions[at] === -1);
  if (missing.length > 0) {
    throw new DataSetError(`${file}:1: no column ${missing.join(', ')}; the first line has ${names.join(', ')}`);
  }
  const rows: Row[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === '' || (header && index === 0)) return;
    const place = `${file}:${index + 1}`;
    const fields = split(line);
    if (fields.length !== names.length) {
      throw new DataSetError(`${place}: ${fields.length} columns; expected ${names.length}: ${names.join(', ')}`);
    }
    rows.push({ place, fields: positions.map((position) => fields[position]!) });
  });
  if (rows.length === 0) throw new DataSetError(`${file}: holds no line of data`);
  return rows;
}

/** A finite number; a -0 becomes 0, since JSON knows no negative zero. */
export function toNumber(field: string, place: string, column: string): number {
  const value = field.trim() === '' ? Number.NaN : Number(field);
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  throw new DataSetError(`${place}: column ${column} is '${field}'; expected a number`);
}

/** Epoch ms of a stamp such as `2015-01-04 06:00:00`; one without a zone is taken as UTC. */
export function toTime(field: string, place: string, column: string): number {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?$/.exec(field.trim());
  const time = match ? Date.parse(`${match[1]}T${match[2]}${match[3] ?? 'Z'}`) : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new DataSetError(`${place}: column ${column} is '${field}'; expected a time like 2015-01-04 06:00:00`);
}

function unquote(field: string): string {
  return field.startsWith('"') && field.endsWith('"') && field.length > 1 ? field.slice(1, -1) : field;
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new DataSetError(`${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, { cause: error });
  }
}

function unzip(raw: Buffer, file: string): Buffer {
  try {
    return gunzipSync(raw);
  } catch (error) {
    throw new DataSetError(`${file}: is not gzip data`, { cause: error });
  }
}
