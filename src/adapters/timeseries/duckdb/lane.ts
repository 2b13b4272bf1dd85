import type { DuckDBConnection } from '@duckdb/node-api';

/** A connection used by one task at a time, in the order they came. */
export class Lane {
  readonly #connection: DuckDBConnection;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Runs `work` once everything before it has ended; a failure concerns only its own caller. */
  run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => work(this.#connection));
    this.#last = result.catch(() => undefined);
    return result;
  }

  close(): void {
    this.#connection.closeSync();
  }
}

/** Runs `work` in one transaction of the connection. */
export async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    await rollBack(connection, error);
    throw error;
  }
}

/** DuckDB ends the transaction itself when COMMIT fails, so that there may be none to roll back any more. */
async function rollBack(connection: DuckDBConnection, cause: unknown): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch (error) {
    if (!/no transaction is active/i.test(String(error)))
      throw new AggregateError([cause, error], `${String(cause)}; and the rollback failed: ${String(error)}`);
  }
}
