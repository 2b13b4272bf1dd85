import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PoolConfig } from 'pg';
import { FolderInUseError } from './adapters/database/embedded/index.ts';
import { lookAtDatabase } from './adapters/database/postgres/index.ts';
import { lookAtQueueTables, openQueue, type QueueBackend } from './adapters/queue/index.ts';
import { StoreInUseError } from './adapters/timeseries/duckdb/index.ts';
import { shownAddress, shownDatabase } from './config/exposure.ts';
import type { Probe } from './config/probes.ts';
import type { Config } from './config/schema.ts';
import type { Log } from './log.ts';
import { databaseConnection, migrates, queueBackend } from './parts.ts';
import type { RunningFettle } from './probePort.ts';
import { Teardown } from './teardown.ts';

/** The database, and the job queue by itself where it is on Redis. They look and change nothing. */
export function databaseProbes(config: Config, log: Log, running: RunningFettle): Probe[] {
  const { database, redis, dataDir } = config;
  const place = database.url === undefined ? `embedded in ${dataDir}` : shownDatabase(database.url);
  const name = redis.url === undefined ? `database with the job queue ${place}` : `database ${place}`;
  const probes = [{ name, run: (signal: AbortSignal) => probeDatabase(config, log, running, signal) }];
  if (redis.url === undefined) return probes;
  // Without a connection to the database: jobs are in Redis.
  const run = () => probeQueue(queueBackend(config, {}), log);
  return [...probes, { name: `job queue ${shownAddress(redis.url)}`, run }];
}

async function probeDatabase(config: Config, log: Log, running: RunningFettle, signal: AbortSignal): Promise<string> {
  if (config.database.url === undefined) {
    const folder = join(config.dataDir, 'database');
    return (await notThereYet(folder)) ?? unlessInUse(() => lookInside(config, log), running, signal);
  }
  return lookInside(config, log);
}

async function lookInside(config: Config, log: Log): Promise<string> {
  const teardown = new Teardown(log);
  try {
    const connection = await databaseConnection(config, teardown, log);
    const { server, missing } = await lookAtDatabase({ connection, migrate: migrates(config), log });
    const tables = missing.length === 0 ? 'schema is up to date' : describeMissing(missing);
    const queue = config.redis.url === undefined ? [await probeQueueTables(config, connection, log)] : [];
    return [`PostgreSQL ${server}`, tables, ...queue].join('; ');
  } finally {
    await teardown.run();
  }
}

function describeMissing(missing: readonly string[]): string {
  const what = missing.length === 1 ? 'migration is' : 'migrations are';
  return `${missing.length} ${what} missing (${missing.join(', ')}): the start or fettle migrate applies them`;
}

async function probeQueueTables(config: Config, connection: PoolConfig, log: Log): Promise<string> {
  if (await lookAtQueueTables(connection, migrates(config), log)) {
    return probeQueue(queueBackend(config, connection), log);
  }
  return "the job queue's tables are missing: the start or fettle migrate makes them";
}

async function probeQueue(backend: QueueBackend, log: Log): Promise<string> {
  const queue = await openQueue({ backend, onlyLook: true, log });
  try {
    const { waiting, failed } = await queue.counts();
    return [`${waiting} jobs waiting, ${failed} failed`, ...queue.concerns].join('; ');
  } finally {
    await queue.close();
  }
}

/** What to tell of a folder that a start would make; undefined when it is there. Rejects when it could not be made. */
export async function notThereYet(folder: string): Promise<string | undefined> {
  if (existsSync(folder)) return undefined;
  let parent = dirname(folder);
  while (!existsSync(parent)) parent = dirname(parent);
  await access(parent, constants.W_OK | constants.X_OK);
  return 'not there yet: the start makes it';
}

/** A folder that a running Fettle has is as it should be. */
export async function unlessInUse(
  work: () => Promise<string>,
  running: RunningFettle,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await work();
  } catch (error) {
    const inUse = error instanceof FolderInUseError || error instanceof StoreInUseError;
    const version = inUse ? await running(signal) : undefined;
    if (version === undefined) throw error;
    return `in use by the running Fettle ${version}`;
  }
}
