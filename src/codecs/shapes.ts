import { BARE_VALUE, type CodecOptions, type Reading, type Refusal } from './codec.ts';
import { quote } from './text.ts';

const SHAPES = 'an object like {"ts": …, "name": value} or {"ts": …, "values": {"name": value}}, or an array of these';

/** Items of an array that are no readings and are told one by one. */
const MAX_REFUSED_ITEMS = 8;

type Values = Readonly<Record<string, unknown>>;

/**
 * Readings of what a payload without a schema of its own was parsed to:
 * - flat: `{"ts": 1704067200, "a": 1, "b": 2}`, the time under ts, time or timestamp (the first that is there);
 * - with an envelope: the values in an object under values, metrics, data or fields (the first that is there); what
 *   stands beside it is the envelope's and no value; the time may stand in the envelope or among the values;
 * - an array of these: one reading each;
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

function readObject(object: Values, timeField: string | undefined): Reading {
  const values = container(object);
  const timeName = nameOfTime(object, timeField);
  if (values === undefined) return readFlat(object, timeName);
  if (timeName !== undefined) return { time: object[timeName], values, timeName: undefined };
  return readFlat(values, nameOfTime(values, timeField));
}

function readFlat(values: Values, timeName: string | undefined): Reading {
  return { time: timeName === undefined ? undefined : values[timeName], values, timeName };
}

function container(object: Values): Values | undefined {
  return asObject(object.values) ?? asObject(object.metrics) ?? asObject(object.data) ?? asObject(object.fields);
}

function asObject(value: unknown): Values | undefined {
  return isObject(value) ? value : undefined;
}

/** A plain object: neither an array nor a time, bytes or whatever else binary formats know. */
function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
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
