import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '../../log.ts';
import type { Journal } from '../../ports/journal.ts';
import { syncFolder } from './folder.ts';
import { FileJournal } from './journal.ts';
import { recover } from './recovery.ts';

const LARGEST_SEGMENT = 8 * 1024 * 1024;
const SMALLEST_SEGMENT = 64 * 1024;

export interface JournalOptions {
  /** Made if missing. Belongs to one journal of one process. */
  readonly directory: string;
  /** Bound of what is not yet trimmed, 8 bytes a record included; the files may take one segment more. */
  readonly maxBytes: number;
  /** Size from which on a new segment is begun; an eighth of `maxBytes` when absent, from 64 KiB to 8 MiB. */
  readonly segmentBytes?: number;
  readonly log: Log;
}

/**
 * Opens the journal in a folder. Every record is checked: a torn or damaged tail is cut, damage elsewhere is passed
 * over, and both are logged with segment, offset and size.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { directory, maxBytes, log } = options;
  const segmentBytes = options.segmentBytes ?? clamp(maxBytes / 8, SMALLEST_SEGMENT, LARGEST_SEGMENT);
  assertPositive('maxBytes', maxBytes);
  assertPositive('segmentBytes', segmentBytes);
  await mkdir(directory, { recursive: true });
  await syncFolder(dirname(directory));
  return new FileJournal({ directory, maxBytes, segmentBytes, log }, await recover(directory, log));
}

function assertPositive(name: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`journal: ${name} is ${value}; it must be a number of bytes above 0`);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
