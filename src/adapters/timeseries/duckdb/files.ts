import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StoreFileError, StoreInUseError } from './errors.ts';

const UNFINISHED = '.unfinished';

/** Attaches an existing file under `name`. */
export async function attach(connection: DuckDBConnection, path: string, name: string): Promise<void> {
  try {
    await connection.run(`ATTACH ${quoted(path)} AS ${name}`);
  } catch (error) {
    throw attachError(path, error);
  }
}

/** Whether DuckDB answers for an attached file; rejects with its reason when not. */
export async function probe(connection: DuckDBConnection, table: string): Promise<void> {
  await connection.run(`SELECT 1 FROM ${table} LIMIT 0`);
}

/**
 * Attaches a file anew if DuckDB no longer answers for it, as after a checkpoint for which the disk had no room: it
 * refuses everything until then, though nothing is lost. Returns whether that was needed.
 */
export async function reattachIfBroken(connection: DuckDBConnection, path: string, name: string, table: string) {
  const reason = await probe(connection, `${name}.${table}`).catch((error: unknown) => String(error));
  if (!reason) return false;
  await connection.run(`DETACH DATABASE IF EXISTS ${name}`);
  await attach(connection, path, name);
  return true;
}

/**
 * Creates a file with these tables and attaches it. It gets its name when it is complete, since DuckDB refuses a file
 * that a crash left half made.
 */
export async function create(connection: DuckDBConnection, path: string, name: string, tables: readonly string[]) {
  const unfinished = path + UNFINISHED;
  rmSync(unfinished, { force: true });
  await connection.run(`ATTACH ${quoted(unfinished)} AS ${name}`);
  try {
    for (const table of tables) await connection.run(`CREATE TABLE ${name}.${table}`);
  } finally {
    await connection.run(`DETACH ${name}`);
  }
  renameSync(unfinished, path);
  syncFolder(dirname(path));
  await attach(connection, path, name);
}

/** Removes what a crash left of `create`. */
export function removeUnfinished(directory: string): void {
  for (const file of readdirSync(directory)) if (file.includes(UNFINISHED)) rmSync(join(directory, file));
}

/** Removes a detached file and its write-ahead log: the log first, lest a later file of this name meets it. */
export function remove(path: string): void {
  rmSync(walOf(path), { force: true });
  rmSync(path);
  syncFolder(dirname(path));
}

export function walOf(path: string): string {
  return `${path}.wal`;
}

/** Checks that a table has these columns. */
export async function checkTable(connection: DuckDBConnection, path: string, table: string, columns: string) {
  try {
    await connection.run(`SELECT ${columns} FROM ${table} LIMIT 0`);
  } catch (error) {
    throw new StoreFileError(
      `${path} is not a file of Fettle's time-series store (${firstLine(error)}); move it out of the folder.`,
    );
  }
}

function attachError(path: string, error: unknown): Error {
  const reason = firstLine(error);
  if (/could not set lock|used by another process/i.test(reason)) {
    const holder = /PID (\d+)/.exec(reason)?.[1];
    return new StoreInUseError(
      `The time-series store in ${dirname(path)} is in use by another process${holder ? ` (PID ${holder})` : ''}; ` +
        'stop that process, or give this one a data folder of its own.',
    );
  }
  const state = existsSync(path) ? 'cannot be opened' : 'does not exist';
  return new StoreFileError(
    `${path} ${state}: ${reason}. Restore it from a backup, or move it and its .wal out of the folder to go on without its samples.`,
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Makes a rename or removal durable. Windows knows no such thing. */
function syncFolder(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
