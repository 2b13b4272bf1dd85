import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { fromMicros, toMicros } from '../../../domain/time.ts';
import { CATALOGUE_FILE } from './catalogue.ts';
import { StoreFileError } from './errors.ts';
import { attach, checkTable, create, probe, reattachIfBroken, remove, walOf } from './files.ts';

const FILE_NAME = /^samples-(\d{4})-(0[1-9]|1[0-2])\.duckdb$/;
const COLUMNS =
  '(series INTEGER NOT NULL, time BIGINT NOT NULL, value DOUBLE NOT NULL, quality UTINYINT NOT NULL, received_at BIGINT NOT NULL)';

/** The file of one UTC month of sample time: `hot` as the samples arrived, `clustered` by series and time. */
export interface Month {
  /** First microsecond, and the first of the next month. */
  readonly start: number;
  readonly end: number;
  /** What the file is attached as. */
  readonly name: string;
  readonly path: string;
  appender: DuckDBAppender;
  hotRows: number;
}

/** The month files of a folder, attached. */
export class Months {
  readonly #connection: DuckDBConnection;
  readonly #directory: string;
  readonly #months = new Map<number, Month>();

  private constructor(connection: DuckDBConnection, directory: string) {
    this.#connection = connection;
    this.#directory = directory;
  }

  /** Whether the folder holds samples. Rejects files whose names say nothing to the store. */
  static present(directory: string): boolean {
    return monthFiles(directory).length > 0;
  }

  static async open(connection: DuckDBConnection, directory: string): Promise<Months> {
    const months = new Months(connection, directory);
    for (const { year, month } of monthFiles(directory)) await months.#attach(Date.UTC(year, month - 1));
    return months;
  }

  /** By time. */
  all(): Month[] {
    return [...this.#months.values()].sort((a, b) => a.start - b.start);
  }

  /** Those that may hold samples with from ≤ time < to, in microseconds. */
  between(from: number, to: number): Month[] {
    return this.all().filter((month) => month.start < to && month.end > from);
  }

  /** The month that starts at `start`, made when there is none. */
  async ensure(start: number): Promise<Month> {
    const known = this.#months.get(start);
    if (known) return known;
    const { name, path } = this.#place(fromMicros(start));
    await create(this.#connection, path, name, [`hot${COLUMNS}`, `clustered${COLUMNS}`]);
    return this.#keep(fromMicros(start), 0);
  }

  /** Detaches the month and deletes its file; returns what was in it. */
  async drop(month: Month): Promise<{ samples: number; bytes: number }> {
    const hot = await countRows(this.#connection, `${month.name}.hot`);
    const clustered = await countRows(this.#connection, `${month.name}.clustered`);
    const bytes = sizeOf(month.path) + sizeOf(walOf(month.path));
    this.#months.delete(month.start);
    month.appender.closeSync();
    await this.#connection.run(`DETACH ${month.name}`);
    remove(month.path);
    return { samples: hot + clustered, bytes };
  }

  /** Rejects when DuckDB does not answer for one of the files. */
  async check(connection: DuckDBConnection): Promise<void> {
    for (const { name } of this.#months.values()) await probe(connection, `${name}.hot`);
  }

  /** Attaches anew what DuckDB does not answer for. */
  async heal(): Promise<void> {
    for (const month of this.#months.values()) {
      if (!(await reattachIfBroken(this.#connection, month.path, month.name, 'hot'))) continue;
      month.appender = await this.#connection.createAppender('hot', 'main', month.name);
      month.hotRows = await countRows(this.#connection, `${month.name}.hot`);
    }
  }

  closeAppenders(): void {
    for (const month of this.#months.values()) month.appender.closeSync();
  }

  async #attach(startMs: number): Promise<void> {
    const { name, path } = this.#place(startMs);
    await attach(this.#connection, path, name);
    for (const table of ['hot', 'clustered'])
      await checkTable(this.#connection, path, `${name}.${table}`, 'series, time, value, quality, received_at');
    await this.#keep(startMs, await countRows(this.#connection, `${name}.hot`));
  }

  async #keep(startMs: number, hotRows: number): Promise<Month> {
    const { name, path } = this.#place(startMs);
    const appender = await this.#connection.createAppender('hot', 'main', name);
    const start = toMicros(startMs);
    const month: Month = { start, end: nextMonth(start), name, path, appender, hotRows };
    this.#months.set(start, month);
    return month;
  }

  #place(startMs: number): { name: string; path: string } {
    const label = new Date(startMs).toISOString().slice(0, 7);
    return { name: `month_${label.replace('-', '_')}`, path: join(this.#directory, `samples-${label}.duckdb`) };
  }
}

export async function countRows(connection: DuckDBConnection, table: string): Promise<number> {
  const rows = await (await connection.run(`SELECT count(*) FROM ${table}`)).getRows();
  return Number(rows[0]![0]);
}

/** The first microsecond of the UTC month that holds `micros`. */
export function startOfMonth(micros: number): number {
  const date = new Date(Math.floor(fromMicros(micros)));
  return toMicros(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()));
}

function nextMonth(start: number): number {
  const date = new Date(fromMicros(start));
  return toMicros(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1));
}

function monthFiles(directory: string): { year: number; month: number }[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.duckdb') && file !== CATALOGUE_FILE)
    .map((file) => {
      const [, year, month] = FILE_NAME.exec(file) ?? [];
      if (!year)
        throw new StoreFileError(
          `${join(directory, file)} is not a file of Fettle's time-series store (those are ${CATALOGUE_FILE} and ` +
            'samples-YYYY-MM.duckdb); move it out of the folder.',
        );
      return { year: Number(year), month: Number(month) };
    });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
