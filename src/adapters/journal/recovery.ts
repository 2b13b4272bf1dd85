import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { Log } from '../../log.ts';
import type { JournalPosition } from '../../ports/journal.ts';
import { listSegments, loadPosition, savePosition, segmentPath } from './folder.ts';
import { frameBytes } from './frame.ts';
import { scan } from './scan.ts';
import type { Segment } from './segment.ts';

const BEGINNING: JournalPosition = { segment: 1, offset: 0 };

export interface Recovered {
  readonly position: JournalPosition;
  readonly segments: Segment[];
  /** For the next segment; never one that a position handed out earlier may mean. */
  readonly nextNumber: number;
  /** Where damage lies, as {@link damageKey}. */
  readonly damage: Set<string>;
}

export function damageKey(segment: number, offset: number): string {
  return `${segment}:${offset}`;
}

/** Takes stock of a journal's folder: removes what is trimmed, checks every record, cuts a torn tail. */
export async function recover(directory: string, log: Log): Promise<Recovered> {
  const position = await readPosition(directory, log);
  const segments: Segment[] = [];
  const damage = new Set<string>();
  const numbers = await listSegments(directory);
  const last = numbers.at(-1);
  for (const number of numbers) {
    if (number < position.segment) {
      await unlink(segmentPath(directory, number));
      continue;
    }
    const from = number === position.segment ? position.offset : 0;
    segments.push(await takeStock(directory, number, from, number === last, damage, log));
  }
  const afterPosition = position.offset > 0 ? position.segment + 1 : position.segment;
  return { position, segments, nextNumber: Math.max(afterPosition, (last ?? 0) + 1), damage };
}

/**
 * Without its position file a journal begins at its oldest segment: what is read twice does less harm than what is lost.
 * The file is there from the start, so that a position can be saved in its place when the disk is full.
 */
async function readPosition(directory: string, log: Log): Promise<JournalPosition> {
  let position: JournalPosition | undefined;
  try {
    position = await loadPosition(directory);
  } catch (error) {
    log.error({ err: error, directory }, 'journal: the trimmed position is lost, everything kept is read again');
    return BEGINNING;
  }
  if (!position) await savePosition(directory, BEGINNING);
  return position ?? BEGINNING;
}

async function takeStock(
  directory: string,
  number: number,
  from: number,
  isLast: boolean,
  damage: Set<string>,
  log: Log,
): Promise<Segment> {
  const file = await open(segmentPath(directory, number), isLast ? 'r+' : 'r');
  try {
    const size = (await file.stat()).size;
    const segment: Segment = { number, end: size, records: 0, bytes: 0 };
    for await (const item of scan(file, from, size)) {
      if (item.kind === 'record') {
        segment.records += 1;
        segment.bytes += frameBytes(item.data);
      } else if (isLast && item.next === size) {
        await cutTail(file, segment, item.from, directory, log);
      } else {
        damage.add(damageKey(number, item.from));
        reportDamage(log, directory, number, item.from, item.next - item.from);
      }
    }
    return segment;
  } finally {
    await file.close();
  }
}

async function cutTail(file: FileHandle, segment: Segment, at: number, directory: string, log: Log): Promise<void> {
  const bytes = segment.end - at;
  await file.truncate(at);
  await file.sync();
  segment.end = at;
  log.warn({ directory, segment: segment.number, offset: at, bytes }, 'journal: cut a torn or damaged tail');
}

export function reportDamage(log: Log, directory: string, segment: number, offset: number, bytes: number): void {
  log.error({ directory, segment, offset, bytes }, 'journal: passed over damaged bytes');
}
