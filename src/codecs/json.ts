import type { Codec, CodecOptions } from './codec.ts';
import { MAX_DEPTH, nestsTooDeep } from './nesting.ts';
import { replaceNonFinite } from './nonFinite.ts';
import { readShapes } from './shapes.ts';
import { printable } from './text.ts';
import { Unreadable } from './unreadable.ts';
import { textOf } from './utf8.ts';

/**
 * JSON in UTF-8, of the shapes that {@link readShapes} knows. Of a name that comes twice the last counts, as everywhere
 * in JavaScript. Integers beyond 2^53 are rounded to the nearest double. NaN and Infinity, which JSON does not know, are
 * refused as values, not as messages.
 */
export function createJsonCodec(options: CodecOptions): Codec {
  return (payload) => {
    const parsed = parseJson(payload);
    return parsed instanceof Unreadable ? [parsed.refusal] : readShapes(parsed, options);
  };
}

/** The value of JSON text, or {@link Unreadable}: `malformed`, `too-deep`. */
export function parseJson(payload: Buffer): unknown {
  const text = textOf(payload);
  if (text instanceof Unreadable) return text;
  if (nestsTooDeep(text)) return new Unreadable('too-deep', `the JSON nests deeper than ${MAX_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch (error) {
    return parseNonFinite(text) ?? new Unreadable('malformed', `not JSON: ${printable((error as Error).message, 120)}`);
  }
}

function parseNonFinite(text: string): unknown {
  const finite = replaceNonFinite(text);
  if (finite === undefined) return undefined;
  try {
    return JSON.parse(finite);
  } catch {
    // The first error tells more about the text as it was sent.
    return undefined;
  }
}
