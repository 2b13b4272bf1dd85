import { Decoder, decodeTimestampToTimeSpec, EXT_TIMESTAMP, ExtensionCodec } from '@msgpack/msgpack';
import { fromMicros } from '../domain/time.ts';
import type { Codec, CodecOptions } from './codec.ts';
import { Instant } from './instant.ts';
import { checkMsgpack } from './msgpackScan.ts';
import { readShapes } from './shapes.ts';
import { printable } from './text.ts';
import { Unreadable } from './unreadable.ts';

/**
 * MessagePack of the shapes that {@link readShapes} knows; one object a message. Integers beyond 2^53 are rounded to the
 * nearest double; a timestamp (extension -1) is an {@link Instant}; bytes and other extensions are refused as values.
 */
export function createMsgpackCodec(options: CodecOptions): Codec {
  const decoder = new Decoder({ extensionCodec: extensions() });
  return (payload) => {
    const parsed = parse(decoder, payload);
    return parsed instanceof Unreadable ? [parsed.refusal] : readShapes(parsed, options);
  };
}

/** The library makes room for what an array declares: that is checked against the bytes before. */
function parse(decoder: Decoder<undefined>, payload: Buffer): unknown {
  const flaw = checkMsgpack(payload);
  if (flaw) return new Unreadable(flaw.reason, flaw.detail);
  try {
    return decoder.decode(payload);
  } catch (error) {
    return new Unreadable('malformed', `not MessagePack: ${printable((error as Error).message, 120)}`);
  }
}

function extensions(): ExtensionCodec<undefined> {
  const codec = new ExtensionCodec<undefined>();
  codec.register({ type: EXT_TIMESTAMP, encode: () => null, decode: readTimestamp });
  return codec;
}

function readTimestamp(data: Uint8Array): Instant {
  const { sec, nsec } = decodeTimestampToTimeSpec(data);
  return new Instant(fromMicros(sec * 1_000_000 + Math.round(nsec / 1000)));
}
