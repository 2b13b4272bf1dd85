import { DuckDBInstance } from '@duckdb/node-api';
import { describeCsv } from './csv.ts';
import { DuckDbTable } from './duckdbTable.ts';
import { describeParquet } from './parquet.ts';
import { type TableFile, UnreadableTableError } from './tableFile.ts';

const PARQUET = /\.(?:parquet|pq)$/i;
const CSV = /\.(?:csv|tsv|txt)(?:\.gz)?$/i;

/** What tables may be called. */
export const TABLE_FORM = '.csv, .tsv, .txt (also .gz) or .parquet';

export function isTableName(name: string): boolean {
  return PARQUET.test(name) || CSV.test(name);
}

/** Opens a CSV or Parquet file, told by its name. Rejects with UnreadableTableError. */
export async function openTable(file: string): Promise<TableFile> {
  if (!isTableName(file)) throw new UnreadableTableError(`${file} is no table; expected ${TABLE_FORM}`);
  const instance = await DuckDBInstance.create(':memory:', SETTINGS);
  try {
    const connection = await instance.connect();
    const described = PARQUET.test(file) ? await describeParquet(file, connection) : await describeCsv(file);
    return new DuckDbTable(file, instance, connection, described);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** One thread keeps up with any store, and hands rows out in their order. Nothing is sorted, so nothing goes to the disk. */
const SETTINGS = {
  threads: '1',
  memory_limit: '1GB',
  temp_directory: '',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};
