import type { DuckDBConnection } from '@duckdb/node-api';
import { appendColumns, columnsOf } from './chunks.ts';
import { inTransaction, type Lane } from './lane.ts';
import { type Month, type Months, startOfMonth } from './months.ts';
import type { SampleColumns } from './protocol.ts';

const INCOMING = 'temp.incoming';

/** A span of sample times, both ends included, in microseconds. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Writes samples to the files of their months. One call at a time, on the connection of the `write` lane. */
export class Writer {
  readonly #connection: DuckDBConnection;
  readonly #months: Months;
  readonly #compaction: Lane;
  /** By month the times of failed calls: what of them is stored is unknown. */
  readonly #uncertain = new Map<number, Span>();

  private constructor(connection: DuckDBConnection, months: Months, compaction: Lane) {
    this.#connection = connection;
    this.#months = months;
    this.#compaction = compaction;
  }

  static async create(connection: DuckDBConnection, months: Months, compaction: Lane): Promise<Writer> {
    await connection.run(
      `CREATE TEMP TABLE incoming(series INTEGER, time BIGINT, value DOUBLE, quality UTINYINT, received_at BIGINT)`,
    );
    return new Writer(connection, months, compaction);
  }

  /**
   * Stores samples that are new, or were part of a call that failed. A failed call may have stored some of its months,
   * so within its times samples replace what is there; everything else is appended without a look.
   */
  async append(samples: SampleColumns): Promise<void> {
    await this.#perMonth(samples, async (month, part) => {
      const uncertain = this.#uncertain.get(month.start);
      if (uncertain && overlaps(uncertain, spanOf(part.time))) await this.#replaceIn(month, part);
      else appendColumns(month.appender, columnsOf(part));
      month.hotRows += part.time.length;
    });
  }

  /** Stores samples in place of those of the same series and time; of equal ones in a call the last counts. */
  async replace(samples: SampleColumns): Promise<void> {
    await this.#perMonth(samples, async (month, part) => {
      await this.#replaceIn(month, part);
      month.hotRows += part.time.length;
    });
  }

  async #perMonth(samples: SampleColumns, write: (month: Month, part: SampleColumns) => Promise<void>): Promise<void> {
    const begun: [start: number, span: Span][] = [];
    try {
      for (const [start, part] of splitByMonth(samples)) {
        begun.push([start, spanOf(part.time)]);
        await write(await this.#months.ensure(start), part);
      }
    } catch (error) {
      for (const [start, span] of begun) this.#markUncertain(start, span);
      throw error;
    }
  }

  #markUncertain(start: number, span: Span): void {
    const before = this.#uncertain.get(start) ?? span;
    this.#uncertain.set(start, { from: Math.min(before.from, span.from), to: Math.max(before.to, span.to) });
  }

  /** Compaction deletes from `hot` too, and DuckDB fails the second of two transactions that delete the same row. */
  async #replaceIn(month: Month, part: SampleColumns): Promise<void> {
    await this.#loadIncoming(part);
    await this.#compaction.run(() => inTransaction(this.#connection, () => this.#replaceFromIncoming(month, part)));
  }

  async #loadIncoming(part: SampleColumns): Promise<void> {
    await this.#connection.run(`DELETE FROM ${INCOMING}`);
    const appender = await this.#connection.createAppender('incoming', 'main', 'temp');
    appendColumns(appender, columnsOf(part));
    appender.closeSync();
  }

  async #replaceFromIncoming(month: Month, part: SampleColumns): Promise<void> {
    const { from, to } = spanOf(part.time);
    for (const table of ['hot', 'clustered'])
      await this.#connection.run(
        `DELETE FROM ${month.name}.${table} AS stored USING ${INCOMING} AS incoming
         WHERE stored.series = incoming.series AND stored.time = incoming.time
           AND stored.time BETWEEN ${from} AND ${to}`,
      );
    await this.#connection.run(
      `INSERT INTO ${month.name}.hot SELECT * FROM ${INCOMING}
       QUALIFY row_number() OVER (PARTITION BY series, time ORDER BY rowid DESC) = 1`,
    );
  }
}

function spanOf(time: Float64Array): Span {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const micros of time) {
    if (micros < from) from = micros;
    if (micros > to) to = micros;
  }
  return { from, to };
}

function overlaps(a: Span, b: Span): boolean {
  return a.from <= b.to && b.from <= a.to;
}

/** The samples by the first microsecond of their month. The usual batch is of one month and not copied. */
function splitByMonth(samples: SampleColumns): Map<number, SampleColumns> {
  if (samples.time.length === 0) return new Map();
  const { from, to } = spanOf(samples.time);
  const first = startOfMonth(from);
  if (startOfMonth(to) === first) return new Map([[first, samples]]);
  const rows = new Map<number, number[]>();
  samples.time.forEach((micros, row) => {
    const start = startOfMonth(micros);
    const known = rows.get(start);
    if (known) known.push(row);
    else rows.set(start, [row]);
  });
  return new Map([...rows].map(([start, chosen]) => [start, pick(samples, chosen)]));
}

function pick(samples: SampleColumns, rows: readonly number[]): SampleColumns {
  return {
    series: Int32Array.from(rows, (row) => samples.series[row]!),
    time: Float64Array.from(rows, (row) => samples.time[row]!),
    value: Float64Array.from(rows, (row) => samples.value[row]!),
    quality: Uint8Array.from(rows, (row) => samples.quality[row]!),
    receivedAt: Float64Array.from(rows, (row) => samples.receivedAt[row]!),
  };
}
