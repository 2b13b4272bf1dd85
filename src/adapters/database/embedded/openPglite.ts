import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { DurableFiles } from './durableFiles.ts';

/**
 * PGlite's own parameters without `-F` (it turns fsync off), and `fsync` as the way to sync the log, since emscripten's
 * fdatasync does nothing. The search path serves BullMQ, whose SQL names no schema; Fettle's own SQL always names its.
 */
const START_PARAMETERS = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'max_wal_size=96MB',
  '-c',
  'search_path=bullmq,public',
];

/**
 * Told that PostgreSQL gave up in the middle of a write (the disk is full, say), with its words. PGlite goes on as if
 * nothing had happened and soon spins for ever: it must be ended at once. Its files are as after a crash, and open again.
 */
export type OnPanic = (reason: string) => void;

/**
 * Opens the cluster in `directory`/pgdata, made when there is none. A new one is made beside and renamed when it is
 * whole, so that a start cut short can't leave half a cluster.
 *
 * @throws Error with PostgreSQL's own words when it refuses the files, for instance those of another major version.
 */
export async function openPglite(directory: string, onPanic: OnPanic): Promise<PGlite> {
  const cluster = join(directory, 'pgdata');
  if (!existsSync(cluster)) {
    const unfinished = join(directory, 'pgdata.new');
    rmSync(unfinished, { recursive: true, force: true });
    const made = await start(unfinished, onPanic);
    await made.close();
    renameSync(unfinished, cluster);
  }
  return start(cluster, onPanic);
}

async function start(folder: string, onPanic: OnPanic): Promise<PGlite> {
  const complaints: string[] = [];
  const files = new DurableFiles(folder);
  try {
    return await PGlite.create({
      fs: files,
      startParams: START_PARAMETERS,
      onStderr: (line) => {
        const [, level, complaint] = /\b(FATAL|PANIC|DETAIL|HINT): +(.*)$/.exec(line) ?? [];
        if (complaint !== undefined) complaints.push(complaint);
        if (level === 'PANIC') onPanic(complaint!);
        return false;
      },
    });
  } catch (error) {
    const reason = complaints.length > 0 ? complaints.join(' ') : String(error);
    throw new Error(`embedded database in ${folder} does not open: ${reason}`, { cause: error });
  }
}
