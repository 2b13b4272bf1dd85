import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction, type Lane } from './lane.ts';
import { countRows, type Partition, type Partitions } from './partitions.ts';
import type { WriteLog } from './protocol.ts';

/** A period that is over grows no more, so it is worth tidying up sooner. */
const SHARE_OF_PAST = 0.05;

/**
 * Moves rows from `hot`, in order of arrival, to `clustered`, in runs sorted by series and time: DuckDB then skips
 * the blocks without the series asked for. Appends go on meanwhile.
 */
export class Compactor {
  readonly #lane: Lane;
  readonly #partitions: Partitions;
  readonly #limit: number;
  readonly #log: WriteLog;
  readonly #underWay = new Set<Partition>();
  /** Rows at which to try again where it failed. */
  readonly #retryAt = new Map<Partition, number>();

  constructor(lane: Lane, partitions: Partitions, limit: number, log: WriteLog) {
    this.#lane = lane;
    this.#partitions = partitions;
    this.#limit = limit;
    this.#log = log;
  }

  /** Starts compacting the partitions that have grown enough. A failure is logged, and tried again after more growth. */
  compactDue(): void {
    const partitions = this.#partitions.all();
    partitions.forEach((partition, index) => {
      const limit = index === partitions.length - 1 ? this.#limit : this.#limit * SHARE_OF_PAST;
      if (partition.hotRows < (this.#retryAt.get(partition) ?? limit) || this.#underWay.has(partition)) return;
      this.#underWay.add(partition);
      void this.#lane
        .run((connection) => this.#compact(connection, partition))
        .finally(() => this.#underWay.delete(partition));
    });
  }

  async #compact(connection: DuckDBConnection, partition: Partition): Promise<void> {
    if (!this.#partitions.all().includes(partition)) return;
    const before = partition.hotRows;
    try {
      await inTransaction(connection, async () => {
        await connection.run(
          `INSERT INTO ${partition.name}.clustered SELECT * FROM ${partition.name}.hot ORDER BY series, time`,
        );
        await connection.run(`DELETE FROM ${partition.name}.hot`);
      });
      partition.hotRows = await countRows(connection, `${partition.name}.hot`);
      this.#retryAt.delete(partition);
      this.#log({ level: 'info', fields: { file: partition.path, rows: before }, text: 'time series clustered' });
    } catch (error) {
      this.#retryAt.set(partition, before + this.#limit / 2);
      this.#log({
        level: 'warn',
        fields: { file: partition.path, rows: before, error: String(error) },
        text: 'time series could not be clustered, reading them is slower until it succeeds',
      });
    }
  }
}
