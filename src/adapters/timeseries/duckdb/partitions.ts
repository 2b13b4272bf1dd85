import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { fromMicros, type Timestamp, toMicros } from '../../../domain/time.ts';
import { CATALOGUE_FILE } from './catalogue.ts';
import { StoreFileError } from './errors.ts';
import { attach, checkTable, create, probe, reattachIfBroken, remove, walOf } from './files.ts';
import { columnDefinitions, columnNames, LAYOUTS, type Layout, labelOf, periodOf, startOfLabel } from './layouts.ts';

/** The file of one period of time: `hot` as the rows arrived, `clustered` by series and time. */
export interface Partition {
  /** First microsecond, and the first of the next period. */
  readonly start: number;
  readonly end: number;
  /** What the file is attached as. */
  readonly name: string;
  readonly path: string;
  appender: DuckDBAppender;
  hotRows: number;
}

/** The files of one layout in a folder, attached. */
export class Partitions {
  readonly layout: Layout;
  readonly #connection: DuckDBConnection;
  readonly #directory: string;
  readonly #partitions = new Map<number, Partition>();

  private constructor(connection: DuckDBConnection, directory: string, layout: Layout) {
    this.layout = layout;
    this.#connection = connection;
    this.#directory = directory;
  }

  /** Whether the folder holds any. Rejects files whose names say nothing to the store. */
  static present(directory: string): boolean {
    return partitionFiles(directory).length > 0;
  }

  static async open(connection: DuckDBConnection, directory: string, layout: Layout): Promise<Partitions> {
    const partitions = new Partitions(connection, directory, layout);
    for (const file of partitionFiles(directory)) if (file.layout === layout) await partitions.#attach(file.start);
    return partitions;
  }

  /** By time. */
  all(): Partition[] {
    return [...this.#partitions.values()].sort((a, b) => a.start - b.start);
  }

  /** Those that may hold rows with from ≤ time < to, in microseconds. */
  between(from: number, to: number): Partition[] {
    return this.all().filter((partition) => partition.start < to && partition.end > from);
  }

  /** The one that starts at `start`, made when there is none. */
  async ensure(start: number): Promise<Partition> {
    const known = this.#partitions.get(start);
    if (known) return known;
    const { name, path } = this.#place(fromMicros(start));
    const columns = columnDefinitions(this.layout);
    await create(this.#connection, path, name, [`hot${columns}`, `clustered${columns}`]);
    return this.#keep(fromMicros(start), 0);
  }

  /** Detaches the file and deletes it; returns what was in it. */
  async drop(partition: Partition): Promise<{ rows: number; bytes: number }> {
    const hot = await countRows(this.#connection, `${partition.name}.hot`);
    const clustered = await countRows(this.#connection, `${partition.name}.clustered`);
    const bytes = sizeOf(partition.path) + sizeOf(walOf(partition.path));
    this.#partitions.delete(partition.start);
    partition.appender.closeSync();
    await this.#connection.run(`DETACH ${partition.name}`);
    remove(partition.path);
    return { rows: hot + clustered, bytes };
  }

  /** Rejects when DuckDB does not answer for one of the files. */
  async check(connection: DuckDBConnection): Promise<void> {
    for (const { name } of this.#partitions.values()) await probe(connection, `${name}.hot`);
  }

  /** Attaches anew what DuckDB does not answer for. */
  async heal(): Promise<void> {
    for (const partition of this.#partitions.values()) {
      if (!(await reattachIfBroken(this.#connection, partition.path, partition.name, 'hot'))) continue;
      partition.appender = await this.#connection.createAppender('hot', 'main', partition.name);
      partition.hotRows = await countRows(this.#connection, `${partition.name}.hot`);
    }
  }

  closeAppenders(): void {
    for (const partition of this.#partitions.values()) partition.appender.closeSync();
  }

  async #attach(startMs: Timestamp): Promise<void> {
    const { name, path } = this.#place(startMs);
    await attach(this.#connection, path, name);
    for (const table of ['hot', 'clustered'])
      await checkTable(this.#connection, path, `${name}.${table}`, columnNames(this.layout));
    await this.#keep(startMs, await countRows(this.#connection, `${name}.hot`));
  }

  async #keep(startMs: Timestamp, hotRows: number): Promise<Partition> {
    const { name, path } = this.#place(startMs);
    const appender = await this.#connection.createAppender('hot', 'main', name);
    const start = toMicros(startMs);
    const { end } = periodOf(this.layout, start);
    const partition: Partition = { start, end, name, path, appender, hotRows };
    this.#partitions.set(start, partition);
    return partition;
  }

  #place(startMs: Timestamp): { name: string; path: string } {
    const file = `${this.layout.prefix}-${labelOf(this.layout, startMs)}`;
    return { name: `file_${file.replaceAll('-', '_')}`, path: join(this.#directory, `${file}.duckdb`) };
  }
}

export async function countRows(connection: DuckDBConnection, table: string): Promise<number> {
  const rows = await (await connection.run(`SELECT count(*) FROM ${table}`)).getRows();
  return Number(rows[0]![0]);
}

interface PartitionFile {
  readonly layout: Layout;
  readonly start: Timestamp;
}

function partitionFiles(directory: string): PartitionFile[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.duckdb') && file !== CATALOGUE_FILE)
    .map((file) => {
      const known = parseName(file);
      if (!known)
        throw new StoreFileError(
          `${join(directory, file)} is not a file of Fettle's time-series store (those are ${CATALOGUE_FILE}, ` +
            `${LAYOUTS.map(formOf).join(', ')}); move it out of the folder.`,
        );
      return known;
    });
}

function parseName(file: string): PartitionFile | undefined {
  for (const layout of LAYOUTS) {
    if (!file.startsWith(`${layout.prefix}-`)) continue;
    const start = startOfLabel(layout, file.slice(layout.prefix.length + 1, -'.duckdb'.length));
    if (start !== undefined) return { layout, start };
  }
  return undefined;
}

function formOf({ prefix, period }: Layout): string {
  return `${prefix}-${period === 'month' ? 'YYYY-MM' : 'YYYY'}.duckdb`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
