import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalPosition } from '../../ports/journal.ts';

const SEGMENT_NAME = /^(\d{10})\.log$/;
const POSITION_NAME = 'position.json';
const NO_ROOM: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(10, '0')}.log`);
}

/** The numbers of the segments in a folder, ascending. */
export async function listSegments(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names
    .map((name) => SEGMENT_NAME.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Makes created, renamed and removed files of a folder durable. Windows has no such call and needs none. */
export async function syncFolder(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Makes the trimmed position durable, atomically where there is room. On a full disk the file is written over in its
 * place: a journal that has filled its disk itself could not give any room back otherwise. One torn by a power failure
 * counts as lost.
 */
export async function savePosition(directory: string, { segment, offset }: JournalPosition): Promise<void> {
  const path = join(directory, POSITION_NAME);
  const text = JSON.stringify({ segment, offset });
  try {
    await replaceFile(path, text);
  } catch (error) {
    if (!NO_ROOM.has((error as NodeJS.ErrnoException).code)) throw error;
    await writeOver(path, text);
  }
  await syncFolder(directory);
}

/** Writes the file anew as a whole: whoever reads it finds the old text or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}

async function writeOver(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(text, 0);
    await file.truncate(text.length);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The trimmed position; undefined when nothing was ever trimmed. Rejects when the file can't be understood. */
export async function loadPosition(directory: string): Promise<JournalPosition | undefined> {
  const path = join(directory, POSITION_NAME);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const position = parsePosition(text);
  if (!position) throw new Error(`${path} is damaged: ${JSON.stringify(text.slice(0, 80))}`);
  return position;
}

function parsePosition(text: string): JournalPosition | undefined {
  const match = /^\{"segment":(\d+),"offset":(\d+)\}$/.exec(text);
  return match ? { segment: Number(match[1]), offset: Number(match[2]) } : undefined;
}
