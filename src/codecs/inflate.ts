import { gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';
import type { Compression } from '../domain/source.ts';
import type { Codec } from './codec.ts';
import { printable } from './text.ts';
import { Unreadable } from './unreadable.ts';
import { inflateZstd, isZstd } from './zstd.ts';

type Inflate = (payload: Buffer, limit: number) => Buffer | Unreadable;

const INFLATE: Readonly<Record<Compression, Inflate>> = {
  none: (payload) => payload,
  auto: (payload, limit) => formOf(payload)(payload, limit),
  gzip: byZlib('gzip', gunzipSync),
  // Some call the bare stream deflate, others the one with zlib's header.
  deflate: (payload, limit) => (hasZlibHeader(payload) ? INFLATE_ZLIB : INFLATE_RAW)(payload, limit),
  zstd: inflateZstd,
};

const INFLATE_ZLIB = byZlib('deflate', inflateSync);
const INFLATE_RAW = byZlib('deflate', inflateRawSync);

/** A codec of payloads that come compressed; what they inflate to is held to the same limit, while it is inflated. */
export function inflating(codec: Codec, compression: Compression, limit: number): Codec {
  if (compression === 'none') return codec;
  return (payload, receivedAt, topic) => {
    const content = INFLATE[compression](payload, limit);
    if (content instanceof Unreadable) return [content.refusal];
    if (content.length === 0) return [{ reason: 'empty-payload', detail: 'the payload inflates to nothing' }];
    return codec(content, receivedAt, topic);
  };
}

function byZlib(name: string, inflate: (payload: Buffer, options: ZlibOptions) => Buffer): Inflate {
  return (payload, limit) => {
    try {
      return inflate(payload, { maxOutputLength: limit });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ERR_BUFFER_TOO_LARGE')
        return new Unreadable('malformed', `not ${name}: ${printable(message, 120)}`);
      const detail = `the payload inflates to more than ${limit} bytes, which is what the source takes`;
      return new Unreadable('payload-too-large', detail);
    }
  };
}

function formOf(payload: Buffer): Inflate {
  if (payload[0] === 0x1f && payload[1] === 0x8b) return INFLATE.gzip;
  if (isZstd(payload)) return INFLATE.zstd;
  // "x^" is a header as well, and a text.
  return hasZlibHeader(payload) && payload[0] === 0x78 && payload[1] !== 0x5e ? INFLATE_ZLIB : INFLATE.none;
}

/** RFC 1950: deflate, and a check of both bytes. */
function hasZlibHeader(payload: Buffer): boolean {
  return payload.length >= 2 && (payload[0]! & 0x0f) === 8 && payload.readUInt16BE() % 31 === 0;
}
