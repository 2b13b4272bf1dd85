import type { DuckDBConnection } from '@duckdb/node-api';
import { HISTORY_MARK } from '../../../domain/sample.ts';
import { appendColumns, columnsOf } from './chunks.ts';
import type { Lane } from './lane.ts';
import type { Partition, Partitions } from './partitions.ts';
import type { SampleColumns } from './protocol.ts';
import { KINDS } from './reader.ts';
import { Replacer } from './replacer.ts';
import { type Span, spanOf, splitByPeriod } from './split.ts';

/** Writes samples to the files of their months. One call at a time, on the connection of the `write` lane. */
export class Writer {
  readonly #months: Partitions;
  readonly #compaction: Lane;
  readonly #replacer: Replacer;
  /** By month the times of failed calls: what of them is stored is unknown. */
  readonly #uncertain = new Map<number, Span>();
  /** Of files that were written to, the times of the history in them; undefined where there is none. */
  readonly #history = new WeakMap<Partition, Span | undefined>();
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection, months: Partitions, compaction: Lane, replacer: Replacer) {
    this.#connection = connection;
    this.#months = months;
    this.#compaction = compaction;
    this.#replacer = replacer;
  }

  static async create(connection: DuckDBConnection, months: Partitions, compaction: Lane): Promise<Writer> {
    return new Writer(
      connection,
      months,
      compaction,
      await Replacer.create(connection, 'incoming_samples', months.layout),
    );
  }

  /**
   * Stores samples that are new, or were part of a call that failed. A failed call may have stored some of its months,
   * so within its times samples replace what is there, as they do within those of history; everything else is appended
   * without a look.
   */
  async append(samples: SampleColumns): Promise<void> {
    await this.#perMonth(samples, async (month, part) => {
      const span = spanOf(part.time);
      const taken = [this.#uncertain.get(month.start), await this.#historyOf(month)];
      if (taken.some((one) => one && overlaps(one, span))) return this.#replaceIn(month, part);
      appendColumns(month.appender, columnsOf(part));
      month.hotRows += part.time.length;
    });
  }

  /** Stores samples in place of those of the same series and time; of equal ones in a call the last counts. */
  async replace(samples: SampleColumns): Promise<void> {
    await this.#perMonth(samples, (month, part) => this.#replaceIn(month, part));
  }

  async #replaceIn(month: Partition, part: SampleColumns): Promise<void> {
    if (part.quality.some((mark) => mark >= HISTORY_MARK))
      this.#history.set(month, union(await this.#historyOf(month), spanOf(part.time)));
    await this.#replacer.replace(month, columnsOf(part), spanOf(part.time), this.#compaction);
  }

  async #historyOf(month: Partition): Promise<Span | undefined> {
    if (!this.#history.has(month)) this.#history.set(month, await readHistory(this.#connection, month));
    return this.#history.get(month);
  }

  async #perMonth(samples: SampleColumns, write: (month: Partition, part: SampleColumns) => Promise<void>) {
    const begun: [start: number, span: Span][] = [];
    try {
      for (const [start, part] of splitByPeriod(this.#months.layout, samples)) {
        begun.push([start, spanOf(part.time)]);
        await write(await this.#months.ensure(start), part);
      }
    } catch (error) {
      for (const [start, span] of begun) this.#markUncertain(start, span);
      throw error;
    }
  }

  #markUncertain(start: number, span: Span): void {
    this.#uncertain.set(start, union(this.#uncertain.get(start), span));
  }
}

async function readHistory(connection: DuckDBConnection, { name }: Partition): Promise<Span | undefined> {
  const times = ['hot', 'clustered'].map(
    (table) => `SELECT time FROM ${name}.${table} AS stored WHERE ${KINDS.history}`,
  );
  const sql = `SELECT min(time)::DOUBLE, max(time)::DOUBLE FROM (${times.join(' UNION ALL ')})`;
  const [row] = await (await connection.run(sql)).getRows();
  const [from, to] = row as [number | null, number | null];
  return from === null || to === null ? undefined : { from, to };
}

function union(before: Span | undefined, { from, to }: Span): Span {
  return before ? { from: Math.min(before.from, from), to: Math.max(before.to, to) } : { from, to };
}

function overlaps(a: Span, b: Span): boolean {
  return a.from <= b.to && b.from <= a.to;
}
