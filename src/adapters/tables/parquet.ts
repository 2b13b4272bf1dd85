import type { DuckDBConnection } from '@duckdb/node-api';
import { type Described, unreadable } from './duckdbTable.ts';
import { fileName, named } from './sql.ts';
import { type ColumnKind, type TableColumn, UnreadableTableError } from './tableFile.ts';

const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/;
const ISO = '%Y-%m-%dT%H:%M:%S.%f';

/** By the metadata of the file. Rejects with UnreadableTableError. */
export async function describeParquet(file: string, connection: DuckDBConnection): Promise<Described> {
  const name = fileName(file);
  const rowsOf = async (sql: string) => (await connection.run(sql)).getRows();
  try {
    const described = await rowsOf(`DESCRIBE SELECT * FROM read_parquet(${name})`);
    const [counted] = await rowsOf(`SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${name})`);
    const columns = described.map(([column, type]): TableColumn => {
      return { name: String(column), kind: kindOf(String(type)), type: String(type) };
    });
    if (columns.length === 0) throw new UnreadableTableError(`${file} has no columns`);
    return {
      columns,
      rows: Number(counted?.[0] ?? 0),
      expressions: columns.map(expressionOf),
      source: (from) => `read_parquet(${name}, file_row_number = true) WHERE file_row_number >= ${from}`,
    };
  } catch (error) {
    throw unreadable(file, error);
  }
}

function kindOf(type: string): ColumnKind {
  if (NUMBER.test(type)) return 'number';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'VARCHAR' || type === 'UUID' || type.startsWith('ENUM')) return 'text';
  if (type === 'TIMESTAMP WITH TIME ZONE') return 'instant';
  return type === 'DATE' || type.startsWith('TIMESTAMP') ? 'wall-time' : 'other';
}

/** Times become texts, so that there is one way to read them. */
function expressionOf({ name, kind }: TableColumn): string {
  const column = named(name);
  if (kind === 'number') return `${column}::DOUBLE`;
  if (kind === 'instant') return `strftime(make_timestamp(epoch_us(${column})), '${ISO}Z')`;
  if (kind === 'wall-time') return `strftime(${column}::TIMESTAMP, '${ISO}')`;
  return kind === 'other' ? 'NULL' : kind === 'text' ? `${column}::VARCHAR` : column;
}
