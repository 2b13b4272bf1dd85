import { BARE_VALUE, type CodecOptions, type Reading, type Refusal } from './codec.ts';
import { flatten } from './flatten.ts';
import { isObject, type Values } from './objects.ts';
import { quote } from './text.ts';

const SHAPES = 'an object like {"ts": …, "name": value} or {"ts": …, "values": {"name": value}}, or an array of these';

/** Items of an array that are no readings and are told one by one. */
const MAX_REFUSED_ITEMS = 8;

/**
 * Readings of what a payload without a schema of its own was parsed to:
 * - flat: `{"ts": 1704067200, "a": 1, "b": 2}`, the time under ts, time or timestamp (the first that is there);
 * - with an envelope: the values in an object under values, metrics, data or fields (the first that is there); what
 *   stands beside it is the envelope's and no value; the time may stand in the envelope or among the values;
 * - an array of these: one reading each;
 * - with `nested`, objects in it, flattened to dotted names, of which the time may be one;
 * - where the topic names the metric, a bare value or `{"ts": …, "value": 1}`.
 */
export function readShapes(parsed: unknown, options: CodecOptions): (Reading | Refusal)[] {
  if (!Array.isArray(parsed)) return [readItem(parsed, options)];
  return parsed.length === 0 ? [shapeRefusal('an empty array')] : readItems(parsed, options);
}

function readItems(items: readonly unknown[], options: CodecOptions): (Reading | Refusal)[] {
  const read: (Reading | Refusal)[] = [];
  let refused = 0;
  for (const item of items) {
    if (isObject(item)) read.push(readObject(item, options));
    else if (++refused <= MAX_REFUSED_ITEMS) read.push(shapeRefusal(quote(item)));
  }
  if (refused > MAX_REFUSED_ITEMS) read.push(shapeRefusal(`${refused - MAX_REFUSED_ITEMS} more items like these`));
  return read;
}

function readItem(item: unknown, options: CodecOptions): Reading | Refusal {
  if (isObject(item)) return readObject(item, options);
  if (!options.bareValues || Array.isArray(item)) return shapeRefusal(quote(item));
  return { time: undefined, values: { [BARE_VALUE]: item }, timeName: undefined };
}

function readObject(object: Values, { timeField, nested }: CodecOptions): Reading {
  const flat = nested ? flatten : plain;
  const values = container(object);
  if (values === undefined) return readFlat(flat(object), timeField);
  const timeName = nameOfTime(object, timeField);
  if (timeName !== undefined) return { time: object[timeName], values: flat(values), timeName: undefined };
  return readFlat(flat(values), timeField);
}

function plain(values: Values): Values {
  return values;
}

function readFlat(values: Values, timeField: string | undefined): Reading {
  const timeName = nameOfTime(values, timeField);
  return { time: timeName === undefined ? undefined : values[timeName], values, timeName };
}

function container(object: Values): Values | undefined {
  return asObject(object.values) ?? asObject(object.metrics) ?? asObject(object.data) ?? asObject(object.fields);
}

function asObject(value: unknown): Values | undefined {
  return isObject(value) ? value : undefined;
}

function nameOfTime(object: Values, field: string | undefined): string | undefined {
  if (field !== undefined) return Object.hasOwn(object, field) ? field : undefined;
  if (object.ts !== undefined) return 'ts';
  if (object.time !== undefined) return 'time';
  if (object.timestamp !== undefined) return 'timestamp';
  return undefined;
}

function shapeRefusal(found: string): Refusal {
  return { reason: 'unexpected-shape', detail: `found ${found}; expected ${SHAPES}` };
}
