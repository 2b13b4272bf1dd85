import type { DuckDBConnection } from '@duckdb/node-api';
import { appendColumns, columnsOf } from './chunks.ts';
import type { Lane } from './lane.ts';
import type { Partition, Partitions } from './partitions.ts';
import type { SampleColumns } from './protocol.ts';
import { Replacer } from './replacer.ts';
import { type Span, spanOf, splitByPeriod } from './split.ts';

/** Writes samples to the files of their months. One call at a time, on the connection of the `write` lane. */
export class Writer {
  readonly #months: Partitions;
  readonly #compaction: Lane;
  readonly #replacer: Replacer;
  /** By month the times of failed calls: what of them is stored is unknown. */
  readonly #uncertain = new Map<number, Span>();

  private constructor(months: Partitions, compaction: Lane, replacer: Replacer) {
    this.#months = months;
    this.#compaction = compaction;
    this.#replacer = replacer;
  }

  static async create(connection: DuckDBConnection, months: Partitions, compaction: Lane): Promise<Writer> {
    return new Writer(months, compaction, await Replacer.create(connection, 'incoming_samples', months.layout));
  }

  /**
   * Stores samples that are new, or were part of a call that failed. A failed call may have stored some of its months,
   * so within its times samples replace what is there; everything else is appended without a look.
   */
  async append(samples: SampleColumns): Promise<void> {
    await this.#perMonth(samples, async (month, part) => {
      const uncertain = this.#uncertain.get(month.start);
      if (uncertain && overlaps(uncertain, spanOf(part.time))) return this.#replaceIn(month, part);
      appendColumns(month.appender, columnsOf(part));
      month.hotRows += part.time.length;
    });
  }

  /** Stores samples in place of those of the same series and time; of equal ones in a call the last counts. */
  async replace(samples: SampleColumns): Promise<void> {
    await this.#perMonth(samples, (month, part) => this.#replaceIn(month, part));
  }

  #replaceIn(month: Partition, part: SampleColumns): Promise<void> {
    return this.#replacer.replace(month, columnsOf(part), spanOf(part.time), this.#compaction);
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
    const before = this.#uncertain.get(start) ?? span;
    this.#uncertain.set(start, { from: Math.min(before.from, span.from), to: Math.max(before.to, span.to) });
  }
}

function overlaps(a: Span, b: Span): boolean {
  return a.from <= b.to && b.from <= a.to;
}
