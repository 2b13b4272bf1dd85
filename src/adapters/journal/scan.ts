import type { FileHandle } from 'node:fs/promises';
import { checksum, FRAME_HEADER } from './frame.ts';

const CHUNK = 64 * 1024;

/** A sound record, or a stretch of a segment that holds none. `next` is where it ends. */
export type Scanned =
  | { readonly kind: 'record'; readonly data: Buffer; readonly next: number }
  | { readonly kind: 'damage'; readonly from: number; readonly next: number };

/** Behind damage only records up to this size are looked for: every offset there may be where one begins. */
const FOUND_AGAIN = 1024 * 1024;

/**
 * Reads the records of a segment between two offsets, in chunks. Behind a damaged record it goes on at the next offset
 * that holds a sound one; if there is none, the rest of the segment is damage.
 */
export async function* scan(file: FileHandle, from: number, to: number): AsyncGenerator<Scanned> {
  const window = new Window(file, to);
  let offset = from;
  while (offset < to) {
    const data = await soundAt(window, offset, to);
    if (data) {
      offset += FRAME_HEADER + data.length;
      yield { kind: 'record', data, next: offset };
    } else {
      const next = findSound(await window.bytes(offset, to - offset), offset);
      yield { kind: 'damage', from: offset, next };
      offset = next;
    }
  }
}

async function soundAt(window: Window, offset: number, to: number): Promise<Buffer | undefined> {
  if (offset + FRAME_HEADER > to) return undefined;
  const length = (await window.bytes(offset, FRAME_HEADER)).readUInt32LE(0);
  if (offset + FRAME_HEADER + length > to) return undefined;
  return dataAt(await window.bytes(offset, FRAME_HEADER + length), 0, length);
}

/** Where the first sound record after `start` begins; the end of `bytes`, which lie at `start`, when there is none. */
function findSound(bytes: Buffer, start: number): number {
  for (let at = 1; at + FRAME_HEADER <= bytes.length; at++) {
    const length = bytes.readUInt32LE(at);
    const fits = length <= FOUND_AGAIN && at + FRAME_HEADER + length <= bytes.length;
    if (fits && dataAt(bytes, at, length)) return start + at;
  }
  return start + bytes.length;
}

/** The data of a record that begins at `at`; undefined when its checksum says that it is none. */
function dataAt(bytes: Buffer, at: number, length: number): Buffer | undefined {
  const data = bytes.subarray(at + FRAME_HEADER, at + FRAME_HEADER + length);
  return checksum(bytes.subarray(at, at + 4), data) === bytes.readUInt32LE(at + 4) ? data : undefined;
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
