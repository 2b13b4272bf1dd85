import { ZSTDDecoder } from 'zstddec';
import { Unreadable } from './unreadable.ts';

/*
 * Node has Zstandard from 22.15 on. This is the decoder of its authors as WebAssembly, which is made ready once, before
 * the first message; it writes no more than the room it is given.
 */
const decoder = new ZSTDDecoder();
await decoder.init();

const MAGIC = 0xfd2fb528;

/** Room that can be had within the module; a pointer of zero would be taken for one. */
const MOST = 64 * 1024 * 1024;

export function isZstd(payload: Buffer): boolean {
  return payload.length >= 4 && payload.readUInt32LE() === MAGIC;
}

/** The content of Zstandard frames (RFC 8878), of at most `limit` bytes; more than 64 MiB are never read. */
export function inflateZstd(payload: Buffer, limit: number): Buffer | Unreadable {
  if (!isZstd(payload)) return new Unreadable('malformed', 'not zstd: it does not start as a frame does');
  const room = Math.min(limit, MOST);
  const declared = contentSize(payload);
  if (payload.length > MOST || (declared !== undefined && declared > room)) {
    return new Unreadable('payload-too-large', `the payload inflates to ${declared} bytes; the source takes ${room}`);
  }
  try {
    const content = decoder.decode(payload, room);
    // What went wrong in there comes back as a negative length, of which nothing is left.
    if (content.length > 0) return Buffer.from(content.buffer, content.byteOffset, content.length);
  } catch {
    // A fault within the module.
  }
  if (declared === 0) return Buffer.alloc(0);
  return new Unreadable('malformed', `not zstd, or more than ${room} bytes when inflated`);
}

/** What the header of the first frame says (RFC 8878, section 3.1.1.1); undefined where it does not, or is cut short. */
function contentSize(payload: Buffer): number | undefined {
  const descriptor = payload[4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const flag = descriptor >> 6;
  const bytes = flag === 0 ? Number(isSingleSegment) : 1 << flag;
  const at = 5 + (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  if (bytes === 0 || payload.length < at + bytes) return undefined;
  if (bytes === 8) return Number(payload.readBigUInt64LE(at));
  return payload.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}
