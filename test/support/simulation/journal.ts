import type { Journal, JournalRecord } from '../../../src/ports/journal.ts';
import type { Calls, Life } from './calls.ts';

/** What a journal has on disk. */
export interface JournalFile {
  readonly records: Buffer[];
  /** Records trimmed so far. */
  trimmed: number;
}

export function journalOn(file: JournalFile, calls: Calls, life: Life): Journal {
  const call = <T>(name: string, work: (share: number) => T) => calls.call(life, 'journal', name, work);
  return {
    maxBytes: 1 << 20,
    append: (records) =>
      call('append', (share) => {
        file.records.push(...records.slice(0, Math.round(share * records.length)).map((record) => Buffer.from(record)));
      }),
    read: (limit) =>
      call('read', () =>
        file.records
          .slice(0, limit)
          .map((data, at): JournalRecord => ({ data, next: { segment: 0, offset: file.trimmed + at + 1 } })),
      ),
    trim: ({ offset }) =>
      call('trim', (share) => {
        if (share < 1) return;
        const gone = Math.max(0, offset - file.trimmed);
        file.records.splice(0, gone);
        file.trimmed += gone;
      }),
    pending: () => ({
      records: file.records.length,
      bytes: file.records.reduce((sum, { length }) => sum + length, 0),
    }),
    close: async () => undefined,
  };
}
