import type { FileHandle } from 'node:fs/promises';
import { checksum, FRAME_HEADER } from './frame.ts';

const CHUNK = 64 * 1024;

/** A sound record, or a stretch of a segment that holds none. `next` is where it ends. */
export type Scanned =
  | { readonly kind: 'record'; readonly data: Buffer; readonly next: number }
  | { readonly kind: 'damage'; readonly from: number; readonly next: number };

/**
 * Reads the records of a segment between two offsets, in chunks. Behind a damaged record it goes on where the length
 * of that record points; if nothing sound follows there, the rest of the segment is damage.
 */
export async function* scan(file: FileHandle, from: number, to: number): AsyncGenerator<Scanned> {
  const window = new Window(file, to);
  let damagedFrom: number | undefined;
  let offset = from;
  while (offset + FRAME_HEADER <= to) {
    const header = await window.bytes(offset, FRAME_HEADER);
    const length = header.readUInt32LE(0);
    const next = offset + FRAME_HEADER + length;
    if (next > to) break;
    const data = await window.bytes(offset + FRAME_HEADER, length);
    if (checksum(header.subarray(0, 4), data) === header.readUInt32LE(4)) {
      if (damagedFrom !== undefined) yield { kind: 'damage', from: damagedFrom, next: offset };
      damagedFrom = undefined;
      yield { kind: 'record', data, next };
    } else {
      damagedFrom ??= offset;
    }
    offset = next;
  }
  const rest = damagedFrom ?? offset;
  if (rest < to) yield { kind: 'damage', from: rest, next: to };
}

/** A moving view of a file that holds a chunk, or one record where that is larger. */
class Window {
  readonly #file: FileHandle;
  readonly #end: number;
  #buffer = Buffer.alloc(0);
  #start = 0;

  constructor(file: FileHandle, end: number) {
    this.#file = file;
    this.#end = end;
  }

  /** The bytes asked for, which must lie before the end. */
  async bytes(offset: number, length: number): Promise<Buffer> {
    if (offset < this.#start || offset + length > this.#start + this.#buffer.length) await this.#move(offset, length);
    return this.#buffer.subarray(offset - this.#start, offset - this.#start + length);
  }

  async #move(offset: number, length: number): Promise<void> {
    const buffer = Buffer.allocUnsafe(Math.max(length, Math.min(CHUNK, this.#end - offset)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.#file.read(buffer, filled, buffer.length - filled, offset + filled);
      if (bytesRead === 0) throw new Error(`the file ends at ${offset + filled}, before ${offset + buffer.length}`);
      filled += bytesRead;
    }
    this.#buffer = buffer;
    this.#start = offset;
  }
}
