import Type, { type StaticDecode, type TSchema } from 'typebox';
import { DecodeUnsafe, Value } from 'typebox/value';
import { isMap } from './inspect.ts';

/**
 * A value as written, made ready to be judged: options without a value are left out, then defaults filled in. `value`
 * is not changed.
 */
export function complete(schema: TSchema, value: unknown): unknown {
  return Value.Default(schema, withoutEmpty(schema, value));
}

/** A sound value with its durations, sizes and dates as numbers; `value` is not changed. */
export function decode<S extends TSchema>(schema: S, value: unknown): StaticDecode<S> {
  return DecodeUnsafe({}, schema, Value.Clone(value)) as StaticDecode<S>;
}

function withoutEmpty(schema: TSchema, value: unknown): unknown {
  if (Array.isArray(value)) {
    return Type.IsArray(schema) ? value.map((item) => withoutEmpty(schema.items, item)) : value;
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value).flatMap(([key, given]) => {
    const inner = optionOf(schema, key);
    if (given === null && inner) return [];
    return [[key, withoutEmpty(inner ?? entryOf(schema), given)] as const];
  });
  return Object.fromEntries(entries);
}

/** The schema of an option that the map names; undefined for what it does not know, and in a free map. */
function optionOf(schema: TSchema, key: string): TSchema | undefined {
  if (Type.IsObject(schema)) return Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (!Type.IsUnion(schema)) return undefined;
  return schema.anyOf.map((branch) => optionOf(branch, key)).find((found) => found !== undefined);
}

function entryOf(schema: TSchema): TSchema {
  return Type.IsRecord(schema) ? Type.RecordValue(schema) : Type.Unknown();
}
