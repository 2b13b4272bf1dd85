import { isUtf8 } from 'node:buffer';
import { BARE_VALUE, type Codec, type CodecOptions, type Reading, type Refusal } from './codec.ts';
import { MAX_DEPTH, nestsTooDeep } from './nesting.ts';
import { replaceNonFinite } from './nonFinite.ts';
import { printable, quote } from './text.ts';

const SHAPES = 'an object like {"ts": …, "name": value} or {"ts": …, "values": {"name": value}}, or an array of these';

/** Items of an array that are no readings and are told one by one. */
const MAX_REFUSED_ITEMS = 8;

const BYTE_ORDER_MARK = 0xfeff;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * JSON in UTF-8, of these shapes:
 * - flat: `{"ts": 1704067200, "a": 1, "b": 2}`, the time under ts, time or timestamp (the first that is there);
 * - with an envelope: the values in an object under values, metrics, data or fields (the first that is there); what
 *   stands beside it is the envelope's and no value; the time may stand in the envelope or among the values;
 * - an array of these: one reading each;
 * - where the topic names the metric, a bare value or `{"ts": …, "value": 1}`.
 *
 * Of a name that comes twice the last counts, as everywhere in JavaScript. Integers beyond 2^53 are rounded to the
 * nearest double. NaN and Infinity, which JSON does not know, are refused as values, not as messages.
 */
export function createJsonCodec(options: CodecOptions): Codec {
  return (payload) => {
    const parsed = parse(payload);
    if (parsed instanceof Unreadable) return [parsed.refusal];
    if (!Array.isArray(parsed)) return [readItem(parsed, options)];
    if (parsed.length === 0) return [shapeRefusal('an empty array')];
    return readItems(parsed, options);
  };
}

class Unreadable {
  readonly refusal: Refusal;
  constructor(reason: Refusal['reason'], detail: string) {
    this.refusal = { reason, detail };
  }
}

function parse(payload: Buffer): unknown {
  let text = payload.toString('utf8');
  // Decoding puts U+FFFD for what is invalid; only then the bytes are looked at once more.
  if (text.includes('\ufffd') && !isUtf8(payload)) return new Unreadable('malformed', 'the payload is not UTF-8');
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) text = text.slice(1);
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

function readItems(items: readonly unknown[], options: CodecOptions): (Reading | Refusal)[] {
  const read: (Reading | Refusal)[] = [];
  let refused = 0;
  for (const item of items) {
    if (isObject(item)) read.push(readObject(item, options.timeField));
    else if (++refused <= MAX_REFUSED_ITEMS) read.push(shapeRefusal(quote(item)));
  }
  if (refused > MAX_REFUSED_ITEMS) read.push(shapeRefusal(`${refused - MAX_REFUSED_ITEMS} more items like these`));
  return read;
}

function readItem(item: unknown, options: CodecOptions): Reading | Refusal {
  if (isObject(item)) return readObject(item, options.timeField);
  if (!options.bareValues || Array.isArray(item)) return shapeRefusal(quote(item));
  return { time: undefined, values: { [BARE_VALUE]: item }, timeName: undefined };
}

function readObject(object: JsonObject, timeField: string | undefined): Reading {
  const values = container(object);
  const timeName = nameOfTime(object, timeField);
  if (values === undefined) return readFlat(object, timeName);
  if (timeName !== undefined) return { time: object[timeName], values, timeName: undefined };
  return readFlat(values, nameOfTime(values, timeField));
}

function readFlat(values: JsonObject, timeName: string | undefined): Reading {
  return { time: timeName === undefined ? undefined : values[timeName], values, timeName };
}

function container(object: JsonObject): JsonObject | undefined {
  return asObject(object.values) ?? asObject(object.metrics) ?? asObject(object.data) ?? asObject(object.fields);
}

function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOfTime(object: JsonObject, field: string | undefined): string | undefined {
  if (field !== undefined) return Object.hasOwn(object, field) ? field : undefined;
  if (object.ts !== undefined) return 'ts';
  if (object.time !== undefined) return 'time';
  if (object.timestamp !== undefined) return 'timestamp';
  return undefined;
}

function shapeRefusal(found: string): Refusal {
  return { reason: 'unexpected-shape', detail: `found ${found}; expected ${SHAPES}` };
}
