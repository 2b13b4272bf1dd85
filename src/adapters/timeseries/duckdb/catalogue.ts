import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StoreFileError } from './errors.ts';
import { attach, checkTable, create, probe, reattachIfBroken } from './files.ts';
import type { SeriesNames } from './protocol.ts';

export const CATALOGUE_FILE = 'catalogue.duckdb';
const FORMAT = 1;

/**
 * Small ids of the series, in a file of their own, so that a month can be dropped without losing any. An id is durable
 * before the first sample that uses it.
 */
export class Catalogue {
  readonly #connection: DuckDBConnection;
  readonly #path: string;
  readonly #ids = new Map<string, Map<string, number>>();
  #nextId = 1;

  private constructor(connection: DuckDBConnection, path: string) {
    this.#connection = connection;
    this.#path = path;
  }

  /** Opens the catalogue of the folder; makes it when the folder holds no samples yet. */
  static async open(connection: DuckDBConnection, directory: string, hasSamples: boolean): Promise<Catalogue> {
    const path = join(directory, CATALOGUE_FILE);
    if (existsSync(path)) await attach(connection, path, 'catalogue');
    else if (hasSamples)
      throw new StoreFileError(
        `${path} is missing, and without it nobody knows whose the samples are; restore it from a backup, or move all ` +
          'files out of the folder to start anew.',
      );
    else await createCatalogue(connection, path);
    await checkFormat(connection, path);
    const catalogue = new Catalogue(connection, path);
    await catalogue.#load();
    return catalogue;
  }

  /** The id of a series, or undefined when nothing of it was ever stored. */
  id(assetId: string, metricId: string): number | undefined {
    return this.#ids.get(assetId)?.get(metricId);
  }

  /** All series of these assets, with their ids. */
  seriesOf(assetIds: readonly string[]): SeriesNames & { readonly ids: Int32Array } {
    const all = [...new Set(assetIds)].flatMap((assetId) =>
      [...(this.#ids.get(assetId) ?? [])].map(([metricId, id]) => ({ assetId, metricId, id })),
    );
    return {
      assetIds: all.map(({ assetId }) => assetId),
      metricIds: all.map(({ metricId }) => metricId),
      ids: Int32Array.from(all, ({ id }) => id),
    };
  }

  /** Ids of the series, -1 for unknown ones. */
  find({ assetIds, metricIds }: SeriesNames): Int32Array {
    return Int32Array.from(assetIds, (assetId, index) => this.id(assetId, metricIds[index]!) ?? -1);
  }

  /** Ids of the series; new ones are durable when this resolves. Not to be called twice at a time. */
  async intern(names: SeriesNames): Promise<Int32Array> {
    const ids = this.find(names);
    if (!ids.includes(-1)) return ids;
    try {
      await this.#add(names, ids);
    } catch (error) {
      // Whether the rows were committed is unknown: the file tells.
      await this.#load();
      throw error;
    }
    return this.find(names);
  }

  /** Rejects when DuckDB does not answer for the file. */
  check(connection: DuckDBConnection): Promise<void> {
    return probe(connection, 'catalogue.series');
  }

  /** Attaches the file anew if DuckDB does not answer for it. */
  async heal(): Promise<void> {
    if (await reattachIfBroken(this.#connection, this.#path, 'catalogue', 'series')) await this.#load();
  }

  async #add({ assetIds, metricIds }: SeriesNames, ids: Int32Array): Promise<void> {
    const fresh = new Map<string, readonly [assetId: string, metricId: string]>();
    ids.forEach((id, index) => {
      const name = [assetIds[index]!, metricIds[index]!] as const;
      if (id === -1) fresh.set(JSON.stringify(name), name);
    });
    const firstId = this.#nextId;
    await this.#insert([...fresh.values()], firstId);
    await this.#load(firstId);
  }

  async #insert(names: readonly (readonly [string, string])[], firstId: number): Promise<void> {
    const appender = await this.#connection.createAppender('series', 'main', 'catalogue');
    try {
      names.forEach(([assetId, metricId], index) => {
        appender.appendInteger(firstId + index);
        appender.appendVarchar(assetId);
        appender.appendVarchar(metricId);
        appender.endRow();
      });
      appender.flushSync();
    } catch (error) {
      appender.clear();
      throw error;
    }
    appender.closeSync();
  }

  async #load(fromId = 0): Promise<void> {
    const result = await this.#connection.run(
      `SELECT id, asset, metric FROM catalogue.series WHERE id >= ${fromId} ORDER BY id`,
    );
    for (const [id, asset, metric] of await result.getRows()) this.#set(String(asset), String(metric), Number(id));
  }

  #set(assetId: string, metricId: string, id: number): void {
    const metrics = this.#ids.get(assetId) ?? new Map<string, number>();
    this.#ids.set(assetId, metrics.set(metricId, id));
    this.#nextId = Math.max(this.#nextId, id + 1);
  }
}

async function createCatalogue(connection: DuckDBConnection, path: string): Promise<void> {
  await create(connection, path, 'catalogue', [
    'series(id INTEGER PRIMARY KEY, asset VARCHAR NOT NULL, metric VARCHAR NOT NULL, UNIQUE (asset, metric))',
    `format AS SELECT ${FORMAT}::INTEGER AS version`,
  ]);
}

async function checkFormat(connection: DuckDBConnection, path: string): Promise<void> {
  await checkTable(connection, path, 'catalogue.series', 'id, asset, metric');
  await checkTable(connection, path, 'catalogue.format', 'version');
  const rows = await (await connection.run('SELECT version FROM catalogue.format')).getRows();
  const version = Number(rows[0]?.[0]);
  if (version !== FORMAT)
    throw new StoreFileError(
      `${path} has format ${version}, this Fettle reads ${FORMAT}; run the Fettle that wrote it.`,
    );
}
