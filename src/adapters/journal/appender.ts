import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { Log } from '../../log.ts';
import { segmentPath, syncFolder } from './folder.ts';
import { frameBytes, writeFrame } from './frame.ts';
import type { Segment } from './segment.ts';

/** Appends waiting at the same time share a sync until they come to this size. */
const GROUP_BYTES = 1024 * 1024;

interface Waiting {
  readonly records: readonly Uint8Array[];
  readonly bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Writes records to the newest segment, one sync for all appends that wait, and begins segments as they fill up. */
export class Appender {
  readonly #directory: string;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  readonly #log: Log;
  readonly #waiting: Waiting[] = [];
  #active: { readonly segment: Segment; readonly file: FileHandle } | undefined;
  #nextNumber: number;
  #queuedBytes = 0;
  #draining: Promise<void> | undefined;

  /** New segments are pushed to `segments`, the first with the number `nextNumber`. */
  constructor(directory: string, segmentBytes: number, segments: Segment[], nextNumber: number, log: Log) {
    this.#directory = directory;
    this.#segmentBytes = segmentBytes;
    this.#segments = segments;
    this.#nextNumber = nextNumber;
    this.#log = log;
  }

  /** Bytes accepted and not yet synced. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Whether the segment may still grow. */
  isActive(segment: Segment): boolean {
    return this.#active?.segment === segment;
  }

  append(records: readonly Uint8Array[]): Promise<void> {
    const bytes = records.reduce((sum, data) => sum + frameBytes(data), 0);
    this.#queuedBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, bytes, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    await this.#draining;
    await this.#active?.file.close();
    this.#active = undefined;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      const bytes = group.reduce((sum, waiting) => sum + waiting.bytes, 0);
      try {
        await this.#write(
          group.flatMap((waiting) => waiting.records),
          bytes,
        );
        this.#queuedBytes -= bytes;
        for (const waiting of group) waiting.resolve();
      } catch (error) {
        this.#queuedBytes -= bytes;
        for (const waiting of group) waiting.reject(error);
      }
    }
    this.#draining = undefined;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length) {
      bytes += this.#waiting[count]!.bytes;
      if (count > 0 && bytes > GROUP_BYTES) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** A group lies in one segment as a whole, so that a failed write can be taken back. */
  async #write(records: readonly Uint8Array[], bytes: number): Promise<void> {
    const buffer = Buffer.allocUnsafe(bytes);
    let offset = 0;
    for (const data of records) offset = writeFrame(buffer, offset, data);

    const { segment, file } = await this.#openSegment();
    try {
      await writeAll(file, buffer, segment.end);
      await file.datasync();
    } catch (error) {
      await this.#abandonSegment();
      throw error;
    }
    segment.end += bytes;
    segment.records += records.length;
    segment.bytes += bytes;
  }

  async #openSegment(): Promise<{ readonly segment: Segment; readonly file: FileHandle }> {
    if (this.#active && this.#active.segment.end < this.#segmentBytes) return this.#active;
    const full = this.#active;
    this.#active = undefined;
    await full?.file.close();

    const segment: Segment = { number: this.#nextNumber++, end: 0, records: 0, bytes: 0 };
    const file = await open(segmentPath(this.#directory, segment.number), 'wx');
    try {
      await syncFolder(this.#directory);
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#segments.push(segment);
    this.#active = { segment, file };
    return this.#active;
  }

  /**
   * After a failed write or sync nobody knows what the disk holds behind the last sync: take it back and go on in a new
   * segment. What can't be taken back may come to light as records when the journal is opened again. A segment that
   * holds nothing goes, so that trying again for hours on a full disk leaves no litter.
   */
  async #abandonSegment(): Promise<void> {
    const active = this.#active;
    if (!active) return;
    this.#active = undefined;
    const { segment, file } = active;
    try {
      await file.truncate(segment.end);
      await file.sync();
      if (segment.end === 0) await this.#remove(segment);
    } catch (error) {
      const place = { segment: segment.number, offset: segment.end };
      this.#log.error({ err: error, ...place }, 'journal: a failed write could not be taken back');
    } finally {
      await file.close();
    }
  }

  async #remove(segment: Segment): Promise<void> {
    await unlink(segmentPath(this.#directory, segment.number));
    this.#segments.splice(this.#segments.indexOf(segment), 1);
  }
}

async function writeAll(file: FileHandle, buffer: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < buffer.length) {
    const { bytesWritten } = await file.write(buffer, written, buffer.length - written, position + written);
    written += bytesWritten;
  }
}
