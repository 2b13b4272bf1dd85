import type { DuckDBConnection } from '@duckdb/node-api';
import { appendColumns, type Column } from './chunks.ts';
import { inTransaction, type Lane } from './lane.ts';
import { columnDefinitions, type Layout } from './layouts.ts';
import type { Partition } from './partitions.ts';
import type { Span } from './split.ts';

/** Stores rows in place of those of the same series and time. One call at a time, on one connection. */
export class Replacer {
  readonly #connection: DuckDBConnection;
  readonly #incoming: string;

  private constructor(connection: DuckDBConnection, incoming: string) {
    this.#connection = connection;
    this.#incoming = incoming;
  }

  /** `name` is that of a table of its own on the connection. */
  static async create(connection: DuckDBConnection, name: string, layout: Layout): Promise<Replacer> {
    await connection.run(`CREATE TEMP TABLE ${name}${columnDefinitions(layout)}`);
    return new Replacer(connection, name);
  }

  /**
   * Of equal rows the last counts. `compaction` is the lane that compacts the partition, when that is another one: it
   * deletes from `hot` too, and DuckDB fails the second of two transactions that delete the same row.
   */
  async replace(partition: Partition, columns: readonly Column[], span: Span, compaction?: Lane): Promise<void> {
    await this.#load(columns);
    const write = () => inTransaction(this.#connection, () => this.#replaceFromIncoming(partition, span));
    await (compaction ? compaction.run(write) : write());
    partition.hotRows += columns[0]!.values.length;
  }

  async #load(columns: readonly Column[]): Promise<void> {
    await this.#connection.run(`DELETE FROM temp.${this.#incoming}`);
    const appender = await this.#connection.createAppender(this.#incoming, 'main', 'temp');
    appendColumns(appender, columns);
    appender.closeSync();
  }

  async #replaceFromIncoming({ name }: Partition, { from, to }: Span): Promise<void> {
    for (const table of ['hot', 'clustered'])
      await this.#connection.run(
        `DELETE FROM ${name}.${table} AS stored USING temp.${this.#incoming} AS incoming
         WHERE stored.series = incoming.series AND stored.time = incoming.time
           AND stored.time BETWEEN ${from} AND ${to}`,
      );
    await this.#connection.run(
      `INSERT INTO ${name}.hot SELECT * FROM temp.${this.#incoming}
       QUALIFY row_number() OVER (PARTITION BY series, time ORDER BY rowid DESC) = 1`,
    );
  }
}
