import { crc32 } from 'node:zlib';

/** Bytes before a record's data: its length and the CRC-32 of length and data, both unsigned little-endian 32 bit. */
export const FRAME_HEADER = 8;

/** What a record takes on disk. */
export function frameBytes(data: Uint8Array): number {
  return FRAME_HEADER + data.byteLength;
}

/** Writes the frame of `data` at `offset` and returns where the next one starts. */
export function writeFrame(target: Buffer, offset: number, data: Uint8Array): number {
  target.writeUInt32LE(data.byteLength, offset);
  target.writeUInt32LE(checksum(target.subarray(offset, offset + 4), data), offset + 4);
  target.set(data, offset + FRAME_HEADER);
  return offset + frameBytes(data);
}

/** The length is covered too, since otherwise a run of zeros would be a row of sound empty records. */
export function checksum(length: Uint8Array, data: Uint8Array): number {
  return crc32(data, crc32(length));
}
