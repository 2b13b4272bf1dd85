import { type Journal, JournalFullError, type JournalPosition, type JournalRecord } from '../../src/ports/journal.ts';

/** A journal that forgets everything with the process, and fails when it is told to. */
export class MemoryJournal implements Journal {
  readonly maxBytes: number;
  /** What the next calls of a verb reject with; undefined lets them be. */
  readonly failing: { append?: Error | undefined; trim?: Error | undefined } = {};
  readonly #records: { readonly number: number; readonly data: Buffer }[] = [];
  #next = 1;

  constructor(maxBytes = Number.POSITIVE_INFINITY) {
    this.maxBytes = maxBytes;
  }

  async append(records: readonly Uint8Array[]): Promise<void> {
    if (this.failing.append) throw this.failing.append;
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    if (this.pending().bytes + bytes > this.maxBytes) throw new JournalFullError('the journal is full');
    for (const data of records) this.#records.push({ number: this.#next++, data: Buffer.from(data) });
  }

  async read(limit: number): Promise<JournalRecord[]> {
    return this.#records
      .slice(0, limit)
      .map(({ number, data }) => ({ data, next: { segment: 1, offset: number + 1 } }));
  }

  async trim({ offset }: JournalPosition): Promise<void> {
    if (this.failing.trim) throw this.failing.trim;
    while (this.#records[0] && this.#records[0].number < offset) this.#records.shift();
  }

  pending() {
    return { records: this.#records.length, bytes: this.#records.reduce((sum, { data }) => sum + data.length, 0) };
  }

  async close(): Promise<void> {
    this.failing.append = new Error('closed');
    this.failing.trim = new Error('closed');
  }
}
