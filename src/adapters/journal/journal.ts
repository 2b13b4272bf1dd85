import { open, unlink } from 'node:fs/promises';
import type { Log } from '../../log.ts';
import { type Journal, JournalFullError, type JournalPosition, type JournalRecord } from '../../ports/journal.ts';
import { Appender } from './appender.ts';
import { savePosition, segmentPath } from './folder.ts';
import { frameBytes } from './frame.ts';
import { damageKey, type Recovered, reportDamage } from './recovery.ts';
import { type Scanned, scan } from './scan.ts';
import type { Segment } from './segment.ts';

export interface FileJournalOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly segmentBytes: number;
  readonly log: Log;
}

/** A journal in a folder of append-only segments; made by `openJournal`. */
export class FileJournal implements Journal {
  readonly #options: FileJournalOptions;
  readonly #segments: Segment[];
  readonly #damage: Set<string>;
  readonly #appender: Appender;
  #position: JournalPosition;
  /** Reads and trims take turns, so that no segment is removed under a read. */
  #turn: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: FileJournalOptions, recovered: Recovered) {
    const { directory, segmentBytes, log } = options;
    this.#options = options;
    this.#segments = recovered.segments;
    this.#damage = recovered.damage;
    this.#position = recovered.position;
    this.#appender = new Appender(directory, segmentBytes, this.#segments, recovered.nextNumber, log);
  }

  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  async append(records: readonly Uint8Array[]): Promise<void> {
    this.#assertOpen();
    if (records.length === 0) return;
    const { directory, maxBytes } = this.#options;
    const wanted = records.reduce((sum, data) => sum + frameBytes(data), 0);
    const held = this.pending().bytes + this.#appender.queuedBytes;
    if (held + wanted > maxBytes) {
      const message = `journal ${directory} is full: ${wanted} bytes do not fit beside ${held} of at most ${maxBytes}`;
      throw new JournalFullError(message);
    }
    await this.#appender.append(records);
  }

  async read(limit: number): Promise<JournalRecord[]> {
    this.#assertOpen();
    return this.#inTurn(async () => {
      const records: JournalRecord[] = [];
      for (const segment of [...this.#segments]) {
        if (records.length >= limit) break;
        for await (const item of this.#scan(segment, segment.end)) {
          if (item.kind === 'damage') {
            if (this.#isNews(segment, item.from)) await this.#recount(segment, item.from, item.next);
            continue;
          }
          records.push({ data: item.data, next: { segment: segment.number, offset: item.next } });
          if (records.length >= limit) break;
        }
      }
      return records;
    });
  }

  async trim(to: JournalPosition): Promise<void> {
    this.#assertOpen();
    return this.#inTurn(async () => {
      if (compare(to, this.#position) <= 0) return;
      const segment = this.#segments.find((candidate) => candidate.number === to.segment);
      if (!segment) throw this.#unknownPlace(to);
      const trimmed = await this.#countBefore(segment, to);
      const ended = to.offset >= segment.end && !this.#appender.isActive(segment);
      const position = ended ? { segment: segment.number + 1, offset: 0 } : { ...to };
      await savePosition(this.#options.directory, position);
      segment.records -= trimmed.records;
      segment.bytes -= trimmed.bytes;
      this.#position = position;
      await this.#dropSegments();
    });
  }

  pending(): { readonly records: number; readonly bytes: number } {
    let records = 0;
    let bytes = 0;
    for (const segment of this.#segments) {
      records += segment.records;
      bytes += segment.bytes;
    }
    return { records, bytes };
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#turn, this.#appender.close()]).then(() => undefined);
    return this.#closing;
  }

  /** The segment's untrimmed part up to `end`. */
  async *#scan(segment: Segment, end: number): AsyncGenerator<Scanned> {
    const from = segment.number === this.#position.segment ? this.#position.offset : 0;
    if (from >= end) return;
    const file = await open(segmentPath(this.#options.directory, segment.number), 'r');
    try {
      yield* scan(file, from, end);
    } finally {
      await file.close();
    }
  }

  #isNews(segment: Segment, from: number): boolean {
    const key = damageKey(segment.number, from);
    if (this.#damage.has(key)) return false;
    this.#damage.add(key);
    return true;
  }

  /** Damage that came about while the journal was open: the records it cost do not count any more. */
  async #recount(segment: Segment, from: number, next: number): Promise<void> {
    reportDamage(this.#options.log, this.#options.directory, segment.number, from, next - from);
    const { end } = segment;
    const before = { records: segment.records, bytes: segment.bytes };
    let records = 0;
    let bytes = 0;
    for await (const item of this.#scan(segment, end)) {
      if (item.kind !== 'record') continue;
      records += 1;
      bytes += frameBytes(item.data);
    }
    segment.records -= before.records - records;
    segment.bytes -= before.bytes - bytes;
  }

  async #countBefore(segment: Segment, to: JournalPosition): Promise<{ records: number; bytes: number }> {
    const counted = { records: 0, bytes: 0 };
    if (to.offset > segment.end) throw this.#unknownPlace(to);
    for await (const item of this.#scan(segment, to.offset)) {
      if (item.kind === 'record') {
        counted.records += 1;
        counted.bytes += frameBytes(item.data);
      } else if (item.next === to.offset) {
        // A record that `to` cuts through looks like damage up to `to`.
        throw this.#unknownPlace(to);
      }
    }
    return counted;
  }

  async #dropSegments(): Promise<void> {
    const { directory, log } = this.#options;
    while (this.#segments[0] && this.#segments[0].number < this.#position.segment) {
      const path = segmentPath(directory, this.#segments[0].number);
      this.#segments.shift();
      await unlink(path).catch((error: unknown) => {
        log.warn({ err: error, path }, 'journal: a trimmed segment could not be removed; the next start tries again');
      });
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #assertOpen(): void {
    if (this.#closing) throw new Error(`journal ${this.#options.directory} is closed`);
  }

  #unknownPlace(to: JournalPosition): RangeError {
    const place = `segment ${to.segment}, offset ${to.offset}`;
    return new RangeError(`journal ${this.#options.directory} has no record that ends at ${place}`);
  }
}

function compare(a: JournalPosition, b: JournalPosition): number {
  return a.segment - b.segment || a.offset - b.offset;
}
