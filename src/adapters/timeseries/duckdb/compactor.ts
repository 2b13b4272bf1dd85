import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction, type Lane } from './lane.ts';
import { countRows, type Month, type Months } from './months.ts';
import type { WriteLog } from './protocol.ts';

/** A month that is over grows no more, so it is worth tidying up sooner. */
const SHARE_OF_PAST_MONTH = 0.05;

/**
 * Moves samples from `hot`, in order of arrival, to `clustered`, in runs sorted by series and time: DuckDB then skips
 * the blocks without the series asked for. Appends go on meanwhile.
 */
export class Compactor {
  readonly #lane: Lane;
  readonly #months: Months;
  readonly #limit: number;
  readonly #log: WriteLog;
  readonly #underWay = new Set<Month>();
  /** Rows at which to try again where it failed. */
  readonly #retryAt = new Map<Month, number>();

  constructor(lane: Lane, months: Months, limit: number, log: WriteLog) {
    this.#lane = lane;
    this.#months = months;
    this.#limit = limit;
    this.#log = log;
  }

  /** Starts compacting the months that have grown enough. A failure is logged, and tried again after more growth. */
  compactDue(): void {
    const months = this.#months.all();
    months.forEach((month, index) => {
      const limit = index === months.length - 1 ? this.#limit : this.#limit * SHARE_OF_PAST_MONTH;
      if (month.hotRows < (this.#retryAt.get(month) ?? limit) || this.#underWay.has(month)) return;
      this.#underWay.add(month);
      void this.#lane.run((connection) => this.#compact(connection, month)).finally(() => this.#underWay.delete(month));
    });
  }

  async #compact(connection: DuckDBConnection, month: Month): Promise<void> {
    if (!this.#months.all().includes(month)) return;
    const before = month.hotRows;
    try {
      await inTransaction(connection, async () => {
        await connection.run(
          `INSERT INTO ${month.name}.clustered SELECT * FROM ${month.name}.hot ORDER BY series, time`,
        );
        await connection.run(`DELETE FROM ${month.name}.hot`);
      });
      month.hotRows = await countRows(connection, `${month.name}.hot`);
      this.#retryAt.delete(month);
      this.#log({ level: 'info', fields: { file: month.path, rows: before }, text: 'samples clustered' });
    } catch (error) {
      this.#retryAt.set(month, before + this.#limit / 2);
      this.#log({
        level: 'warn',
        fields: { file: month.path, rows: before, error: String(error) },
        text: 'samples could not be clustered, reading them is slower until it succeeds',
      });
    }
  }
}
