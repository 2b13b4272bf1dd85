import type { CodecDefinition } from './codec.ts';
import { createJsonCodec } from './json.ts';

/** The codecs by the id that a source names. */
export const CODECS: Readonly<Record<string, CodecDefinition>> = {
  json: { create: createJsonCodec, namesSubject: false },
};
