import type { Cell, Row, TableColumn } from '../../adapters/tables/tableFile.ts';
import { type Decimal, valueOfText } from '../../codecs/textValue.ts';
import type { PastReading } from '../../domain/past.ts';
import type { Layout } from './layout.ts';

/** What exports write where there is no value, in lower case. */
const NO_VALUE: ReadonlySet<string> = new Set(['', 'nan', 'null', 'na', 'n/a']);

export interface ReadingOptions {
  readonly decimal: Decimal;
  /** Metrics that are left out, where a column names them. */
  readonly skip: readonly string[];
}

/** Makes a reading of a row; undefined where the row has no values. */
export type ReadRow = (row: Row) => PastReading | undefined;

export function readerOf(layout: Layout, columns: readonly TableColumn[], { decimal, skip }: ReadingOptions): ReadRow {
  const { whose, time, values } = layout;
  const idOf = (row: Row) => (whose.column === undefined ? whose.id : textOf(row[whose.column]!));
  const subjectOf = (row: Row): Pick<PastReading, 'assetId' | 'deviceId'> => {
    const id = idOf(row);
    if (id === undefined) return {};
    return whose.kind === 'asset' ? { assetId: id } : { deviceId: id };
  };
  const readingOf = (row: Row, of: Record<string, unknown>): PastReading => {
    return { ...subjectOf(row), time: timeOf(row[time]!), values: of };
  };
  if (values.kind === 'wide') {
    const places = values.columns.map((at) => [at, columns[at]!.name] as const);
    return (row) => {
      const found: [string, unknown][] = [];
      for (const [at, name] of places) {
        const value = valueIn(row[at]!, decimal);
        if (value !== undefined) found.push([name, value]);
      }
      return found.length === 0 ? undefined : readingOf(row, Object.fromEntries(found));
    };
  }
  const { metric, value: valueAt, unit: unitAt } = values;
  const left = new Set(skip);
  return (row) => {
    const name = textOf(row[metric]!);
    const value = valueIn(row[valueAt]!, decimal);
    if (name === undefined || left.has(name) || value === undefined) return undefined;
    const unit = unitAt === undefined ? undefined : textOf(row[unitAt]!);
    const reading = readingOf(row, Object.fromEntries([[name, value]]));
    return unit === undefined ? reading : { ...reading, units: Object.fromEntries([[name, unit]]) };
  };
}

function textOf(cell: Cell): string | undefined {
  const text = cell === null ? '' : String(cell).trim();
  return text === '' ? undefined : text;
}

/** As the source reads timestamps: texts, or numbers. */
function timeOf(cell: Cell): unknown {
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : textOf(cell);
}

/** A value that JSON can hold: what is not finite stays a text, which is refused. */
function valueIn(cell: Cell, decimal: Decimal): unknown {
  if (typeof cell === 'boolean') return cell;
  if (typeof cell === 'number') return Number.isNaN(cell) ? undefined : Number.isFinite(cell) ? cell : String(cell);
  const text = cell?.trim() ?? '';
  if (NO_VALUE.has(text.toLowerCase())) return undefined;
  const value = valueOfText(text, decimal);
  return typeof value === 'number' && !Number.isFinite(value) ? text : value;
}
