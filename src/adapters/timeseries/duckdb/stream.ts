import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { type Chunks, readChunks } from './chunks.ts';

/** Rows handed over at a time. */
const ROWS = 16_384;

/** A result that is handed over in pieces. */
export class Stream<T> {
  readonly #connection: DuckDBConnection;
  readonly #result: DuckDBResult | undefined;
  readonly #read: (chunks: Chunks) => T;
  #fetching: Promise<unknown> = Promise.resolve();

  private constructor(connection: DuckDBConnection, result: DuckDBResult | undefined, read: (chunks: Chunks) => T) {
    this.#connection = connection;
    this.#result = result;
    this.#read = read;
  }

  /** Takes the connection over and closes it with the stream; `query` gives undefined for an empty result. */
  static async open<T>(
    connection: DuckDBConnection,
    query: () => Promise<DuckDBResult | undefined>,
    read: (chunks: Chunks) => T,
  ): Promise<Stream<T>> {
    try {
      return new Stream(connection, await query(), read);
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  }

  /** Undefined at the end. */
  async next(): Promise<T | undefined> {
    if (!this.#result) return undefined;
    const fetching = readChunks(this.#result, ROWS);
    this.#fetching = fetching.catch(() => undefined);
    const chunks = await fetching;
    return chunks && this.#read(chunks);
  }

  /** Waits for the fetch under way. */
  async close(): Promise<void> {
    await this.#fetching;
    this.#connection.closeSync();
  }
}
