import type { DuckDBConnection } from '@duckdb/node-api';
import { AGGREGATE_WIDTHS, type AggregateWidth } from '../../../ports/timeSeriesStore.ts';
import type { Catalogue } from './catalogue.ts';
import { aggregateColumnsOf, NO_CHUNKS, readBuckets, readChunks } from './chunks.ts';
import { Compactor } from './compactor.ts';
import type { Lane } from './lane.ts';
import { AGGREGATES } from './layouts.ts';
import { Partitions } from './partitions.ts';
import type { BucketColumns, RangeRequest, WriteLog } from './protocol.ts';
import { selectOf } from './reader.ts';
import { Replacer } from './replacer.ts';
import { spanOf, splitByPeriod } from './split.ts';

interface Kept {
  readonly partitions: Partitions;
  readonly replacer: Replacer;
  readonly compactor: Compactor;
}

/** The aggregates of each width, in files of their own. Written on one lane, which compacts them too. */
export class Aggregates {
  readonly #kept: ReadonlyMap<AggregateWidth, Kept>;

  private constructor(kept: ReadonlyMap<AggregateWidth, Kept>) {
    this.#kept = kept;
  }

  static async open(
    connection: DuckDBConnection,
    lane: Lane,
    directory: string,
    compactRows: number,
    log: WriteLog,
  ): Promise<Aggregates> {
    const kept = new Map<AggregateWidth, Kept>();
    for (const width of AGGREGATE_WIDTHS) {
      const partitions = await Partitions.open(connection, directory, AGGREGATES[width]);
      const replacer = await Replacer.create(connection, `incoming_${width}`, partitions.layout);
      kept.set(width, { partitions, replacer, compactor: new Compactor(lane, partitions, compactRows, log) });
    }
    return new Aggregates(kept);
  }

  of(width: AggregateWidth): Partitions {
    return this.#kept.get(width)!.partitions;
  }

  all(): Partitions[] {
    return [...this.#kept.values()].map(({ partitions }) => partitions);
  }

  /** `series` are catalogue ids. Durable when this resolves. */
  async save(width: AggregateWidth, buckets: BucketColumns): Promise<void> {
    const { partitions, replacer } = this.#kept.get(width)!;
    for (const [start, part] of splitByPeriod(partitions.layout, buckets))
      await replacer.replace(await partitions.ensure(start), aggregateColumnsOf(part), spanOf(part.time));
  }

  compactDue(): void {
    for (const { compactor } of this.#kept.values()) compactor.compactDue();
  }

  async read(
    connection: DuckDBConnection,
    catalogue: Catalogue,
    request: RangeRequest,
    width: AggregateWidth,
  ): Promise<BucketColumns> {
    const selection = selectOf(catalogue, this.of(width), request);
    if (!selection) return readBuckets(NO_CHUNKS);
    const result = await connection.run(
      `SELECT position, time::DOUBLE, "min", "max", "mean", "last", "count"::DOUBLE FROM (${selection})
       ORDER BY time, position`,
    );
    return readBuckets((await readChunks(result)) ?? NO_CHUNKS);
  }
}
