import { parseCbor } from './cborParse.ts';
import type { Codec, CodecOptions } from './codec.ts';
import { readShapes } from './shapes.ts';
import { Unreadable } from './unreadable.ts';

/** CBOR (RFC 8949) of the shapes that {@link readShapes} knows; one item a message. */
export function createCborCodec(options: CodecOptions): Codec {
  return (payload) => {
    const parsed = parseCbor(payload);
    return parsed instanceof Unreadable ? [parsed.refusal] : readShapes(parsed, options);
  };
}
