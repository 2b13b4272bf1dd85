import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { quoted } from './sql.ts';
import {
  type Cell,
  type MalformedLine,
  type ReadOptions,
  type Row,
  type TableColumn,
  type TableFile,
  UnreadableTableError,
} from './tableFile.ts';

/** What is known of a file before it is read. */
export interface Described {
  readonly columns: readonly TableColumn[];
  readonly rows: number | undefined;
  /** What stands for each column in {@link source}, of a kind that comes as a cell. */
  readonly expressions: readonly string[];
  /** The rows after the first `from`. */
  source(from: number): string;
  /** Rejects when the file is damaged where nobody would see it. */
  check?(signal: AbortSignal): Promise<void>;
  /** The lines that were passed over on this connection. */
  malformed?(connection: DuckDBConnection): Promise<readonly MalformedLine[]>;
}

/** A file that DuckDB streams. */
export class DuckDbTable implements TableFile {
  readonly columns: readonly TableColumn[];
  readonly rows: number | undefined;
  readonly #file: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #described: Described;

  constructor(file: string, instance: DuckDBInstance, connection: DuckDBConnection, described: Described) {
    this.columns = described.columns;
    this.rows = described.rows;
    this.#file = file;
    this.#instance = instance;
    this.#connection = connection;
    this.#described = described;
  }

  async *read({ from, timeFormats }: ReadOptions): AsyncGenerator<readonly Row[]> {
    const { expressions } = this.#described;
    const cells = expressions.map((cell, at) => formatted(cell, timeFormats.get(at)));
    const stop = new AbortController();
    const checked = this.#described.check?.(stop.signal);
    checked?.catch(() => undefined);
    try {
      const result = await this.#connection.stream(`SELECT ${cells.join(', ')} FROM ${this.#described.source(from)}`);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) break;
        yield rowsOf(chunk);
      }
      await checked;
    } catch (error) {
      throw unreadable(this.#file, error);
    } finally {
      stop.abort();
    }
  }

  async malformed(): Promise<readonly MalformedLine[]> {
    return (await this.#described.malformed?.(this.#connection)) ?? [];
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

function formatted(cell: string, format: string | undefined): string {
  if (format === undefined) return cell;
  const parsed = `try_strptime(trim(${cell}), ${quoted(format)})`;
  // With a zone in its form the time is an instant.
  const [time, end] = /%z/i.test(format) ? [`make_timestamp(epoch_us(${parsed}))`, 'Z'] : [parsed, ''];
  return `coalesce(strftime(${time}, '%Y-%m-%dT%H:%M:%S.%f${end}'), ${cell})`;
}

function rowsOf(chunk: DuckDBDataChunk): Row[] {
  const columns: (readonly Cell[])[] = [];
  for (let at = 0; at < chunk.columnCount; at++) columns.push(chunk.getColumnValues(at) as Cell[]);
  return Array.from({ length: chunk.rowCount }, (_, row) => columns.map((column) => column[row]!));
}

/** The first line of what DuckDB says; the others are its advice on options that there are not. */
export function unreadable(file: string, error: unknown): UnreadableTableError {
  if (error instanceof UnreadableTableError) return error;
  const [words = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return new UnreadableTableError(`${file} can't be read: ${words}`, { cause: error });
}
