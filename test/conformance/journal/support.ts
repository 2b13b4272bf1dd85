import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openJournal } from '../../../src/adapters/journal/index.ts';
import type { Journal, JournalRecord } from '../../../src/ports/journal.ts';
import { type LogLine, recordLog } from '../../support/recordLog.ts';
import { tempFolder } from '../../support/temp.ts';

export interface OpenedJournal {
  readonly journal: Journal;
  readonly directory: string;
  readonly lines: LogLine[];
}

/** A journal in its own folder (or the one given), closed when the test has finished. */
export async function journalIn(
  directory = tempFolder(),
  bounds: { maxBytes?: number; segmentBytes?: number } = {},
): Promise<OpenedJournal> {
  const { log, lines } = recordLog();
  const journal = await openJournal({ directory, maxBytes: 10_000_000, ...bounds, log });
  onTestFinished(() => journal.close());
  return { journal, directory, lines };
}

export function texts(records: readonly JournalRecord[]): string[] {
  return records.map((record) => record.data.toString());
}

export function records(...data: string[]): Buffer[] {
  return data.map((text) => Buffer.from(text));
}

export function segmentFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => join(directory, name));
}
