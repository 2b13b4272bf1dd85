import type { CodecFactory } from './codec.ts';
import { createJsonCodec } from './json.ts';

/** The codecs by the id that a source names. */
export const CODECS: Readonly<Record<string, CodecFactory>> = {
  json: createJsonCodec,
};
