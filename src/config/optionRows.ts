import Type, { type TObject, type TSchema } from 'typebox';
import { ID_FORM } from '../domain/ids.ts';
import { DURATION_FORM } from '../domain/time.ts';
import { pathKind, SIZE_FORM } from './fields.ts';
import { formOf, kindOf } from './inspect.ts';
import { INSTANT_FORM } from './instant.ts';

/** One line of the reference. */
export interface OptionRow {
  /** Such as `http.port`, `sources[].topic`, `metrics.<name>.unit`. */
  readonly path: string;
  readonly form: string;
  /** Text as it is, else JSON; absent when there is none. */
  readonly fallback?: string;
  readonly required: boolean;
  readonly description: string;
}

interface Notes {
  readonly description?: string;
  readonly default?: unknown;
  readonly form?: string;
}

/** Every option below a map, in the order written. `except` names paths whose inner options are left out. */
export function optionRows(schema: TObject, prefix = '', except: readonly string[] = []): OptionRow[] {
  return Object.entries(schema.properties).flatMap(([key, inner]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return rowsOf(inner, path, schema.required?.includes(key) ?? false, except);
  });
}

function rowsOf(schema: TSchema, path: string, required: boolean, except: readonly string[]): OptionRow[] {
  if (Type.IsObject(schema) && isGroup(schema)) return optionRows(schema, path, except);
  const { description = '', default: fallback } = schema as Notes;
  const row: OptionRow = {
    path,
    form: formName(schema),
    ...(fallback === undefined ? {} : { fallback: typeof fallback === 'string' ? fallback : JSON.stringify(fallback) }),
    required: required && fallback === undefined,
    description: description.replace(` Written as ${DURATION_FORM}.`, ''),
  };
  return except.includes(path) ? [row] : [row, ...innerRows(schema, path, except)];
}

/** A map that may be left out altogether needs no line of its own. */
function isGroup(schema: TObject): boolean {
  return JSON.stringify((schema as Notes).default) === '{}';
}

function innerRows(schema: TSchema, path: string, except: readonly string[]): OptionRow[] {
  if (Type.IsObject(schema)) return optionRows(schema, path, except);
  if (Type.IsArray(schema)) return innerRows(schema.items, `${path}[]`, except);
  if (Type.IsRecord(schema)) return innerRows(Type.RecordValue(schema), `${path}.<name>`, except);
  return Type.IsUnion(schema) ? branchRows(schema.anyOf, path, except) : [];
}

/** The options of all branches; what only some have says which. */
function branchRows(branches: readonly TSchema[], path: string, except: readonly string[]): OptionRow[] {
  const maps = branches.filter((branch) => Type.IsObject(branch));
  const kinds = new Map<string, string[]>();
  const rows = new Map<string, OptionRow>();
  for (const branch of maps) {
    for (const row of optionRows(branch, path, except)) {
      const known = rows.get(row.path);
      kinds.set(row.path, [...(kinds.get(row.path) ?? []), kindOf(branch)]);
      rows.set(row.path, known && row.path === `${path}.kind` ? bothKinds(known, row) : (known ?? row));
    }
  }
  return [...rows.values()].map((row) => {
    const owners = kinds.get(row.path) ?? [];
    return owners.length === maps.length
      ? row
      : { ...row, description: `${row.description} Only with kind ${owners.join(', ')}.` };
  });
}

function bothKinds(a: OptionRow, b: OptionRow): OptionRow {
  return { ...a, form: `${a.form}, ${b.form}`, description: `${a.description} ${b.description}` };
}

function formName(schema: TSchema): string {
  const { form = '', description = '' } = schema as Notes;
  if (form.startsWith(DURATION_FORM) || description.includes(DURATION_FORM))
    return form.replace(DURATION_FORM, 'duration') || 'duration';
  if (form === SIZE_FORM) return 'size';
  if (form === INSTANT_FORM) return 'date';
  if (form.includes(ID_FORM)) return 'id';
  if (pathKind(schema) !== undefined) return 'path';
  if (Type.IsString(schema) && form === '') return 'text';
  if (Type.IsUnion(schema) && schema.anyOf.every((branch) => Type.IsObject(branch))) return 'map';
  return formOf(schema).replace(/^an? /, '');
}
