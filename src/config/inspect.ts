import Type, { type TObject, type TSchema, type TUnion } from 'typebox';
import { Value } from 'typebox/value';
import { nearest, suggestion } from './nearest.ts';
import type { Path } from './problem.ts';

/** One mistake in a value, before its place in a file is looked up. */
export interface Flaw {
  readonly path: Path;
  readonly message: string;
  /** Whether the key or the value is wrong. */
  readonly on: 'key' | 'value';
}

/** Keywords of a schema that messages are made of. `form` and `secret` are Fettle's own: see fields.ts. */
interface Keywords {
  readonly form?: string;
  readonly secret?: boolean;
  readonly description?: string;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/**
 * Every flaw of `value`, which has its defaults already. TypeBox judges the leaves; this walks the structure itself,
 * because TypeBox stops at the first flaws and lists every branch of a union.
 */
export function inspect(schema: TSchema, value: unknown, path: Path = []): Flaw[] {
  if (Type.IsUnion(schema)) return inspectUnion(schema, value, path);
  if (Type.IsObject(schema))
    return isMap(value) ? inspectMap(schema, value, path) : [flaw(path, mustBe('a map', value))];
  if (Type.IsRecord(schema)) {
    if (!isMap(value)) return [flaw(path, mustBe('a map', value))];
    return Object.entries(value).flatMap(([key, inner]) => inspect(Type.RecordValue(schema), inner, [...path, key]));
  }
  if (Type.IsArray(schema)) {
    if (!Array.isArray(value)) return [flaw(path, mustBe('a list', value))];
    const items = value.flatMap((item: unknown, index) => inspect(schema.items, item, [...path, index]));
    return items.length > 0 ? items : inspectLeaf(schema, value, path);
  }
  return inspectLeaf(schema, value, path);
}

function inspectMap(schema: TObject, value: Record<string, unknown>, path: Path, among = ''): Flaw[] {
  const known = Object.keys(schema.properties);
  const flaws: Flaw[] = [];
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const message = `unknown option '${key}'${among}${suggestion(key, known)}`;
    flaws.push({ path: [...path, key], message, on: 'key' });
  }
  for (const [key, inner] of Object.entries(schema.properties)) {
    const given = value[key];
    if (given !== undefined) flaws.push(...inspect(inner, given, [...path, key]));
    else if (schema.required?.includes(key) && keywords(inner).default === undefined) {
      flaws.push(flaw([...path, key], `is missing: ${keywords(inner).description ?? formOf(inner)}`));
    }
  }
  return flaws;
}

function inspectUnion(schema: TUnion, value: unknown, path: Path): Flaw[] {
  const maps = schema.anyOf.filter((branch) => Type.IsObject(branch));
  if (maps.length === 0) return inspectLeaf(schema, value, path);
  if (!isMap(value))
    return maps.length === schema.anyOf.length
      ? [flaw(path, mustBe('a map', value))]
      : inspectLeaf(schema, value, path);
  if (maps.length === 1) return inspectMap(maps[0]!, value, path);
  return inspectByKind(maps, value, path);
}

/** A union of maps that are told apart by the literal in `kind`. */
function inspectByKind(branches: readonly TObject[], value: Record<string, unknown>, path: Path): Flaw[] {
  const kinds = new Map(branches.map((branch) => [kindOf(branch), branch]));
  const chosen = kinds.get(String(value.kind));
  if (chosen) return inspectMap(chosen, value, path, ` with kind ${value.kind}`);
  if (value.kind === undefined) return [flaw([...path, 'kind'], `is missing; it must be ${oneOf([...kinds.keys()])}`)];
  return [flaw([...path, 'kind'], `must be ${oneOf([...kinds.keys()])}, not ${show(value.kind)}`)];
}

/** The literal that tells this branch of a union from the others. */
export function kindOf(branch: TObject): string {
  const kind = branch.properties.kind;
  return Type.IsLiteral(kind) ? String(kind.const) : '';
}

function inspectLeaf(schema: TSchema, value: unknown, path: Path): Flaw[] {
  if (Value.Check(schema, value)) return [];
  const { secret } = keywords(schema);
  const wanted = formOf(schema, value);
  return [flaw(path, secret ? `must be ${wanted}` : `${mustBe(wanted, value)}${meant(schema, value)}`)];
}

function meant(schema: TSchema, value: unknown): string {
  if (!Type.IsEnum(schema) || typeof value !== 'string') return '';
  const best = nearest(value, schema.enum.map(String));
  return best === undefined ? '' : `, did you mean '${best}'?`;
}

/** Says what a value of this schema looks like, with regard to what is wrong with the one given. */
export function formOf(schema: TSchema, value?: unknown): string {
  const form = keywords(schema).form;
  if (form !== undefined) return form;
  if (Type.IsEnum(schema)) return oneOf(schema.enum.map(String));
  if (Type.IsLiteral(schema)) return String(schema.const);
  if (Type.IsInteger(schema)) return `a whole number${bounds(keywords(schema))}`;
  if (Type.IsNumber(schema)) return `a number${bounds(keywords(schema))}`;
  if (Type.IsBoolean(schema)) return 'true or false';
  if (Type.IsString(schema)) return formOfText(keywords(schema), value);
  if (Type.IsArray(schema)) return `a list${entries(keywords(schema))}`;
  if (Type.IsUnion(schema)) return schema.anyOf.map((branch) => formOf(branch)).join(' or ');
  return 'a map';
}

function formOfText({ pattern, description, minLength }: Keywords, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return `text (in quotes: '${value}')`;
  if (pattern !== undefined && description !== undefined) return `text as described (${description})`;
  return minLength === 1 ? 'text that is not empty' : 'text';
}

function bounds({ minimum, maximum, exclusiveMinimum }: Keywords): string {
  const atMost = maximum === undefined ? '' : ` of at most ${maximum}`;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}${atMost && ` and at most ${maximum}`}`;
  if (minimum === undefined) return atMost;
  return maximum === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`;
}

function entries({ minItems, maxItems }: Keywords): string {
  if (minItems !== undefined && maxItems !== undefined) return ` of ${minItems} to ${maxItems} entries`;
  if (minItems !== undefined) return ` of at least ${minItems} ${minItems === 1 ? 'entry' : 'entries'}`;
  return maxItems === undefined ? '' : ` of at most ${maxItems} entries`;
}

/** `a`, `a or b`, `a, b or c`. */
function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function mustBe(wanted: string, value: unknown): string {
  return `must be ${wanted}, not ${show(value)}`;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isMap(value)) return 'a map';
  if (typeof value === 'string') return `'${printable(value.length > 60 ? `${value.slice(0, 60)}…` : value)}'`;
  return String(value);
}

function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

function flaw(path: Path, message: string): Flaw {
  return { path, message, on: 'value' };
}

function keywords(schema: TSchema): Keywords {
  return schema;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
