import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder belongs to a running process. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

interface Holder {
  readonly pid: number;
  /** Tells apart processes that got the same pid one after the other, as happens in containers; empty where unknown. */
  readonly started: string;
}

/**
 * Takes the folder for this process, by a file with its pid; returns what gives it back. A file whose process is gone
 * (killed, power lost) is taken over.
 *
 * @throws FolderInUseError naming folder and process.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const mine = `${path}.${process.pid}`;
  const content = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder);
  writeFileSync(mine, content);
  try {
    while (!claim(mine, path)) giveUpOrClear(path, folder);
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** A link appears with its content or not at all, and fails when the name is taken. */
function claim(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function giveUpOrClear(path: string, folder: string): void {
  const found = readOrUndefined(path);
  if (found === undefined) return;
  const holder = parseHolder(found);
  if (holder && isRunning(holder)) {
    throw new FolderInUseError(
      `${folder} is in use by process ${holder.pid}; stop it, or give this one a folder of its own`,
    );
  }
  const aside = `${path}.stale.${process.pid}`;
  renameSync(path, aside);
  // Another process may have cleared and claimed between the reading and the renaming: then it is given back.
  if (readOrUndefined(aside) !== found) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(content: string): Holder | undefined {
  try {
    const holder = JSON.parse(content) as Partial<Holder>;
    return typeof holder.pid === 'number' ? { pid: holder.pid, started: holder.started ?? '' } : undefined;
  } catch {
    // Cut short by a power failure: whoever wrote it is gone.
    return undefined;
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === startOf(pid);
}

/** Boot and start time of a process as Linux tells them; empty elsewhere, where a pid that lives has to do. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name of the program, in brackets, may hold spaces; the start time is field 22, the 20th after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${boot} ${fields[19]}`;
  } catch {
    return '';
  }
}
